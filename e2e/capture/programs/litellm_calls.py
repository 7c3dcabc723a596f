"""The ferry help desk through LiteLLM, with its OpenTelemetry callback.

The callback reads the standard OTEL_EXPORTER_OTLP_* variables itself.
"""

import asyncio
import json
import os
import threading

import litellm
import openai_calls
from litellm.integrations.opentelemetry import OpenTelemetry
from opentelemetry import trace


_reported = threading.Semaphore(0)


class Telemetry(OpenTelemetry):
    """The callback, which LiteLLM runs in a thread, saying when it is done."""

    def log_success_event(self, **event):
        super().log_success_event(**event)
        _reported.release()


def wait():
    """Wait until a call has been described."""
    if not _reported.acquire(timeout=30):
        raise RuntimeError("LiteLLM did not report a call")


litellm.callbacks = [Telemetry()]
litellm.suppress_debug_info = True

SERVICE = {"api_base": os.environ["MODEL_OPENAI_URL"], "api_key": "not-a-key", "max_retries": 0}
CHAT_MODEL = f"openai/{openai_calls.CHAT_MODEL}"


def ask():
    litellm.completion(
        model=CHAT_MODEL,
        messages=[
            {"role": "system", "content": "You answer questions about ferries."},
            {"role": "user", "content": "When does the last ferry leave Horten?"},
        ],
        temperature=0.2,
        max_tokens=300,
        user="user-31",
        metadata={"trace_name": "ferry-help", "tags": ["ferry"]},
        **SERVICE,
    )


async def reason():
    await litellm.acompletion(
        model=f"openai/{openai_calls.REASONING_MODEL}",
        messages=[{"role": "user", "content": "How many departures does the timetable list on a weekday?"}],
        **SERVICE,
    )


def stream():
    chunks = litellm.completion(
        model=CHAT_MODEL,
        messages=[{"role": "user", "content": "Please count to three."}],
        stream=True,
        stream_options={"include_usage": True},
        **SERVICE,
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def use_tools():
    messages = [{"role": "user", "content": "What is the weather in Bergen and Oslo?"}]
    turn = litellm.completion(model=CHAT_MODEL, messages=messages, tools=[openai_calls.WEATHER_TOOL], **SERVICE)
    message = turn.choices[0].message
    messages.append(message.model_dump(include={"role", "content", "tool_calls"}))
    for call in message.tool_calls:
        result = openai_calls.weather_report(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})
    litellm.completion(model=CHAT_MODEL, messages=messages, tools=[openai_calls.WEATHER_TOOL], **SERVICE)


def embed():
    litellm.embedding(
        model=f"openai/{openai_calls.EMBEDDING_MODEL}", input=["last ferry from Horten", "first ferry"], **SERVICE
    )


def fail():
    try:
        litellm.completion(
            model=f"openai/{openai_calls.UNKNOWN_MODEL}", messages=[{"role": "user", "content": "Hello?"}], **SERVICE
        )
    except litellm.NotFoundError:
        return
    raise RuntimeError("the model service accepted an unknown model")


async def main():
    await reason()
    # Callbacks of asynchronous calls run in tasks of their own.
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


ask()
wait()
asyncio.run(main())
stream()
wait()
use_tools()
wait()
wait()
embed()
wait()
fail()
with trace.get_tracer("ferry-desk").start_as_current_span("desk"):
    # Below a span of the caller's, the callback describes the call on that span.
    ask()
    wait()

litellm.utils.executor.shutdown(wait=True)
trace.get_tracer_provider().shutdown()
