"""The shape of a hierarchy: levels, spans, headcounts and preorder intervals.

People are given by place in a list; ``managers[i]`` is the place of i's manager, or
-1 at the top. Nothing here recurses, so that depth is no limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOP = -1


@dataclass(frozen=True)
class Tree:
    """Figures by place; people in a cycle or below one have level 0 and ``lft`` -1.

    ``lft`` numbers people from 0 in preorder, children by employee id; ``rgt`` is the
    largest number below, so that v is below u where ``lft[u] < lft[v] <= rgt[u]``.
    """

    level: list[int]
    span: list[int]
    headcount: list[int]
    lft: list[int]
    rgt: list[int]
    order: list[int]

    @property
    def max_level(self) -> int:
        return max(self.level, default=0)


def grow(managers: Sequence[int], employee_ids: Sequence[str]) -> Tree:
    """Compute every figure of the hierarchy in one walk from the tops down."""
    count = len(managers)
    children: list[list[int]] = [[] for _ in range(count)]
    tops: list[int] = []
    for place in sorted(range(count), key=employee_ids.__getitem__, reverse=True):
        (tops if managers[place] == TOP else children[managers[place]]).append(place)
    level, lft, order = [0] * count, [-1] * count, []
    waiting = tops
    while waiting:
        place = waiting.pop()
        lft[place] = len(order)
        order.append(place)
        level[place] = level[managers[place]] + 1 if managers[place] != TOP else 1
        waiting.extend(children[place])
    headcount = _headcounts(managers, order)
    rgt = [left + below if left >= 0 else -1 for left, below in zip(lft, headcount, strict=True)]
    return Tree(level, [len(reports) for reports in children], headcount, lft, rgt, order)


def find_cycles(managers: Sequence[int]) -> list[list[int]]:
    """The circles of people who report to one another, each from its first member on."""
    state = [0] * len(managers)
    cycles = []
    for start in range(len(managers)):
        path, place = [], start
        while place != TOP and state[place] == 0:
            state[place] = start + 1
            path.append(place)
            place = managers[place]
        if place != TOP and path and state[place] == start + 1:
            circle = path[path.index(place) :]
            first = circle.index(min(circle))
            cycles.append(circle[first:] + circle[:first])
    return cycles


def _headcounts(managers: Sequence[int], order: Sequence[int]) -> list[int]:
    headcount = [0] * len(managers)
    for place in reversed(order):
        if managers[place] != TOP:
            headcount[managers[place]] += headcount[place] + 1
    return headcount
