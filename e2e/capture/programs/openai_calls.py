"""The calls of a small ferry help desk to an OpenAI-compatible API.

Every instrumentation of the OpenAI client runs these same calls, so their
fixtures differ only in how each one describes them. The replies and the token
counts are in ../model_service.py.

Extra keyword arguments go to the API call; the Langfuse wrapper names its
observations that way.
"""

import json
import os

import openai

CHAT_MODEL = "gpt-4.1-mini"
REASONING_MODEL = "gpt-5-mini"
EMBEDDING_MODEL = "text-embedding-3-small"
UNKNOWN_MODEL = "ferry-model-that-is-not-there"

WEATHER_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city right now.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["city"],
        },
    },
}


def connect(make_client=openai.OpenAI):
    """A client of the model service that the capture started."""
    return make_client(base_url=os.environ["MODEL_OPENAI_URL"], api_key="not-a-key", max_retries=0)


def ask(client, **extra):
    """One question with a system message and sampling parameters."""
    return client.chat.completions.create(
        model=CHAT_MODEL,
        messages=[
            {"role": "system", "content": "You answer questions about ferries."},
            {"role": "user", "content": "When does the last ferry leave Horten?"},
        ],
        temperature=0.2,
        max_tokens=300,
        **extra,
    )


def reason(client, **extra):
    """A call with cached prompt tokens and reasoning tokens."""
    return client.chat.completions.create(
        model=REASONING_MODEL,
        messages=[{"role": "user", "content": "How many departures does the timetable list on a weekday?"}],
        seed=7,
        **extra,
    )


def stream(client, **extra):
    """A streamed call that asks for usage in the last chunk."""
    chunks = client.chat.completions.create(
        model=CHAT_MODEL,
        messages=[{"role": "user", "content": "Please count to three."}],
        stream=True,
        stream_options={"include_usage": True},
        **extra,
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def use_tools(client, get_weather, first=None, second=None):
    """Two tool calls in one turn, then the answer. ``get_weather`` is the tool."""
    messages = [{"role": "user", "content": "What is the weather in Bergen and Oslo?"}]
    turn = client.chat.completions.create(
        model=CHAT_MODEL, messages=messages, tools=[WEATHER_TOOL], **(first or {})
    )
    message = turn.choices[0].message
    messages.append(
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.function.name, "arguments": call.function.arguments},
                }
                for call in message.tool_calls
            ],
        }
    )
    for call in message.tool_calls:
        result = get_weather(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})
    return client.chat.completions.create(
        model=CHAT_MODEL, messages=messages, tools=[WEATHER_TOOL], **(second or {})
    )


def embed(client, **extra):
    """Two texts, six words or tokens altogether."""
    return client.embeddings.create(
        model=EMBEDDING_MODEL, input=["last ferry from Horten", "first ferry"], **extra
    )


def respond(client, **extra):
    """The responses API, with instructions."""
    return client.responses.create(
        model=CHAT_MODEL,
        instructions="You answer questions about ferries.",
        input="When does the last ferry leave Horten?",
        **extra,
    )


def fail(client, **extra):
    """A call that the API refuses with status 404."""
    try:
        client.chat.completions.create(
            model=UNKNOWN_MODEL, messages=[{"role": "user", "content": "Hello?"}], **extra
        )
    except openai.NotFoundError:
        return
    raise RuntimeError("the model service accepted an unknown model")


def weather_report(city, unit="celsius"):
    """The tool's own work, without any tracing."""
    return {"city": city, "temperature": 7 if city == "Bergen" else 3, "unit": unit}
