"""The Anthropic client under OpenTelemetry's GenAI instrumentation."""

import anthropic_calls
import openai_calls
import otel_pipeline
from opentelemetry.instrumentation.genai.anthropic import AnthropicInstrumentor

spans = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
logs = otel_pipeline.export_logs(**{"service.name": "ferry-desk"})
AnthropicInstrumentor().instrument(tracer_provider=spans, logger_provider=logs)

client = anthropic_calls.connect()
with spans.get_tracer("ferry.desk").start_as_current_span("ferry-desk"):
    anthropic_calls.ask(client)
    anthropic_calls.read_cache(client)
    anthropic_calls.stream(client)
    anthropic_calls.use_tool(client, openai_calls.weather_report)
    anthropic_calls.fail(client)

spans.shutdown()
logs.shutdown()
