"""Counts by department in which no small group shows, not even by subtraction.

Departments are paths (``A / B``). A count below the minimum is hidden; where what is hidden under one parent
could be told from the parent's own count, the next smallest sibling is hidden too; nothing below a hidden
department is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

SEPARATOR = " / "
Counts = dict[str, int]


def totals_of(counts: Mapping[str, int]) -> Counts:
    """The counts of departments with everything below them, parents included."""
    totals: Counts = {}
    for department, count in counts.items():
        for unit in units_of(department):
            totals[unit] = totals.get(unit, 0) + count
    return totals


def shown_counts(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Every department and parent with its count, or None where that must stay hidden."""
    totals = totals_of(counts)
    shown: dict[str, int | None] = dict.fromkeys(totals)
    _show_children("", totals, counts, shown, minimum)
    shown.pop("", None)
    return shown


def units_of(department: str) -> list[str]:
    """A department and the units above it, from the top."""
    parts = department.split(SEPARATOR) if department else [""]
    return [SEPARATOR.join(parts[:end]) for end in range(1, len(parts) + 1)]


def _show_children(
    parent: str, totals: Counts, counts: Mapping[str, int], shown: dict[str, int | None], minimum: int
) -> None:
    children = [unit for unit in totals if _parent_of(unit) == parent and unit != parent]
    # People who belong to the parent itself are a group like its sub-units, but never shown as one.
    own = counts.get(parent, 0)
    sizes = sorted((totals[unit], unit) for unit in children)
    hidden = [size for size, _ in sizes if size < minimum]
    rest = [(size, unit) for size, unit in sizes if size >= minimum]
    unseen, groups = sum(hidden) + own, len(hidden) + (1 if own else 0)
    while rest and (hidden or own) and (groups < 2 or unseen < minimum):
        size, _ = rest.pop(0)
        unseen, groups = unseen + size, groups + 1
        hidden.append(size)
    for size, unit in rest:
        shown[unit] = size
        _show_children(unit, totals, counts, shown, minimum)


def _parent_of(unit: str) -> str:
    return unit.rpartition(SEPARATOR)[0]
