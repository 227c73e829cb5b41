"""Logs as tables: CSV record by record, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from influence.eventlogs.opening import LogStream
from influence.eventlogs.reading import FAULTS_KEPT, FIELDS, TELL_EVERY, EventLogFile
from influence.eventlogs.timestamps import date_part, is_ambiguous
from orgchart.columns import Field, Layout, UnknownField, assign, find_column
from orgchart.dates import month_comes_first
from orgchart.faults import FaultList, FileRefused, refuse
from orgchart.formulas import SIGNS, warn_of_row
from orgchart.tables import Table, read_table
from orgchart.workbooks import is_workbook

EVENTS = Layout(
    fields=(
        Field(
            "case_id",
            (
                "case concept name", "case", "case key", "case number", "case no", "trace", "trace id",
                "process instance", "process instance id", "instance id", "ticket id", "incident id",
                "order id", "fall", "fall id", "fallnummer", "vorgang", "vorgangsnummer", "dossier",
            ),
            required=True, title="Case",
        ),
        Field(
            "activity",
            (
                "concept name", "activity name", "task", "task name", "event", "event name", "step",
                "action", "operation", "work item", "aktivitat", "tatigkeit", "schritt", "vorgangsschritt",
                "activiteit",
            ),
            required=True, title="Activity",
        ),
        Field(
            "timestamp",
            (
                "time timestamp", "time", "date time", "datetime", "event time", "complete timestamp",
                "end timestamp", "completed at", "completion time", "end time", "end date", "complete time",
                "start timestamp", "start time", "created at", "when", "date", "zeitstempel", "zeitpunkt",
                "datum", "tijdstip",
            ),
            required=True, title="Date and time",
        ),
        Field(
            "resource",
            (
                "org resource", "resource id", "resource name", "user", "user id", "user name", "username",
                "performer", "performed by", "executed by", "done by", "handled by", "who", "owner", "agent",
                "actor", "originator", "employee", "employee id", "assignee", "completed by", "created by",
                "person", "bearbeiter", "benutzer", "ressource", "medewerker",
            ),
            required=True, title="Who did it",
        ),
    )
)  # fmt: skip
XES_NAMES = {
    "case_id": "case:concept:name",
    "activity": "concept:name",
    "timestamp": "time:timestamp",
    "resource": "org:resource",
}
HEAD = 200_000
BLOCK = 1 << 20
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with byte order mark", "cp1252": "Windows-1252"}
FORMULA = re.compile("(?:^|\\x00)[" + re.escape("".join(SIGNS)) + "]")


def read_table_log(stream: LogStream, log: EventLogFile) -> None:
    """Read the events of a table into the log."""
    try:
        EVENTS.check_mapping(log.options.mapping)
    except UnknownField as unknown:
        raise refuse("missing_column", str(unknown), "Correct the mapping.") from None
    table, rows = open_table(stream, EVENTS, log.options.mapping)
    columns = event_columns(table.header, log.options.mapping)
    log.format, log.header = str(table.found), table.header
    log.columns = {name: table.header[place] for name, place in columns.items()}
    if not _columns_found(log, table, columns):
        return
    places = [columns[name] for name in FIELDS]
    log.moments.column = log.columns["timestamp"]
    log.moments.month_first = month_first(stream, EVENTS, log.options.mapping, table, columns["timestamp"])
    for number, (row, cells) in enumerate(rows):
        note_formulas(log.faults, table, row, cells)
        case, activity, moment, resource = picked(cells, places)
        if not case:
            _note_missing_case(log, row)
        log.add(row, case, activity, moment, resource)
        if number % TELL_EVERY == 0:
            log.progress(stream.share, f"Reading events: {number:,}")


def event_columns(header: list[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Column by field: as the mapping says, else by the names of the standard, else by the usual names."""
    standard = {name: text for name, text in XES_NAMES.items() if text in header}
    return assign(EVENTS, header, {**standard, **{k: v for k, v in mapping.items() if v}})


def picked(cells: list[str], places: list[int]) -> list[str]:
    """The cells at these places, trimmed; a short row is read as if it went on empty."""
    try:
        return [cells[place].strip() for place in places]
    except IndexError:
        return [cells[place].strip() if place < len(cells) else "" for place in places]


def open_table(
    stream: LogStream, layout: Layout, mapping: Mapping[str, str]
) -> tuple[Table, Iterator[tuple[int, list[str]]]]:
    """What a table's beginning shows (header, separator, encoding), and an iterator over all its rows."""
    beginning = stream.read_part(4)
    if not beginning:
        raise refuse("empty_file", "The file is empty.", "Export it again.")
    stream.seek(0)
    if is_workbook(beginning):
        table = read_table(stream.read_whole(), layout, mapping)
        return table, iter(table.rows)
    encoding = encoding_of(stream)
    table = read_table(_head(stream, encoding), layout, mapping)
    table.found = replace(table.found, encoding=ENCODINGS.get(encoding, "UTF-16"))
    return table, _records(stream, encoding, table)


def encoding_of(stream: LogStream) -> str:
    """By byte order mark, else UTF-8 where all of it is, else Windows-1252."""
    beginning = stream.read_part(4)
    stream.seek(0)
    if beginning.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in beginning:
        return "utf-16-le" if beginning[1:2] == b"\x00" else "utf-16-be"
    return "utf-8" if _is_utf8(stream) else "cp1252"


def _is_utf8(stream: LogStream) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while part := stream.read_part(BLOCK):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _text(stream: LogStream, encoding: str) -> io.TextIOWrapper:
    """The stream as text from its beginning. Detach it afterwards, or it closes the stream."""
    stream.seek(0)
    return io.TextIOWrapper(io.BufferedReader(stream, BLOCK), encoding=encoding, newline="")


def _head(stream: LogStream, encoding: str) -> bytes:
    """The first rows, as the finder of headers takes them."""
    text = _text(stream, encoding)
    try:
        head = text.read(HEAD)
    except UnicodeDecodeError:
        raise _undecodable() from None
    finally:
        text.detach().detach()
    return (_whole_rows(head) if len(head) == HEAD else head).encode()


def _whole_rows(head: str) -> str:
    """The text up to the last line that ends outside of quotation marks."""
    end = head.rfind("\n")
    while end > 0 and head.count('"', 0, end) % 2:
        end = head.rfind("\n", 0, end)
    return head[: end + 1] or head


def _records(stream: LogStream, encoding: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, with their numbers; blank ones are skipped."""
    first = table.rows[0][0] if table.rows else table.header_row + 1
    done, width = first - 1, len(table.header)
    for strict in (True, False):
        text = _text(stream, encoding)
        try:
            for row, cells in enumerate(csv.reader(text, delimiter=table.found.delimiter, strict=strict), 1):
                if row <= done or not any(map(str.strip, cells)):
                    continue
                done = row
                if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                    raise _too_wide(row, len(cells), width)
                yield row, cells
            return
        except csv.Error as error:
            # Strictly first, so that a quotation mark that is never closed does not swallow rows.
            if not strict or "unexpected end" in str(error):
                raise _unreadable(done + 1, error) from None
        except UnicodeDecodeError:
            raise _undecodable() from None
        finally:
            text.detach().detach()


def _columns_found(log: EventLogFile, table: Table, columns: Mapping[str, int]) -> bool:
    named = log.options.mapping
    for name in FIELDS:
        if name in columns:
            continue
        wrong = named.get(name) and find_column(table.header, named[name]) is None
        log.faults.error(
            "missing_column",
            f"There is no column “{named[name]}”." if wrong else f"There is no column for the {name}.",
            f"Say which column holds it; the file has {', '.join(table.header[:12])}.",
            row=table.header_row,
            value=name,
        )
    return not log.faults.errors


def month_first(
    stream: LogStream, layout: Layout, mapping: Mapping[str, str], table: Table, place: int
) -> bool:
    """Whether 3/4/2026 is the fourth of March; only where the first row needs it is the file read for it."""
    dates = filter(None, _dates(table.rows, place))
    if not any(map(is_ambiguous, itertools.islice(dates, 1))):
        return False
    rows: Iterable[tuple[int, list[str]]] = table.rows
    if not table.found.sheet:
        _, rows = open_table(stream, layout, mapping)
    return month_comes_first(_dates(rows, place))


def _dates(rows: Iterable[tuple[int, list[str]]], place: int) -> Iterator[str]:
    return (date_part(cells[place]) for _, cells in rows if place < len(cells))


def note_formulas(faults: FaultList, table: Table, row: int, cells: list[str]) -> None:
    """Warn of cells that a spreadsheet computes, or would compute."""
    there_are_some = table.formulas or FORMULA.search("\0".join(cells))
    if there_are_some and len(faults.warnings) < FAULTS_KEPT:
        warn_of_row(faults, table, row, cells)


def _note_missing_case(log: EventLogFile, row: int) -> None:
    if len(log.faults.errors) < FAULTS_KEPT:
        log.faults.error(
            "missing_id",
            "The event belongs to no case.",
            "Fill in the case, or leave the event out.",
            row=row,
            column=log.columns["case_id"],
        )


def _too_wide(row: int, cells: int, width: int) -> FileRefused:
    return refuse(
        "not_a_table",
        f"Row {row} has {cells} cells, the header has {width}.",
        "Put values that contain the separator into quotation marks.",
        row=row,
    )


def _unreadable(row: int, error: csv.Error) -> FileRefused:
    return refuse(
        "not_a_table",
        f"From row {row} on the file cannot be read: {error}.",
        "Look for a quotation mark that is never closed, or export the file again.",
        row=row,
    )


def _undecodable() -> FileRefused:
    return refuse("not_a_table", "The file is not text in any known encoding.", "Export it as UTF-8.")
