"""A LangChain agent and a vector store under OpenLLMetry's instrumentations.

The store is Qdrant within the process; the embeddings are made up.
"""

import os

import openai_calls
import otel_pipeline
from langchain.agents import create_agent
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.langchain import LangchainInstrumentor
from opentelemetry.instrumentation.qdrant import QdrantInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
LangchainInstrumentor().instrument(tracer_provider=provider)
QdrantInstrumentor().instrument(tracer_provider=provider)

import qdrant_client  # noqa: E402  after the instrumentation, which patches it
from qdrant_client import models  # noqa: E402

model = ChatOpenAI(
    model=openai_calls.CHAT_MODEL,
    base_url=os.environ["MODEL_OPENAI_URL"],
    api_key="not-a-key",
    temperature=0.2,
    max_retries=0,
)


@tool
def get_weather(city: str, unit: str = "celsius") -> dict:
    """The weather in a city right now."""
    return openai_calls.weather_report(city, unit)


def fill_store():
    store = qdrant_client.QdrantClient(":memory:")
    store.create_collection(
        "timetables", vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE)
    )
    store.upsert(
        "timetables",
        points=[
            models.PointStruct(id=17, vector=[1.0, 0.0], payload={"text": "Horten 22:45, 23:30"}),
            models.PointStruct(id=4, vector=[0.0, 1.0], payload={"text": "Moss 23:10, 23:55"}),
        ],
    )
    return store


store = fill_store()
with trace.get_tracer("ferry-desk").start_as_current_span("desk"):
    store.query_points("timetables", query=[0.9, 0.1], limit=2)
    chain = (
        ChatPromptTemplate.from_messages([("system", "You answer questions about ferries."), ("human", "{question}")])
        | model
        | StrOutputParser()
    ).with_config(run_name="ferry-help")
    chain.invoke(
        {"question": "When does the last ferry leave Horten?"}, config={"metadata": {"session_id": "session-8"}}
    )
create_agent(model, tools=[get_weather], name="weather-desk").invoke(
    {"messages": [{"role": "user", "content": "What is the weather in Bergen?"}]}
)

provider.shutdown()
