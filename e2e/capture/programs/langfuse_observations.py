"""Every observation type of the Langfuse Python SDK, without any model call."""

import datetime

from langfuse import get_client, observe, propagate_attributes
from langfuse.api import Prompt_Text
from langfuse.model import TextPromptClient

QUESTION = "When does the last ferry leave Horten?"

langfuse = get_client()

PROMPT = TextPromptClient(
    Prompt_Text(
        name="ferry-answer",
        version=3,
        prompt="Answer about ferries: {{question}}",
        type="text",
        config={},
        labels=["production"],
        tags=[],
    )
)


@observe(as_type="tool", name="get-departures")
def get_departures(port, after):
    return {"port": port, "departures": ["22:45", "23:30"], "after": after}


@observe(as_type="tool", name="book-ticket")
def book_ticket(departure):
    raise ValueError(f"no seats left at {departure}")


@observe(name="build-context", as_type="chain")
def build_context(question):
    with langfuse.start_as_current_observation(
        name="embed-question",
        as_type="embedding",
        model="text-embedding-3-small",
        input=question,
        usage_details={"input": 8, "total": 8},
    ):
        pass
    with langfuse.start_as_current_observation(
        name="search-timetable", as_type="retriever", input=question, metadata={"index": "timetables", "top_k": 2}
    ) as search:
        documents = [
            {"id": "tt-17", "content": "Horten 22:45, 23:30", "score": 0.91, "metadata": {"port": "Horten"}},
            {"id": "tt-4", "content": "Moss 23:10, 23:55", "score": 0.42, "metadata": {"port": "Moss"}},
        ]
        search.update(output=documents)
    return "Horten 22:45, 23:30"


@observe(name="answer-question", as_type="agent")
def answer_question(question):
    with langfuse.start_as_current_observation(
        name="no-personal-data", as_type="guardrail", input=question
    ) as guard:
        guard.update(output={"passed": True, "categories": []})
    context = build_context(question)
    get_departures("Horten", after="22:00")
    with langfuse.start_as_current_observation(
        name="write-answer",
        as_type="generation",
        model="gpt-4.1-mini",
        model_parameters={"temperature": 0.2, "max_tokens": 300},
        input=[
            {"role": "system", "content": "You answer questions about ferries."},
            {"role": "user", "content": f"{context}\n{question}"},
        ],
        prompt=PROMPT,
        metadata={"attempt": 1, "route": {"from": "Horten", "to": "Moss"}},
    ) as generation:
        generation.update(
            completion_start_time=datetime.datetime.now(datetime.timezone.utc),
            output={"role": "assistant", "content": "The last ferry leaves Horten at 23:30."},
            usage_details={"input": 42, "output": 11, "total": 53},
            cost_details={"input": 0.0000168, "output": 0.0000176, "total": 0.0000344},
        )
    # Langfuse's buckets are disjoint: the prompt had 326 + 1024 tokens, the
    # completion 92 + 128.
    langfuse.start_observation(
        name="check-timetable",
        as_type="generation",
        model="gpt-5-mini",
        input="How many departures does the timetable list on a weekday?",
        output="There are 24 departures on a weekday.",
        usage_details={
            "input": 326,
            "input_cached_tokens": 1024,
            "output": 92,
            "output_reasoning_tokens": 128,
            "total": 1570,
        },
    ).end()
    try:
        book_ticket("23:30")
    except ValueError:
        langfuse.create_event(
            name="booking-refused",
            input={"departure": "23:30"},
            level="WARNING",
            status_message="the ferry is full",
        )
    with langfuse.start_as_current_observation(
        name="politeness", as_type="evaluator", input="The last ferry leaves Horten at 23:30."
    ) as evaluator:
        evaluator.update(output={"score": 0.9, "reasoning": "neutral and helpful"})
    with langfuse.start_as_current_observation(name="save-conversation", level="DEBUG"):
        pass
    return "The last ferry leaves Horten at 23:30."


with propagate_attributes(
    user_id="user-31",
    session_id="session-7",
    tags=["ferry", "beta"],
    metadata={"tier": "gold"},
    version="2.4.0",
    trace_name="ferry help",
):
    answer_question(QUESTION)

langfuse.flush()
