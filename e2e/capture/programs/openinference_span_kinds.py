"""The span kinds of OpenInference that no client instrumentation produces here."""

import otel_pipeline
from openinference.instrumentation import (
    TracerProvider,
    get_embedding_attributes,
    get_evaluation_attributes,
    get_input_attributes,
    get_output_attributes,
    get_reranker_attributes,
    get_retriever_attributes,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import Status, StatusCode

provider = otel_pipeline.export_spans(TracerProvider(resource=Resource.create({"service.name": "ferry-desk"})))
tracer = provider.get_tracer("ferry.desk")

QUESTION = "When does the last ferry leave Horten?"
DOCUMENTS = [
    {
        "id": "tt-17",
        "content": "Horten 22:45, 23:30",
        "score": 0.91,
        "metadata": {"port": "Horten"},
    },
    {"id": "tt-4", "content": "Moss 23:10, 23:55", "score": 0.42, "metadata": {"port": "Moss"}},
    {"id": "tt-9", "content": "Bergen 22:00", "score": 0.1},
]


def kind(name, value):
    return tracer.start_as_current_span(name, openinference_span_kind=value)


@tracer.tool
def get_departures(port: str, after: str = "00:00") -> list:
    """The departures from a port."""
    return ["22:45", "23:30"]


@tracer.tool(name="book-ticket")
def book_ticket(departure: str) -> str:
    raise ValueError(f"no seats left at {departure}")


@tracer.chain(name="ferry-help")
def ferry_help(question: str) -> str:
    with kind("embed-question", "embedding") as span:
        span.set_attributes(
            get_embedding_attributes(
                model_name="text-embedding-3-small", embeddings=[{"text": question, "vector": [0.1, -0.2, 0.3]}]
            )
        )
    with kind("search-timetable", "retriever") as span:
        span.set_attributes(get_input_attributes(question))
        span.set_attributes(get_retriever_attributes(documents=DOCUMENTS))
    with kind("sort-documents", "reranker") as span:
        span.set_attributes(
            get_reranker_attributes(
                query=question,
                model_name="rerank-v3.5",
                top_k=2,
                input_documents=DOCUMENTS,
                output_documents=DOCUMENTS[:2],
            )
        )
    with kind("no-personal-data", "guardrail") as span:
        span.set_attributes(get_input_attributes(question))
        span.set_attributes(get_output_attributes({"passed": True}))
    with kind("fill-template", "prompt") as span:
        span.set_attributes(get_input_attributes({"question": question}))
        span.set_attributes(get_output_attributes(f"Answer about ferries: {question}"))
    get_departures("Horten", after="22:00")
    try:
        book_ticket("23:30")
    except ValueError:
        pass
    with kind("politeness", "evaluator") as span:
        span.set_attributes(
            get_evaluation_attributes(
                evaluations=[
                    {
                        "name": "politeness",
                        "score": 0.9,
                        "label": "polite",
                        "explanation": "neutral and helpful",
                        "annotator_kind": "CODE",
                    }
                ]
            )
        )
        span.set_status(Status(StatusCode.OK))
    return "The last ferry leaves Horten at 23:30."


ferry_help(QUESTION)

provider.shutdown()
