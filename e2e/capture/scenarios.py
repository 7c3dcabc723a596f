"""What is captured: which program, with which packages, under which settings."""

import dataclasses
import os
import pathlib
import subprocess
import tempfile

from environments import RECORDING_PYTHON, NodeEnvironment, PythonEnvironment

HERE = pathlib.Path(__file__).resolve().parent

# Long enough that nothing is sent before a program flushes at its end: one
# request holds a whole run, however slow the machine is.
_ONE_BATCH = {
    "OTEL_BSP_SCHEDULE_DELAY": "120000",
    "OTEL_BLRP_SCHEDULE_DELAY": "120000",
    "LANGFUSE_FLUSH_INTERVAL": "120",
}

_LANGFUSE = {"LANGFUSE_TRACING_ENVIRONMENT": "staging", "LANGFUSE_RELEASE": "2026.11.1"}

# Prices come with the package; without the second variable it looks for newer ones.
_LITELLM = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One run of one program.

    ``producer`` and ``name`` make the fixture's file name, together with the
    version of ``package``. ``environment`` names the pins.
    """

    producer: str
    name: str
    program: str
    package: str
    environment: str
    settings: dict = dataclasses.field(default_factory=dict)

    def open_environment(self, cache, python=RECORDING_PYTHON):
        """The isolated environment under the folder ``cache``; see PythonEnvironment for ``python``."""
        if NodeEnvironment.exists(self.environment):
            return NodeEnvironment(self.environment, cache)
        return PythonEnvironment(self.environment, cache, python)

    def expectation(self):
        """The hand-written file that says what the program did."""
        folder = "js" if NodeEnvironment.exists(self.environment) else "programs"
        return HERE / folder / f"{self.program}.expect.json"

    def fixture(self, environment):
        """The stem of this scenario's fixture files."""
        return f"{self.producer}-{environment.version(self.package)}-{self.name}"


SCENARIOS = (
    Scenario(
        "langfuse-python", "observations", "langfuse_observations", "langfuse", "langfuse-4", _LANGFUSE
    ),
    Scenario("langfuse-python", "openai", "langfuse_openai", "langfuse", "langfuse-4", _LANGFUSE),
    Scenario(
        "langfuse-python", "observations", "langfuse_observations", "langfuse", "langfuse-5", _LANGFUSE
    ),
    Scenario("langfuse-python", "openai", "langfuse_openai", "langfuse", "langfuse-5", _LANGFUSE),
    Scenario("langfuse-python", "generation", "langfuse_3_generation", "langfuse", "langfuse-3", _LANGFUSE),
    Scenario("langfuse-js", "observations", "observations", "@langfuse/otel", "langfuse-js", _LANGFUSE),
    Scenario("langfuse-js", "observations", "observations", "@langfuse/otel", "langfuse-js-4", _LANGFUSE),
    Scenario(
        "openinference-openai",
        "calls",
        "openinference_openai",
        "openinference-instrumentation-openai",
        "openinference",
    ),
    Scenario(
        "openinference-openai",
        "calls-with-gen-ai",
        "openinference_openai",
        "openinference-instrumentation-openai",
        "openinference",
        {"OPENINFERENCE_ENABLE_GENAI_SEMCONV": "true"},
    ),
    Scenario(
        "openinference-anthropic",
        "messages",
        "openinference_anthropic",
        "openinference-instrumentation-anthropic",
        "openinference",
    ),
    Scenario(
        "openinference-langchain",
        "retrieval-chain",
        "openinference_langchain",
        "openinference-instrumentation-langchain",
        "openinference",
    ),
    Scenario(
        "openinference",
        "span-kinds",
        "openinference_span_kinds",
        "openinference-instrumentation",
        "openinference",
    ),
    Scenario(
        "opentelemetry-python",
        "genai-1.28",
        "otel_genai_1_28",
        "opentelemetry-sdk",
        "otel",
        {"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip", "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "process,host,os"},
    ),
    Scenario(
        "opentelemetry-python",
        "genai-current",
        "otel_genai_current",
        "opentelemetry-sdk",
        "otel",
        {"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"},
    ),
    Scenario(
        "opentelemetry-genai-openai",
        "content-on-spans",
        "otel_genai_openai",
        "opentelemetry-instrumentation-genai-openai",
        "otel-genai",
        {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "span_only"},
    ),
    Scenario(
        "opentelemetry-genai-openai",
        "content-on-events",
        "otel_genai_openai",
        "opentelemetry-instrumentation-genai-openai",
        "otel-genai",
        {
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "event_only",
            "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT": "true",
        },
    ),
    Scenario(
        "opentelemetry-genai-anthropic",
        "content-on-spans",
        "otel_genai_anthropic",
        "opentelemetry-instrumentation-genai-anthropic",
        "otel-genai",
        {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "span_only"},
    ),
    Scenario(
        "opentelemetry-openai-v2",
        "message-log-events",
        "otel_openai_v2",
        "opentelemetry-instrumentation-openai-v2",
        "otel-openai-v2",
        {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"},
    ),
    Scenario("openllmetry", "agent", "openllmetry_agent", "traceloop-sdk", "openllmetry"),
    Scenario("openllmetry", "anthropic", "openllmetry_anthropic", "traceloop-sdk", "openllmetry"),
    Scenario(
        "openllmetry",
        "indexed-attributes",
        "openllmetry_indexed",
        "opentelemetry-instrumentation-openai",
        "openllmetry-0.40",
    ),
    Scenario(
        "openllmetry-langchain",
        "agent-and-vector-store",
        "openllmetry_langchain",
        "opentelemetry-instrumentation-langchain",
        "openllmetry-langchain",
    ),
    Scenario(
        "openllmetry-chromadb",
        "collection",
        "openllmetry_chromadb",
        "opentelemetry-instrumentation-chromadb",
        "openllmetry-chromadb",
    ),
    Scenario(
        "openllmetry-mcp",
        "client-and-server",
        "mcp_openllmetry",
        "opentelemetry-instrumentation-mcp",
        "mcp-openllmetry",
    ),
    Scenario("mcp-sdk", "client-and-server", "mcp_sdk", "mcp", "mcp"),
    Scenario(
        "openinference-llama-index",
        "query-and-agent",
        "openinference_llama_index",
        "openinference-instrumentation-llama-index",
        "openinference-llama-index",
    ),
    Scenario("pydantic-ai", "agents", "pydantic_ai_agents", "pydantic-ai-slim", "pydantic-ai"),
    Scenario("pydantic-ai", "agents-format-2", "pydantic_ai_format_2", "pydantic-ai-slim", "pydantic-ai"),
    Scenario("litellm", "calls", "litellm_calls", "litellm", "litellm", _LITELLM),
    Scenario(
        "litellm",
        "calls-newer-callback",
        "litellm_otel_2",
        "litellm",
        "litellm",
        {
            **_LITELLM,
            "LITELLM_OTEL_V2": "true",
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "span_only",
        },
    ),
    Scenario("vercel-ai", "calls", "vercel_ai_6", "ai", "vercel-ai-6"),
    Scenario("vercel-ai", "calls", "vercel_ai_7", "ai", "vercel-ai-7"),
)


class ProgramFailed(RuntimeError):
    """A capture program ended with an error; the text has its output."""


def run(scenario, environment, telemetry_url, model, public_key, secret_key, headers=""):
    """Run a scenario's program to its end.

    ``telemetry_url`` is the base URL for exports, ``model`` the open
    ModelService, ``headers`` the value of OTEL_EXPORTER_OTLP_HEADERS. The
    program gets a clean environment: nothing of the caller's but the PATH.
    """
    with tempfile.TemporaryDirectory() as scratch:
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MODEL_OPENAI_URL": model.openai_url,
            "MODEL_ANTHROPIC_URL": model.anthropic_url,
            "OTEL_EXPORTER_OTLP_ENDPOINT": telemetry_url,
            "LANGFUSE_BASE_URL": telemetry_url,
            "LANGFUSE_HOST": telemetry_url,
            "LANGFUSE_PUBLIC_KEY": public_key,
            "LANGFUSE_SECRET_KEY": secret_key,
            "TRACELOOP_BASE_URL": telemetry_url,
            "TRACELOOP_TELEMETRY": "false",
            "TRACELOOP_METRICS_ENABLED": "false",
            **_ONE_BATCH,
            **scenario.settings,
        }
        if headers:
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = headers
        done = subprocess.run(
            environment.command(scenario.program),
            env=variables,
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
    if done.returncode != 0:
        raise ProgramFailed(f"{scenario.program} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr
