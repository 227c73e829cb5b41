"""Whoever lies inside a line drawn on the map: a polygon turned into a condition that the database checks."""

from __future__ import annotations

import json

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Mod

from influence.models import Score

AXES = {
    "score": ("influence", "leadership"),
    "corner": ("exercised_leadership", "positional_authority"),
}
"""What lies across and up on each map."""

MOST_CORNERS = 80
Point = tuple[float, float]


class AreaError(ValueError):
    """Why the line cannot be read, and what to do."""


def in_area(rows: QuerySet[Score], text: str, axes: str) -> QuerySet[Score]:
    """Of the scores those inside a polygon, given as JSON: ``[[across, up], ...]`` in the map's figures."""
    corners = read_area(text)
    across, up = AXES.get(axes, AXES["score"])
    lefts, heights = zip(*corners, strict=True)
    rows = rows.filter(
        **{
            f"{across}__range": (min(lefts), max(lefts)),
            f"{up}__range": (min(heights), max(heights)),
        }
    )
    crossings = sum((_crosses(across, up, *edge) for edge in _edges(corners)), Value(0))
    sides = Mod(crossings, 2, output_field=IntegerField())
    return rows.annotate(sides=sides).filter(sides=1)


def read_area(text: str) -> list[Point]:
    """The corners of the polygon; raises ``AreaError`` in words."""
    try:
        corners = [(float(across), float(up)) for across, up in json.loads(text)]
    except (ValueError, TypeError):
        raise AreaError("The line could not be read; draw it again.") from None
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise AreaError(f"The line has {len(corners)} corners; draw one with 3 to {MOST_CORNERS}.")
    if not all(-1e6 < value < 1e6 for corner in corners for value in corner):
        raise AreaError("The line lies outside the map; draw it again.")
    return corners


def _edges(corners: list[Point]):
    following = [*corners[1:], corners[0]]
    return ((one, two) for one, two in zip(corners, following, strict=True) if one[1] != two[1])


def _crosses(across: str, up: str, one: Point, two: Point) -> Case:
    """1 where a ray to the right of a point crosses the edge: an odd number of crossings means inside."""
    slope = (two[0] - one[0]) / (two[1] - one[1])
    low, high = sorted((one[1], two[1]))
    left_of_edge = {f"{across}__lt": F(up) * slope + (one[0] - slope * one[1])}
    return Case(
        When(**{f"{up}__gte": low, f"{up}__lt": high}, **left_of_edge, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
