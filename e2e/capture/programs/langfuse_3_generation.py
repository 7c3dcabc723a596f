"""Generations of the Langfuse Python SDK 3.3.0.

Releases up to 3.3.0 can send the type "span" on an observation that is a
generation: ``update_current_generation`` gives a plain ``observe`` a model and
usage, and leaves the type as it was.
"""

from langfuse import get_client, observe

langfuse = get_client()


@observe(as_type="generation")
def write_answer(question):
    langfuse.update_current_generation(
        model="gpt-4.1-mini",
        usage_details={"input": 42, "output": 11, "total": 53},
    )
    return "The last ferry leaves Horten at 23:30."


@observe()
def count(question):
    langfuse.update_current_generation(
        model="gpt-4.1-mini",
        usage_details={"input": 18, "output": 5},
    )
    return "one two three"


@observe(name="ferry-desk")
def answer(question):
    langfuse.update_current_trace(user_id="user-31", session_id="session-9", tags=["ferry"])
    count("Please count to three.")
    return write_answer(question)


answer("When does the last ferry leave Horten?")

with langfuse.start_as_current_generation(
    name="direct-generation",
    model="gpt-4.1-mini",
    input=[{"role": "user", "content": "Please count to three."}],
) as generation:
    generation.update(output="one two three", usage_details={"input": 18, "output": 5})

langfuse.flush()
