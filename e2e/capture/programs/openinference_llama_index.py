"""A LlamaIndex query engine and a function agent under OpenInference's instrumentation."""

import asyncio
import os

import openai_calls
import otel_pipeline
from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.embeddings import MockEmbedding
from llama_index.llms.openai import OpenAI
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
LlamaIndexInstrumentor().instrument(tracer_provider=provider)

Settings.embed_model = MockEmbedding(embed_dim=8)
Settings.llm = OpenAI(
    model=openai_calls.CHAT_MODEL,
    api_base=os.environ["MODEL_OPENAI_URL"],
    api_key="not-a-key",
    temperature=0.2,
    max_tokens=300,
    max_retries=0,
)


async def get_weather(city: str, unit: str = "celsius") -> dict:
    """The weather in a city right now."""
    return openai_calls.weather_report(city, unit)


index = VectorStoreIndex.from_documents(
    [
        Document(doc_id="tt-17", text="Horten 22:45, 23:30", metadata={"port": "Horten"}),
        Document(doc_id="tt-4", text="Moss 23:10, 23:55", metadata={"port": "Moss"}),
    ]
)
index.as_query_engine(similarity_top_k=2).query("When does the last ferry leave Horten?")


async def ask_agent():
    agent = FunctionAgent(name="weather-desk", tools=[get_weather], llm=Settings.llm, streaming=False)
    await agent.run(user_msg="What is the weather in Bergen?")


asyncio.run(ask_agent())

provider.shutdown()
