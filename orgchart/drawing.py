"""A circle of people who report to one another, as the points and arrows of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

RADIUS, WIDTH, LINE = 78, 460, 17
NAME_SHOWN = 28


@dataclass(frozen=True)
class Ring:
    """Names around a circle, each with an arrow to its manager's."""

    width: int
    height: int
    nodes: list[dict]
    arrows: list[dict]


def ring(members: Sequence[dict]) -> Ring:
    """Place members (name and row, each followed by their manager) clockwise from the top."""
    count, middle = len(members), RADIUS + 3 * LINE
    angles = [2 * pi * place / count for place in range(count)]
    nodes = [
        {**_point(angle, middle), "anchor": _anchor(angle), **_label(angle, middle, member)}
        for angle, member in zip(angles, members, strict=True)
    ]
    gap = min(0.22, pi / (2 * count))
    arrows = [_arrow(angle + gap, angle + 2 * pi / count - gap, middle) for angle in angles]
    return Ring(WIDTH, 2 * middle, nodes, arrows)


def _point(angle: float, middle: float, radius: float = RADIUS) -> dict:
    return {"x": round(WIDTH / 2 + radius * sin(angle)), "y": round(middle - radius * cos(angle))}


def _anchor(angle: float) -> str:
    side = sin(angle)
    return "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"


def _label(angle: float, middle: float, member: dict) -> dict:
    place = _point(angle, middle, RADIUS + LINE)
    name = member["name"]
    return {
        "label_x": place["x"],
        "label_y": place["y"] + 4,
        "name": name if len(name) <= NAME_SHOWN else name[: NAME_SHOWN - 1] + "…",
        "row": member["row"],
    }


def _arrow(start: float, end: float, middle: float) -> dict:
    first, last = _point(start, middle), _point(end, middle)
    bend = 1 if end - start > pi else 0
    return {
        "path": f"M{first['x']},{first['y']} A{RADIUS},{RADIUS} 0 {bend} 1 {last['x']},{last['y']}",
        "x": last["x"], "y": last["y"], "turn": round(end * 180 / pi),
    }  # fmt: skip
