"""XES (IEEE 1849): read element by element with the standard library's expat.

A document type is refused before it can declare anything, so that neither entities that grow nor entities
from outside exist. An element of absurd length is refused before it is held.
"""

from __future__ import annotations

import re
from array import array
from typing import Any
from xml.parsers import expat

import numpy as np

from influence.eventlogs.opening import EXPORT_AGAIN, LogStream
from influence.eventlogs.reading import MOST_EVENTS, EventLogFile
from orgchart.faults import refuse

BLOCK = 1 << 20
LONGEST_ELEMENT = 16 * BLOCK
DEEPEST = 200
STANDARD = {
    "case_id": "concept:name",
    "activity": "concept:name",
    "timestamp": "time:timestamp",
    "resource": "org:resource",
}
KEYS_LOOKED_AT = 1000
IN_LOG, IN_TRACE, IN_EVENT = 1, 2, 3


def looks_like_xml(stream: LogStream) -> bool:
    """Whether the bytes begin as XML does, in any encoding that XES comes in."""
    beginning = stream.read_part(200)
    stream.seek(0)
    return bool(re.match(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<", beginning))


def read_xes(stream: LogStream, log: EventLogFile) -> None:
    """Read the events of a XES document into the log."""
    log.format = "XES"
    log.columns = STANDARD | {k: v for k, v in log.options.mapping.items() if v}
    log.moments.column = log.columns["timestamp"]
    reader = _Reader(log)
    given = 0
    try:
        while part := stream.read_part(BLOCK):
            reader.parser.Parse(part, False)
            given += len(part)
            if given - max(reader.parser.CurrentByteIndex, 0) > LONGEST_ELEMENT:
                raise refuse("too_large", "The document has an element that does not end.", EXPORT_AGAIN)
            log.progress(stream.share, f"Reading events: {len(log):,}")
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refuse(
            "not_a_table",
            f"The XML is broken in line {error.lineno:,}: {expat.ErrorString(error.code)}.",
            EXPORT_AGAIN,
            row=len(log),
        ) from None
    reader.finish()


class _Reader:
    """Listens to the parser: log, traces, events and the attributes right below them."""

    def __init__(self, log: EventLogFile):
        self.log = log
        self.keys: dict[str, None] = {}
        self.trace_names: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True  # a list each, which costs half of what a dictionary does
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._handlers()

    def _handlers(self) -> tuple[Any, Any]:
        """Two functions over shared variables: attributes of an object would double the time."""
        depth, in_trace, in_event, events = 0, False, False, 0
        name: str | None = None
        found: dict[str, str] = {}
        activity, moment, who = (self.log.columns[name] for name in ("activity", "timestamp", "resource"))
        case_key = self.log.columns["case_id"]
        wanted = {activity, moment, who}
        add, keys, trace_names = self.log.add, self.keys, self.trace_names

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal depth, in_trace, in_event, name
            if depth == IN_EVENT:
                if in_event:
                    key, value = _key_and_value(attributes)
                    if key in wanted:
                        found[key] = value
                    elif events < KEYS_LOOKED_AT and key:
                        keys[key] = None
            elif depth == IN_TRACE:
                in_event = in_trace and (tag == "event" or tag.rpartition(":")[2] == "event")
                if in_trace and not in_event:
                    key, value = _key_and_value(attributes)
                    if key == case_key:
                        name = value
            elif depth == IN_LOG:
                in_trace, name = tag.rpartition(":")[2] == "trace", None
            elif depth == 0 and tag.rpartition(":")[2] != "log":
                raise refuse("not_a_table", f"This is XML, but no event log: it is a <{tag}>.", EXPORT_AGAIN)
            elif depth > DEEPEST:
                raise refuse("not_a_table", "The document is nested too deeply.", EXPORT_AGAIN)
            depth += 1

        def end(tag: str) -> None:
            nonlocal depth, in_event, in_trace, events
            depth -= 1
            if depth == IN_TRACE and in_event:
                events += 1
                # Cases are numbered here and named at the end: a trace's name may follow its events.
                add(
                    events,
                    len(trace_names),
                    found.get(activity, ""),
                    found.get(moment, ""),
                    found.get(who, "").strip(),
                )
                found.clear()
                in_event = False
            elif depth == IN_LOG and in_trace:
                trace_names.append(name or "")
                in_trace = False
                if len(trace_names) > MOST_EVENTS:
                    raise refuse("too_large", f"The log has more than {MOST_EVENTS:,} traces.", EXPORT_AGAIN)

        return start, end

    def finish(self) -> None:
        """Give the cases their names, traces of one name being one case, and say what the log lacks."""
        log = self.log
        named: dict[str, int] = {}
        merged = np.empty(len(log.cases), np.int32)
        for trace, code in log.cases.items():
            name = self.trace_names[trace] or f"trace {trace + 1}"
            merged[code] = named.setdefault(name, len(named))
        log.case = array("i", merged[np.frombuffer(log.case, np.int32)].tobytes()) if len(log) else log.case
        log.cases, log.header = named, [*self.keys]
        if log.moments.all_missing and not log.moments.needs_zone:
            self._accept_order_of_file()

    def _accept_order_of_file(self) -> None:
        self.log.faults.errors.clear()
        self.log.faults.warn(
            "unparsable_date",
            "No event says when it happened.",
            "The events of each case count in the order of the file; a time window cannot be chosen.",
            column=self.log.moments.column,
        )


def _key_and_value(attributes: list[str]) -> tuple[str, str]:
    """The key and the value of a XES attribute, from the names and values of its XML attributes."""
    if len(attributes) == 4 and attributes[0] == "key" and attributes[2] == "value":
        return attributes[1], attributes[3]
    named = dict(zip(attributes[::2], attributes[1::2], strict=True))
    return named.get("key", ""), named.get("value", "")


def _refuse_doctype(*declared: object) -> None:
    raise refuse(
        "not_a_table",
        "The document declares a document type, which no event log needs and which can do harm.",
        "Export the log again without it.",
    )
