"""Ties between departments as they may be shown: to everybody who sees scores, never a small group's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence.picture.stored import Picture
from surveys.small_groups import shown_counts

Array = NDArray[Any]
SOURCE, TARGET, TIES, NAMERS = range(4)


def large_departments(picture: Picture, minimum: int) -> Array:
    """True per department from which enough people named somebody, the next smallest kept back too."""
    naming = np.unique(picture.source)
    department = picture.department[naming]
    counts = np.bincount(department[department >= 0], minlength=picture.departments.size)
    names = picture.departments.tolist()
    shown = shown_counts({name: int(count) for name, count in zip(names, counts, strict=True)}, minimum)
    return np.array([shown.get(name) is not None for name in names], np.bool_)


def shown_pairs(pairs: Array, large: Array, minimum: int) -> Array:
    """Of the pairs of departments those that may be shown, as a mask.

    Hidden are pairs with a department that is not large, and pairs with fewer than ``minimum`` different
    people behind them. Where only one pair of a department is hidden, its count could be told from the
    others and the department's total, so that its next smallest goes too.
    """
    shown = large[pairs[:, SOURCE]] & large[pairs[:, TARGET]] & (pairs[:, NAMERS] >= minimum)
    while True:
        more = np.concatenate([_given_away(pairs, shown, end) for end in (SOURCE, TARGET)])
        if not more.size:
            return shown
        shown[more] = False


def _given_away(pairs: Array, shown: Array, end: int) -> Array:
    """The smallest shown pair of every department that has exactly one hidden pair."""
    size = int(pairs[:, end].max(initial=-1)) + 1
    alone = np.bincount(pairs[~shown, end], minlength=size) == 1
    asked = np.flatnonzero(shown & alone[pairs[:, end]])
    asked = asked[np.lexsort((pairs[asked, NAMERS], pairs[asked, end]))]
    return asked[np.diff(pairs[asked, end], prepend=-1) != 0]


def department_places(picture: Picture) -> Array:
    """Where each department stands: amid its people, by median, which few strays do not move."""
    places = np.zeros((picture.departments.size, 2), np.float32)
    order = np.argsort(picture.department, kind="stable")
    codes = picture.department[order]
    starts = np.searchsorted(codes, np.arange(picture.departments.size))
    ends = np.searchsorted(codes, np.arange(picture.departments.size), side="right")
    for code, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end > start:
            places[code] = np.median(picture.place[order[start:end]], axis=0)
    return places


def line_pairs(picture: Picture) -> Array:
    """Reporting lines that cross from one department into another: source below, target above, count."""
    below = np.flatnonzero(picture.manager >= 0)
    source, target = picture.department[below], picture.department[picture.manager[below]]
    crossing = (source >= 0) & (target >= 0) & (source != target)
    pairs, counts = np.unique(
        np.column_stack([source[crossing], target[crossing]]), axis=0, return_counts=True
    )
    return np.column_stack([pairs.reshape(-1, 2), counts]).astype(np.int32)


def outside_share(pairs: Array, shown: Array | None = None) -> float | None:
    """Which share of the ties between departments' people leaves the own department."""
    rows = pairs if shown is None else pairs[shown]
    total = int(rows[:, TIES].sum())
    inside = int(rows[rows[:, SOURCE] == rows[:, TARGET], TIES].sum())
    return (total - inside) / total if total else None


def external_internal(pairs: Array, departments: int) -> Mapping[str, Array]:
    """Per department the ties inside and outside it, in either direction, and the E-I index (NaN without)."""
    same = pairs[:, SOURCE] == pairs[:, TARGET]
    inside = np.bincount(pairs[same, SOURCE], pairs[same, TIES], departments)
    out = np.bincount(pairs[~same, SOURCE], pairs[~same, TIES], departments)
    into = np.bincount(pairs[~same, TARGET], pairs[~same, TIES], departments)
    total = inside + out + into
    index = np.divide(out + into - inside, total, out=np.full(departments, np.nan), where=total > 0)
    return {"inside": inside, "out": out, "into": into, "index": index}
