"""Spheres of influence: how many people someone moves when they move, and which.

All people at once from reverse-reachable sets over the influence layer (Borgs et al.
2014; Tang et al. 2015): u's expected sphere is the sum over all people r of the
probability that u stands in a random set of root r.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.cascade import Chances, cascades
from influence.network.model import FloatArray, IntArray, People, Progress
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks, some_of, uniform
from influence.network.reverse import rows_of
from influence.network.samples import ReverseSamples

PRECISE_UP_TO = 1_000
"""Up to this many people every standard error is at most 1% of its sphere."""

PRECISE_SETS = 2_700
"""Sets per root that make it so: the error of a sphere of 1 + x is at most sqrt(x / sets),
that is at most 1 / (2 sqrt(sets)) of the sphere, worst at x = 1."""

FEWEST_SETS = 400
"""Sets per root of the largest organisations: every error at most 2.5% of its sphere."""


@dataclass(frozen=True)
class Spheres:
    """Expected spheres, in people, one value per person.

    Attributes
    ----------
    expected, se : float64 array, n
        Expected number of people moved, oneself included, and its standard error.
    outside_line : float64 array, n
        Of them, those neither below the person nor among the managers above.
    outside_department : float64 array, n
        Of them, those outside the person's department; NaN without a department.
    """

    expected: FloatArray
    se: FloatArray
    outside_line: FloatArray
    outside_department: FloatArray


def sets_per_root(n: int) -> int:
    """How many sets each root gets: precise up to 1,000 people, bounded in time above."""
    if n <= PRECISE_UP_TO:
        return max(PRECISE_SETS, 200_000 // max(n, 1))
    return max(FEWEST_SETS, PRECISE_SETS * PRECISE_UP_TO // n)


def expected_spheres(
    people: People,
    influence: Chances,
    *,
    per_root: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Spheres:
    """Estimate everybody's sphere in one pass, with standard errors.

    sigma(u) = 1 + sum over r != u of P(u moves r). Everybody is root equally often and the
    own root counts exactly 1, so who is named by nobody has sigma 1 and error 0. The error
    is that of stratified sampling: Var = sum over r of p_r (1 - p_r) / sets.

    Parameters
    ----------
    people : People
        For reporting lines and departments.
    influence : Chances
        The influence layer.
    per_root : int, optional
        Sets per root, at least 2; chosen by ``sets_per_root`` unless given.

    Examples
    --------
    >>> from influence.network.cascade import influence_probabilities
    >>> from influence.network.graph import layer_from_arrays
    >>> here = np.zeros(2, np.int64)
    >>> people = People(("a", "b"), here - 1, here, here, here, ("X",))
    >>> found = expected_spheres(people, influence_probabilities(layer_from_arrays(2, [0], [1]), 0.5))
    >>> found.expected.round(1).tolist(), found.outside_department.round(1).tolist()
    ([1.0, 1.5], [0.0, 0.0])

    References
    ----------
    Tang, Shi, Xiao (2015), Influence maximization in near-linear time, doi:10.1145/2723372.2723734.
    """
    per_root = per_root or sets_per_root(len(people))
    counts = sphere_counts(
        people, influence, per_root=per_root, seed=seed, threads=threads, progress=progress
    )
    return spheres_of(people, counts, per_root)


def sphere_counts(
    people: People,
    influence: Chances,
    *,
    per_root: int,
    seed: int = 0,
    part: tuple[int, int] = (0, 1),
    threads: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """Count what ``spheres_of`` needs over one part of the roots: 4 x n; the parts' counts add up."""
    n = len(people)
    place = (people.line_start, people.line_end, people.department.astype(np.int32))
    bounds = block_bounds(n, per_root, max(100_000, n * per_root // 64))
    states = block_states(seed, Stream.SPHERES, len(bounds))
    calls = [
        (start, end, per_root, *rows_of(influence), influence.none_live, n, place, state)
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    counts = np.zeros((4, n), np.int64)
    message = "Estimating spheres of influence"
    calls = list(some_of(calls, part))
    for block in run_blocks(_sphere_block, calls, threads=threads, progress=progress, message=message):
        counts += block
    return counts


def spheres_of(people: People, counts: NDArray[np.int64], per_root: int) -> Spheres:
    """Turn counts over all roots into people."""
    outside = np.where(people.department >= 0, counts[3] / per_root, np.nan)
    return Spheres(
        expected=1.0 + counts[0] / per_root,
        se=np.sqrt(counts[1] / (per_root**2 * max(per_root - 1, 1))),
        outside_line=counts[2] / per_root,
        outside_department=outside,
    )


def spheres_by_department(
    samples: ReverseSamples, people: People, persons: IntArray, spheres: Spheres
) -> FloatArray:
    """Where the spheres of some people lie: persons x (departments + 1), the last without a department.

    The shares come from the judging half of the sets of both layers, which know who reaches a root
    by influence alone; they are scaled to the expected sphere.
    """
    slots = np.full(samples.n, -1, np.int32)
    slots[persons] = np.arange(len(persons), dtype=np.int32)
    departments = len(people.department_names) + 1
    counts = _count_by_department(
        samples.set_indptr, samples.members, samples.flags, slots, people.department.astype(np.int32),
        samples.per_root, samples.half, len(persons), departments,
    )  # fmt: skip
    others = np.maximum(counts.sum(axis=1), 1)
    by_department: FloatArray = counts * ((spheres.expected[persons] - 1) / others)[:, None]
    by_department[np.arange(len(persons)), people.department[persons]] += 1.0
    unseen = (counts.sum(axis=1) == 0) & (spheres.expected[persons] > 1)
    by_department[unseen, people.department[persons][unseen]] += spheres.expected[persons][unseen] - 1
    return by_department


@njit(cache=True, nogil=True)
def _count_by_department(
    set_indptr, members, flags, slots, department, per_root, first, persons, departments
):
    counts = np.zeros((persons, departments), np.int64)
    for number in range(set_indptr.size - 1):
        root = number // per_root
        if number % per_root < first:
            continue
        for place in range(set_indptr[number], set_indptr[number + 1]):
            slot = slots[members[place]]
            if slot >= 0 and flags[place] & 2 and members[place] != root:
                counts[slot, department[root]] += 1
    return counts


@njit(cache=True, nogil=True)
def _sphere_block(first, last, per_root, indptr, indices, survival, none_live, n, place, seed_state):
    """For roots first..last: how often each person stands in their sets.

    In whole numbers, so that the order of the blocks is no matter. Rows:
    times, sum over roots of c (sets - c) for the error, times outside the line, outside the department.
    """
    state = seed_state.copy()
    counts = np.zeros((4, n), np.int64)
    times = np.zeros(n, np.int32)
    in_set = np.zeros(n, np.int32)
    members = np.empty(n, np.int32)
    touched = np.empty(n, np.int32)
    number = 0
    for root in range(first, last):
        reached = 0
        for _ in range(per_root):
            number += 1
            members[0], in_set[root] = root, number
            head, size = 0, 1
            while head < size:
                person = members[head]
                head += 1
                before, entry = 1.0, indptr[person]
                while before > none_live[person]:
                    draw = uniform(state) * before
                    if draw < none_live[person]:
                        break
                    while survival[entry] > draw:
                        entry += 1
                    mover, before = indices[entry], survival[entry]
                    entry += 1
                    if in_set[mover] != number:
                        in_set[mover] = number
                        members[size] = mover
                        size += 1
            for position in range(1, size):
                person = members[position]
                if times[person] == 0:
                    touched[reached] = person
                    reached += 1
                times[person] += 1
        for position in range(reached):
            person = touched[position]
            _count(person, root, times[person], per_root, place, counts)
            times[person] = 0
    return counts


@njit(cache=True, nogil=True)
def _count(person, root, times, per_root, place, counts):
    start, end, department = place
    counts[0, person] += times
    counts[1, person] += np.int64(times) * (per_root - times)
    below = start[person] < start[root] <= end[person]
    above = start[root] < start[person] <= end[root]
    if not (below or above):
        counts[2, person] += times
    if department[person] != department[root]:
        counts[3, person] += times


@dataclass(frozen=True)
class TypicalSphere:
    """The set of people that stands best for someone's random cascade.

    ``stability`` is the expected Jaccard distance between the set and the cascade: 0 where
    every cascade is the same, near 1 where no two have anything in common.
    """

    person: int
    members: IntArray
    stability: float


def typical_sphere(
    influence: Chances, person: int, *, worlds: int = 2_000, seed: int = 0, threads: int | None = 1
) -> TypicalSphere:
    """The set minimising the expected Jaccard distance to the cascade of one person.

    Half of the simulated cascades choose the set, the other half measure its cost. The
    candidates are, for every size, the people moved most often (the order of Chierichetti,
    Kumar, Pandey and Vassilvitskii 2010), improved by single additions and removals as
    long as one of them lowers the cost; Mehmood, Bonchi and Garcia-Soriano (2016,
    doi:10.1145/2882903.2915214) show that a set close to the optimum over the sampled
    cascades is close to it over all.
    """
    indptr, members = cascades(
        influence, np.array([person]), worlds, seed=seed, stage=person, threads=threads
    )
    chosen, cost = _typical(indptr, members, influence.n, worlds // 2, person)
    return TypicalSphere(person, np.sort(chosen).astype(np.int32), float(cost))


@njit(cache=True, nogil=True)
def _typical(indptr, members, n, training, person):
    """Choose on the first ``training`` cascades, judge on the rest."""
    frequency = np.zeros(n, np.int64)
    for place in range(indptr[training]):
        frequency[members[place]] += 1
    candidates = np.flatnonzero(frequency * 100 >= training)
    order = candidates[np.argsort(-frequency[candidates], kind="mergesort")]
    inside = np.zeros(n, np.bool_)
    inside[order[: _best_prefix(indptr, members, training, order, n)]] = True
    inside[person] = True
    if order.size <= 400:
        _improve(indptr, members, training, order, inside, person)
    cost = _mean_distance(indptr, members, training, indptr.size - 1, inside)
    return np.flatnonzero(inside), cost


@njit(cache=True, nogil=True)
def _best_prefix(indptr, members, training, order, n):
    """The size at which the most frequent people are nearest to the cascades on average."""
    position = np.full(n, order.size, np.int64)
    for rank in range(order.size):
        position[order[rank]] = rank
    cost = np.zeros(order.size + 1)
    gained = np.zeros(order.size + 1, np.int64)
    for world in range(training):
        size = indptr[world + 1] - indptr[world]
        for place in range(indptr[world], indptr[world + 1]):
            gained[min(position[members[place]], order.size)] += 1
        common = 0
        for rank in range(order.size):
            common += gained[rank]
            gained[rank] = 0
            cost[rank + 1] += 1.0 - common / (rank + 1 + size - common)
        gained[order.size] = 0
    cost[0] = np.inf
    return int(np.argmin(cost))


@njit(cache=True, nogil=True)
def _mean_distance(indptr, members, first, last, inside):
    total = 0.0
    chosen = inside.sum()
    for world in range(first, last):
        common = 0
        for place in range(indptr[world], indptr[world + 1]):
            common += inside[members[place]]
        total += 1.0 - common / (chosen + indptr[world + 1] - indptr[world] - common)
    return total / max(last - first, 1)


@njit(cache=True, nogil=True)
def _improve(indptr, members, training, order, inside, person):
    """Add or remove one person at a time, best change first, while the cost falls."""
    cost = _mean_distance(indptr, members, 0, training, inside)
    for _ in range(20):
        best, change = cost - 1e-12, -1
        costs = _costs_of_changes(indptr, members, training, order, inside)
        for rank in range(order.size):
            if order[rank] != person and costs[rank] < best:
                best, change = costs[rank], order[rank]
        if change < 0:
            return
        inside[change] = not inside[change]
        cost = best


@njit(cache=True, nogil=True)
def _costs_of_changes(indptr, members, training, order, inside):
    """The mean distance after adding or removing each candidate, all in one pass over the cascades."""
    position = np.full(inside.size, -1, np.int64)
    for rank in range(order.size):
        position[order[rank]] = rank
    costs = np.zeros(order.size)
    chosen = inside.sum()
    absent_add, absent_remove = 0.0, 0.0
    for world in range(training):
        size = indptr[world + 1] - indptr[world]
        common = 0
        for place in range(indptr[world], indptr[world + 1]):
            common += inside[members[place]]
        union = chosen + size - common
        absent_add += 1.0 - common / (union + 1)
        absent_remove += 1.0 - common / max(union - 1, 1)
        for place in range(indptr[world], indptr[world + 1]):
            rank = position[members[place]]
            if rank >= 0 and inside[members[place]]:
                costs[rank] += (1.0 - (common - 1) / union) - (1.0 - common / max(union - 1, 1))
            elif rank >= 0:
                costs[rank] += (1.0 - (common + 1) / union) - (1.0 - common / (union + 1))
    for rank in range(order.size):
        costs[rank] += absent_remove if inside[order[rank]] else absent_add
    return costs / training


def typical_spheres(
    influence: Chances, persons: IntArray, *, worlds: int = 1_000, seed: int = 0, threads: int | None = None
) -> list[TypicalSphere]:
    """Typical spheres of several people; each is the same whether asked for alone or with others."""
    return [
        typical_sphere(influence, int(person), worlds=worlds, seed=seed, threads=threads)
        for person in persons
    ]


def pack_typical(spheres: list[TypicalSphere]) -> dict[str, NDArray[np.generic]]:
    """Typical spheres as arrays to keep: person i's set is one row of ``typical_members``."""
    sizes = np.array([0, *(sphere.members.size for sphere in spheres)], np.int64)
    return {
        "typical_people": np.array([sphere.person for sphere in spheres], np.int32),
        "typical_indptr": np.cumsum(sizes),
        "typical_members": np.concatenate([np.empty(0, np.int32), *(sphere.members for sphere in spheres)]),
        "typical_stability": np.array([sphere.stability for sphere in spheres], np.float64),
    }
