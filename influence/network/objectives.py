"""Other questions about whom to choose: who should lead, and reach without any model of persuasion.

*Sponsors*: where nobody has committed yet, the managers who would reach the most together.
*Direct reach*: the people who name at least one chosen person. *Redundant reach*: the people
who name at least two, for changes that need social proof (Centola, D., Macy, M. (2007).
Complex contagions and the weakness of long ties. American Journal of Sociology 113, 702-734.
doi:10.1086/521848). Both are counts of stored ties, so their certificates hold for sure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.champions import Choice, choose, confidence_level, guarantee_method, proven_share
from influence.network.graph import Layer
from influence.network.model import BoolArray, FloatArray, Guarantee, IntArray, People
from influence.network.reach import reach_in_parts
from influence.network.samples import ReverseSamples
from influence.network.scores import positional_authority

MARKS = (0.03, 0.05, 0.10)
"""Shares of all people at which plain reach is read off its curve."""

FEWEST_SPONSORS, MOST_SPONSORS = 3, 10


@dataclass(frozen=True, eq=False)
class Sponsors:
    """The managers to ask to lead, in the order chosen, with what the first 1, 2, ... reach and its error."""

    people: IntArray
    reach: FloatArray
    se: FloatArray
    guarantee: Guarantee


def choose_sponsors(
    samples: ReverseSamples,
    people: People,
    choice: Choice,
    excluded: tuple[int, ...],
    *,
    count: int,
    alike: IntArray | None = None,
    threads: int | None = None,
) -> Sponsors | None:
    """Choose who should lead, as if nobody had committed; None where nobody manages anybody.

    Parameters
    ----------
    choice : Choice
        The champions' choice, for the order of equal gains.
    count : int
        How many have committed so far; 3 to 10 are chosen.
    """
    eligible = positional_authority(people) > 0
    eligible[list(excluded)] = False
    k = min(int(np.clip(count, FEWEST_SPONSORS, MOST_SPONSORS)), int(eligible.sum()))
    if k == 0:
        return None
    slots = choice.least.size
    free = replace(
        choice,
        k=k,
        eligible=eligible,
        fixed=np.empty(0, np.int32),
        least=np.zeros(slots, np.int64),
        most=np.full(slots, k, np.int64),
        limited=False,
    )
    nobody = np.empty(0, np.int32)
    selection = choose(samples, nobody, free, alike=alike)
    found = reach_in_parts(samples, nobody, selection.people, threads=threads)
    reached = float(found.reach_curve[-1, 2]) * samples.half
    share = proven_share(reached, selection.bound, n=samples.n)
    guarantee = Guarantee(share, confidence_level(samples.n), guarantee_method(free))
    if free.takes_everybody:
        guarantee = Guarantee.of_everybody()
    return Sponsors(selection.people, found.reach_curve[1:, 2], found.reach_se[1:, 2], guarantee)


@dataclass(frozen=True)
class Mark:
    """Plain reach at one share of the people: how many are chosen, how many reached, what share is proven."""

    share: float
    chosen: int
    reached: int
    proven: float


@dataclass(frozen=True, eq=False)
class PlainReach:
    """A choice by stored ties alone.

    Attributes
    ----------
    people : int32 array
        Those chosen, in order; fewer than asked for where more would reach nobody else.
    curve : int64 array
        People reached with the first 0, 1, 2, ... of them.
    marks : tuple of Mark
        At 3, 5 and 10% of the people.
    """

    people: IntArray
    curve: NDArray[np.int64]
    marks: tuple[Mark, ...]


def plain_reach(layer: Layer, allowed: BoolArray, order: IntArray, *, around: int = 1) -> PlainReach:
    """Choose people so that as many as possible name at least ``around`` (1 or 2) of them.

    For one, the count is submodular and greedy choice worth at least 1 - 1/e of the best. For
    two it is not; the choice then weighs completing a pair twice as much as beginning one.
    The proven share is the people reached over an upper bound on the best: no choice reaches more
    than the sum over people of min(1, chosen they name / around), which is submodular, so that its
    value at any set plus the largest marginal gains bounds it (Nemhauser, Wolsey, Fisher 1978).

    Parameters
    ----------
    allowed : bool array, n
        Who may be chosen.
    order : int32 array, n
        Everybody by employee_id, for equal gains.
    """
    if around not in (1, 2):
        raise ValueError("People are reached by one or by two of those chosen.")
    counts = [max(1, int(np.ceil(share * layer.n - 1e-9))) for share in MARKS]
    k = min(counts[-1], int(allowed.sum()))
    candidates = order[allowed[order]].astype(np.int32)
    names = (layer.indptr, layer.indices)
    namers = (layer.reverse_indptr, layer.reverse_indices)
    people, curve, states = _choose_around(*names, *namers, candidates, k, around, np.array(counts, np.int64))
    # How often each person is named among those chosen: at nobody, and at every mark.
    rows = [np.zeros(layer.n, np.int64), *states]
    marks = []
    for share, count in zip(MARKS, counts, strict=True):
        size = min(count, int(allowed.sum()))
        bound = min(_upper_bound(row, layer, candidates, size, around) for row in rows)
        reached = int(curve[min(count, curve.size - 1)])
        marks.append(
            Mark(share, min(size, people.size), reached, min(1.0, reached / bound) if bound else 1.0)
        )
    return PlainReach(people, curve, tuple(marks))


def _upper_bound(
    named: NDArray[np.int64], layer: Layer, candidates: IntArray, size: int, around: int
) -> float:
    """No ``size`` candidates reach more people than this."""
    missing = np.maximum(around - named, 0)
    gains = np.bincount(layer.indices, (missing > 0)[layer.source], layer.n)[candidates]
    largest = np.sort(gains)[::-1][:size].sum()
    eligible = np.zeros(layer.n, np.bool_)
    eligible[candidates] = True
    able = np.bincount(layer.source, eligible[layer.indices], layer.n) >= around
    return min((float(np.minimum(named, around).sum()) + float(largest)) / around, float(able.sum()))


@njit(cache=True, nogil=True)
def _choose_around(names_start, names, namers_start, namers, candidates, k, around, marks):
    """Greedy choice; the largest gain is kept at the top of a tree, the first candidate of equals."""
    n = names_start.size - 1
    size = 1
    while size < max(candidates.size, 1):
        size *= 2
    tree = np.full(2 * size, -1, np.int64)
    place = np.full(n, -1, np.int64)
    for position in range(candidates.size):
        person = candidates[position]
        place[person] = position
        tree[size + position] = namers_start[person + 1] - namers_start[person]
    for node in range(size - 1, 0, -1):
        tree[node] = max(tree[2 * node], tree[2 * node + 1])
    named = np.zeros(n, np.int64)
    states = np.zeros((marks.size, n), np.int64)
    people, curve = np.empty(k, np.int32), np.zeros(k + 1, np.int64)
    reached, count = 0, 0
    while count < k and tree[1] > 0:
        node = 1
        while node < size:
            node = 2 * node if tree[2 * node] == tree[node] else 2 * node + 1
        person = candidates[node - size]
        place[person] = -1
        _set(tree, node, -1)
        for entry in range(namers_start[person], namers_start[person + 1]):
            namer = namers[entry]
            before, after = _gain(named[namer], around), _gain(named[namer] + 1, around)
            named[namer] += 1
            reached += named[namer] == around
            if before != after:
                for other in range(names_start[namer], names_start[namer + 1]):
                    at = place[names[other]]
                    if at >= 0:
                        _set(tree, size + at, tree[size + at] + after - before)
        people[count] = person
        count += 1
        curve[count] = reached
        for mark in range(marks.size):
            if marks[mark] == count:
                states[mark] = named
    for mark in range(marks.size):
        if marks[mark] > count:
            states[mark] = named
    return people[:count].copy(), curve[: count + 1].copy(), states


@njit(cache=True, nogil=True)
def _gain(named, around):
    """What the next chosen person adds for somebody who names so many already."""
    return 0 if named >= around else 1 + named


@njit(cache=True, nogil=True)
def _set(tree, node, value):
    tree[node] = value
    node //= 2
    while node > 0:
        larger = max(tree[2 * node], tree[2 * node + 1])
        if tree[node] == larger:
            return
        tree[node] = larger
        node //= 2
