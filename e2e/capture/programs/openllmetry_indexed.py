"""The OpenAI client under an OpenLLMetry release of the 0.40 line.

That line numbers messages in attribute keys: gen_ai.prompt.0.content and so on.
"""

import openai_calls
import otel_pipeline
from opentelemetry.instrumentation.openai import OpenAIInstrumentor

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
OpenAIInstrumentor().instrument(tracer_provider=provider)

client = openai_calls.connect()
with provider.get_tracer("ferry.desk").start_as_current_span("ferry-desk"):
    openai_calls.ask(client)
    openai_calls.reason(client)
    openai_calls.stream(client)
    openai_calls.use_tools(client, openai_calls.weather_report)
    openai_calls.embed(client)
    openai_calls.fail(client)

provider.shutdown()
