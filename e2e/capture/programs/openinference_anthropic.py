"""The Anthropic client under OpenInference's instrumentation."""

import anthropic_calls
import openai_calls
import otel_pipeline
from openinference.instrumentation.anthropic import AnthropicInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
AnthropicInstrumentor().instrument(tracer_provider=provider)

client = anthropic_calls.connect()
with provider.get_tracer("ferry.desk").start_as_current_span("ferry-desk"):
    anthropic_calls.ask(client)
    anthropic_calls.read_cache(client)
    anthropic_calls.stream(client)
    anthropic_calls.use_tool(client, openai_calls.weather_report)
    anthropic_calls.fail(client)

provider.shutdown()
