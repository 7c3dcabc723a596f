"""Agents of Pydantic AI: one with a tool, one with cached tokens, a streamed one, one that fails."""

import asyncio
import os

import openai_calls
import otel_pipeline
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


def run(**settings):
    """Run all agents; ``settings`` go to the instrumentation, which knows several formats."""
    provider = otel_pipeline.export_spans(**{"service.name": "ferry-desk"})
    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider, **settings))
    weather_desk = Agent(
        _model(openai_calls.CHAT_MODEL),
        name="weather-desk",
        instructions="You answer questions about ferries.",
        model_settings={"temperature": 0.2, "max_tokens": 300},
    )
    weather_desk.tool_plain(_get_weather, name="get_weather")
    weather_desk.run_sync("What is the weather in Bergen?")
    reader = Agent(_model(openai_calls.REASONING_MODEL), name="timetable-reader", system_prompt="You read timetables.")
    reader.run_sync("How many departures does the timetable list on a weekday?")
    asyncio.run(_count())
    try:
        Agent(_model(openai_calls.UNKNOWN_MODEL), name="lost").run_sync("Hello?")
    except ModelHTTPError:
        pass
    else:
        raise RuntimeError("the model service accepted an unknown model")
    provider.shutdown()


def _model(name):
    service = OpenAIProvider(base_url=os.environ["MODEL_OPENAI_URL"], api_key="not-a-key")
    return OpenAIChatModel(name, provider=service)


def _get_weather(city: str, unit: str = "celsius") -> dict:
    """The weather in a city right now."""
    return openai_calls.weather_report(city, unit)


async def _count():
    counter = Agent(_model(openai_calls.CHAT_MODEL), name="counter")
    async with counter.run_stream("Please count to three.") as result:
        return await result.get_output()
