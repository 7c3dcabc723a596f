"""The calls of the ferry help desk to the Anthropic messages API.

The replies and the token counts are in ../model_service.py. Anthropic reports
cached tokens beside ``input_tokens``, so 1350 prompt tokens of which 1024 were
cached arrive as 326 and 1024.
"""

import json
import os

import anthropic

MODEL = "claude-sonnet-4-5"
UNKNOWN_MODEL = "ferry-model-that-is-not-there"

WEATHER_TOOL = {
    "name": "get_weather",
    "description": "The weather in a city right now.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        "required": ["city"],
    },
}


def connect():
    """A client of the model service that the capture started."""
    return anthropic.Anthropic(base_url=os.environ["MODEL_ANTHROPIC_URL"], api_key="not-a-key", max_retries=0)


def ask(client):
    """One question with a system prompt."""
    return client.messages.create(
        model=MODEL,
        max_tokens=300,
        system="You answer questions about ferries.",
        messages=[{"role": "user", "content": "When does the last ferry leave Horten?"}],
    )


def read_cache(client):
    """A call whose prompt is mostly cached."""
    return client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "How many departures does the timetable list on a weekday?"}],
    )


def stream(client):
    """A streamed call."""
    with client.messages.stream(
        model=MODEL, max_tokens=50, messages=[{"role": "user", "content": "Please count to three."}]
    ) as events:
        return events.get_final_text()


def use_tool(client, get_weather):
    """One tool call, then the answer. ``get_weather`` is the tool."""
    messages = [{"role": "user", "content": "What is the weather in Bergen?"}]
    turn = client.messages.create(model=MODEL, max_tokens=300, tools=[WEATHER_TOOL], messages=messages)
    call = next(block for block in turn.content if block.type == "tool_use")
    messages.append(
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}],
        }
    )
    result = json.dumps(get_weather(**call.input))
    messages.append(
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": result}]}
    )
    return client.messages.create(model=MODEL, max_tokens=300, tools=[WEATHER_TOOL], messages=messages)


def fail(client):
    """A call that the API refuses with status 404."""
    try:
        client.messages.create(
            model=UNKNOWN_MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello?"}]
        )
    except anthropic.NotFoundError:
        return
    raise RuntimeError("the model service accepted an unknown model")
