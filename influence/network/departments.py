"""Who moves whom between departments: ties counted, and people moved as the kept samples say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.graph import Layer
from influence.network.kept import Kept, next_value
from influence.network.model import FloatArray, IntArray

MOST_APART = 1_000


@dataclass(frozen=True, eq=False)
class Between:
    """Ties of one layer between departments, one entry per pair that has any.

    ``source`` is the department of those who name, ``target`` of those named; ``ties`` counts
    pairs of people, ``namers`` the different people behind them.
    """

    source: IntArray
    target: IntArray
    ties: IntArray
    namers: IntArray


def ties_between(layer: Layer, department: IntArray) -> Between:
    """Count a layer's ties from department to department; people without one are left out.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> layer = layer_from_arrays(4, source=[0, 0, 1], target=[2, 3, 2])
    >>> found = ties_between(layer, np.array([0, 0, 1, 1], np.int32))
    >>> found.ties.tolist(), found.namers.tolist()
    ([3], [2])
    """
    size = max(int(department.max(initial=-1)) + 1, 1)
    named, naming = department[layer.indices].astype(np.int64), department[layer.source].astype(np.int64)
    counted = (named >= 0) & (naming >= 0)
    pairs, ties = np.unique(naming[counted] * size + named[counted], return_counts=True)
    of_people = np.unique(layer.source[counted].astype(np.int64) * size + named[counted])
    by_namer = department[of_people // size].astype(np.int64) * size + of_people % size
    _, namers = np.unique(by_namer, return_counts=True)
    return Between(*(column.astype(np.int32) for column in (pairs // size, pairs % size, ties, namers)))


def moved_between(kept: Kept, department: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Expected people of each department whom the people of each department move by influence.

    The sum over everybody of a department of the part of their sphere of influence that lies in
    another one (or their own, without themselves): what each would move starting alone.

    Parameters
    ----------
    kept : mapping
        What ``keep_samples`` gave.
    department : int32 array
        Code per person, -1 for none; where there are more than a thousand departments, those
        from code ``MOST_APART`` on count as none.

    Returns
    -------
    source, target, people
        One entry per pair of departments in which the first moves anybody of the second.
    """
    coded = np.where(department < MOST_APART, department, -1).astype(np.int32)
    size = int(coded.max(initial=-1)) + 1
    starts = np.asarray(kept["row_start"], np.int64)
    counts = _moved(starts, np.asarray(kept["row_code"], np.uint8), int(kept["per_root"]), coded, size)
    source, target = np.nonzero(counts)
    people: FloatArray = counts[source, target] / int(kept["per_root"])
    return source.astype(np.int32), target.astype(np.int32), people


@njit(cache=True, nogil=True)
def _moved(
    starts: NDArray[np.int64], code: NDArray[np.uint8], per_root: int, department: IntArray, size: int
) -> NDArray[np.int64]:
    counts = np.zeros((size, size), np.int64)
    for person in range(starts.size - 1):
        if department[person] < 0:
            continue
        number, at = np.int64(-1), starts[person]
        while at < starts[person + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            root = number // per_root
            if value & 2 and root != person and department[root] >= 0:
                counts[department[person], department[root]] += 1
    return counts
