"""What any hand-picked people would reach, from the samples that a finished run keeps.

The sets are kept turned round: for every person the sets in which they stand, and how they
reach the root, coded in few bytes. A question about some people reads their rows alone, so
that it is answered at once however large the organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.model import FloatArray, IntArray
from influence.network.samples import ReverseSamples, sets_of_people

Kept = Mapping[str, NDArray[Any]]


def keep_samples(samples: ReverseSamples) -> dict[str, NDArray[np.generic]]:
    """Turn the sets round and code them; ``kept_sets`` reads them back.

    Per person the sets they stand in, ascending, as differences; two more bits say whether they
    reach the root over leadership ties alone, over influence ties alone. A number is written
    seven bits a byte, the last byte without its eighth bit.
    """
    everything, everybody = np.ones(samples.sets, np.bool_), np.ones(samples.n, np.bool_)
    where, number_of, place_of = sets_of_people(samples.set_indptr, samples.members, everything, everybody)
    starts, code = _coded(where, number_of, samples.flags[place_of])
    return {
        "people": np.array(samples.n, np.int64),
        "per_root": np.array(samples.per_root, np.int64),
        "row_start": starts,
        "row_code": code,
    }


def kept_sets(kept: Kept, people: IntArray | None = None) -> ReverseSamples:
    """Read the sets back, of all people or with some of them only, who stand in their order."""
    n, per_root = int(kept["people"]), int(kept["per_root"])
    people = np.arange(n, dtype=np.int32) if people is None else np.asarray(people, np.int32)
    indptr, members, flags = _turned_back(*_rows(kept, people), people, n, per_root)
    return ReverseSamples(n, per_root, indptr, members, flags)


def _rows(kept: Kept, people: IntArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The coded rows of some people behind each other, and where each begins."""
    starts = np.asarray(kept["row_start"], np.int64)
    if people.size == starts.size - 1:
        return starts, np.asarray(kept["row_code"][0 : starts[-1]], np.uint8)
    rows = [np.asarray(kept["row_code"][starts[i] : starts[i + 1]], np.uint8) for i in people.tolist()]
    ends = np.cumsum([0, *(row.size for row in rows)]).astype(np.int64)
    return ends, np.concatenate([np.empty(0, np.uint8), *rows])


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What some people reach together.

    Attributes
    ----------
    reach, reach_se : float64 arrays, 3
        People reached through leadership, influence and both, with standard errors.
    parts, part_se : float64 arrays, 5
        People in the five parts, in the order of ``PARTS``, with standard errors.
    probabilities : float64 array, n x 5
        Per person the probability of each part.
    losses : float64 array, starters
        For each of them, how many fewer would be reached through both layers without them.
    """

    reach: FloatArray
    reach_se: FloatArray
    parts: FloatArray
    part_se: FloatArray
    probabilities: FloatArray
    losses: FloatArray


def what_if(kept: Kept, starters: IntArray) -> WhatIf:
    """Answer for any people, from the judging half of the kept sets.

    Parameters
    ----------
    kept : mapping
        At least what ``keep_samples`` gave; its arrays may lie on disk (``row_code`` is read by row).
    starters : int32 array
        Where cascades start, leaders and champions alike; each once.
    """
    starters = np.asarray(starters, np.int32)
    n, per_root = int(kept["people"]), int(kept["per_root"])
    sums, squares, parts, losses = _answer(*_rows(kept, starters), n, per_root, per_root // 2)
    worlds = per_root - per_root // 2
    people = sums / worlds
    error = np.sqrt(squares / (worlds**2 * max(worlds - 1, 1)))
    return WhatIf(people[5:], error[5:], people[:5], error[:5], parts / worlds, losses / worlds)


@njit(cache=True, nogil=True)
def _coded(where, number_of, flags):
    n = where.size - 1
    starts = np.zeros(n + 1, np.int64)
    size = 0
    for person in range(n):
        before = -1
        for entry in range(where[person], where[person + 1]):
            value = ((number_of[entry] - before) << 2) | (flags[entry] & 3)
            before = number_of[entry]
            size += 1
            while value >= 128:
                value >>= 7
                size += 1
        starts[person + 1] = size
    code = np.empty(size, np.uint8)
    at = 0
    for person in range(n):
        before = -1
        for entry in range(where[person], where[person + 1]):
            value = ((number_of[entry] - before) << 2) | (flags[entry] & 3)
            before = number_of[entry]
            while value >= 128:
                code[at] = (value & 127) | 128
                value >>= 7
                at += 1
            code[at] = value
            at += 1
    return starts, code


@njit(cache=True, nogil=True)
def next_value(code, at):
    """The number that begins at a byte, and where the next one begins."""
    value, shift = np.int64(0), np.int64(0)
    while code[at] >= 128:
        value |= np.int64(code[at] & 127) << shift
        shift += np.int64(7)
        at += 1
    return value | (np.int64(code[at]) << shift), at + 1


@njit(cache=True, nogil=True)
def _turned_back(starts, code, people, n, per_root):
    indptr = np.zeros(n * per_root + 1, np.int64)
    for row in range(people.size):
        number, at = np.int64(-1), starts[row]
        while at < starts[row + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            indptr[number + 1] += 1
    for place in range(n * per_root):
        indptr[place + 1] += indptr[place]
    filled = indptr[:-1].copy()
    members, flags = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.uint8)
    for row in range(people.size):
        number, at = np.int64(-1), starts[row]
        while at < starts[row + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            members[filled[number]] = people[row]
            flags[filled[number]] = (value & 3) | 4
            filled[number] += 1
    return indptr, members, flags


@njit(cache=True, nogil=True)
def _answer(ends, code, n, per_root, first):
    """Per root how many worlds are in each part and reach; the sets that one starter alone covers."""
    worlds = per_root - first
    found = np.zeros(n * worlds, np.uint8)
    by = np.full(n * worlds, -1, np.int32)
    for starter in range(ends.size - 1):
        number, at = np.int64(-1), ends[starter]
        while at < ends[starter + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            world = number % per_root - first
            if world >= 0:
                place = (number // per_root) * worlds + world
                by[place] = starter if found[place] == 0 else -2
                found[place] |= (value & 3) | 4
    losses = np.zeros(ends.size - 1, np.int64)
    sums, squares = np.zeros(8, np.int64), np.zeros(8, np.int64)
    parts = np.zeros((n, 5), np.int64)
    counts = np.zeros(8, np.int64)
    for root in range(n):
        counts[:] = 0
        for place in range(root * worlds, (root + 1) * worlds):
            flags = found[place]
            if by[place] >= 0:
                losses[by[place]] += 1
            in_a, in_b, in_u = flags & 1, (flags >> 1) & 1, (flags >> 2) & 1
            counts[5] += in_a
            counts[6] += in_b
            counts[7] += in_u
            if in_a:
                counts[2 if in_b else 0] += 1
            elif in_b:
                counts[1] += 1
            else:
                counts[3 if in_u else 4] += 1
        for column in range(8):
            sums[column] += counts[column]
            squares[column] += counts[column] * (worlds - counts[column])
        parts[root] = counts[:5]
    return sums, squares, parts, losses
