"""Tests of the capture's own parts: python3 -m unittest discover e2e/capture"""

import copy
import dataclasses
import gzip
import unittest
import urllib.request

import comparison
import live
import neutral
import otlp_codec
from receiver import Exchange, Receiver

REQUEST = {
    "resourceSpans": [
        {
            "resource": {"attributes": [{"key": "host.name", "value": {"stringValue": "build-17"}}]},
            "scopeSpans": [
                {
                    "scope": {"name": "ferry.desk"},
                    "spans": [
                        {
                            "traceId": "0af7651916cd43dd8448eb211c80319c",
                            "spanId": "b7ad6b7169203331",
                            "name": "chat",
                            "kind": 3,
                            "startTimeUnixNano": "18446744073709551615",
                            "attributes": [
                                {"key": "empty", "value": {"stringValue": ""}},
                                {"key": "absent", "value": {}},
                                {"key": "negative", "value": {"intValue": "-1"}},
                                {"key": "nan", "value": {"doubleValue": "NaN"}},
                                {"key": "flag", "value": {"boolValue": False}},
                                {"key": "raw", "value": {"bytesValue": "AP8="}},
                                {
                                    "key": "list",
                                    "value": {"arrayValue": {"values": [{"doubleValue": 0.5}, {"stringValue": "å"}]}},
                                },
                                {"key": "server.port", "value": {"intValue": "51999"}},
                                {
                                    "key": "url.full",
                                    "value": {"stringValue": "http://127.0.0.1:51999/v1"},
                                },
                            ],
                            "status": {"message": "in /srv/build/app.py", "code": 2},
                            "flags": 256,
                        }
                    ],
                }
            ],
        }
    ]
}

ACCEPTED = Exchange(
    method="POST",
    path="/v1/traces",
    content_type="application/x-protobuf",
    content_encoding="",
    body=otlp_codec.encode(REQUEST, "ExportTraceServiceRequest"),
    wire_size=0,
    status=200,
    answer=b"",
)


class CodecTest(unittest.TestCase):
    def test_decoding_what_was_encoded_gives_it_back(self):
        body = otlp_codec.encode(REQUEST, "ExportTraceServiceRequest")
        self.assertEqual(otlp_codec.decode(body, "ExportTraceServiceRequest"), REQUEST)

    def test_every_truncation_is_refused(self):
        body = otlp_codec.encode(REQUEST, "ExportTraceServiceRequest")
        for end in range(1, len(body)):
            with self.assertRaises(otlp_codec.CodecError):
                otlp_codec.decode(body[:end], "ExportTraceServiceRequest")

    def test_an_unknown_field_is_refused(self):
        with self.assertRaises(otlp_codec.CodecError):
            otlp_codec.decode(b"\x7a\x00", "ExportTraceServiceRequest")


class NeutralizerTest(unittest.TestCase):
    def test_paths_ports_and_hosts_become_neutral_and_content_stays(self):
        neutralizer = neutral.Neutralizer({"/srv/build": "/app"}, {51999: 8000})
        group = neutralizer.apply(REQUEST)["resourceSpans"][0]
        span = group["scopeSpans"][0]["spans"][0]
        attributes = {pair["key"]: pair["value"] for pair in span["attributes"]}
        self.assertEqual(group["resource"]["attributes"][0]["value"], {"stringValue": "app-host"})
        self.assertEqual(span["status"]["message"], "in /app/app.py")
        self.assertEqual(attributes["server.port"], {"intValue": "8000"})
        self.assertEqual(attributes["url.full"], {"stringValue": "http://127.0.0.1:8000/v1"})
        self.assertEqual(attributes["negative"], {"intValue": "-1"})
        self.assertEqual(span["traceId"], "0af7651916cd43dd8448eb211c80319c")


class ReceiverTest(unittest.TestCase):
    def test_a_compressed_export_is_recorded_as_what_it_held(self):
        with Receiver() as receiver:
            status = _post(receiver.base_url + "/v1/traces", gzip.compress(ACCEPTED.body))
            (exchange,) = receiver.exchanges()
        self.assertEqual((status, exchange.signal, exchange.body), (200, "traces", ACCEPTED.body))

    def test_an_upstream_server_answers_through_the_receiver(self):
        with Receiver() as server, Receiver(upstream=server.base_url) as receiver:
            _post(receiver.base_url + "/v1/traces", gzip.compress(ACCEPTED.body))
            self.assertEqual(server.exchanges()[0].body, ACCEPTED.body)
            self.assertEqual(receiver.exchanges()[0].status, 200)


class LiveTest(unittest.TestCase):
    def test_nothing_exported_is_a_failure(self):
        self.assertTrue(live.failures([]))

    def test_a_refusal_is_a_failure_unless_the_export_was_taken_later(self):
        refused = dataclasses.replace(ACCEPTED, status=503, answer=b"busy")
        self.assertTrue(live.failures([refused]))
        self.assertEqual(live.failures([refused, ACCEPTED]), [])

    def test_partly_rejected_spans_are_a_failure(self):
        partial = {"partialSuccess": {"rejectedSpans": "2", "errorMessage": "bad ids"}}
        answer = otlp_codec.encode(partial, "ExportTraceServiceResponse")
        self.assertIn("rejected 2: bad ids", live.failures([dataclasses.replace(ACCEPTED, answer=answer)])[0])

    def test_a_warning_without_rejections_is_no_failure(self):
        answer = otlp_codec.encode({"partialSuccess": {"errorMessage": "old"}}, "ExportTraceServiceResponse")
        self.assertEqual(live.failures([dataclasses.replace(ACCEPTED, answer=answer)]), [])


SENT = [
    {
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "spanId": "00000000000000a1",
        "name": "ferry-desk",
        "startTimeUnixNano": "1790000000000000001",
        "endTimeUnixNano": "1790000002000000000",
        "attributes": [{"key": "output.value", "value": {"stringValue": "null"}}],
    },
    {
        "traceId": "0af7651916cd43dd8448eb211c80319c",
        "spanId": "00000000000000a2",
        "parentSpanId": "00000000000000a1",
        "name": "chat",
        "startTimeUnixNano": "1790000001000000000",
        "endTimeUnixNano": "1790000001500000000",
        "attributes": [{"key": "input.value", "value": {"stringValue": "[]"}}],
    },
]

EXPECTATION = {
    "traces": 1,
    "totals": {"modelCalls": 1, "inputTokens": 42, "outputTokens": 11},
    "spans": [
        {"name": "ferry-desk", "type": "AGENT", "userId": "user-31", "tags": ["ferry", "beta"]},
        {
            "name": "chat",
            "parentName": "ferry-desk",
            "type": "GENERATION",
            "model": "gpt-4.1-mini",
            "inputTokens": 42,
            "outputTokens": 11,
            "promptVersion": "3",
            "firstInputText": "When?",
            "outputText": "At 23:30.",
        },
    ],
}

STORED = {
    "traceId": "0af7651916cd43dd8448eb211c80319c",
    "userId": "user-31",
    "tags": ["beta", "ferry"],
    "environment": "default",
    "state": "COMPLETE",
    "session": None,
    "usage": {"inputTokens": 42, "outputTokens": 11},
    "root": {"observationId": "00000000000000a1"},
    "tree": [
        {
            "depth": 0,
            "isOrphan": False,
            "observation": {
                "observationId": "00000000000000a1",
                "type": "AGENT",
                "name": "ferry-desk",
                "parent": None,
                "startedAt": "2026-09-21T14:13:20.000000001Z",
                "endedAt": "2026-09-21T14:13:22Z",
                "status": "OK",
                "level": "DEFAULT",
                "environment": "default",
                "input": None,
                "output": None,
            },
        },
        {
            "depth": 1,
            "isOrphan": False,
            "observation": {
                "observationId": "00000000000000a2",
                "type": "GENERATION",
                "name": "chat",
                "parent": {"observationId": "00000000000000a1"},
                "startedAt": "2026-09-21T14:13:21Z",
                "endedAt": "2026-09-21T14:13:21.5Z",
                "status": "UNSET",
                "level": "DEFAULT",
                "environment": "default",
                "input": None,
                "output": None,
                "usage": {"inputTokens": 42, "outputTokens": 11, "totalTokens": 53},
                "requestModel": "gpt-4.1-mini",
                "responseModel": None,
                "promptName": None,
                "promptNumber": 3,
                "promptVersionText": None,
                "messages": [{"parts": [{}, {"text": "When?"}]}],
                "completion": [{"parts": [{"text": "At 23:30."}]}],
            },
        },
    ],
}


class ComparisonTest(unittest.TestCase):
    def test_what_is_stored_as_sent_and_expected_differs_in_nothing(self):
        self.assertEqual(comparison.differences(EXPECTATION, SENT, {STORED["traceId"]: STORED}), [])

    def test_every_wrong_field_is_named_with_what_is_wanted_and_found(self):
        cases = {
            "type": ("CHAIN", "'chat' below 'ferry-desk': type is \"CHAIN\", want \"GENERATION\""),
            "name": ("talk", "name is \"talk\", want \"chat\""),
            "parent": (None, "parent is null, want \"00000000000000a1\""),
            "startedAt": ("2026-09-21T14:13:21.000000001Z", "startedAt is 1790000001000000001, want 1790000001000000000"),
            "endedAt": (None, "endedAt is null"),
            "status": ("ERROR", "status is \"ERROR\", want null"),
            "environment": ("staging", "environment is \"staging\", want \"default\""),
            "usage": ({"inputTokens": 41, "outputTokens": 11}, "inputTokens is 41, want 42"),
            "requestModel": ("gpt-5", "model is \"gpt-5\", want \"gpt-4.1-mini\""),
            "promptName": ("ferry", "promptName is \"ferry\", want null"),
            "promptNumber": (None, "promptVersion is null, want \"3\""),
            "messages": ([], "input is missing"),
            "completion": ([], "outputText is null, want \"At 23:30.\""),
        }
        for field, (value, sentence) in cases.items():
            with self.subTest(field=field):
                trace = copy.deepcopy(STORED)
                trace["tree"][1]["observation"][field] = value
                self.assertIn(sentence, "\n".join(comparison.differences(EXPECTATION, SENT, {trace["traceId"]: trace})))

    def test_wrong_facts_of_the_trace_are_named(self):
        cases = {
            "userId": (None, "userId is null, want \"user-31\""),
            "session": ({"sessionId": "s"}, "sessionId is \"s\", want null"),
            "tags": ([], "tags is [], want [\"beta\", \"ferry\"]"),
            "state": ("RUNNING", "state is \"RUNNING\", want \"COMPLETE\""),
            "root": (None, "root is null"),
            "usage": ({"inputTokens": 84, "outputTokens": 11}, "the run: inputTokens is 84, want 42"),
            "tree": (STORED["tree"][:1], "'chat' below 'ferry-desk': is not stored"),
        }
        for field, (value, sentence) in cases.items():
            with self.subTest(field=field):
                trace = {**STORED, field: value}
                self.assertIn(sentence, "\n".join(comparison.differences(EXPECTATION, SENT, {trace["traceId"]: trace})))

    def test_a_missing_trace_and_a_missing_span_are_differences(self):
        missing = comparison.differences(EXPECTATION, SENT, {STORED["traceId"]: None})
        self.assertIn(f"trace {STORED['traceId']} of 2 spans is not stored", missing)
        unsent = comparison.differences(EXPECTATION, SENT[:1], {STORED["traceId"]: STORED})
        self.assertIn("'chat' below 'ferry-desk': was not sent", unsent)

    def test_rows_in_another_order_are_a_difference(self):
        trace = {**STORED, "tree": STORED["tree"][::-1]}
        (difference,) = comparison.differences(EXPECTATION, SENT, {trace["traceId"]: trace})
        self.assertIn("the tree is", difference)


def _post(url, body):
    headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
        return response.status


if __name__ == "__main__":
    unittest.main()
