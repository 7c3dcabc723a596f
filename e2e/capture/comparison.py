"""Holding what a server stored to what was sent and to what the program did.

What the program did is in its .expect.json; ingest/convention/testdata/captured
has a README that explains the keys. What was sent settles the rest: ids,
parents, times and the order of the tree.
"""

import calendar
import collections
import json
import re
import time

_USAGE = ("inputTokens", "outputTokens", "totalTokens", "cacheReadTokens", "reasoningTokens")

# A producer that writes one of these on a span gave it an input or an output,
# unless it is empty or null.
_INPUT = (
    "gen_ai.input.messages",
    "gen_ai.tool.call.arguments",
    "input.value",
    "langfuse.observation.input",
    "traceloop.entity.input",
)
_OUTPUT = (
    "gen_ai.output.messages",
    "gen_ai.tool.call.result",
    "langfuse.observation.output",
    "output.value",
    "traceloop.entity.output",
)

# A fact that an expectation leaves out may still be known, such as a total that
# follows from its parts. These may not: they are as here without a word.
_UNLESS_SAID = {
    "status": None,
    "environment": "default",
    "inputTokens": None,
    "outputTokens": None,
    "model": None,
    "promptName": None,
}


def differences(expectation, spans, traces):
    """What is stored otherwise than it should be, as sentences; empty if nothing is.

    ``expectation`` is a parsed .expect.json, ``spans`` are the OTLP/JSON spans
    that were sent, ``traces`` is what stored.read gave for each of their trace
    ids.
    """
    found = []
    sent = collections.defaultdict(list)
    for span in sorted(spans, key=_start):
        sent[span["traceId"]].append(span)
    _differ(found, "the run", "number of traces", sum(trace is not None for trace in traces.values()), expectation["traces"])
    _differ(found, "the run", "number of spans sent", len(spans), len(expectation["spans"]))
    wanted = _by_place(expectation["spans"])
    for trace_id, members in sent.items():
        trace = traces.get(trace_id)
        if trace is None:
            found.append(f"trace {trace_id} of {len(members)} spans is not stored")
            continue
        steps = _compare_tree(found, members, trace)
        said = _compare_steps(found, members, steps, wanted)
        _compare_trace(found, trace, members, said)
    for (name, parent), left in wanted.items():
        found += [f"{_label(name, parent)}: was not sent"] * len(left)
    _compare_totals(found, expectation["totals"], [trace for trace in traces.values() if trace])
    return found


def facts(step):
    """A stored observation in the words of the expectations."""
    told = {"type": step["type"], "environment": step["environment"]}
    told["status"] = "ERROR" if "ERROR" in (step["status"], step["level"]) else None
    for key in _USAGE:
        told[key] = (step.get("usage") or {}).get(key)
    if step["type"] == "GENERATION":
        number = step["promptNumber"]
        told["model"] = step["responseModel"] or step["requestModel"]
        told["promptName"] = step["promptName"]
        told["promptVersion"] = step["promptVersionText"] if number is None else str(number)
        told["firstInputText"] = _said(step["messages"][:1])
        told["outputText"] = _said(step["completion"][-1:])
    else:
        told["model"] = step.get("model")
        told["toolName"] = step.get("toolName")
        told["firstInputText"] = _plain(step["input"])
        told["outputText"] = _plain(step["output"])
    if "keptDocuments" in step:
        told["documentCount"] = len(step["keptDocuments"]["nodes"])
    elif "documentCount" in step:
        told["documentCount"] = step["documentCount"]
    return told


def _compare_tree(found, members, trace):
    """Compares what all spans have; returns the stored observations by id."""
    rows = trace["tree"]
    names = {span["spanId"]: span["name"] for span in members}
    order = _rows(members)
    told = [(row["observation"]["observationId"], row["depth"]) for row in rows]
    if told != order:
        found.append(f"trace {trace['traceId']}: the tree is {_drawn(told, names)}, want {_drawn(order, names)}")
    steps = {}
    for row in rows:
        step = row["observation"]
        if row["isOrphan"]:
            found.append(f"{names.get(step['observationId'], step['observationId'])!r}: is an orphan")
        steps[step["observationId"]] = step
    return steps


def _compare_steps(found, members, steps, wanted):
    """Compares every stored observation; returns the entries of the expectation that were taken."""
    names = {span["spanId"]: span["name"] for span in members}
    said = {}
    for span in members:
        parent = span.get("parentSpanId") or None
        place = span["name"], names.get(parent, "")
        label = _label(*place)
        step = steps.get(span["spanId"])
        if step is None:
            found.append(f"{label}: is not stored")
        else:
            _compare_span(found, label, span, step)
        if not wanted[place]:
            found.append(f"{label}: was sent and is not expected")
            continue
        entry = wanted[place].pop(0)
        said[span["spanId"]] = entry
        if step is not None:
            _compare_facts(found, label, entry, facts(step))
    return said


def _compare_span(found, label, span, step):
    stored_parent = step["parent"] and step["parent"]["observationId"]
    _differ(found, label, "parent", stored_parent, span.get("parentSpanId") or None)
    # A tool call is named after its tool.
    _differ(found, label, "name", step["name"], step.get("toolName") or span["name"])
    _differ(found, label, "startedAt", _nanoseconds(step["startedAt"]), _start(span))
    # The end of an event is its start.
    end = _start(span) if step["type"] == "EVENT" else int(span["endTimeUnixNano"])
    _differ(found, label, "endedAt", _nanoseconds(step["endedAt"]), end)
    keys = {pair["key"] for pair in span.get("attributes", ()) if pair["value"].get("stringValue") not in ("", "null")}
    if keys.intersection(_INPUT) and not (step["input"] or step.get("messages")):
        found.append(f"{label}: input is missing")
    if keys.intersection(_OUTPUT) and not (step["output"] or step.get("completion")):
        found.append(f"{label}: output is missing")
    if "documents" in step:
        _differ(found, label, "number of documents", len(step["documents"]["nodes"]), step["documentCount"])


def _compare_facts(found, label, entry, told):
    for key, value in entry.items():
        # Users, sessions and tags are told by the trace.
        if key not in ("name", "parentName", "userId", "sessionId", "tags"):
            _differ(found, label, key, told.get(key), value)
    for key, value in _UNLESS_SAID.items():
        if key not in entry and key in told:
            _differ(found, label, key, told[key], value)


def _compare_trace(found, trace, members, said):
    label = f"trace {trace['traceId']}"
    entries = said.values()
    for key, value in (
        ("userId", trace["userId"]),
        ("sessionId", trace["session"] and trace["session"]["sessionId"]),
    ):
        claims = sorted({entry[key] for entry in entries if key in entry})
        _differ(found, label, key, value, claims[0] if claims else None)
    _differ(found, label, "tags", trace["tags"], sorted({tag for entry in entries for tag in entry.get("tags", ())}))
    root = next((span["spanId"] for span in members if not span.get("parentSpanId")), None)
    _differ(found, label, "root", trace["root"] and trace["root"]["observationId"], root)
    if root in said:
        _differ(found, label, "environment", trace["environment"], said[root].get("environment", "default"))
        _differ(found, label, "state", trace["state"], "FAILED" if "status" in said[root] else "COMPLETE")


def _compare_totals(found, totals, traces):
    # The number of calls is left out: a failed call that is reported twice has no
    # usage that would tell which of the two reports to leave out.
    for key in ("inputTokens", "outputTokens"):
        _differ(found, "the run", key, sum(trace["usage"][key] or 0 for trace in traces), totals[key])


def _rows(members):
    """Ids and depths of a tree's rows: depth-first, oldest first."""
    below = collections.defaultdict(list)
    for span in sorted(members, key=lambda span: (_start(span), span["spanId"])):
        below[span.get("parentSpanId") or None].append(span["spanId"])
    rows, waiting = [], [(top, 0) for top in reversed(below[None])]
    while waiting:
        span_id, depth = waiting.pop()
        rows.append((span_id, depth))
        waiting += [(child, depth + 1) for child in reversed(below[span_id])]
    return rows


def _by_place(entries):
    places = collections.defaultdict(list)
    for entry in entries:
        places[entry["name"], entry.get("parentName", "")].append(entry)
    return places


def _differ(found, label, field, value, wanted):
    if value != wanted:
        found.append(f"{label}: {field} is {_shown(value)}, want {_shown(wanted)}")


def _shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"


def _drawn(rows, names):
    return json.dumps(["  " * depth + names.get(span_id, span_id) for span_id, depth in rows], ensure_ascii=False)


def _label(name, parent):
    return f"{name!r} below {parent!r}" if parent else repr(name)


def _start(span):
    return int(span["startTimeUnixNano"])


def _nanoseconds(moment):
    """Nanoseconds since 1970 of an RFC 3339 time in UTC; None for None."""
    if moment is None:
        return None
    seconds, fraction = re.fullmatch(r"([0-9T:-]+)(?:\.([0-9]{1,9}))?Z", moment).groups()
    whole = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S"))
    return whole * 10**9 + int((fraction or "").ljust(9, "0"))


def _said(messages):
    texts = [part["text"] for message in messages for part in message["parts"] if "text" in part]
    return texts[-1] if texts else None


def _plain(payload):
    return payload["text"] if payload and payload["mimeType"] == "text/plain" else None
