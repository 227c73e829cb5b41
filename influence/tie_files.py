"""A file of ties, or a list of rows, becomes ties between known people or faults. Writes nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from orgchart.columns import Field, Layout, UnknownField, assign
from orgchart.faults import FaultList, FileRefused
from orgchart.formulas import warn_of_formulas
from orgchart.tables import Table, read_table

TIES = Layout(
    fields=(
        Field(
            "source",
            ("from", "source id", "respondent", "namer", "from id", "source employee id", "ego"),
            required=True,
        ),
        Field(
            "target",
            ("to", "target id", "named", "nominee", "to id", "target employee id", "alter"),
            required=True,
        ),
        Field("relation", ("relation type", "type", "kind", "tie", "question", "layer")),
        Field("strength", ("weight", "value", "score", "intensity")),
    )
)
DEFAULT_RELATION = "influence"
LONGEST_RELATION = 60
TELL_EVERY = 2000
NUMBER_ID = re.compile(r"(\d+)\.0+$")
Progress = Callable[[int, int], None]


def untold(done: int, total: int) -> None:
    """Progress for whoever does not wait for it."""


@dataclass(frozen=True)
class KnownPeople:
    """Whom a tie may name: everybody by employee id, by an email of one person alone; and who is in scope."""

    by_id: Mapping[str, int]
    by_email: Mapping[str, int]
    in_scope: frozenset[int]


@dataclass(frozen=True)
class TieRow:
    """One row as given: its number, and its cells as text."""

    row: int
    source: str
    target: str
    relation: str = ""
    strength: str = ""


@dataclass
class TieFile:
    """The ties of a file: strength by (relation, source, target), scaled to (0, 1]; and what is wrong."""

    strengths: dict[tuple[str, int, int], float] = field(default_factory=dict)
    faults: FaultList = field(default_factory=FaultList)
    headers: dict[str, str] = field(default_factory=lambda: {name: name for name in TIES.names})


def read_tie_file(
    content: bytes,
    known: KnownPeople,
    relations: Iterable[str],
    mapping: Mapping[str, str] | None = None,
    progress: Progress = untold,
) -> TieFile:
    """Read ties from a file of any of the table formats."""
    file = TieFile()
    try:
        TIES.check_mapping(mapping or {})
        table = read_table(content, TIES, mapping)
    except FileRefused as refused:
        file.faults = refused.faults
        return file
    except UnknownField as unknown:
        file.faults.error("missing_column", str(unknown), "Correct the mapping.")
        return file
    columns = assign(TIES, table.header, mapping)
    if _columns_found(file, table, columns):
        file.headers |= {name: table.header[place] for name, place in columns.items()}
        warn_of_formulas(file.faults, table)
        _read_rows(file, _rows_of(table, columns, progress), known, relations)
    return file


def read_tie_rows(
    rows: Iterable[Mapping[str, object]], known: KnownPeople, relations: Iterable[str]
) -> TieFile:
    """Read ties from objects with source, target, relation and strength; the first is row 1."""
    file = TieFile()
    given = (
        TieRow(number, *(_text(row.get(name)) for name in TIES.names))
        for number, row in enumerate(rows, start=1)
    )
    _read_rows(file, given, known, relations)
    return file


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _columns_found(file: TieFile, table: Table, columns: Mapping[str, int]) -> bool:
    missing = [name for name in TIES.required if name not in columns]
    for name in missing:
        file.faults.error(
            "missing_column",
            f"There is no column “{name}”.",
            f"Add a column named {name}, or say which column holds it.",
            row=table.header_row,
            value=name,
        )
    return not missing


def _rows_of(table: Table, columns: Mapping[str, int], progress: Progress) -> Iterable[TieRow]:
    for place, (number, cells) in enumerate(table.rows):
        if place % TELL_EVERY == 0:
            progress(place, len(table.rows))
        yield TieRow(
            number,
            *(
                cells[place].strip() if (place := columns.get(name, len(cells))) < len(cells) else ""
                for name in TIES.names
            ),
        )


def _read_rows(file: TieFile, rows: Iterable[TieRow], known: KnownPeople, relations: Iterable[str]) -> None:
    reader = _Reader(file, known, set(relations))
    for row in rows:
        reader.read(row)
    if not reader.rows:
        file.faults.error(
            "empty_file", "There is no tie in it.", "Give at least one row with source and target."
        )
    largest: dict[str, float] = {}
    for (relation, _, _), strength in file.strengths.items():
        largest[relation] = max(strength, largest.get(relation, 0.0))
    file.strengths = {key: strength / largest[key[0]] for key, strength in file.strengths.items()}
    file.faults.sort()


class _Reader:
    """Judges one row after the other and keeps the strongest tie of each kind."""

    def __init__(self, file: TieFile, known: KnownPeople, relations: set[str]):
        self.file, self.known, self.relations = file, known, relations
        self.rows = 0

    def read(self, row: TieRow) -> None:
        self.rows += 1
        source = self._person(row, "source", row.source)
        target = self._person(row, "target", row.target)
        strength = self._strength(row)
        relation = self._relation(row)
        if source is None or target is None or strength is None or relation is None:
            return
        if source == target:
            self._warn(
                "self_tie",
                row,
                "target",
                row.target,
                "Source and target are the same person.",
                "It is left out.",
            )
            return
        self._warn_outside(row, source, target)
        self._keep(row, (relation, source, target), strength)

    def _keep(self, row: TieRow, key: tuple[str, int, int], strength: float) -> None:
        before = self.file.strengths.get(key)
        if before is not None:
            self._warn(
                "duplicate_tie",
                row,
                "target",
                row.target,
                "This tie stood in an earlier row.",
                "The strongest counts.",
            )
        self.file.strengths[key] = strength if before is None else max(before, strength)

    def _person(self, row: TieRow, column: str, text: str) -> int | None:
        found = self.known.by_id.get(text)
        if found is None and (whole := NUMBER_ID.match(text)) and whole.group(1) in self.known.by_id:
            self._warn(
                "number_as_text",
                row,
                column,
                text,
                "A number was written with decimals.",
                f"It is read as {whole.group(1)}.",
            )
            found = self.known.by_id[whole.group(1)]
        if found is None:
            found = self.known.by_email.get(text.casefold())
        if found is None:
            self._unknown(row, column, text)
        return found

    def _unknown(self, row: TieRow, column: str, text: str) -> None:
        message = (
            f"Nobody on the org chart has the employee id or email “{text}”."
            if text
            else f"The {column} is empty."
        )
        remedy = (
            "Correct it, or load an org chart that holds this person."
            if text
            else "Give an employee id or an email."
        )
        self._error("unknown_person", row, column, text, message, remedy)

    def _strength(self, row: TieRow) -> float | None:
        if not row.strength:
            return 1.0
        try:
            value = float(row.strength.replace(",", "."))
        except ValueError:
            value = math.nan
        if math.isfinite(value) and value > 0:
            return value
        self._error(
            "bad_number", row, "strength", row.strength, "The strength is not a number above 0.",
            "Give a number above 0, or leave it empty for 1.",
        )  # fmt: skip
        return None

    def _relation(self, row: TieRow) -> str | None:
        relation = " ".join(row.relation.split()).lower()[:LONGEST_RELATION] or DEFAULT_RELATION
        if relation not in self.relations:
            self.relations.add(relation)
            self._warn(
                "new_relation", row, "relation", row.relation, "This relation is new.",
                "It joins the influence layer with weight 1; check its spelling.",
            )  # fmt: skip
        return relation

    def _warn_outside(self, row: TieRow, source: int, target: int) -> None:
        for column, person, text in (("source", source, row.source), ("target", target, row.target)):
            if person not in self.known.in_scope:
                self._warn(
                    "outside_scope", row, column, text, "This person is outside the initiative's scope.",
                    "The tie is kept, and counts once the scope holds both people.",
                )  # fmt: skip

    def _warn(self, kind: str, row: TieRow, column: str, value: str, message: str, remedy: str) -> None:
        self.file.faults.warn(
            kind, message, remedy, row=row.row, column=self.file.headers[column], value=value
        )

    def _error(self, kind: str, row: TieRow, column: str, value: str, message: str, remedy: str) -> None:
        self.file.faults.error(
            kind, message, remedy, row=row.row, column=self.file.headers[column], value=value
        )
