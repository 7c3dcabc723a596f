"""The OpenAI client under OpenTelemetry's GenAI instrumentation."""

import openai_calls
import otel_pipeline
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor

spans = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
logs = otel_pipeline.export_logs(**{"service.name": "ferry-desk"})
OpenAIInstrumentor().instrument(tracer_provider=spans, logger_provider=logs)

client = openai_calls.connect()
with spans.get_tracer("ferry.desk").start_as_current_span("ferry-desk"):
    openai_calls.ask(client)
    openai_calls.reason(client)
    openai_calls.stream(client)
    openai_calls.use_tools(client, openai_calls.weather_report)
    openai_calls.embed(client)
    openai_calls.respond(client)
    openai_calls.fail(client)

spans.shutdown()
logs.shutdown()
