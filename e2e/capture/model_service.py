"""A loopback stand-in for the HTTP APIs of model providers.

It speaks enough of the OpenAI API (chat completions with streaming and tool
calls, embeddings, responses) and of the Anthropic messages API for the
official client libraries to work unmodified, and it answers from a fixed
script. So the content and the token counts of every call that a capture
program makes are known before the program runs; the hand-written expectations
rest on the tables below.
"""

import base64
import dataclasses
import hashlib
import http.server
import itertools
import json
import re
import struct
import threading

EMBEDDING_DIMENSIONS = 8

UNKNOWN_MODEL = "ferry-model-that-is-not-there"
"""A model name that every API of the stand-in refuses with status 404."""

_CREATED = 1790000000


@dataclasses.dataclass(frozen=True)
class Reply:
    """What the model says, and what it charges for it.

    ``tool_calls`` are (function name, arguments) pairs. The token counts follow
    the OpenAI reading: ``cached`` is a part of ``prompt``, ``reasoning`` is a
    part of ``completion``.
    """

    text: str = ""
    tool_calls: tuple = ()
    prompt: int = 0
    completion: int = 0
    cached: int = 0
    reasoning: int = 0


# The first entry whose phrase occurs in the conversation's last turn answers it.
_SCRIPT = (
    ("last ferry", Reply("The last ferry leaves Horten at 23:30.", prompt=42, completion=11)),
    ("timetable", Reply("There are 24 departures on a weekday.", prompt=1350, completion=220, cached=1024, reasoning=128)),
    ("count to three", Reply("one two three", prompt=18, completion=5)),
    (
        "weather in Bergen and Oslo",
        Reply(
            tool_calls=(
                ("get_weather", {"city": "Bergen", "unit": "celsius"}),
                ("get_weather", {"city": "Oslo", "unit": "celsius"}),
            ),
            prompt=88,
            completion=36,
        ),
    ),
    (
        "weather in Bergen",
        Reply(tool_calls=(("get_weather", {"city": "Bergen", "unit": "celsius"}),), prompt=80, completion=19),
    ),
    ("rain", Reply("It rains in Bergen at 7 degrees.", prompt=121, completion=13)),
)
_FALLBACK = Reply("I can only talk about ferries.", prompt=10, completion=7)


class ModelService:
    """A context manager: the service listens on 127.0.0.1 while it is open.

    ``openai_url`` and ``anthropic_url`` are the base URLs for the two clients.
    """

    def __init__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.serial = itertools.count(1)
        self.port = self._server.server_address[1]
        self.openai_url = f"http://127.0.0.1:{self.port}/v1"
        self.anthropic_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        serve = {
            "/v1/chat/completions": self._chat,
            "/v1/embeddings": self._embeddings,
            "/v1/responses": self._responses,
            "/v1/messages": self._messages,
        }.get(self.path.split("?")[0])
        if serve is None:
            self._json({"error": {"message": f"no such route: {self.path}", "type": "invalid_request_error"}}, 404)
        elif request.get("model") == UNKNOWN_MODEL:
            self._refuse(request["model"])
        else:
            serve(request, next(self.server.serial))

    def log_message(self, *_):
        pass

    def _refuse(self, model):
        if self.path.startswith("/v1/messages"):
            self._json({"type": "error", "error": {"type": "not_found_error", "message": f"model: {model}"}}, 404)
            return
        error = {
            "message": f"The model `{model}` does not exist",
            "type": "invalid_request_error",
            "param": None,
            "code": "model_not_found",
        }
        self._json({"error": error}, 404)

    def _chat(self, request, serial):
        reply = _answer(request["messages"])
        base = {
            "id": f"chatcmpl-{serial:04d}",
            "created": _CREATED,
            "model": _dated(request["model"]),
            "service_tier": "default",
            "system_fingerprint": "fp_ferry",
        }
        calls = [
            {
                "id": f"call_{serial:04d}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for index, (name, arguments) in enumerate(reply.tool_calls)
        ]
        finish = "tool_calls" if calls else "stop"
        usage = {
            "prompt_tokens": reply.prompt,
            "completion_tokens": reply.completion,
            "total_tokens": reply.prompt + reply.completion,
            "prompt_tokens_details": {"cached_tokens": reply.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": reply.reasoning, "audio_tokens": 0},
        }
        if not request.get("stream"):
            message = {"role": "assistant", "content": reply.text or None, "refusal": None}
            if calls:
                message["tool_calls"] = calls
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
            self._json({**base, "object": "chat.completion", "choices": [choice], "usage": usage})
            return
        base["object"] = "chat.completion.chunk"
        deltas = [{"role": "assistant", "content": "" if reply.text else None}]
        deltas += [{"content": piece} for piece in _pieces(reply.text)]
        for index, call in enumerate(calls):
            head = {**call, "index": index, "function": {"name": call["function"]["name"], "arguments": ""}}
            deltas.append({"tool_calls": [head]})
            for piece in _pieces(call["function"]["arguments"]):
                deltas.append({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        chunks = [(None, {**base, "choices": [_chunk_choice(delta, None)]}) for delta in deltas]
        chunks.append((None, {**base, "choices": [_chunk_choice({}, finish)]}))
        if (request.get("stream_options") or {}).get("include_usage"):
            chunks.append((None, {**base, "choices": [], "usage": usage}))
        self._events(chunks, done=True)

    def _embeddings(self, request, serial):
        inputs = request["input"] if isinstance(request["input"], list) else [request["input"]]
        data = []
        for index, text in enumerate(inputs):
            vector = _vector(str(text))
            if request.get("encoding_format") == "base64":
                vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")
            data.append({"object": "embedding", "index": index, "embedding": vector})
        tokens = sum(len(str(text).split()) for text in inputs)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        self._json({"object": "list", "data": data, "model": request["model"], "usage": usage})

    def _responses(self, request, serial):
        turn = request["input"]
        reply = _answer([{"role": "user", "content": turn}] if isinstance(turn, str) else turn)
        if reply.tool_calls:
            output = [
                {
                    "type": "function_call",
                    "id": f"fc_{serial:04d}_{index}",
                    "call_id": f"call_{serial:04d}_{index}",
                    "name": name,
                    "arguments": json.dumps(arguments),
                    "status": "completed",
                }
                for index, (name, arguments) in enumerate(reply.tool_calls)
            ]
        else:
            content = [{"type": "output_text", "text": reply.text, "annotations": [], "logprobs": []}]
            output = [
                {
                    "type": "message",
                    "id": f"msg_{serial:04d}",
                    "role": "assistant",
                    "status": "completed",
                    "content": content,
                }
            ]
        response = {
            "id": f"resp_{serial:04d}",
            "object": "response",
            "created_at": _CREATED,
            "status": "completed",
            "error": None,
            "incomplete_details": None,
            "instructions": request.get("instructions"),
            "metadata": {},
            "model": _dated(request["model"]),
            "output": output,
            "parallel_tool_calls": True,
            "temperature": request.get("temperature", 1.0),
            "tool_choice": request.get("tool_choice", "auto"),
            "tools": request.get("tools", []),
            "top_p": 1.0,
            "service_tier": "default",
            "usage": {
                "input_tokens": reply.prompt,
                "input_tokens_details": {"cached_tokens": reply.cached},
                "output_tokens": reply.completion,
                "output_tokens_details": {"reasoning_tokens": reply.reasoning},
                "total_tokens": reply.prompt + reply.completion,
            },
        }
        if request.get("stream"):
            self._events(_response_events(response), done=False)
        else:
            self._json(response)

    def _messages(self, request, serial):
        reply = _answer(request["messages"])
        content = [{"type": "text", "text": reply.text}] if reply.text else []
        content += [
            {"type": "tool_use", "id": f"toolu_{serial:04d}_{index}", "name": name, "input": arguments}
            for index, (name, arguments) in enumerate(reply.tool_calls)
        ]
        # Anthropic counts cached tokens beside input_tokens, not within it.
        usage = {
            "input_tokens": reply.prompt - reply.cached,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": reply.cached,
            "output_tokens": reply.completion,
            "service_tier": "standard",
        }
        message = {
            "id": f"msg_{serial:04d}",
            "type": "message",
            "role": "assistant",
            "model": request["model"],
            "content": content,
            "stop_reason": "tool_use" if reply.tool_calls else "end_turn",
            "stop_sequence": None,
            "usage": usage,
        }
        if request.get("stream"):
            self._events(_message_events(message), done=False)
        else:
            self._json(message)

    def _json(self, payload, status=200):
        body = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self, events, done):
        """Server-sent events; each is (event name or None, payload)."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for name, payload in events:
            head = f"event: {name}\n" if name else ""
            self.wfile.write(f"{head}data: {json.dumps(payload)}\n\n".encode())
            self.wfile.flush()
        if done:
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True


def _answer(messages):
    """The scripted reply to a conversation, in any of the three APIs' shapes."""
    turn = messages[-1]
    text = json.dumps(turn)
    role_is_tool = turn.get("role") == "tool" or turn.get("type") == "function_call_output" or "tool_result" in text
    if role_is_tool:
        text = "rain"
    return next((reply for phrase, reply in _SCRIPT if phrase in text), _FALLBACK)


def _dated(model):
    """Providers answer with a dated snapshot of the model that was asked for."""
    return model if re.search(r"\d{4}-\d{2}-\d{2}$", model) else f"{model}-2026-02-01"


def _pieces(text):
    return re.findall(r"\S+\s*", text)


def _chunk_choice(delta, finish):
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _vector(text):
    digest = hashlib.sha256(text.encode()).digest()
    return [(byte - 128) / 128 for byte in digest[:EMBEDDING_DIMENSIONS]]


def _response_events(response):
    serial = itertools.count()

    def event(kind, **fields):
        return kind, {"type": kind, "sequence_number": next(serial), **fields}

    opened = {**response, "status": "in_progress", "output": [], "usage": None}
    yield event("response.created", response=opened)
    yield event("response.in_progress", response=opened)
    for index, item in enumerate(response["output"]):
        place = {"output_index": index, "item_id": item["id"]}
        if item["type"] == "message":
            part = item["content"][0]
            yield event(
                "response.output_item.added",
                output_index=index,
                item={**item, "status": "in_progress", "content": []},
            )
            yield event("response.content_part.added", **place, content_index=0, part={**part, "text": ""})
            for piece in _pieces(part["text"]):
                yield event("response.output_text.delta", **place, content_index=0, delta=piece, logprobs=[])
            yield event("response.output_text.done", **place, content_index=0, text=part["text"], logprobs=[])
            yield event("response.content_part.done", **place, content_index=0, part=part)
        else:
            yield event(
                "response.output_item.added",
                output_index=index,
                item={**item, "status": "in_progress", "arguments": ""},
            )
            yield event("response.function_call_arguments.delta", **place, delta=item["arguments"])
            yield event(
                "response.function_call_arguments.done", **place, name=item["name"], arguments=item["arguments"]
            )
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=response)


def _message_events(message):
    def event(kind, **fields):
        return kind, {"type": kind, **fields}

    opened_usage = {**message["usage"], "output_tokens": 1}
    yield event("message_start", message={**message, "content": [], "stop_reason": None, "usage": opened_usage})
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            for piece in _pieces(block["text"]):
                yield event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
        else:
            yield event("content_block_start", index=index, content_block={**block, "input": {}})
            for piece in _pieces(json.dumps(block["input"])):
                yield event(
                    "content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece}
                )
        yield event("content_block_stop", index=index)
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield event("message_delta", delta=delta, usage={"output_tokens": message["usage"]["output_tokens"]})
    yield event("message_stop")
