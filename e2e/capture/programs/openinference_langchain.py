"""A LangChain retrieval chain under OpenInference's instrumentation."""

import os

import otel_pipeline
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnablePassthrough
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openinference.instrumentation.langchain import LangChainInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
LangChainInstrumentor().instrument(tracer_provider=provider)


class TimetableRetriever(BaseRetriever):
    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            Document(id="tt-17", page_content="Horten 22:45, 23:30", metadata={"port": "Horten", "score": 0.91}),
            Document(id="tt-4", page_content="Moss 23:10, 23:55", metadata={"port": "Moss", "score": 0.42}),
        ]


@tool
def get_departures(port: str) -> str:
    """The departures from a port."""
    return f"{port} 22:45, 23:30"


prompt = ChatPromptTemplate.from_messages(
    [
        ("system", "You answer questions about ferries."),
        ("human", "{context}\n{question}"),
    ]
)
model = ChatOpenAI(
    model="gpt-4.1-mini", base_url=os.environ["MODEL_OPENAI_URL"], api_key="not-a-key", temperature=0.2, max_retries=0
)
chain = (
    {"context": TimetableRetriever(), "question": RunnablePassthrough()} | prompt | model | StrOutputParser()
).with_config(run_name="ferry-help")

chain.invoke(
    "When does the last ferry leave Horten?",
    config={"metadata": {"session_id": "session-8", "user_id": "user-31"}, "tags": ["ferry"]},
)
get_departures.invoke({"port": "Horten"})

provider.shutdown()
