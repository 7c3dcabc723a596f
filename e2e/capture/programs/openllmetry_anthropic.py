"""The Anthropic client under the Traceloop SDK."""

import anthropic_calls
import openai_calls
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import workflow
from traceloop.sdk.instruments import Instruments

Traceloop.init(app_name="ferry-desk", instruments={Instruments.ANTHROPIC})


@workflow(name="ferry-help")
def ferry_help():
    client = anthropic_calls.connect()
    anthropic_calls.ask(client)
    anthropic_calls.read_cache(client)
    anthropic_calls.stream(client)
    anthropic_calls.use_tool(client, openai_calls.weather_report)
    anthropic_calls.fail(client)


ferry_help()

trace.get_tracer_provider().shutdown()
