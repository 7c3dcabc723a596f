"""LiteLLM's newer OpenTelemetry callback, which LITELLM_OTEL_V2 switches on."""

import asyncio
import json
import os

import litellm
import openai_calls
import otel_pipeline
from litellm.integrations.otel.logger import OpenTelemetryV2
from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER
from opentelemetry import trace

provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
litellm.callbacks = [OpenTelemetryV2(tracer_provider=provider)]
litellm.suppress_debug_info = True

SERVICE = {"api_base": os.environ["MODEL_OPENAI_URL"], "api_key": "not-a-key", "max_retries": 0}
CHAT_MODEL = f"openai/{openai_calls.CHAT_MODEL}"


async def ask():
    await litellm.acompletion(
        model=CHAT_MODEL,
        messages=[
            {"role": "system", "content": "You answer questions about ferries."},
            {"role": "user", "content": "When does the last ferry leave Horten?"},
        ],
        temperature=0.2,
        max_tokens=300,
        user="user-31",
        **SERVICE,
    )


async def reason():
    await litellm.acompletion(
        model=f"openai/{openai_calls.REASONING_MODEL}",
        messages=[{"role": "user", "content": "How many departures does the timetable list on a weekday?"}],
        **SERVICE,
    )


async def use_tools():
    messages = [{"role": "user", "content": "What is the weather in Bergen and Oslo?"}]
    turn = await litellm.acompletion(model=CHAT_MODEL, messages=messages, tools=[openai_calls.WEATHER_TOOL], **SERVICE)
    message = turn.choices[0].message
    messages.append(message.model_dump(include={"role", "content", "tool_calls"}))
    for call in message.tool_calls:
        result = openai_calls.weather_report(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})
    await litellm.acompletion(model=CHAT_MODEL, messages=messages, tools=[openai_calls.WEATHER_TOOL], **SERVICE)


async def embed():
    await litellm.aembedding(
        model=f"openai/{openai_calls.EMBEDDING_MODEL}", input=["last ferry from Horten", "first ferry"], **SERVICE
    )


async def fail():
    try:
        await litellm.acompletion(
            model=f"openai/{openai_calls.UNKNOWN_MODEL}", messages=[{"role": "user", "content": "Hello?"}], **SERVICE
        )
    except litellm.NotFoundError:
        return
    raise RuntimeError("the model service accepted an unknown model")


async def main():
    with trace.get_tracer("ferry-desk").start_as_current_span("desk"):
        for call in (ask, reason, use_tools, embed, fail):
            await call()
    # The callbacks of asynchronous calls wait in a queue.
    await GLOBAL_LOGGING_WORKER.flush()


asyncio.run(main())
provider.shutdown()
