"""A tighter upper bound on the best choice, for organisations small enough to search.

Branch and bound over the sets of champions, largest bound first (Land and Doig 1960,
doi:10.2307/1910129), with the greedy bound of submodular functions at every branch
(Nemhauser and Wolsey 1981). Stopped at any time, the largest bound still open holds.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.champions import Choice
from influence.network.model import IntArray
from influence.network.samples import ReverseSamples

SEARCH_BELOW = 200
MOST_STEPS = 1_500


@dataclass(order=True)
class Branch:
    """All choices that hold ``chosen`` and otherwise only candidates from ``start`` on."""

    negative_bound: float
    chosen: tuple[int, ...] = field(compare=False)
    start: int = field(compare=False)
    value: float = field(compare=False)
    gains: NDArray[np.int64] | None = field(compare=False, default=None)


def searched_bound(
    samples: ReverseSamples, leaders: IntArray, choice: Choice, reached: float, bound: float
) -> float:
    """Lower the bound by search: no choice without limits covers more sets of the choosing half.

    Parameters
    ----------
    reached : float
        Sets that the greedy choice covers and no leader does, the fixed people's included.
    bound : float
        The bound known so far; returned where there are limits or too many people.
    """
    free = choice.k - choice.fixed.size
    if choice.limited or samples.n >= SEARCH_BELOW or free == 0:
        return bound
    base, masks, weights = _distinct_sets(samples, leaders, choice)
    candidates = np.flatnonzero(choice.eligible)
    gains = _gains(masks, weights, _mask_of(candidates[:0]), samples.n)[candidates]
    candidates = candidates[np.argsort(-gains, kind="stable")]
    heap = [Branch(-bound, (), 0, float(base))]
    for _ in range(MOST_STEPS):
        branch = heapq.heappop(heap)
        if branch.gains is None:
            _measure(branch, base, masks, weights, candidates, free, samples.n)
            heapq.heappush(heap, branch)
        elif len(branch.chosen) == free:
            return min(bound, -branch.negative_bound)
        else:
            _open(heap, branch, candidates, free, reached)
        if not heap:
            return min(bound, reached)
    return min(bound, -heap[0].negative_bound)


def _measure(
    branch: Branch,
    base: int,
    masks: NDArray[np.uint64],
    weights: NDArray[np.int64],
    candidates: NDArray[np.int64],
    free: int,
    n: int,
) -> None:
    """Put the exact value, the gains of all candidates and the bound that follows into a branch."""
    gains = _gains(masks, weights, _mask_of(candidates[list(branch.chosen)]), n)
    branch.value = float(base + weights.sum() - gains[n])
    branch.gains = gains[candidates]
    open_gains = np.sort(branch.gains[branch.start :])[::-1][: free - len(branch.chosen)]
    branch.negative_bound = max(branch.negative_bound, -(branch.value + float(open_gains.sum())))


def _open(
    heap: list[Branch], branch: Branch, candidates: NDArray[np.int64], free: int, reached: float
) -> None:
    """Add the branches with one more person that can still beat what the greedy choice reached."""
    left = free - len(branch.chosen) - 1
    gains = branch.gains
    assert gains is not None  # noqa: S101  a branch is measured before it is opened
    largest: list[int] = []
    for position in range(candidates.size - 1, branch.start - 1, -1):
        bound = branch.value + float(gains[position]) + sum(largest)
        if len(largest) == left and bound > reached:
            chosen = (*branch.chosen, position)
            heapq.heappush(heap, Branch(max(-bound, branch.negative_bound), chosen, position + 1, 0.0))
        heapq.heappush(largest, int(gains[position]))
        if len(largest) > left:
            heapq.heappop(largest)


def _mask_of(people: NDArray[np.int64]) -> NDArray[np.uint64]:
    mask = np.zeros(-(-SEARCH_BELOW // 64), np.uint64)
    for person in people.tolist():
        mask[person // 64] |= np.uint64(1) << np.uint64(person % 64)
    return mask


def _distinct_sets(
    samples: ReverseSamples, leaders: IntArray, choice: Choice
) -> tuple[int, NDArray[np.uint64], NDArray[np.int64]]:
    """How many sets the fixed people cover; the other open sets as bits of the eligible, and how often."""
    base, masks = _pack(
        samples.set_indptr,
        samples.members,
        samples.for_choosing,
        _marked(samples.n, leaders),
        _marked(samples.n, choice.fixed),
        choice.eligible,
    )
    distinct, weights = np.unique(masks, axis=0, return_counts=True)
    return base, distinct, weights.astype(np.int64)


def _marked(n: int, people: IntArray) -> NDArray[np.bool_]:
    marked = np.zeros(n, np.bool_)
    marked[people] = True
    return marked


@njit(cache=True, nogil=True)
def _pack(set_indptr, members, chosen_sets, is_leader, is_fixed, eligible):
    masks = np.zeros((set_indptr.size - 1, 4), np.uint64)
    kept, base = 0, 0
    for number in range(set_indptr.size - 1):
        led, held, some = False, False, False
        masks[kept] = np.uint64(0)
        for place in range(set_indptr[number], set_indptr[number + 1]):
            person = members[place]
            led |= is_leader[person]
            held |= is_fixed[person]
            if eligible[person]:
                some = True
                masks[kept, person // 64] |= np.uint64(1) << np.uint64(person % 64)
        if chosen_sets[number] and not led:
            base += held
            kept += some and not held
    return base, masks[:kept]


@njit(cache=True, nogil=True)
def _gains(masks, weights, chosen, n):
    """Open weight of each person given those chosen; last, all open weight."""
    gains = np.zeros(n + 1, np.int64)
    for number in range(weights.size):
        covered = False
        for word in range(4):
            covered |= masks[number, word] & chosen[word] != np.uint64(0)
        if covered:
            continue
        gains[n] += weights[number]
        for word in range(4):
            bits = masks[number, word]
            person = word * 64
            while bits != np.uint64(0):
                if bits & np.uint64(1):
                    gains[person] += weights[number]
                bits >>= np.uint64(1)
                person += 1
    return gains
