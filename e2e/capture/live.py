#!/usr/bin/env python3
"""Send real SDK telemetry to a running Treeline server.

    python3 e2e/capture/live.py --base-url http://127.0.0.1:8080 \\
        --public-key pk-... --secret-key sk-...

Runs the capture programs of the Langfuse SDK, of OpenInference and of the plain
OpenTelemetry SDK against the server, unmodified but for the address and the
keys. Requests pass through a recording endpoint on 127.0.0.1, so a failed
export is seen even where an SDK would only log it.

Standard output is one JSON object: "traceIds", every trace id that the server
took, and "runs", one entry per program with its trace ids, its span count and
the path of the file that says what the program did. The exit status is 1 if an
export failed, was partly rejected, or never came; the reason is on standard
error.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import sys
import urllib.parse

import otlp_codec
import scenarios
from capture import spans_of
from model_service import ModelService
from receiver import Receiver

_PRODUCERS = (
    "langfuse-python",
    "openinference-openai",
    "openinference-langchain",
    "opentelemetry-python",
)
_RESPONSES = {"traces": "ExportTraceServiceResponse", "logs": "ExportLogsServiceResponse"}
_REQUESTS = {"traces": "ExportTraceServiceRequest", "logs": "ExportLogsServiceRequest"}


def main():
    """The command line."""
    options = _options()
    chosen = options.producer or _PRODUCERS
    runs, problems = [], []
    for scenario in scenarios.SCENARIOS:
        if scenario.producer not in chosen:
            continue
        environment = scenario.open_environment(options.venvs)
        environment.install()
        name = scenario.fixture(environment)
        with ModelService() as model, Receiver(upstream=options.base_url) as receiver:
            try:
                scenarios.run(
                    scenario,
                    environment,
                    receiver.base_url,
                    model,
                    options.public_key,
                    options.secret_key,
                    headers=_authorization(options.public_key, options.secret_key),
                )
            except scenarios.ProgramFailed as error:
                problems.append(f"{name}: {error}")
            exports = [exchange for exchange in receiver.exchanges() if exchange.signal]
        problems += [f"{name}: {problem}" for problem in failures(exports)]
        spans = list(spans_of(_request(export) for export in taken(exports) if export.signal == "traces"))
        runs.append(
            {
                "fixture": name,
                "traceIds": sorted({span["traceId"] for span in spans}),
                "spans": len(spans),
                "expectation": str(scenario.expectation()),
            }
        )
    if not runs:
        problems.append("no scenario matches the given producers")
    trace_ids = sorted({trace_id for run in runs for trace_id in run["traceIds"]})
    json.dump({"traceIds": trace_ids, "runs": runs}, sys.stdout, indent=1)
    print()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def failures(exports):
    """What went wrong with a run's exports, as sentences; empty if nothing did.

    An export that was refused and then taken when the SDK sent it again is fine.
    """
    if not exports:
        return ["the program exported nothing"]
    done = {_identity(export) for export in taken(exports)}
    found = []
    for export in exports:
        if not 200 <= export.status < 300:
            if _identity(export) not in done:
                found.append(f"{export.path} answered {export.status}: {export.answer[:300]!r}")
            continue
        try:
            partial = _answer(export).get("partialSuccess") or {}
        except (ValueError, AttributeError):
            found.append(f"{export.path} answered with what is no export response: {export.answer[:300]!r}")
            continue
        rejected = int(partial.get("rejectedSpans") or partial.get("rejectedLogRecords") or 0)
        if rejected:
            found.append(f"{export.path} rejected {rejected}: {partial.get('errorMessage', '')}")
    return list(dict.fromkeys(found))


def taken(exports):
    """The exports that the server accepted, each once however often it was sent."""
    accepted = {}
    for export in exports:
        if 200 <= export.status < 300:
            accepted.setdefault(_identity(export), export)
    return list(accepted.values())


def _identity(export):
    return export.path, hashlib.sha256(export.body).hexdigest()


def _request(export):
    if export.is_json:
        return json.loads(export.body)
    return otlp_codec.decode(export.body, _REQUESTS[export.signal])


def _answer(export):
    if export.answer.lstrip().startswith(b"{"):
        return json.loads(export.answer)
    return otlp_codec.decode(export.answer, _RESPONSES[export.signal])


def _authorization(public_key, secret_key):
    """Basic credentials in the encoding that OTEL_EXPORTER_OTLP_HEADERS wants."""
    token = base64.b64encode(f"{public_key}:{secret_key}".encode()).decode("ascii")
    return "Authorization=" + urllib.parse.quote(f"Basic {token}")


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", required=True, help="the server, for example http://127.0.0.1:8080")
    parser.add_argument("--public-key", required=True)
    parser.add_argument("--secret-key", required=True)
    parser.add_argument(
        "--producer",
        action="append",
        metavar="PRODUCER",
        help="run only this producer; may be given again (default: " + ", ".join(_PRODUCERS) + ")",
    )
    parser.add_argument(
        "--venvs",
        type=pathlib.Path,
        default=scenarios.HERE / ".venvs",
        help="cache folder for the packages",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
