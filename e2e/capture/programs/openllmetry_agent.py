"""The OpenAI client under the Traceloop SDK, with its decorators and guards."""

import asyncio

import openai_calls
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow
from traceloop.sdk.guardrail import Guardrails
from traceloop.sdk.instruments import Instruments

Traceloop.init(
    app_name="ferry-desk",
    resource_attributes={"deployment.environment.name": "staging"},
    instruments={Instruments.OPENAI},
)

get_weather = tool(name="get_weather")(openai_calls.weather_report)


@tool(name="book-ticket")
def book_ticket(departure):
    raise ValueError(f"no seats left at {departure}")


@task(name="answer")
def answer(client, question):
    openai_calls.ask(client)
    openai_calls.reason(client)
    openai_calls.stream(client)
    return "The last ferry leaves Horten at 23:30."


@agent(name="ferry-agent")
def ferry_agent(client, question):
    text = answer(client, question)
    openai_calls.use_tools(client, get_weather)
    openai_calls.embed(client)
    openai_calls.respond(client)
    openai_calls.fail(client)
    try:
        book_ticket("23:30")
    except ValueError:
        pass
    return text


async def draft():
    return "The last ferry leaves Horten at 23:30."


def is_short(text):
    return len(text) < 200


def names_no_port(text):
    return "Horten" not in text


@workflow(name="ferry-help")
def ferry_help(question):
    Traceloop.set_association_properties({"user_id": "user-31", "session_id": "session-8", "tier": "gold"})
    ferry_agent(openai_calls.connect(), question)
    guard = Guardrails(is_short, names_no_port, on_failure="ignore", name="answer-guard", run_all=True).sequential()
    return asyncio.run(guard.run(draft, input_mapper=lambda text: [text, text]))


ferry_help("When does the last ferry leave Horten?")

trace.get_tracer_provider().shutdown()
