"""What leaders and champions reach together, in five parts that add up to everybody.

In one random world A is reached through the leadership layer, B through the influence
layer, U through both layers together; A and B lie inside U. So each person is reached by
leadership only (A without B), by influence only (B without A), by either (A and B), only
together (U without A and B), or not (DESIGN 5.6). Estimated from the sets of
``reverse.py``: a root is reached in a world when one of its set's members starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from influence.network.kept import Kept, next_value, rows_of_people
from influence.network.model import BoolArray, FloatArray, IntArray, Progress
from influence.network.randomness import Stream, block_bounds, run_blocks
from influence.network.samples import ReverseSamples

REACHES = ("leadership", "influence", "both")
RANDOM_SETS = 20


@dataclass(frozen=True, eq=False)
class Reach:
    """The reach of leaders and champions, after every champion in their order.

    Attributes
    ----------
    part_curve, reach_curve : float64 arrays, (k + 1) x 5 and (k + 1) x 3
        People in each of the five parts, and reached through leadership, influence and both,
        with the first 0..k champions.
    part_se, reach_se : float64 arrays, (k + 1) x 5 and (k + 1) x 3
        Their standard errors (stratified by root).
    probabilities : float64 array, n x 5
        Per person the probability of each part, with all champions.
    """

    part_curve: FloatArray
    part_se: FloatArray
    reach_curve: FloatArray
    reach_se: FloatArray
    probabilities: FloatArray

    @property
    def parts(self) -> FloatArray:
        """People in the five parts, with all champions."""
        return self.part_curve[-1]

    @property
    def reaches(self) -> FloatArray:
        """People reached through leadership, influence and both, with all champions."""
        return self.reach_curve[-1]


def reach_in_parts(
    samples: ReverseSamples,
    leaders: IntArray,
    champions: IntArray,
    *,
    all_sets: bool = False,
    threads: int | None = None,
) -> Reach:
    """Count the five parts and three reaches for the leaders with the first 0..k champions.

    Parameters
    ----------
    samples : ReverseSamples
        Sets of both layers, everybody a root in order.
    leaders, champions : int32 arrays
        Where cascades start; champions in their order.
    all_sets : bool
        Use the choosing half too. Only for people who were not chosen from these sets:
        a choice looks better on the sets that it was made from.
    """
    k = len(champions)
    position = np.full(samples.n, k + 1, np.int32)
    position[np.asarray(champions, np.int32)] = np.arange(1, k + 1)
    position[np.asarray(leaders, np.int32)] = 0
    first = 0 if all_sets else samples.half
    bounds = block_bounds(samples.n, samples.per_root, 400_000)
    calls = [
        (start, end, samples.set_indptr, samples.members, samples.flags, position, k, samples.per_root, first)
        for start, end in bounds
    ]
    blocks = list(run_blocks(_count_reach, calls, threads=threads))
    return _reach_of(blocks, samples.per_root - first)


def _reach_of(blocks: list[Any], worlds: int) -> Reach:
    """Put the counts of blocks of roots together."""
    sums = np.sum([block[0] for block in blocks], axis=0, initial=0)
    squares = np.sum([block[1] for block in blocks], axis=0, initial=0)
    people = sums / worlds
    error = np.sqrt(squares / (worlds**2 * max(worlds - 1, 1)))
    return Reach(
        part_curve=people[:, :5],
        part_se=error[:, :5],
        reach_curve=people[:, 5:],
        reach_se=error[:, 5:],
        probabilities=np.concatenate([np.empty((0, 5)), *(block[2] for block in blocks)]) / worlds,
    )


@njit(cache=True, nogil=True)
def _count_reach(first_root, last_root, set_indptr, members, flags, position, k, per_root, first):
    """Whole numbers per count of champions: 5 parts, then 3 reaches; their sums over the roots' worlds,
    the sums of c (worlds - c) for the error, and each root's parts with all champions."""
    sums = np.zeros((k + 1, 8), np.int64)
    squares = np.zeros((k + 1, 8), np.int64)
    parts = np.zeros((last_root - first_root, 5), np.int64)
    steps = np.zeros((k + 2, 8), np.int64)
    worlds = per_root - first
    for root in range(first_root, last_root):
        steps[:] = 0
        for number in range(root * per_root + first, (root + 1) * per_root):
            _place_world(set_indptr[number], set_indptr[number + 1], members, flags, position, k, steps)
        _add_up(steps, worlds, sums, squares, parts[root - first_root])
    return sums, squares, parts


@njit(cache=True, nogil=True)
def _add_up(steps, worlds, sums, squares, parts):
    """Turn what changes with each champion into counts, and add one root's."""
    counts = np.zeros(8, np.int64)
    for size in range(sums.shape[0]):
        for column in range(8):
            counts[column] += steps[size, column]
            sums[size, column] += counts[column]
            squares[size, column] += counts[column] * (worlds - counts[column])
    parts[:] = counts[:5]


@njit(cache=True, nogil=True)
def _place_world(start, end, members, flags, position, k, steps):
    """From how many champions on this root is in A, in B, in U; and so in which part, for 0..k champions."""
    in_a, in_b, in_u = k + 1, k + 1, k + 1
    for place in range(start, end):
        at = position[members[place]]
        if at < in_u:
            in_u = at
        if flags[place] & 1 and at < in_a:
            in_a = at
        if flags[place] & 2 and at < in_b:
            in_b = at
    _step(in_a, in_b, in_u, steps)


@njit(cache=True, nogil=True)
def _step(in_a, in_b, in_u, steps):
    steps[in_a, 5] += 1
    steps[in_b, 6] += 1
    steps[in_u, 7] += 1
    one, two = min(in_a, in_b), max(in_a, in_b)
    alone = 0 if in_a < in_b else 1
    steps[0, 4] += 1
    steps[in_u, 4] -= 1
    steps[in_u, 3] += 1
    steps[one, 3] -= 1
    steps[one, alone] += 1
    steps[two, alone] -= 1
    steps[two, 2] += 1


def department_parts(probabilities: FloatArray, department: IntArray, departments: int) -> FloatArray:
    """Expected people in each part by department; people without one are in no row."""
    totals = np.zeros((departments + 1, 5))
    np.add.at(totals, department, probabilities)
    return totals[:departments]


def reach_of(kept: Kept, leaders: IntArray, champions: IntArray) -> Reach:
    """The curve over any hand-picked champions, from the kept samples of a finished run.

    Uses the judging half, so that it agrees with the run's own figures and owes nothing to the choice.

    Parameters
    ----------
    kept : mapping
        ``AnalysisResult.samples``, as kept on disk.
    """
    starters = np.array(
        list(dict.fromkeys([*np.asarray(leaders).tolist(), *np.asarray(champions).tolist()])), np.int32
    )
    n, per_root, k = int(kept["people"]), int(kept["per_root"]), len(champions)
    place = {person: at for at, person in enumerate(np.asarray(champions).tolist(), start=1)}
    place |= dict.fromkeys(np.asarray(leaders).tolist(), 0)
    position = np.array([place[person] for person in starters.tolist()], np.int32)
    worlds = per_root - per_root // 2
    begins = _first_reached(*rows_of_people(kept, starters), position, n, per_root, k)
    return _reach_of([_count_begun(begins, worlds, k)], worlds)


@njit(cache=True, nogil=True)
def _first_reached(ends, code, position, n, per_root, k):
    """From how many champions on each root is in A, in B, in U, in every world of the judging half."""
    first = per_root // 2
    begins = np.full((n * (per_root - first), 3), k + 1, np.int32)
    for row in range(position.size):
        at_least = position[row]
        number, at = np.int64(-1), ends[row]
        while at < ends[row + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            world = number % per_root - first
            if world >= 0:
                begin = begins[(number // per_root) * (per_root - first) + world]
                begin[2] = min(begin[2], at_least)
                if value & 1:
                    begin[0] = min(begin[0], at_least)
                if value & 2:
                    begin[1] = min(begin[1], at_least)
    return begins


@njit(cache=True, nogil=True)
def _count_begun(begins, worlds, k):
    """As ``_count_reach``, from where each world begins to be reached."""
    roots = begins.shape[0] // worlds
    sums = np.zeros((k + 1, 8), np.int64)
    squares = np.zeros((k + 1, 8), np.int64)
    parts = np.zeros((roots, 5), np.int64)
    steps = np.zeros((k + 2, 8), np.int64)
    for root in range(roots):
        steps[:] = 0
        for world in range(root * worlds, (root + 1) * worlds):
            _step(begins[world, 0], begins[world, 1], begins[world, 2], steps)
        _add_up(steps, worlds, sums, squares, parts[root])
    return sums, squares, parts


def random_sets(allowed: BoolArray, size: int, seed: int) -> list[IntArray]:
    """Twenty random sets of people who may be champions, always the same for a seed."""
    candidates = np.flatnonzero(allowed).astype(np.int32)
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(Stream.RANDOM_SETS),)))
    return [random.choice(candidates, min(size, candidates.size), replace=False) for _ in range(RANDOM_SETS)]


def random_reach(
    samples: ReverseSamples,
    leaders: IntArray,
    allowed: BoolArray,
    size: int,
    *,
    seed: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[float, float]:
    """Mean reach of the leaders with 20 random sets in the champions' place, and its error.

    The error has two parts: of the 20 draws, and of the worlds.
    """
    draws = random_sets(allowed, size, seed)

    def of_one(chosen: IntArray) -> Reach:
        return reach_in_parts(samples, leaders, chosen, threads=1)

    calls = [(chosen,) for chosen in draws]
    message = "Comparing with random choices"
    reaches = list(run_blocks(of_one, calls, threads=threads, progress=progress, message=message))
    people = np.array([reach.reaches[2] for reach in reaches])
    worlds = float(np.mean([reach.reach_se[-1, 2] for reach in reaches]))
    return float(people.mean()), float(np.hypot(people.std(ddof=1) / np.sqrt(RANDOM_SETS), worlds))
