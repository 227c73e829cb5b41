"""Reverse search through both layers at once: everyone who would move a person in a random world.

Reverse-reachable sets are due to Borgs, Brautbar, Chayes and Lucier (2014,
doi:10.1137/1.9781611973402.70) and Tang, Shi and Xiao (2015, doi:10.1145/2723372.2723734).
A set tells, for one root in one world, who reaches the root; how often a person stands in
the sets of a root estimates with which probability that person moves the root.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.cascade import Chances, next_live
from influence.network.model import IntArray, Progress
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks, some_of
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
    layers = (rows_of(leadership), rows_of(influence))
    calls = [
        (roots[start:end], per_root, *layers, influence.n, state)
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


@njit(cache=True, nogil=True)
def _reverse_block(roots, per_root, leadership, influence, n, seed_state):
    """The sets of some roots: their sizes, members and flags."""
    state = seed_state.copy()
    seen = np.zeros(n, np.uint8)
    queue = np.empty(n, np.int32)
    sizes = np.empty(roots.size * per_root, np.int32)
    members = np.empty(4 * sizes.size + n, np.int32)
    flags = np.empty(members.size, np.uint8)
    count, number = 0, 0
    for root in roots:
        for _ in range(per_root):
            if members.size - count < n:
                members = _longer(members, count, n)
                flags = _longer(flags, count, n)
            size = _reverse_set(root, leadership, influence, seen, queue, members[count:], state)
            for place in range(count, count + size):
                flags[place] = seen[members[place]]
                seen[members[place]] = 0
            sizes[number] = size
            count += size
            number += 1
    return sizes, members[:count].copy(), flags[:count].copy()


@njit(cache=True, nogil=True)
def _longer(values, count, room):
    longer = np.empty(2 * values.size + room, values.dtype)
    longer[:count] = values[:count]
    return longer


@njit(cache=True, nogil=True)
def _reverse_set(root, leadership, influence, seen, queue, members, state):
    """One world: first along leadership ties alone, then along influence ties alone, then along both.

    A person reached along leadership ties has had those drawn, and they end among such
    people; so the last round draws only what is missing. ``seen`` collects the flags.
    """
    members[0] = root
    seen[root] = 7
    size = _spread_leadership(leadership, seen, members, state)
    size = _spread_influence(root, influence, seen, queue, members, size, state)
    head = 0
    while head < size:
        person = members[head]
        head += 1
        if seen[person] & 1 == 0:
            size = _reach_both(person, leadership, seen, members, size, state)
        if seen[person] & 2 == 0:
            size = _reach_both(person, influence, seen, members, size, state)
    return size


@njit(cache=True, nogil=True)
def _spread_leadership(layer, seen, members, state):
    indptr, indices, survival = layer
    head, size = 0, 1
    while head < size:
        person = members[head]
        head += 1
        end = indptr[person + 1]
        entry = next_live(indptr[person], end, 1.0, survival, state)
        while entry < end:
            mover = indices[entry]
            if seen[mover] == 0:
                seen[mover] = 5
                members[size] = mover
                size += 1
            entry = next_live(entry + 1, end, survival[entry], survival, state)
    return size


@njit(cache=True, nogil=True)
def _spread_influence(root, layer, seen, queue, members, size, state):
    indptr, indices, survival = layer
    queue[0] = root
    head, tail = 0, 1
    while head < tail:
        person = queue[head]
        head += 1
        end = indptr[person + 1]
        entry = next_live(indptr[person], end, 1.0, survival, state)
        while entry < end:
            mover = indices[entry]
            if seen[mover] & 2 == 0:
                if seen[mover] == 0:
                    members[size] = mover
                    size += 1
                seen[mover] |= 6
                queue[tail] = mover
                tail += 1
            entry = next_live(entry + 1, end, survival[entry], survival, state)
    return size


@njit(cache=True, nogil=True)
def _reach_both(person, layer, seen, members, size, state):
    indptr, indices, survival = layer
    end = indptr[person + 1]
    entry = next_live(indptr[person], end, 1.0, survival, state)
    while entry < end:
        mover = indices[entry]
        if seen[mover] == 0:
            seen[mover] = 4
            members[size] = mover
            size += 1
        entry = next_live(entry + 1, end, survival[entry], survival, state)
    return size
