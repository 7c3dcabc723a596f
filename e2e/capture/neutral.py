"""Taking one machine's marks out of captured telemetry.

Ids, times and content stay as the SDK sent them. Only what tells about the
machine that ran the capture is replaced: host and user names, absolute paths,
process ids and command lines, ports that the kernel chose.
"""

import pathlib
import re
import socket
import tempfile

MODEL_PORT = 8000
TELEMETRY_PORT = 4318

# Attribute values that name the machine, by key.
_ATTRIBUTES = {
    "host.name": {"stringValue": "app-host"},
    "host.id": {"stringValue": "00000000000000000000000000000001"},
    "os.version": {"stringValue": "6.1.0"},
    "os.description": {"stringValue": "Linux 6.1.0"},
    "process.pid": {"intValue": "4242"},
    "process.parent_pid": {"intValue": "4241"},
    "process.owner": {"stringValue": "app"},
}


class Neutralizer:
    """Replaces a machine's marks in OTLP/JSON requests, in place.

    ``paths`` maps absolute paths to neutral ones, ``ports`` the ports in use to
    fixed ones.
    """

    def __init__(self, paths, ports):
        texts = dict(paths)
        for port, neutral in ports.items():
            for host in ("127.0.0.1", "localhost"):
                texts[f"{host}:{port}"] = f"{host}:{neutral}"
        # Longer texts first, so that a path is not cut by one of its parents.
        self._texts = sorted(texts.items(), key=lambda pair: -len(pair[0]))
        self._ports = {str(port): neutral for port, neutral in ports.items()}

    def apply(self, node):
        """Return ``node``, a decoded request or a part of it, without marks."""
        if isinstance(node, str):
            for text, neutral in self._texts:
                node = node.replace(text, neutral)
            return node
        if isinstance(node, list):
            return [self.apply(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "key" in node and "value" in node:
            return {**node, "value": self._attribute(node["key"], node["value"])}
        return {key: self.apply(value) for key, value in node.items()}

    def _attribute(self, key, value):
        if key in _ATTRIBUTES:
            # A JavaScript producer writes a whole number without quotes.
            neutral = _ATTRIBUTES[key]
            if isinstance(value.get("intValue"), int):
                return {"intValue": int(neutral["intValue"])}
            return neutral
        port = str(value.get("intValue", "")) if key.endswith(".port") else ""
        if port in self._ports:
            return {"intValue": type(value["intValue"])(self._ports[port])}
        return self.apply(value)


def marks(text):
    """The marks of this machine that are still in ``text``, as a list."""
    places = {pathlib.Path(__file__).resolve().parents[2], pathlib.Path.home(), tempfile.gettempdir()}
    found = [f"{place}/" for place in places if f"{place}/" in text]
    host = socket.gethostname()
    if host != "localhost" and re.search(rf"\b{re.escape(host)}\b", text):
        found.append(host)
    return sorted(found)
