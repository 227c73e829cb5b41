"""A people file as it is read: the options, its persons, what was found out about it, what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orgchart.faults import FaultList
from orgchart.tables import Found, Table
from orgchart.tree import Tree

UNKNOWN_MANAGER = ("error", "top", "drop", "former")
DUPLICATE_ID = ("error", "first", "last", "dotted")


def nobody_was_called(text: str) -> str:
    """Nobody is known from an earlier chart."""
    return ""


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read, and what has been decided about its known faults.

    ``former`` gives each person's manager in the current chart, ``id_before`` the employee id of who was
    called by a name, an email or an id there; ``decisions`` says, by
    employee id and faulty value, what to do about one person's manager (``top``, ``drop``,
    ``former`` or ``to:ID``) or duplicate id (``first``, ``last``, ``dotted``). ``kept`` names
    columns beyond the fields that are stored; ``by_header`` gives mapping and kept columns
    chosen before for files with one header (``header_key``), where ``mapping`` is empty.
    """

    as_of: datetime.date = field(default_factory=datetime.date.today)
    mapping: Mapping[str, str] = field(default_factory=dict)
    unknown_manager: str = "error"
    duplicate_id: str = "error"
    former: Mapping[str, str] = field(default_factory=dict)
    id_before: Callable[[str], str] = nobody_was_called
    decisions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    kept: Sequence[str] = ()
    by_header: Mapping[str, tuple[Mapping[str, str], Sequence[str]]] = field(default_factory=dict)


@dataclass(slots=True)
class PersonRow:
    """One person of the file; ``manager_id`` is an employee id once managers are resolved.

    ``undecided`` are those whose manager is at fault; a ``broken`` row has more cells than the header, so
    that nothing but its first ones can be trusted.
    """

    row: int
    employee_id: str
    name: str = ""
    email: str = ""
    title: str = ""
    department: str = ""
    location: str = ""
    start_date: datetime.date | None = None
    distinguished_name: str = ""
    other_name: str = ""
    manager_text: str = ""
    dotted_text: str = ""
    manager_id: str = ""
    dotted_manager_id: str = ""
    undecided: bool = False
    broken: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class PeopleFile:
    """What a people file holds, what was found out about it, and what is wrong with it.

    ``decided`` lists faults that a decision has settled (row, employee id, value, decision);
    ``candidates`` gives, by row, the people whom a faulty manager's cell may mean; ``circles``
    gives, by its first row, the rows of a cycle, each followed by its manager's.
    """

    faults: FaultList = field(default_factory=FaultList)
    table: Table | None = None
    columns: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    decided: list[tuple[int, str, str, str]] = field(default_factory=list)
    candidates: dict[int, list[PersonRow]] = field(default_factory=dict)
    circles: dict[int, list[int]] = field(default_factory=dict)
    persons: list[PersonRow] = field(default_factory=list)
    left: dict[str, PersonRow] = field(default_factory=dict)
    tree: Tree | None = None

    @property
    def found(self) -> Found | None:
        return self.table.found if self.table else None

    @property
    def people(self) -> int:
        return len(self.persons)

    @property
    def tops(self) -> int:
        return self.tree.level.count(1) if self.tree else 0

    @property
    def max_level(self) -> int:
        return self.tree.max_level if self.tree else 0

    @property
    def can_be_written(self) -> bool:
        return not self.faults.errors and bool(self.persons)

    def counts(self) -> dict[str, int]:
        """People, tops and levels, faulty managers counted as tops."""
        return {"people": self.people, "tops": self.tops, "max_level": self.max_level}

    def header_of(self, name: str) -> str:
        """The file's own name of a field's column."""
        return self.table.header[self.columns[name]] if self.table and name in self.columns else ""
