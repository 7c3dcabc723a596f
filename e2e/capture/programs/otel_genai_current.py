"""Hand-written GenAI spans with the current attributes of the conventions.

Covers the operations that are defined today, the message attributes as JSON
text, and, beside them, infrastructure spans that must not be taken for model
calls although they carry a model's name.
"""

import json
import time

from opentelemetry.trace import Link, SpanKind

import otel_pipeline

provider = otel_pipeline.export_spans(
    **{
        "service.name": "ferry-desk",
        "service.namespace": "harbour",
        "service.version": "1.2.0",
        "deployment.environment.name": "staging",
    }
)
tracer = provider.get_tracer("ferry.desk", "1.2.0")

QUESTION = "When does the last ferry leave Horten?"
ANSWER = "The last ferry leaves Horten at 23:30."
CONVERSATION = {"gen_ai.conversation.id": "conversation-5", "user.id": "user-31"}


def text(role, content, **rest):
    return {"role": role, "parts": [{"type": "text", "content": content}], **rest}


def span(name, operation, kind=SpanKind.INTERNAL, links=None, **attributes):
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    return tracer.start_as_current_span(
        name, kind=kind, links=links, attributes={"gen_ai.operation.name": operation, **CONVERSATION, **dotted}
    )


def retrieve():
    documents = [
        {"id": "tt-17", "score": 0.91, "content": "Horten 22:45, 23:30"},
        {"id": "tt-4", "score": 0.42, "content": "Moss 23:10, 23:55"},
        {"id": "tt-9", "score": 0.1},
    ]
    with span(
        "retrieval timetables",
        "retrieval",
        SpanKind.CLIENT,
        gen_ai__data_source__id="timetables",
        gen_ai__retrieval__query__text=QUESTION,
        gen_ai__retrieval__top_k=3,
        gen_ai__retrieval__documents=json.dumps(documents),
    ):
        with tracer.start_as_current_span(
            "SELECT timetables",
            kind=SpanKind.CLIENT,
            attributes={
                "db.system.name": "postgresql",
                "db.operation.name": "SELECT",
                "gen_ai.request.model": "gpt-5-mini",
            },
        ):
            pass


def guard():
    with tracer.start_as_current_span(
        "guardrail no-personal-data",
        attributes={
            "gen_ai.operation.name": "run_guardrail",
            "gen_ai.guardrail.component.name": "no-personal-data",
            "gen_ai.guardrail.verdict.type": "modify",
            "gen_ai.guardrail.action.type": "modify",
            "gen_ai.guardrail.verdict.reason": "a telephone number was removed",
            "gen_ai.guardrail.target.type": "input",
        },
    ):
        pass


def converse():
    with span(
        "chat gpt-5-mini",
        "chat",
        SpanKind.CLIENT,
        gen_ai__provider__name="openai",
        gen_ai__request__model="gpt-5-mini",
        gen_ai__request__temperature=0.2,
        gen_ai__request__max_tokens=400,
        gen_ai__request__stream=True,
        gen_ai__response__id="chatcmpl-10",
        gen_ai__response__model="gpt-5-mini-2026-02-01",
        gen_ai__response__finish_reasons=["stop"],
        gen_ai__response__time_to_first_chunk=0.0004,
        gen_ai__prompt__name="ferry-answer",
        gen_ai__prompt__version="3",
        gen_ai__usage__input_tokens=1350,
        gen_ai__usage__output_tokens=220,
        gen_ai__usage__cache_read__input_tokens=1024,
        gen_ai__usage__cache_write__input_tokens=128,
        gen_ai__usage__reasoning__output_tokens=128,
        gen_ai__system_instructions=json.dumps([{"type": "text", "content": "You answer questions about ferries."}]),
        gen_ai__input__messages=json.dumps([text("user", QUESTION)]),
        gen_ai__output__messages=json.dumps(
            [
                {
                    "role": "assistant",
                    "parts": [
                        {"type": "reasoning", "content": "The timetable says 23:30."},
                        {"type": "text", "content": ANSWER},
                    ],
                    "finish_reason": "stop",
                }
            ]
        ),
    ) as chat:
        with tracer.start_as_current_span(
            "POST",
            kind=SpanKind.CLIENT,
            attributes={
                "http.request.method": "POST",
                "url.full": "https://api.openai.com/v1/chat/completions",
                "http.response.status_code": 200,
                "gen_ai.request.model": "gpt-5-mini",
            },
        ):
            # Long enough that the first chunk came within the call.
            time.sleep(0.002)
        chat.add_event(
            "gen_ai.evaluation.result",
            {
                "gen_ai.evaluation.name": "politeness",
                "gen_ai.evaluation.score.value": 0.9,
                "gen_ai.evaluation.score.label": "polite",
                "gen_ai.evaluation.explanation": "neutral and helpful",
            },
        )
        return chat.get_span_context()


def call_tool():
    try:
        with span(
            "execute_tool book_ticket",
            "execute_tool",
            gen_ai__tool__name="book_ticket",
            gen_ai__tool__type="function",
            gen_ai__tool__call__id="call_7",
            gen_ai__tool__call__arguments=json.dumps({"departure": "23:30", "seats": 2}),
        ) as tool:
            tool.set_attribute("error.type", "ValueError")
            raise ValueError("no seats left at 23:30")
    except ValueError:
        pass


with tracer.start_as_current_span(
    "POST /ask",
    kind=SpanKind.SERVER,
    attributes={"http.request.method": "POST", "http.route": "/ask", "http.response.status_code": 200},
):
    with span("invoke_workflow ferry-help", "invoke_workflow", gen_ai__workflow__name="ferry-help"):
        with span(
            "invoke_agent ferry-agent",
            "invoke_agent",
            gen_ai__agent__name="ferry-agent",
            gen_ai__agent__description="Answers questions about ferries.",
            gen_ai__provider__name="openai",
            gen_ai__request__model="gpt-5-mini",
            gen_ai__usage__input_tokens=1350,
            gen_ai__usage__output_tokens=220,
        ):
            guard()
            with span(
                "embeddings text-embedding-3-small",
                "embeddings",
                SpanKind.CLIENT,
                gen_ai__provider__name="openai",
                gen_ai__request__model="text-embedding-3-small",
                gen_ai__embeddings__dimension__count=8,
                gen_ai__usage__input_tokens=6,
            ):
                pass
            retrieve()
            answered = converse()
            call_tool()
    with span(
        "evaluate politeness",
        "evaluate",
        links=[Link(answered)],
        gen_ai__evaluation__name="politeness",
        gen_ai__evaluation__score__value=0.9,
    ):
        pass

provider.shutdown()
