"""Hand-written GenAI spans in the form of semantic conventions 1.28.

Messages travel as span events (gen_ai.user.message and so on), the form that
many instrumentations gave to what the conventions defined as log events.
"""

import json

from opentelemetry.trace import SpanKind

import otel_pipeline

provider = otel_pipeline.export_spans(
    **{"service.name": "ferry-desk", "service.version": "1.2.0", "deployment.environment": "staging"}
)
tracer = provider.get_tracer("ferry.desk", "1.2.0", schema_url="https://opentelemetry.io/schemas/1.28.0")

CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": json.dumps({"city": "Bergen"})},
}


def event(span, name, **attributes):
    span.add_event(name, {"gen_ai.system": "openai", **attributes})


def chat(**attributes):
    return tracer.start_as_current_span(
        "chat gpt-4o",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.system": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.response.model": "gpt-4o-2024-08-06",
            "server.address": "api.openai.com",
            "server.port": 443,
            **attributes,
        },
    )


with tracer.start_as_current_span(
    "POST /ask",
    kind=SpanKind.SERVER,
    attributes={"http.request.method": "POST", "url.path": "/ask", "http.response.status_code": 200},
):
    with chat(
        **{
            "gen_ai.request.temperature": 0.0,
            "gen_ai.request.max_tokens": 100,
            "gen_ai.response.id": "chatcmpl-1",
            "gen_ai.response.finish_reasons": ["tool_calls"],
            "gen_ai.usage.input_tokens": 80,
            "gen_ai.usage.output_tokens": 19,
        }
    ) as span:
        event(span, "gen_ai.system.message", content="You report the weather.")
        event(span, "gen_ai.user.message", content="What is the weather in Bergen?")
        event(
            span,
            "gen_ai.choice",
            index=0,
            finish_reason="tool_calls",
            message=json.dumps({"role": "assistant", "tool_calls": [CALL]}),
        )
    with tracer.start_as_current_span(
        "execute_tool get_weather",
        attributes={
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "get_weather",
            "gen_ai.tool.call.id": "call_1",
        },
    ):
        pass
    with chat(
        **{
            "gen_ai.response.id": "chatcmpl-2",
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.input_tokens": 121,
            "gen_ai.usage.output_tokens": 13,
        }
    ) as span:
        event(span, "gen_ai.user.message", content="What is the weather in Bergen?")
        event(span, "gen_ai.assistant.message", tool_calls=json.dumps([CALL]))
        event(span, "gen_ai.tool.message", id="call_1", content='{"temperature": 7}')
        event(
            span,
            "gen_ai.choice",
            index=0,
            finish_reason="stop",
            message=json.dumps({"role": "assistant", "content": "It rains in Bergen at 7 degrees."}),
        )
    # Releases before 1.27 counted prompt and completion tokens and put the whole
    # conversation in two events.
    with tracer.start_as_current_span(
        "chat claude-3-5-sonnet",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.system": "anthropic",
            "gen_ai.request.model": "claude-3-5-sonnet-20240620",
            "gen_ai.usage.prompt_tokens": 18,
            "gen_ai.usage.completion_tokens": 5,
        },
    ) as span:
        span.add_event(
            "gen_ai.content.prompt",
            {"gen_ai.prompt": json.dumps([{"role": "user", "content": "Please count to three."}])},
        )
        span.add_event(
            "gen_ai.content.completion",
            {"gen_ai.completion": json.dumps([{"role": "assistant", "content": "one two three"}])},
        )
    with tracer.start_as_current_span(
        "embeddings text-embedding-3-small",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "embeddings",
            "gen_ai.system": "openai",
            "gen_ai.request.model": "text-embedding-3-small",
            "gen_ai.usage.input_tokens": 6,
        },
    ):
        pass
    try:
        with tracer.start_as_current_span(
            "chat gpt-4o",
            kind=SpanKind.CLIENT,
            attributes={
                "gen_ai.operation.name": "chat",
                "gen_ai.system": "openai",
                "gen_ai.request.model": "gpt-4o",
                "error.type": "RateLimitError",
            },
        ) as span:
            event(span, "gen_ai.user.message", content="Are you there?")
            raise TimeoutError("the model did not answer within 30 s")
    except TimeoutError:
        pass

provider.shutdown()
