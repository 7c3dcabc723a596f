"""Chroma within the process, under OpenLLMetry's instrumentation; the vectors are made up."""

import otel_pipeline
from opentelemetry import trace
from opentelemetry.instrumentation.chromadb import ChromaInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
ChromaInstrumentor().instrument(tracer_provider=provider)

import chromadb  # noqa: E402  after the instrumentation, which patches it

client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
with trace.get_tracer("ferry-desk").start_as_current_span("desk"):
    timetables = client.create_collection("timetables", embedding_function=None)
    timetables.add(
        ids=["tt-17", "tt-4"],
        embeddings=[[1.0, 0.0], [0.0, 1.0]],
        documents=["Horten 22:45, 23:30", "Moss 23:10, 23:55"],
        metadatas=[{"port": "Horten"}, {"port": "Moss"}],
    )
    timetables.query(query_embeddings=[[0.9, 0.1]], n_results=2)
    timetables.get(ids=["tt-4"])
    timetables.delete(ids=["tt-4"])

provider.shutdown()
