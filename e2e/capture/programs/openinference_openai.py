"""The OpenAI client under OpenInference's instrumentation.

The context manager ``using_attributes`` is how OpenInference attaches session,
user, tags, metadata and the prompt template.
"""

import openai_calls
import otel_pipeline
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.resources import Resource

provider = otel_pipeline.export_spans(TracerProvider(resource=Resource.create({"service.name": "ferry-desk"})))
OpenAIInstrumentor().instrument(tracer_provider=provider)
tracer = provider.get_tracer("ferry.desk")

get_weather = tracer.tool(name="get_weather", description="The weather in a city right now.")(
    openai_calls.weather_report
)


@tracer.agent(name="ferry-desk")
def help_desk(task):
    client = openai_calls.connect()
    with using_attributes(
        prompt_template="When does the last ferry leave {port}?",
        prompt_template_version="v3",
        prompt_template_variables={"port": "Horten"},
    ):
        openai_calls.ask(client)
    openai_calls.reason(client)
    openai_calls.stream(client)
    openai_calls.use_tools(client, get_weather)
    openai_calls.embed(client)
    openai_calls.respond(client)
    openai_calls.fail(client)
    return "done"


with using_attributes(
    session_id="session-8", user_id="user-31", tags=["ferry", "beta"], metadata={"tier": "gold", "seats": 2}
):
    help_desk("answer the morning's questions")

provider.shutdown()
