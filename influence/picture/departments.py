"""Departments: the first sight of a large organisation, and all that is shown where ties are confidential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence.picture.between import (
    SOURCE,
    TARGET,
    TIES,
    department_places,
    external_internal,
    large_departments,
    line_pairs,
    outside_share,
    shown_pairs,
)
from influence.picture.packing import pack
from influence.picture.stored import Picture
from surveys.promises import Promise

Array = NDArray[Any]
PAIRS_MOST = 4_000
LAYERS = ("influence", "leadership", "line")


@dataclass(frozen=True, eq=False)
class Departments:
    """Departments with their people, and pairs of them with ties (source, target, ties, namers) by layer.

    ``large`` marks those of which figures may be told; ``hidden`` counts pairs kept back.
    """

    names: tuple[str, ...]
    people: Array
    place: Array
    large: Array
    influence: Array
    leadership: Array
    line: Array
    index: Array
    hidden: int

    @property
    def outside(self) -> float | None:
        """The share of the influence ties that leave the own department."""
        return outside_share(self.influence)

    def strongest(self, most: int) -> Array:
        """The pairs of different departments with the most influence ties."""
        apart = self.influence[self.influence[:, SOURCE] != self.influence[:, TARGET]]
        return apart[np.argsort(-apart[:, TIES], kind="stable")[:most]]


def departments_of(picture: Picture, promise: Promise, *, sees_ties: bool) -> Departments:
    """The departments of a picture, as somebody may see them."""
    size = int(picture.departments.size)
    large, kept = np.ones(size, np.bool_), {}
    hidden = 0
    if not sees_ties:
        large = large_departments(picture, promise.smallest_group)
    for name in ("influence", "leadership"):
        pairs = getattr(picture, f"{name}_pairs")
        shown = (
            np.ones(len(pairs), np.bool_) if sees_ties else shown_pairs(pairs, large, promise.smallest_group)
        )
        kept[name] = pairs[shown]
        hidden += int((~shown).sum())
    return Departments(
        names=tuple(picture.departments.tolist()),
        people=np.bincount(picture.department[picture.department >= 0], minlength=size).astype(np.int32),
        place=department_places(picture),
        large=large,
        line=line_pairs(picture),
        index=_index(picture, large),
        hidden=hidden,
        **kept,
    )


def _index(picture: Picture, large: Array) -> Array:
    """The E-I index of every department that may be told, over all its ties; NaN for the others."""
    index = external_internal(picture.influence_pairs, int(picture.departments.size))["index"]
    return np.where(large, index, np.nan)


def packed_departments(found: Departments, words: dict[str, Any]) -> bytes:
    """The departments for the page's script."""
    pairs = [_strongest(found.influence), _strongest(found.leadership), found.line[:, :3]]
    every = np.concatenate([rows[:, :3] for rows in pairs]) if pairs else np.empty((0, 3), np.int32)
    columns = {
        "x": np.ascontiguousarray(found.place[:, 0]),
        "y": np.ascontiguousarray(found.place[:, 1]),
        "people": found.people,
        "index": found.index.astype(np.float32),
        "source": np.ascontiguousarray(every[:, SOURCE]).astype(np.int32),
        "target": np.ascontiguousarray(every[:, TARGET]).astype(np.int32),
        "count": np.ascontiguousarray(every[:, TIES]).astype(np.int32),
        "layer": np.repeat(np.arange(3, dtype=np.uint8), [len(rows) for rows in pairs]),
    }
    return pack({"kind": "departments", "names": list(found.names), "layers": list(LAYERS), **words}, columns)


def _strongest(pairs: Array) -> Array:
    apart = pairs[pairs[:, SOURCE] != pairs[:, TARGET]]
    return apart[np.argsort(-apart[:, TIES], kind="stable")[:PAIRS_MOST]]
