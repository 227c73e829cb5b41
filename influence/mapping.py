"""What the map draws: everybody as a point where they are few enough, else how many stand where.

Density first, people on zoom: a window of the map that holds more people than a browser draws at ease comes
as counts in cells, with the people worth knowing on top.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.functions import Floor

from influence.areas import AXES
from influence.models import Corner, Group, Score

MOST_POINTS = 3_000
CELLS = 60
ON_TOP = 150
GROUPS = tuple(Group.values)
CORNERS = tuple(Corner.values)
FIELDS = (
    "id", "name", "title", "department", "location", "level", "headcount", "group", "x", "y",
    "x_low", "x_high", "y_low", "y_high", "rank", "leader", "champion",
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The part of the map that is looked at."""

    left: float = 0
    right: float = 100
    bottom: float = 0
    top: float = 100

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Window:
        """Read it from an address; the whole map where it makes no sense."""
        try:
            left, right, bottom, top = (float(query[name]) for name in ("left", "right", "bottom", "top"))
        except (KeyError, ValueError):
            return cls()
        is_sound = -1000 < left < right < 1000 and -1000 < bottom < top < 1000
        return cls(left, right, bottom, top) if is_sound else cls()

    def of(self, rows: QuerySet[Score], across: str, up: str) -> QuerySet[Score]:
        """The scores that lie in it."""
        if self == Window():
            return rows.filter(**{f"{across}__isnull": False})
        ranges = {f"{across}__range": (self.left, self.right), f"{up}__range": (self.bottom, self.top)}
        return rows.filter(**ranges)


@dataclass(frozen=True)
class Marked:
    """Whom the map marks: leaders by id, champions with their place."""

    leaders: Collection[str]
    champions: Mapping[str, int]


def map_data(
    rows: QuerySet[Score], axes: str, window: Window, marked: Marked, people: int, splits: bool
) -> dict[str, Any]:
    """Everything that map.js needs; ``people`` is everybody in the analysis, for ranks as places on the map.

    ``splits`` says whether the counts of the groups may be told.
    """
    across, up = AXES[axes]
    inside = window.of(rows, across, up)
    counts = _counts(rows, axes) if splits else {}
    found = inside.count()
    answer = {"axes": axes, "fields": FIELDS, "groups": GROUPS, "counts": counts, "inside": found}
    if found <= MOST_POINTS:
        return answer | {"kind": "people", "people": [_point(s, axes, marked, people) for s in inside]}
    known = Q(person__employee_id__in=[*marked.leaders, *marked.champions])
    top = [*inside.filter(known), *inside.exclude(known).order_by("influence_rank")[:ON_TOP]]
    return answer | {
        "kind": "density",
        "people": [_point(score, axes, marked, people) for score in top],
        "cells": cells_of(inside, across, up, window),
        "steps": [(window.right - window.left) / CELLS, (window.top - window.bottom) / CELLS],
        "from": [window.left, window.bottom],
    }


def _counts(rows: QuerySet[Score], axes: str) -> dict[str, int]:
    field, names = ("group", GROUPS) if axes == "score" else ("corner", CORNERS)
    found = dict(rows.order_by().values_list(field).annotate(Count("pk")))
    return {name: found.get(name, 0) for name in names}


def cells_of(rows: QuerySet[Score], across: str, up: str, window: Window) -> list[list[int]]:
    """Per cell with somebody in it: column, row, people, and the group that most of them belong to."""
    wide, high = (window.right - window.left) / CELLS, (window.top - window.bottom) / CELLS
    placed = rows.order_by().annotate(
        column=Floor((F(across) - window.left) / wide, output_field=IntegerField()),
        row=Floor((F(up) - window.bottom) / high, output_field=IntegerField()),
    )
    cells: dict[tuple[int, int], dict[str, int]] = {}
    for column, row, group, count in placed.values_list("column", "row", "group").annotate(Count("pk")):
        place = (min(int(column), CELLS - 1), min(int(row), CELLS - 1))
        cells.setdefault(place, {})
        cells[place][group] = cells[place].get(group, 0) + count
    return [
        [column, row, sum(found.values()), GROUPS.index(max(found, key=found.__getitem__))]
        for (column, row), found in sorted(cells.items())
    ]


def _point(score: Score, axes: str, marked: Marked, people: int) -> list[Any]:
    across, up = AXES[axes]
    employee_id = score.person.employee_id
    is_score = axes == "score"
    return [
        employee_id, score.name, score.title, score.department, score.location, score.level, score.headcount,
        GROUPS.index(score.group), round(getattr(score, across), 2), round(getattr(score, up), 2),
        *(_places(score, "influence", people) if is_score else (None, None)),
        *(_places(score, "leadership", people) if is_score else (None, None)),
        score.influence_rank, employee_id in marked.leaders, marked.champions.get(employee_id),
    ]  # fmt: skip


def _places(score: Score, axis: str, people: int) -> tuple[float | None, float | None]:
    """The interval of a rank as places from 0 to 100 on the map."""
    low, high = getattr(score, f"{axis}_rank_low"), getattr(score, f"{axis}_rank_high")
    if low is None or high is None:
        return None, None
    return _place(high, people), _place(low, people)


def _place(rank: int, people: int) -> float:
    return round(100 * (people - rank + 0.5) / people, 2)
