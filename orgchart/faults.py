"""Faults of a file, in the words of whoever has to repair it.

An *error* stops an import and nothing is written; a *warning* does not. ``row``
counts records as a spreadsheet shows them (the file's first row is 1, 0 is the
file as a whole); ``column`` is the header as it stands in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ERRORS = frozenset(
    [
        "missing_column",
        "missing_id",
        "duplicate_id",
        "self_manager",
        "cycle",
        "unknown_manager",
        "ambiguous_manager",
        "unknown_person",
        "bad_number",
        "bad_date",
        "unknown_stage",
        "empty_file",
        "not_a_table",
        "encrypted",
        "too_large",
    ]
)
WARNINGS = frozenset(
    [
        "self_manager",
        "several_tops",
        "no_department",
        "duplicate_name",
        "duplicate_email",
        "duplicate_tie",
        "self_tie",
        "new_relation",
        "outside_scope",
        "unmatched_resource",
        "left",
        "formula_cell",
        "unparsable_date",
        "number_as_text",
        "trimmed",
        "unknown_manager",
        "unknown_person",
        "duplicate_id",
    ]
)
TITLES = {
    "missing_column": "Column missing",
    "missing_id": "No employee id",
    "duplicate_id": "Employee id twice",
    "self_manager": "Own manager",
    "cycle": "Reporting in a circle",
    "unknown_manager": "Manager not found",
    "ambiguous_manager": "Manager not unique",
    "unknown_person": "Person not found",
    "bad_number": "Not a number",
    "bad_date": "Not a date",
    "unknown_stage": "Stage not known",
    "empty_file": "Empty file",
    "not_a_table": "Not a table",
    "encrypted": "Protected by a password",
    "too_large": "Too large",
    "several_tops": "Several people at the top",
    "no_department": "No department",
    "duplicate_name": "Name twice",
    "duplicate_email": "Email twice",
    "duplicate_tie": "Tie twice",
    "self_tie": "Tie to oneself",
    "new_relation": "New relation",
    "outside_scope": "Outside the scope",
    "unmatched_resource": "Resource without a person",
    "left": "Has left",
    "formula_cell": "Formula in a cell",
    "unparsable_date": "Date not understood",
    "number_as_text": "Number written as text",
    "trimmed": "Text shortened or cleaned",
}
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where it is, and what to do about it."""

    kind: str
    row: int
    column: str
    value: str
    message: str
    remedy: str
    rows: tuple[int, ...] = ()

    def as_dict(self) -> dict:
        """The fault as commands, jobs and the API give it; ``rows`` for cycles only."""
        found = {
            "kind": self.kind,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
        }
        return {**found, "rows": list(self.rows)} if self.rows else found

    @property
    def place(self) -> str:
        """Row and column in words."""
        if not self.row:
            return "the file"
        return f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}"


@dataclass
class FaultList:
    """The errors and warnings of one file."""

    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def error(
        self,
        kind: str,
        message: str,
        remedy: str,
        *,
        row: int = 0,
        column: str = "",
        value: object = "",
        rows: Sequence[int] = (),
    ) -> None:
        """Note an error: the file will not be written."""
        self.errors.append(_fault(_known(kind, ERRORS), message, remedy, row, column, value, rows))

    def warn(
        self,
        kind: str,
        message: str,
        remedy: str,
        *,
        row: int = 0,
        column: str = "",
        value: object = "",
        rows: Sequence[int] = (),
    ) -> None:
        """Note a warning: the file is written all the same."""
        self.warnings.append(_fault(_known(kind, WARNINGS), message, remedy, row, column, value, rows))

    def extend(self, other: FaultList) -> None:
        """Take over another list's faults."""
        self.errors.extend(other.errors)
        self.warnings.extend(other.warnings)

    def sort(self) -> None:
        """Order by row, as the person walks through the file."""
        self.errors.sort(key=lambda fault: fault.row)
        self.warnings.sort(key=lambda fault: fault.row)

    def counts(self) -> dict[str, int]:
        """How many faults of each kind, errors first."""
        return dict(Counter(fault.kind for fault in self))

    def as_dict(self) -> dict[str, list[dict]]:
        """Both lists, ready for JSON."""
        return {
            "errors": [fault.as_dict() for fault in self.errors],
            "warnings": [fault.as_dict() for fault in self.warnings],
        }

    def __iter__(self) -> Iterator[Fault]:
        yield from self.errors
        yield from self.warnings

    def __len__(self) -> int:
        return len(self.errors) + len(self.warnings)


class FileRefused(Exception):
    """A file cannot be read at all; carries the faults that say why."""

    def __init__(self, faults: FaultList):
        super().__init__("; ".join(str(fault) for fault in faults.errors))
        self.faults = faults


def refuse(
    kind: str, message: str, remedy: str, *, row: int = 0, column: str = "", value: object = ""
) -> FileRefused:
    """The exception for a file that is refused for one reason."""
    faults = FaultList()
    faults.error(kind, message, remedy, row=row, column=column, value=value)
    return FileRefused(faults)


def _known(kind: str, kinds: frozenset[str]) -> str:
    if kind not in kinds:
        raise ValueError(f"There is no such kind of fault here: {kind}")
    return kind


def _fault(kind, message, remedy, row, column, value, rows) -> Fault:
    text = "" if value is None else str(value)
    if len(text) > LONGEST_VALUE:
        text = text[: LONGEST_VALUE - 1] + "…"
    return Fault(kind, row, column, text, " ".join(message.split()), remedy, tuple(rows))
