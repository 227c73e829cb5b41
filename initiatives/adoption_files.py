"""A file of adoption, or a list of rows, becomes who reached which stage when, or faults. Writes nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orgchart.columns import Field, Layout, UnknownField, assign
from orgchart.dates import COMPACT, ISO
from orgchart.faults import FaultList, FileRefused
from orgchart.formulas import warn_of_formulas
from orgchart.tables import Table, read_table

NUMBER_ID = re.compile(r"(\d+)\.0+$")
ADOPTION = Layout(
    fields=(
        Field(
            "employee_id",
            ("employee", "person", "person id", "id", "employee number", "staff id", "email", "who"),
            required=True,
        ),
        Field("stage", ("adoption stage", "step", "phase", "status", "state"), required=True),
        Field("date", ("day", "when", "since", "adoption date", "event date", "on", "as of"), required=True),
    )
)


@dataclass(frozen=True)
class Rules:
    """What rows are held against: people by id and email, stages by name, the days that are possible."""

    by_id: Mapping[str, int]
    by_email: Mapping[str, int]
    in_scope: frozenset[int]
    stages: Mapping[str, int]
    start: datetime.date | None
    today: datetime.date


class Reached(NamedTuple):
    """A person, by primary key, reached a stage, by primary key, on a day."""

    person: int
    stage: int
    date: datetime.date


@dataclass
class AdoptionFile:
    """What a file says, each event once, in the order given; and what is wrong."""

    events: dict[Reached, int] = field(default_factory=dict)
    faults: FaultList = field(default_factory=FaultList)
    headers: dict[str, str] = field(default_factory=lambda: {name: name for name in ADOPTION.names})


def read_adoption_file(
    content: bytes, rules: Rules, mapping: Mapping[str, str] | None = None
) -> AdoptionFile:
    """Read adoption from a file of any of the table formats."""
    file = AdoptionFile()
    try:
        ADOPTION.check_mapping(mapping or {})
        table = read_table(content, ADOPTION, mapping)
    except FileRefused as refused:
        file.faults = refused.faults
        return file
    except UnknownField as unknown:
        file.faults.error("missing_column", str(unknown), "Correct the mapping.")
        return file
    columns = assign(ADOPTION, table.header, mapping)
    if _columns_found(file, table, columns):
        file.headers |= {name: table.header[place] for name, place in columns.items()}
        warn_of_formulas(file.faults, table)
        _read_rows(file, _rows_of(table, columns), rules)
    return file


def read_adoption_rows(rows: Iterable[Mapping[str, object]], rules: Rules) -> AdoptionFile:
    """Read adoption from objects with employee_id, stage and date; the first is row 1."""
    file = AdoptionFile()
    given = (
        (number, {name: _text(row.get(name)) for name in ADOPTION.names})
        for number, row in enumerate(rows, start=1)
    )
    _read_rows(file, given, rules)
    return file


def read_day(text: str) -> datetime.date:
    """An ISO day, with or without a time; ``ValueError`` for everything else, so that no day is guessed."""
    match = ISO.match(text) or COMPACT.match(text)
    if not match:
        raise ValueError(f"{text!r} is no day")
    return datetime.date(int(match[1]), int(match[2]), int(match[3]))


def wrong_day(day: datetime.date, start: datetime.date | None, today: datetime.date) -> str:
    """Why nobody can have reached a stage on this day, or an empty text."""
    if day > today:
        return "This day lies in the future."
    if start and day < start:
        return f"This day lies before the initiative's start ({start:%Y-%m-%d})."
    return ""


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _columns_found(file: AdoptionFile, table: Table, columns: Mapping[str, int]) -> bool:
    missing = [name for name in ADOPTION.required if name not in columns]
    for name in missing:
        file.faults.error(
            "missing_column",
            f"There is no column “{name}”.",
            f"Add a column named {name}, or say which column holds it.",
            row=table.header_row,
            value=name,
        )
    return not missing


def _rows_of(table: Table, columns: Mapping[str, int]) -> Iterable[tuple[int, dict[str, str]]]:
    for number, cells in table.rows:
        yield (
            number,
            {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()},
        )


def _read_rows(file: AdoptionFile, rows: Iterable[tuple[int, dict[str, str]]], rules: Rules) -> None:
    reader = _Reader(file, rules)
    count = 0
    for number, cells in rows:
        count += 1
        reader.read(number, cells)
    if not count:
        file.faults.error(
            "empty_file",
            "There is no event in it.",
            "Give at least one row with employee_id, stage and date.",
        )
    file.faults.sort()


class _Reader:
    """Judges one row after the other."""

    def __init__(self, file: AdoptionFile, rules: Rules):
        self.file, self.rules = file, rules
        self.on_day: dict[tuple[int, datetime.date], int] = {}

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        person = self._person(row, cells["employee_id"])
        stage = self._stage(row, cells["stage"])
        day = self._day(row, cells["date"])
        if person is None or stage is None or day is None:
            return
        if person not in self.rules.in_scope:
            self._warn(
                "outside_scope", row, "employee_id", cells["employee_id"],
                "This person is outside the initiative's scope.",
                "The event is kept, and counts once the scope holds the person.",
            )  # fmt: skip
        self._keep(row, cells, Reached(person, stage, day))

    def _keep(self, row: int, cells: Mapping[str, str], event: Reached) -> None:
        before = self.on_day.setdefault((event.person, event.date), event.stage)
        if event in self.file.events:
            self._warn(
                "duplicate_tie", row, "employee_id", cells["employee_id"],
                f"Row {self.file.events[event]} says the same.", "It counts once.",
            )  # fmt: skip
        elif before != event.stage:
            self._warn(
                "duplicate_tie", row, "stage", cells["stage"],
                f"This person is at two stages on {event.date:%Y-%m-%d}.",
                "Both are kept, and the further one counts for that day; correct the day if one is wrong.",
            )  # fmt: skip
        self.file.events.setdefault(event, row)

    def _person(self, row: int, text: str) -> int | None:
        if not text:
            self._error(
                "missing_id", row, "employee_id", text, "The employee_id is empty.", "Give an employee id."
            )
            return None
        found = self.rules.by_id.get(text) or self._number(row, text)
        found = found or self.rules.by_email.get(text.casefold())
        if found is None:
            self._error(
                "unknown_person", row, "employee_id", text,
                f"Nobody on the org chart has the employee id or email “{text}”.",
                "Correct it, or load an org chart that holds this person.",
            )  # fmt: skip
        return found

    def _number(self, row: int, text: str) -> int | None:
        """The person whose id a workbook has written as a number with decimals."""
        whole = NUMBER_ID.match(text)
        found = self.rules.by_id.get(whole.group(1)) if whole else None
        if whole and found:
            self._warn(
                "number_as_text", row, "employee_id", text,
                "A number was written with decimals.", f"It is read as {whole.group(1)}.",
            )  # fmt: skip
        return found

    def _stage(self, row: int, text: str) -> int | None:
        found = self.rules.stages.get(" ".join(text.split()).casefold())
        if found is None:
            self._error(
                "unknown_stage", row, "stage", text,
                f"“{text}” is no stage of this initiative." if text else "The stage is empty.",
                f"Use one of {', '.join(self.rules.stages)}; an initiative's settings rename them.",
            )  # fmt: skip
        return found

    def _day(self, row: int, text: str) -> datetime.date | None:
        try:
            day = read_day(text)
        except ValueError:
            wrong = f"“{text}” is not a date." if text else "The date is empty."
        else:
            wrong = wrong_day(day, self.rules.start, self.rules.today)
            if not wrong:
                return day
        self._error("bad_date", row, "date", text, wrong, "Write the day it happened as 2026-03-31.")
        return None

    def _warn(self, kind: str, row: int, column: str, value: str, message: str, remedy: str) -> None:
        self.file.faults.warn(kind, message, remedy, row=row, column=self.file.headers[column], value=value)

    def _error(self, kind: str, row: int, column: str, value: str, message: str, remedy: str) -> None:
        self.file.faults.error(kind, message, remedy, row=row, column=self.file.headers[column], value=value)
