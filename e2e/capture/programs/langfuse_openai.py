"""The OpenAI client in the Langfuse SDK's own wrapper."""

import openai_calls
from langfuse import get_client, observe, propagate_attributes
from langfuse.openai import OpenAI

langfuse = get_client()
get_weather = observe(as_type="tool", name="get_weather")(openai_calls.weather_report)

client = openai_calls.connect(OpenAI)
with langfuse.start_as_current_observation(name="ferry-desk", as_type="agent"):
    with propagate_attributes(user_id="user-31", session_id="session-8"):
        openai_calls.ask(client, name="ask")
        openai_calls.reason(client, name="reason")
        openai_calls.stream(client, name="stream")
        openai_calls.use_tools(client, get_weather, first={"name": "choose-tools"}, second={"name": "tell-weather"})
        openai_calls.embed(client, name="embed")
        openai_calls.respond(client, name="respond")
        openai_calls.fail(client, name="fail")

langfuse.flush()
