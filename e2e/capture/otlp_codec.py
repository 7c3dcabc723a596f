"""OTLP export messages between the protobuf wire format and OTLP/JSON.

Only the standard library is used, so that a capture needs no OpenTelemetry
package of its own beside the ones whose output it records.

The message layouts are those of opentelemetry-proto 1.x
(collector/trace/v1, collector/logs/v1, trace/v1, logs/v1, common/v1,
resource/v1). The JSON form follows the OTLP specification's rules: lowerCamelCase
keys, trace and span ids as lower-case hex, 64-bit integers as decimal strings,
enumerations as numbers, other bytes as base64.

A decoded request keeps exactly the fields that were on the wire, so
``encode(decode(body)) == body`` holds for every producer that writes fields in
ascending order, as all official OpenTelemetry exporters do. ``capture.py``
checks that equation before it changes anything.
"""

import base64
import math
import struct

# A layout maps a field number to (JSON key, kind). A kind is a scalar name, or
# the name of another layout; a leading "*" marks a repeated field.
_LAYOUTS = {
    "ExportTraceServiceRequest": {1: ("resourceSpans", "*ResourceSpans")},
    "ExportLogsServiceRequest": {1: ("resourceLogs", "*ResourceLogs")},
    "ExportTraceServiceResponse": {1: ("partialSuccess", "ExportTracePartialSuccess")},
    "ExportTracePartialSuccess": {1: ("rejectedSpans", "int64"), 2: ("errorMessage", "string")},
    "ExportLogsServiceResponse": {1: ("partialSuccess", "ExportLogsPartialSuccess")},
    "ExportLogsPartialSuccess": {1: ("rejectedLogRecords", "int64"), 2: ("errorMessage", "string")},
    "ResourceSpans": {
        1: ("resource", "Resource"),
        2: ("scopeSpans", "*ScopeSpans"),
        3: ("schemaUrl", "string"),
    },
    "ResourceLogs": {
        1: ("resource", "Resource"),
        2: ("scopeLogs", "*ScopeLogs"),
        3: ("schemaUrl", "string"),
    },
    "Resource": {
        1: ("attributes", "*KeyValue"),
        2: ("droppedAttributesCount", "uint32"),
        3: ("entityRefs", "*EntityRef"),
    },
    "EntityRef": {
        1: ("schemaUrl", "string"),
        2: ("type", "string"),
        3: ("idKeys", "*string"),
        4: ("descriptionKeys", "*string"),
    },
    "ScopeSpans": {
        1: ("scope", "InstrumentationScope"),
        2: ("spans", "*Span"),
        3: ("schemaUrl", "string"),
    },
    "ScopeLogs": {
        1: ("scope", "InstrumentationScope"),
        2: ("logRecords", "*LogRecord"),
        3: ("schemaUrl", "string"),
    },
    "InstrumentationScope": {
        1: ("name", "string"),
        2: ("version", "string"),
        3: ("attributes", "*KeyValue"),
        4: ("droppedAttributesCount", "uint32"),
    },
    "Span": {
        1: ("traceId", "id"),
        2: ("spanId", "id"),
        3: ("traceState", "string"),
        4: ("parentSpanId", "id"),
        5: ("name", "string"),
        6: ("kind", "enum"),
        7: ("startTimeUnixNano", "fixed64"),
        8: ("endTimeUnixNano", "fixed64"),
        9: ("attributes", "*KeyValue"),
        10: ("droppedAttributesCount", "uint32"),
        11: ("events", "*Event"),
        12: ("droppedEventsCount", "uint32"),
        13: ("links", "*Link"),
        14: ("droppedLinksCount", "uint32"),
        15: ("status", "Status"),
        16: ("flags", "fixed32"),
    },
    "Event": {
        1: ("timeUnixNano", "fixed64"),
        2: ("name", "string"),
        3: ("attributes", "*KeyValue"),
        4: ("droppedAttributesCount", "uint32"),
    },
    "Link": {
        1: ("traceId", "id"),
        2: ("spanId", "id"),
        3: ("traceState", "string"),
        4: ("attributes", "*KeyValue"),
        5: ("droppedAttributesCount", "uint32"),
        6: ("flags", "fixed32"),
    },
    "Status": {2: ("message", "string"), 3: ("code", "enum")},
    "LogRecord": {
        1: ("timeUnixNano", "fixed64"),
        2: ("severityNumber", "enum"),
        3: ("severityText", "string"),
        5: ("body", "AnyValue"),
        6: ("attributes", "*KeyValue"),
        7: ("droppedAttributesCount", "uint32"),
        8: ("flags", "fixed32"),
        9: ("traceId", "id"),
        10: ("spanId", "id"),
        11: ("observedTimeUnixNano", "fixed64"),
        12: ("eventName", "string"),
    },
    "KeyValue": {1: ("key", "string"), 2: ("value", "AnyValue")},
    "AnyValue": {
        1: ("stringValue", "string"),
        2: ("boolValue", "bool"),
        3: ("intValue", "int64"),
        4: ("doubleValue", "double"),
        5: ("arrayValue", "ArrayValue"),
        6: ("kvlistValue", "KeyValueList"),
        7: ("bytesValue", "bytes"),
    },
    "ArrayValue": {1: ("values", "*AnyValue")},
    "KeyValueList": {1: ("values", "*KeyValue")},
}

_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5

_WIRE_TYPES = {
    "bool": _VARINT,
    "enum": _VARINT,
    "uint32": _VARINT,
    "int64": _VARINT,
    "fixed64": _FIXED64,
    "double": _FIXED64,
    "fixed32": _FIXED32,
}


class CodecError(ValueError):
    """The bytes are not a message that these layouts describe."""


def decode(body, message):
    """Return the OTLP/JSON form of the protobuf ``body``.

    ``message`` is the name of a message, such as "ExportTraceServiceRequest".
    Raises CodecError for truncated input and for a field that the layouts do
    not know: a fixture must not lose anything unnoticed.
    """
    layout = _LAYOUTS[message]
    decoded = {}
    position = 0
    while position < len(body):
        tag, position = _read_varint(body, position)
        number, wire_type = tag >> 3, tag & 7
        if number not in layout:
            raise CodecError(f"{message} has an unknown field {number}")
        key, kind = layout[number]
        repeated = kind.startswith("*")
        kind = kind.lstrip("*")
        if wire_type != _WIRE_TYPES.get(kind, _DELIMITED):
            raise CodecError(f"{message}.{key} has wire type {wire_type}")
        raw, position = _read_raw(body, position, wire_type)
        value = _to_json(raw, kind)
        if repeated:
            decoded.setdefault(key, []).append(value)
        else:
            decoded[key] = value
    return decoded


def encode(request, message):
    """Return the protobuf bytes of the OTLP/JSON ``request``; see ``decode``."""
    out = bytearray()
    numbers = {key: number for number, (key, _) in _LAYOUTS[message].items()}
    for key in sorted(request, key=numbers.__getitem__):
        number = numbers[key]
        kind = _LAYOUTS[message][number][1]
        values = request[key] if kind.startswith("*") else [request[key]]
        kind = kind.lstrip("*")
        wire_type = _WIRE_TYPES.get(kind, _DELIMITED)
        for value in values:
            out += _varint(number << 3 | wire_type)
            out += _to_wire(value, kind, wire_type)
    return bytes(out)


def _read_varint(body, position):
    value = shift = 0
    while True:
        if position >= len(body):
            raise CodecError("truncated varint")
        byte = body[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise CodecError("varint longer than 64 bits")


def _read_raw(body, position, wire_type):
    if wire_type == _VARINT:
        return _read_varint(body, position)
    if wire_type == _DELIMITED:
        size, position = _read_varint(body, position)
    else:
        size = 8 if wire_type == _FIXED64 else 4
    end = position + size
    if end > len(body):
        raise CodecError("truncated field")
    return bytes(body[position:end]), end


def _to_json(raw, kind):
    if kind == "string":
        return raw.decode("utf-8")
    if kind == "id":
        return raw.hex()
    if kind == "bytes":
        return base64.b64encode(raw).decode("ascii")
    if kind == "bool":
        return bool(raw)
    if kind in ("enum", "uint32"):
        return raw
    if kind == "int64":
        return str(raw - (1 << 64) if raw >> 63 else raw)
    if kind == "fixed64":
        return str(struct.unpack("<Q", raw)[0])
    if kind == "fixed32":
        return struct.unpack("<I", raw)[0]
    if kind == "double":
        number = struct.unpack("<d", raw)[0]
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        return number
    return decode(raw, kind)


def _to_wire(value, kind, wire_type):
    if kind == "fixed64":
        return struct.pack("<Q", int(value))
    if kind == "fixed32":
        return struct.pack("<I", value)
    if kind == "double":
        return struct.pack("<d", float(value))
    if wire_type == _VARINT:
        return _varint(int(value) & 0xFFFFFFFFFFFFFFFF)
    if kind == "string":
        raw = value.encode("utf-8")
    elif kind == "id":
        raw = bytes.fromhex(value)
    elif kind == "bytes":
        raw = base64.b64decode(value)
    else:
        raw = encode(value, kind)
    return _varint(len(raw)) + raw


def _varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
