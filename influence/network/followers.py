"""Who moves first: the leader whom a champion follows, and each leader's first followers."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from influence.network.cascade import Chances
from influence.network.model import FirstFollower, FloatArray, IntArray
from influence.network.randomness import Stream
from influence.network.reverse import reverse_samples
from influence.network.samples import ReverseSamples, sets_of_people

PER_LEADER = 3
LEAST_SHARE = 0.01
"""Below this share of worlds a champion follows nobody yet."""


def leaders_followed(
    leadership: Chances,
    influence: Chances,
    leaders: IntArray,
    champions: IntArray,
    *,
    seed: int = 0,
    threads: int | None = None,
) -> list[tuple[int, float] | tuple[None, None]]:
    """For each champion the leader whose own cascade reaches them most often, and in what share of worlds.

    In worlds of both layers (DESIGN 5.7). Nobody below a share of 1%. Of leaders that reach
    equally often the first given is taken.
    """
    leaders, champions = np.asarray(leaders, np.int32), np.asarray(champions, np.int32)
    if not (leaders.size and champions.size):
        return [(None, None)] * champions.size
    worlds = int(np.clip(200_000 // champions.size, 1_000, 10_000))
    samples = reverse_samples(
        leadership, influence, worlds, roots=champions, seed=seed, stream=Stream.FOLLOWS, threads=threads
    )
    slots = np.full(samples.n, -1, np.int32)
    slots[leaders] = np.arange(leaders.size, dtype=np.int32)
    shares = _count_leaders(samples.set_indptr, samples.members, worlds, slots, leaders.size) / worlds
    nearest = shares.argmax(axis=1)
    found = shares[np.arange(champions.size), nearest]
    return [
        (int(leaders[leader]), float(share)) if share >= LEAST_SHARE else (None, None)
        for leader, share in zip(nearest, found, strict=True)
    ]


@njit(cache=True, nogil=True)
def _count_leaders(set_indptr, members, worlds, slots, leaders):
    """Per root and leader: in how many of the root's sets the leader stands."""
    times = np.zeros(((set_indptr.size - 1) // worlds, leaders), np.int64)
    for number in range(set_indptr.size - 1):
        for place in range(set_indptr[number], set_indptr[number + 1]):
            slot = slots[members[place]]
            if slot >= 0:
                times[number // worlds, slot] += 1
    return times


def direct_chances(leadership: Chances, influence: Chances) -> sparse.csc_array:
    """p(u -> v) over a tie of either layer: 1 - (1 - p_leadership) (1 - p_influence); column u, row v."""
    first, second = (
        sparse.csr_array((layer.probability, layer.indices, layer.indptr), shape=(layer.n, layer.n))
        for layer in (leadership, influence)
    )
    return sparse.csc_array(first + second - first * second)


def first_followers(
    samples: ReverseSamples, leadership: Chances, influence: Chances, leaders: IntArray, order: IntArray
) -> tuple[FirstFollower, ...]:
    """Up to three people per leader: most likely to be moved, and reaching most whom the leader does not.

    Ordered by p(leader -> person) times the people in the person's reach and not in the leader's.

    Parameters
    ----------
    samples : ReverseSamples
        Sets of both layers.
    leaders : int32 array
        The committed leaders.
    order : int32 array, n
        Everybody by employee_id, for equal products.
    """
    leaders = np.asarray(leaders, np.int32)
    direct = direct_chances(leadership, influence)[:, leaders]
    direct.sort_indices()
    pointers, candidates = direct.indptr.astype(np.int64), direct.indices.astype(np.int32)
    marked = np.zeros(samples.n, np.bool_)
    marked[leaders] = True
    marked[candidates] = True
    everything = np.ones(samples.sets, np.bool_)
    where, number_of, _ = sets_of_people(samples.set_indptr, samples.members, everything, marked)
    beyond = _sets_beyond(leaders, pointers, candidates, where, number_of, samples.sets) / samples.per_root
    leader_of = np.repeat(np.arange(leaders.size), np.diff(pointers))
    id_rank = np.empty(samples.n, np.int64)
    id_rank[order] = np.arange(samples.n)
    sequence = np.lexsort((id_rank[candidates], -direct.data * beyond, leader_of))
    return _first_of_each(sequence, leader_of, leaders, candidates, direct.data, beyond, pointers)


def _first_of_each(
    sequence: NDArray[np.int64],
    leader_of: NDArray[np.int64],
    leaders: IntArray,
    candidates: IntArray,
    probability: FloatArray,
    beyond: FloatArray,
    pointers: NDArray[np.int64],
) -> tuple[FirstFollower, ...]:
    ranks = np.arange(sequence.size) - pointers[leader_of[sequence]]
    return tuple(
        FirstFollower(
            leader=int(leaders[leader_of[entry]]),
            person=int(candidates[entry]),
            rank=int(rank) + 1,
            probability=float(probability[entry]),
            extra_reach=float(beyond[entry]),
        )
        for entry, rank in zip(sequence[ranks < PER_LEADER], ranks[ranks < PER_LEADER], strict=True)
    )


@njit(cache=True, nogil=True)
def _sets_beyond(leaders, pointers, candidates, where, number_of, sets):
    """Per leader and candidate: the sets in which the candidate stands and the leader does not."""
    stamp = np.full(sets, -1, np.int32)
    beyond = np.zeros(candidates.size, np.int64)
    for position in range(leaders.size):
        leader = leaders[position]
        for entry in range(where[leader], where[leader + 1]):
            stamp[number_of[entry]] = position
        for pair in range(pointers[position], pointers[position + 1]):
            person = candidates[pair]
            for entry in range(where[person], where[person + 1]):
                if stamp[number_of[entry]] != position:
                    beyond[pair] += 1
    return beyond
