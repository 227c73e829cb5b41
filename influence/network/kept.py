"""The sets of a finished run, as they are kept: turned round and coded in few bytes.

For every person the sets in which they stand, and how they reach the root. A question about
some people reads their rows alone, so that it is answered at once however large the organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.model import IntArray, Progress
from influence.network.randomness import run_blocks
from influence.network.samples import ReverseSamples, sets_of_people

Kept = Mapping[str, NDArray[Any]]

OVER_INFLUENCE = 2
"""The bit of an entry that says that the influence layer alone leads from the person to the root."""

CODED_AT_ONCE = 4_000_000
"""Entries that are turned round in one go, to keep memory small."""

Rows = tuple[NDArray[np.int64], NDArray[np.uint8]]
"""Where each coded row begins, and the rows behind each other."""


def keep_samples(
    samples: ReverseSamples, *, threads: int | None = 1, progress: Progress | None = None
) -> dict[str, NDArray[np.generic]]:
    """Turn the sets round and code them; ``kept_sets`` reads them back.

    Per person the sets they stand in, ascending, as differences; two more bits say whether they
    reach the root over leadership ties alone, over influence ties alone. A number is written
    seven bits a byte, the last byte without its eighth bit.
    """
    parts = max(1, -(-samples.members.size // CODED_AT_ONCE))
    bounds = np.linspace(0, samples.n, parts + 1).astype(np.int64)
    calls = [(samples, int(first), int(last)) for first, last in pairwise(bounds)]
    message = "Packing the random worlds"
    rows = list(run_blocks(_coded_rows, calls, threads=threads, progress=progress, message=message))
    sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(starts) for starts, _ in rows)])
    starts, code = np.cumsum(sizes), np.concatenate([code for _, code in rows])
    return {
        "people": np.array(samples.n, np.int64),
        "per_root": np.array(samples.per_root, np.int64),
        "row_start": starts,
        "row_code": code,
    }


def _coded_rows(samples: ReverseSamples, first: int, last: int) -> Rows:
    """The coded rows of the people from first on, before last."""
    everything, some = np.ones(samples.sets, np.bool_), np.zeros(samples.n, np.bool_)
    some[first:last] = True
    where, number_of, place_of = sets_of_people(samples.set_indptr, samples.members, everything, some)
    starts, code = _coded(where, number_of, place_of, samples.flags)
    return starts[first : last + 1], code


def kept_sets(kept: Kept, people: IntArray | None = None) -> ReverseSamples:
    """Read the sets back, of all people or with some of them only, who stand in their order."""
    n, per_root = int(kept["people"]), int(kept["per_root"])
    people = np.arange(n, dtype=np.int32) if people is None else np.asarray(people, np.int32)
    indptr, members, flags = _turned_back(*rows_of_people(kept, people), people, n, per_root)
    return ReverseSamples(n, per_root, indptr, members, flags)


def rows_of_people(kept: Kept, people: IntArray) -> Rows:
    """The coded rows of some people behind each other."""
    starts = np.asarray(kept["row_start"], np.int64)
    if np.array_equal(people, np.arange(starts.size - 1)):
        return all_rows(kept)
    rows = [np.asarray(kept["row_code"][starts[i] : starts[i + 1]], np.uint8) for i in people.tolist()]
    ends = np.cumsum([0, *(row.size for row in rows)]).astype(np.int64)
    return ends, np.concatenate([np.empty(0, np.uint8), *rows])


def all_rows(kept: Kept) -> Rows:
    """The coded rows of everybody, not copied."""
    return np.asarray(kept["row_start"], np.int64), np.asarray(kept["row_code"], np.uint8)


def moved_by(kept: Kept, person: int) -> tuple[IntArray, NDArray[np.float64]]:
    """Whom a person moves over the influence layer alone, themselves included, and with which probability.

    The share of each one's sets in which the person reaches them; read from the person's row alone.
    """
    chance = _chance_by_root(kept, person, OVER_INFLUENCE)
    moved = np.flatnonzero(chance).astype(np.int32)
    return moved, chance[moved]


def reached_by(kept: Kept, person: int) -> NDArray[np.float64]:
    """For everybody the probability that a person reaches them through both layers together."""
    return _chance_by_root(kept, person, 0)


def _chance_by_root(kept: Kept, person: int, flag: int) -> NDArray[np.float64]:
    n, per_root = int(kept["people"]), int(kept["per_root"])
    starts, code = rows_of_people(kept, np.array([person], np.int32))
    return _count_by_root(starts, code, n, per_root, flag) / per_root


@njit(cache=True, nogil=True)
def _count_by_root(starts, code, n, per_root, flag):
    counts = np.zeros(n, np.int32)
    number, at = np.int64(-1), starts[0]
    while at < starts[1]:
        value, at = next_value(code, at)
        number += value >> 2
        if flag == 0 or value & flag:
            counts[number // per_root] += 1
    return counts


@njit(cache=True, nogil=True)
def _coded(where, number_of, place_of, flags):
    n = where.size - 1
    starts = np.zeros(n + 1, np.int64)
    size = 0
    for person in range(n):
        before = -1
        for entry in range(where[person], where[person + 1]):
            value = ((number_of[entry] - before) << 2) | (flags[place_of[entry]] & 3)
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
            value = ((number_of[entry] - before) << 2) | (flags[place_of[entry]] & 3)
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
