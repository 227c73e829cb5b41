"""The five parts of everybody: their sizes, who is likely in them, and where, by department."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from influence.filtering import SEPARATOR
from influence.models import Analysis, Score
from influence.words import number, percent
from surveys.promises import Promise

PART_WORDS = {
    "leadership_only": "By leadership only",
    "influence_only": "By influence only",
    "either": "By either",
    "only_together": "Only together",
    "not_reached": "Not reached",
}
PART_HELP = {
    "leadership_only": "Reached down the line, and by nobody else.",
    "influence_only": "Reached by colleagues, not by the line.",
    "either": "Reached both ways: each alone would do.",
    "only_together": "Reached by neither alone, only where line and colleagues join.",
    "not_reached": "Nobody chosen so far moves them.",
}
NEXT_STEP = {
    "leadership_only": "Let their managers speak to them; no colleague they look to is on board yet.",
    "influence_only": "The champions bring them; keep their managers informed.",
    "either": "They are safe: line and colleagues both reach them.",
    "only_together": "Let leader and champion act together here: neither suffices alone.",
    "not_reached": "Add a champion whom they name, or a sponsor above them.",
}
SCORE_FIELD = {
    "leadership_only": "by_leadership_only",
    "influence_only": "by_influence_only",
    "either": "by_either",
    "only_together": "only_together",
    "not_reached": "not_reached",
}
SMALLER = "Smaller departments"


@dataclass(frozen=True)
class DepartmentParts:
    """How many people of a department are expected in each part; ``name`` is empty for those without one."""

    name: str
    people: int
    parts: Mapping[str, float]
    is_merged: bool = False

    @property
    def word(self) -> str:
        return self.name or "No department"

    @property
    def bar(self) -> list[dict[str, str]]:
        """The parts as pieces of a bar that is 100 wide."""
        return pieces({part: self.parts[part] / self.people for part in PART_WORDS})

    @property
    def cells(self) -> list[str]:
        return [number(self.parts[part]) for part in PART_WORDS]

    @property
    def reached(self) -> str:
        """The share that anything reaches."""
        return percent(1 - self.parts["not_reached"] / self.people)

    def share(self, part: str) -> str:
        return percent(self.parts[part] / self.people)


def pieces(shares: Mapping[str, float]) -> list[dict[str, str]]:
    """Shares as pieces of a bar: where each begins, how wide it is, out of 100."""
    found, begin = [], 0.0
    for name, share in shares.items():
        found.append({"name": name, "begin": f"{begin:.2f}", "width": f"{100 * share:.2f}"})
        begin += 100 * share
    return found


def department_parts(analysis: Analysis, promise: Promise) -> list[DepartmentParts]:
    """The parts by department, those with most people not reached first.

    Where ties are promised away, departments below the smallest group stand together in one row, the next
    smallest with them if they would still be too few: else a row could tell of one person.
    """
    rows = [
        DepartmentParts(name, row["people"], {part: row[part] for part in PART_WORDS})
        for name, row in analysis.results.get("department_parts", {}).items()
        if row["people"]
    ]
    rows = _merged(rows, promise.smallest_group) if promise.ties_hidden else rows
    return sorted(rows, key=lambda row: -row.parts["not_reached"])


def _merged(rows: list[DepartmentParts], smallest: int) -> list[DepartmentParts]:
    by_size = sorted(rows, key=lambda row: row.people)
    count = sum(row.people < smallest for row in by_size)
    while 0 < count < len(by_size) and sum(row.people for row in by_size[:count]) < smallest:
        count += 1
    if not count:
        return rows
    return [*by_size[count:], sum_of(by_size[:count], SMALLER)]


def sum_of(rows: Iterable[DepartmentParts], name: str) -> DepartmentParts:
    """Several rows as one."""
    rows = list(rows)
    parts = {part: sum(row.parts[part] for row in rows) for part in PART_WORDS}
    return DepartmentParts(name, sum(row.people for row in rows), parts, is_merged=True)


def parts_of(rows: Iterable[DepartmentParts], department: str) -> DepartmentParts | None:
    """The row of a department with its sub-units; None where it may not be shown by itself."""
    inside = [row for row in rows if row.name == department or row.name.startswith(department + SEPARATOR)]
    return sum_of(inside, department) if inside else None


def likeliest(rows: QuerySet[Score], parts: Sequence[str], count: int) -> dict[str, list[dict[str, Any]]]:
    """By part the people who are likeliest in it, with their probability."""
    fields = [SCORE_FIELD[part] for part in parts]
    values = list(rows.order_by().values_list("pk", "place", *fields))
    first = {
        part: heapq.nsmallest(count, values, key=lambda row: (-row[2 + column], row[1]))
        for column, part in enumerate(parts)
    }
    wanted = {row[0] for found in first.values() for row in found}
    known = Score.objects.filter(pk__in=wanted).select_related("person").in_bulk()
    return {
        part: [{"score": known[row[0]], "share": percent(row[2 + column])} for row in first[part]]
        for column, part in enumerate(parts)
    }
