"""What lists of people are like, side by side: who is in them, and how they lead and move others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from influence.models import Group, Score
from influence.words import number, percent

DEPARTMENTS_SHOWN = 3


@dataclass(frozen=True)
class ListFigures:
    """One column of the comparison."""

    name: str
    people: int
    cells: list[str]


ROWS = (
    "People",
    *(group.label for group in Group),
    "Departments, largest first",
    "Mean leadership, 0 to 100",
    "Mean influence, 0 to 100",
    "Mean sphere, people",
    "Of that outside the own line",
    "Have people below",
)


def figures_of(name: str, rows: QuerySet[Score]) -> ListFigures:
    """The column of some people; figures of the people who may be named alone."""
    found = rows.order_by().aggregate(
        people=Count("pk"),
        leadership=Avg("leadership"),
        influence=Avg("influence"),
        sphere=Avg("sphere"),
        outside=Avg("sphere_outside_line"),
        managers=Count("pk", filter=Q(headcount__gt=0)),
    )
    people = found["people"]
    groups = dict(rows.order_by().values_list("group").annotate(Count("pk")))
    cells = [
        f"{people:,}",
        *(_share(groups.get(group, 0), people) for group in Group.values),
        _departments(rows),
        number(found["leadership"], 0),
        number(found["influence"], 0),
        number(found["sphere"], 1),
        "–" if not people else percent(found["outside"] / found["sphere"]),
        _share(found["managers"], people),
    ]
    return ListFigures(name, people, cells)


def _share(count: int, people: int) -> str:
    return f"{count:,} ({percent(count / people)})" if people else "–"


def _departments(rows: QuerySet[Score]) -> str:
    counts = Counter(dict(rows.order_by().values_list("department").annotate(Count("pk"))))
    first = [
        f"{name or 'No department'} ({count:,})" for name, count in counts.most_common(DEPARTMENTS_SHOWN)
    ]
    more = len(counts) - len(first)
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")


def overlap(first: QuerySet[Score], second: QuerySet[Score]) -> list[Any]:
    """The people who are in both."""
    return list(first.filter(person__in=second.order_by().values("person")).order_by("influence_rank")[:100])
