#!/usr/bin/env python3
"""Send real SDK telemetry to a running Treeline server and see what it stored.

    TREELINE_URL=http://127.0.0.1:8080 TREELINE_PUBLIC_KEY=pk-... \\
        TREELINE_SECRET_KEY=sk-... python3 e2e/capture/live.py [producer ...]

Runs the capture programs against the server, unmodified but for the address and
the keys, one after the other, and then asks GraphQL for their traces. Requests
pass through a recording endpoint on 127.0.0.1, so a failed export is seen even
where an SDK would only log it, and it is known what was sent.

Standard output has a line per program. The exit status is 1 if an export
failed, was partly rejected or never came, or if something is stored otherwise
than the program's .expect.json says; each reason is a line on standard error.
An export that was answered is stored: it is asked for at once.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time
import urllib.parse

import comparison
import otlp_codec
import scenarios
import stored
from capture import spans_of
from model_service import ModelService
from receiver import Receiver

# Those that run without being named: the others are pinned in large sets, and
# some of them send content as log records.
_PRODUCERS = (
    "langfuse-python",
    "langfuse-js",
    "openinference",
    "openinference-anthropic",
    "openinference-langchain",
    "openinference-openai",
    "opentelemetry-python",
)

_RESPONSES = {"traces": "ExportTraceServiceResponse", "logs": "ExportLogsServiceResponse"}
_REQUESTS = {"traces": "ExportTraceServiceRequest", "logs": "ExportLogsServiceRequest"}

# How many environments are installed at a time: half of it is waiting.
_INSTALLERS = 2


def main():
    """The command line."""
    options = _options()
    chosen = [scenario for scenario in scenarios.SCENARIOS if scenario.producer in (options.producers or _PRODUCERS)]
    if not chosen:
        raise SystemExit("no scenario matches the given producers")
    environments = {s.environment: s.open_environment(options.venvs, sys.version_info[:2]) for s in chosen}
    try:
        _install(environments.values())
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{shlex.join(map(str, error.cmd))} ended with {error.returncode}") from None
    if options.install_only:
        return 0
    server = Server.from_variables()
    problems = []
    for scenario in chosen:
        name = scenario.fixture(environments[scenario.environment])
        began = time.monotonic()
        told, found = _try(scenario, environments[scenario.environment], server)
        print(f"{'FAILED' if found else 'ok'} {name}: {told}, {time.monotonic() - began:.1f} s", flush=True)
        problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


class Server:
    """A running server and an API key of it."""

    def __init__(self, url, public_key, secret_key):
        self.url = url
        self.public_key = public_key
        self.secret_key = secret_key
        token = base64.b64encode(f"{public_key}:{secret_key}".encode()).decode("ascii")
        self.authorization = f"Basic {token}"

    @classmethod
    def from_variables(cls):
        """The server that the environment variables name."""
        names = ("TREELINE_URL", "TREELINE_PUBLIC_KEY", "TREELINE_SECRET_KEY")
        if not all(os.environ.get(name) for name in names):
            raise SystemExit("set " + ", ".join(names))
        return cls(*(os.environ[name] for name in names))


def _try(scenario, environment, server):
    """Run one scenario; returns what it sent in a few words, and what is wrong."""
    problems = []
    with ModelService() as model, Receiver(upstream=server.url) as receiver:
        try:
            scenarios.run(
                scenario,
                environment,
                receiver.base_url,
                model,
                server.public_key,
                server.secret_key,
                # The encoding that OTEL_EXPORTER_OTLP_HEADERS wants.
                headers="Authorization=" + urllib.parse.quote(server.authorization),
            )
        except (scenarios.ProgramFailed, subprocess.TimeoutExpired) as error:
            problems.append(str(error))
        exports = [exchange for exchange in receiver.exchanges() if exchange.signal]
    problems += failures(exports)
    spans = list(spans_of(_request(export) for export in taken(exports) if export.signal == "traces"))
    trace_ids = sorted({span["traceId"] for span in spans})
    try:
        traces = {trace_id: stored.read(server.url, server.authorization, trace_id) for trace_id in trace_ids}
    except stored.QueryFailed as error:
        problems.append(str(error))
    else:
        problems += comparison.differences(json.loads(scenario.expectation().read_text()), spans, traces)
    return f"spans {len(spans)}, traces {len(trace_ids)}", problems


def _install(environments):
    def install(environment):
        began = time.monotonic()
        if environment.install():
            print(f"installed {environment.name} in {time.monotonic() - began:.0f} s", flush=True)

    with concurrent.futures.ThreadPoolExecutor(_INSTALLERS) as pool:
        # Taking the results raises what an installation raised.
        list(pool.map(install, environments))


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


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = sorted({scenario.producer for scenario in scenarios.SCENARIOS})
    parser.add_argument(
        "producers",
        nargs="*",
        metavar="producer",
        help=f"of {', '.join(known)} (default: {', '.join(_PRODUCERS)})",
    )
    parser.add_argument("--install-only", action="store_true", help="install the packages and run nothing")
    parser.add_argument(
        "--venvs",
        type=pathlib.Path,
        default=scenarios.HERE / ".venvs",
        help="cache folder for the packages",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
