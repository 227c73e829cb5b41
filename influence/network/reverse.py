"""Reverse search through both layers at once: everyone who would move a person in a random world.

Reverse-reachable sets are due to Borgs, Brautbar, Chayes and Lucier (2014,
doi:10.1137/1.9781611973402.70) and Tang, Shi and Xiao (2015, doi:10.1145/2723372.2723734).
A set tells, for one root in one world, who reaches the root; how often a person stands in
the sets of a root estimates with which probability that person moves the root.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.cascade import Chances
from influence.network.model import IntArray, Progress
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks, some_of, uniform
from influence.network.samples import ReverseSamples

Rows = tuple[NDArray[np.int64], IntArray, NDArray[np.float64]]


def rows_of(chances: Chances) -> Rows:
    """The arrays of a layer that the kernels walk."""
    return chances.indptr, chances.indices, chances.survival


def reverse_samples(
    leadership: Chances,
    influence: Chances,
    per_root: int,
    *,
    roots: IntArray | None = None,
    seed: int = 0,
    stream: Stream = Stream.REACH,
    stage: int = 0,
    part: tuple[int, int] = (0, 1),
    threads: int | None = None,
    progress: Progress | None = None,
) -> ReverseSamples:
    """Draw ``per_root`` worlds for every root and keep who reaches it, and through which layer.

    Each layer's ties are live independently; the world of both layers has the live ties
    of either. Each person's live ties are drawn once in a world, so the three ways of
    reaching the root are of one and the same world (DESIGN 5.6).

    Parameters
    ----------
    leadership, influence : Chances
        The two layers.
    per_root : int
        Worlds per root, even.
    roots : int32 array, optional
        By default everybody, in order.
    part : (int, int)
        Which part of how many to draw; ``ReverseSamples.joined`` puts them together.
    """
    roots = np.arange(influence.n, dtype=np.int32) if roots is None else np.asarray(roots, np.int32)
    bounds = block_bounds(roots.size, per_root)
    states = block_states(seed, stream, len(bounds), stage)
    rows = _rows_of_both(leadership, influence)
    calls = [
        (roots[start:end], per_root, *rows, influence.n, state)
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    message = "Drawing random worlds"
    calls = list(some_of(calls, part))
    parts = list(run_blocks(_reverse_block, calls, threads=threads, progress=progress, message=message))
    sizes = np.concatenate([np.zeros(1, np.int32), *(part[0] for part in parts)])
    return ReverseSamples(
        n=influence.n,
        per_root=per_root,
        set_indptr=np.cumsum(sizes, dtype=np.int64),
        members=np.concatenate([np.empty(0, np.int32), *(part[1] for part in parts)]),
        flags=np.concatenate([np.empty(0, np.uint8), *(part[2] for part in parts)]),
    )


def _rows_of_both(leadership: Chances, influence: Chances) -> tuple[NDArray[Any], ...]:
    """One set of rows for both layers: row v is v's leadership ties, row n + v v's influence ties."""
    indptr = np.concatenate([leadership.indptr, influence.indptr[1:] + leadership.indptr[-1]])
    return (
        indptr,
        np.concatenate([leadership.indices, influence.indices]),
        np.concatenate([leadership.survival, influence.survival]),
        np.concatenate([leadership.none_live, influence.none_live]),
    )


@njit(cache=True, nogil=True)
def _reverse_block(roots, per_root, indptr, indices, survival, none_live, n, seed_state):
    """The sets of some roots: their sizes, members and flags.

    A world is walked three times: from the root along leadership ties alone, along influence
    ties alone, then along both from everybody found. Each person's ties of a layer are drawn
    once: who was reached along leadership ties has had those drawn, and they end among such
    people, so the last walk draws only what is missing. ``seen`` collects the flags.

    All of it is one function, since a call from kernel to kernel costs as much as drawing a set.
    """
    state = seed_state.copy()
    seen = np.zeros(n, np.uint8)
    queue = np.empty(n, np.int32)
    sizes = np.empty(roots.size * per_root, np.int32)
    members = np.empty(4 * sizes.size + n, np.int32)
    flags = np.empty(members.size, np.uint8)
    first, number = 0, 0
    for root in roots:
        for _ in range(per_root):
            if members.size - first < n:
                members = _longer(members, first, n)
                flags = _longer(flags, first, n)
            members[first], queue[0], seen[root] = root, root, 7
            end = first + 1
            walk, head, tail = 0, 0, 1
            while True:
                if walk < 2:
                    if head == tail:
                        walk, head, tail = walk + 1, 0, 1
                        queue[0] = root
                        continue
                    row, flag = queue[head] + walk * n, 1 << walk
                    head += 1
                else:
                    place = first + (head >> 1)
                    if place == end:
                        break
                    row, flag = members[place] + (head & 1) * n, 4
                    drawn = seen[members[place]] >> (head & 1) & 1
                    head += 1
                    if drawn:
                        continue
                before, entry = 1.0, indptr[row]
                while before > none_live[row]:
                    draw = uniform(state) * before
                    if draw < none_live[row]:
                        break
                    while survival[entry] > draw:
                        entry += 1
                    mover, before = indices[entry], survival[entry]
                    entry += 1
                    if seen[mover] & flag:
                        continue
                    if seen[mover] == 0:
                        members[end] = mover
                        end += 1
                    seen[mover] |= flag | 4
                    if walk < 2:
                        queue[tail] = mover
                        tail += 1
            for place in range(first, end):
                flags[place] = seen[members[place]]
                seen[members[place]] = 0
            sizes[number] = end - first
            first = end
            number += 1
    return sizes, members[:first].copy(), flags[:first].copy()


@njit(cache=True, nogil=True)
def _longer(values, count, room):
    longer = np.empty(2 * values.size + room, values.dtype)
    longer[:count] = values[:count]
    return longer
