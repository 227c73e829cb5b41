"""Two charts compared: who joined, who left, who moved, and which jumps look like a mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from orgchart.models import OrgChart, Position

MANY_LEAVERS = 0.2
FIELDS = (
    "person_id", "person__employee_id", "name", "title", "department", "manager_id", "email", "start_date",
)  # fmt: skip
TITLE, DEPARTMENT, MANAGER = 3, 4, 5


class Place(NamedTuple):
    """One person's place in one chart, as far as changes are concerned."""

    person_id: int
    employee_id: str
    name: str
    title: str
    department: str
    manager_id: int | None
    email: str
    start_date: date | None
    manager_name: str


@dataclass(frozen=True)
class Move:
    """Somebody who is in both charts at different places."""

    before: Place
    after: Place

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What changed: the field in words, before, after."""
        fields = []
        if self.before.manager_id != self.after.manager_id:
            fields.append(("manager", self.before.manager_name or "none", self.after.manager_name or "none"))
        for name in ("department", "title"):
            before, after = getattr(self.before, name), getattr(self.after, name)
            if before != after:
                fields.append((name, before or "none", after or "none"))
        return fields


@dataclass
class Comparison:
    """What a chart changes against an earlier one; without an earlier one everybody joins."""

    joiners: list[Place] = field(default_factory=list)
    leavers: list[Place] = field(default_factory=list)
    movers: list[Move] = field(default_factory=list)
    departments: list[tuple[str, int, int]] = field(default_factory=list)
    before: int = 0
    after: int = 0
    new_tops: list[Place] = field(default_factory=list)
    same_people: list[tuple[Place, Place]] = field(default_factory=list)

    @property
    def jumps(self) -> list[str]:
        """What looks like a mistake and wants a second confirmation, in sentences."""
        if not self.before:
            return []
        jumps = []
        if len(self.leavers) > MANY_LEAVERS * self.before:
            share = round(100 * len(self.leavers) / self.before)
            jumps.append(f"{len(self.leavers):,} of {self.before:,} people ({share}%) would leave the chart.")
        gone = [name for name, before, after in self.departments if before and not after and name]
        if gone:
            jumps.append(
                f"{_departments(len(gone))} would be gone: {', '.join(gone[:5])}{' …' if gone[5:] else ''}."
            )
        if self.new_tops:
            names = ", ".join(top.name for top in self.new_tops[:5])
            jumps.append(f"New at the top: {names}.")
        return jumps

    @property
    def changed_departments(self) -> list[tuple[str, int, int]]:
        """The departments whose headcount changes."""
        return [row for row in self.departments if row[1] != row[2]]

    def summary(self) -> dict:
        """The comparison in numbers, for the API and the list of versions."""
        return {
            "joiners": len(self.joiners),
            "leavers": len(self.leavers),
            "movers": len(self.movers),
            "people_before": self.before,
            "people_after": self.after,
            "jumps": self.jumps,
        }

    def rows(self) -> Iterator[list]:
        """Every change as a row of a table, header first."""
        yield ["Change", "Employee id", "Name", "Title", "Department", "Manager", "What changed"]
        for word, places in (("joins", self.joiners), ("leaves", self.leavers)):
            for place in places:
                yield [word, *_cells(place), ""]
        for move in self.movers:
            what = "; ".join(f"{field}: {before} → {after}" for field, before, after in move.changes)
            yield ["moves", *_cells(move.after), what]


def compare(before: OrgChart | None, after: OrgChart) -> Comparison:
    """Compare two charts by employee; ``before`` may be missing."""
    old = _rows(before) if before else {}
    new = _rows(after)
    joiners = _places([row for key, row in new.items() if key not in old], new)
    leavers = _places([row for key, row in old.items() if key not in new], old)
    moved = [key for key, row in new.items() if key in old and _differ(old[key], row)]
    was, now = _places([old[key] for key in moved], old), _places([new[key] for key in moved], new)
    tops = [row for row in new.values() if row[MANAGER] is None]
    return Comparison(
        joiners=joiners,
        leavers=leavers,
        movers=[Move(*pair) for pair in zip(was, now, strict=True)],
        departments=_headcounts(old, new),
        before=len(old),
        after=len(new),
        new_tops=_places([row for row in tops if row[0] not in old or old[row[0]][MANAGER] is not None], new),
        same_people=_same_people(leavers, joiners),
    )


def _rows(chart: OrgChart) -> dict[int, tuple]:
    """The values of ``FIELDS`` by person, in preorder."""
    rows = Position.objects.filter(chart=chart).order_by("lft").values_list(*FIELDS)
    return {row[0]: row for row in rows.iterator(chunk_size=10_000)}


def _differ(before: tuple, after: tuple) -> bool:
    return (
        before[MANAGER] != after[MANAGER]
        or before[DEPARTMENT] != after[DEPARTMENT]
        or before[TITLE] != after[TITLE]
    )


def _places(rows: Iterable[tuple], chart: dict[int, tuple]) -> list[Place]:
    return [Place(*row, chart[row[MANAGER]][2] if row[MANAGER] in chart else "") for row in rows]


def _headcounts(old: dict[int, tuple], new: dict[int, tuple]) -> list[tuple[str, int, int]]:
    before = Counter(row[DEPARTMENT] for row in old.values())
    after = Counter(row[DEPARTMENT] for row in new.values())
    return [(name, before[name], after[name]) for name in sorted(before | after)]


def _same_people(leavers: list[Place], joiners: list[Place]) -> list[tuple[Place, Place]]:
    """Leavers and joiners who may be one person under a new id: same email, or same name and start date."""
    by_email = {place.email.casefold(): place for place in leavers if place.email}
    by_name = {(place.name, place.start_date): place for place in leavers if place.start_date}
    pairs = []
    for joiner in joiners:
        leaver = by_email.get(joiner.email.casefold()) or by_name.get((joiner.name, joiner.start_date))
        if leaver:
            pairs.append((leaver, joiner))
    return pairs


def _cells(place: Place) -> list:
    return [place.employee_id, place.name, place.title, place.department, place.manager_name]


def _departments(count: int) -> str:
    return "One department" if count == 1 else f"{count} departments"
