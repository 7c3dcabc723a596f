#!/usr/bin/env python3
"""Record what telemetry SDKs really send, as fixtures for the mapping tests.

    python3 e2e/capture/capture.py --all
    python3 e2e/capture/capture.py langfuse-python openllmetry

Each scenario (see scenarios.py) runs an unmodified SDK against a scripted model
service and a recording endpoint, both on 127.0.0.1, and leaves beside each
other in the output folder:

    <fixture>.otlp.json    the export requests in order, as OTLP/JSON
    <fixture>.pb.gz        the bytes of the request's body (.json.gz if it was
                           JSON; numbered when a run sent several)
    <fixture>.expect.json  what the program did, written by hand
    manifest.json          paths and encodings of every request

Machine names, paths and ports are replaced by neutral ones in all of them.
"""

import argparse
import collections
import gzip
import json
import pathlib
import shutil
import sys

import neutral
import otlp_codec
import scenarios
from model_service import ModelService
from receiver import Receiver

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "ingest" / "convention" / "testdata" / "captured"

RAW_LIMIT = 64 << 10
FOLDER_LIMIT = 2 << 20

_MESSAGES = {"traces": "ExportTraceServiceRequest", "logs": "ExportLogsServiceRequest"}


class CaptureError(RuntimeError):
    """A capture that must not become a fixture; the text says why."""


def main():
    """The command line."""
    options = _options()
    wanted = [s for s in scenarios.SCENARIOS if options.all or s.producer in options.producers]
    if not wanted:
        raise SystemExit("nothing to capture: give --all, or producers of " + ", ".join(_producers()))
    options.out.mkdir(parents=True, exist_ok=True)
    manifest_path = options.out / "manifest.json"
    manifest = {} if options.all or not manifest_path.exists() else json.loads(manifest_path.read_text())
    if options.all:
        _remove_fixtures(options.out)
    for scenario in wanted:
        environment = scenario.open_environment(options.venvs)
        environment.install()
        name = scenario.fixture(environment)
        try:
            manifest[name] = capture(scenario, environment, options.out)
        except (CaptureError, scenarios.ProgramFailed, otlp_codec.CodecError) as error:
            raise SystemExit(f"{name}: {error}") from None
        print(f"{name}: {manifest[name]['spans']} spans, {len(manifest[name]['requests'])} requests")
    _write_json(manifest_path, dict(sorted(manifest.items())))
    size = sum(path.stat().st_size for path in options.out.iterdir())
    if size > FOLDER_LIMIT:
        raise SystemExit(f"the fixtures take {size} bytes, more than the {FOLDER_LIMIT} they may")


def capture(scenario, environment, out):
    """Run one scenario, write its fixture files, return its manifest entry."""
    with ModelService() as model, Receiver() as receiver:
        scenarios.run(scenario, environment, receiver.base_url, model, "pk-lf-fixture", "sk-lf-fixture")
        exports = [exchange for exchange in receiver.exchanges() if exchange.signal]
        ports = {model.port: neutral.MODEL_PORT, receiver.port: neutral.TELEMETRY_PORT}
    if not exports:
        raise CaptureError("the program exported nothing")
    neutralizer = neutral.Neutralizer(environment.paths(), ports)
    name = scenario.fixture(environment)
    requests, described = [], []
    for number, export in enumerate(exports, start=1):
        request, raw = _neutral_request(export, neutralizer)
        requests.append(request)
        suffix = "json" if export.is_json else "pb"
        file = f"{name}.{suffix}.gz" if len(exports) == 1 else f"{name}.{number}.{suffix}.gz"
        compressed = gzip.compress(raw, mtime=0)
        if len(compressed) > RAW_LIMIT:
            raise CaptureError(f"{file} would take {len(compressed)} bytes")
        (out / file).write_bytes(compressed)
        described.append(
            {
                "file": file,
                "signal": export.signal,
                "path": export.path,
                "contentType": export.content_type,
                "contentEncoding": export.content_encoding or "identity",
            }
        )
    expectation = scenario.expectation()
    _check(requests, json.loads(expectation.read_text()))
    _write_json(out / f"{name}.otlp.json", requests)
    shutil.copyfile(expectation, out / f"{name}.expect.json")
    return {
        "package": f"{scenario.package} {environment.version(scenario.package)}",
        "program": scenario.program,
        "settings": scenario.settings,
        "spans": sum(1 for _ in spans_of(requests)),
        "requests": described,
    }


def spans_of(requests):
    """Every span of decoded trace requests, in wire order."""
    for request in requests:
        for resource in request.get("resourceSpans", ()):
            for scope in resource.get("scopeSpans", ()):
                yield from scope.get("spans", ())


def _neutral_request(export, neutralizer):
    """The request as OTLP/JSON and as bytes, both without the machine's marks."""
    if export.is_json:
        request = json.loads(export.body)
        encode = _compact_json
    else:
        message = _MESSAGES[export.signal]
        request = otlp_codec.decode(export.body, message)

        def encode(value):
            return otlp_codec.encode(value, message)

    if encode(request) != export.body:
        raise CaptureError("a request does not survive decoding and encoding: extend the codec")
    request = neutralizer.apply(request)
    left = neutral.marks(json.dumps(request, ensure_ascii=False))
    if left:
        raise CaptureError(f"the request still tells about this machine: {left}")
    return request, encode(request)


def _check(requests, expectation):
    """The expectation names exactly the spans that were sent, parents included."""
    spans = list(spans_of(requests))
    names = {span["spanId"]: span["name"] for span in spans}
    sent = collections.Counter(
        (span["name"], names.get(span.get("parentSpanId"), "") if span.get("parentSpanId") else "")
        for span in spans
    )
    expected = collections.Counter((span["name"], span.get("parentName", "")) for span in expectation["spans"])
    if sent != expected:
        raise CaptureError(
            "the spans are not those of the expectation"
            f"\n  not expected: {sorted((sent - expected).elements())}"
            f"\n  not sent:     {sorted((expected - sent).elements())}"
        )


def _compact_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _write_json(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _remove_fixtures(folder):
    for pattern in ("*.otlp.json", "*.expect.json", "*.pb.gz", "*.json.gz"):
        for path in folder.glob(pattern):
            path.unlink()


def _producers():
    return sorted({scenario.producer for scenario in scenarios.SCENARIOS})


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("producers", nargs="*", metavar="producer", help=", ".join(_producers()))
    parser.add_argument("--all", action="store_true", help="capture every scenario anew")
    parser.add_argument("--out", type=pathlib.Path, default=FIXTURES, help="folder for the fixtures")
    parser.add_argument(
        "--venvs", type=pathlib.Path, default=HERE / ".venvs", help="cache folder for the packages"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
