"""Two charts compared: who joined, who left, who moved, and which jumps look like a mistake."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from orgchart.models import OrgChart, Position

MANY_LEAVERS = 0.2


@dataclass(frozen=True)
class Place:
    """One person's place in one chart, as far as changes are concerned."""

    person_id: int
    employee_id: str
    name: str
    title: str
    department: str
    manager_id: int | None
    manager_name: str
    email: str
    start_date: object = None


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


def compare(before: OrgChart | None, after: OrgChart) -> Comparison:
    """Compare two charts by employee; ``before`` may be missing."""
    old = _places(before) if before else {}
    new = _places(after)
    joiners = [place for key, place in new.items() if key not in old]
    leavers = [place for key, place in old.items() if key not in new]
    moves = [Move(old[key], place) for key, place in new.items() if key in old]
    return Comparison(
        joiners=joiners,
        leavers=leavers,
        movers=[move for move in moves if move.changes],
        departments=_headcounts(old, new),
        before=len(old),
        after=len(new),
        new_tops=[
            place for key, place in new.items() if place.manager_id is None and not _was_top(old.get(key))
        ],
        same_people=_same_people(leavers, joiners),
    )


def _places(chart: OrgChart) -> dict[int, Place]:
    rows = (
        Position.objects.filter(chart=chart)
        .order_by("lft")
        .values_list(
            "person_id",
            "person__employee_id",
            "name",
            "title",
            "department",
            "manager_id",
            "email",
            "start_date",
        )
    )
    rows = list(rows)
    names = {row[0]: row[2] for row in rows}
    return {
        row[0]: Place(*row[:6], manager_name=names.get(row[5], ""), email=row[6], start_date=row[7])
        for row in rows
    }


def _headcounts(old: dict[int, Place], new: dict[int, Place]) -> list[tuple[str, int, int]]:
    before = Counter(place.department for place in old.values())
    after = Counter(place.department for place in new.values())
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


def _was_top(place: Place | None) -> bool:
    return place is not None and place.manager_id is None


def _departments(count: int) -> str:
    return "One department" if count == 1 else f"{count} departments"
