"""The greedy choice without samples, for organisations so small that every world can be looked at.

Two people who add exactly as much must be ordered by their employee_id, which no sample can see. Worlds
are enumerated root by root, and of each world only what the search back from the root meets: so a sparse
organisation of dozens of people still counts as small.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from influence.network.cascade import Chances
from influence.network.champions import Choice, next_person
from influence.network.model import IntArray

MOST_PEOPLE = 62
MOST_WORLDS = 200_000
MOST_TIES_OF_ONE = 14
DIGITS = 10
"""Gains equal to so many digits are equal."""

ExactSets = tuple[NDArray[np.bool_], NDArray[np.float64]]
"""Distinct sets as rows of marks by person, and their expected number over all roots."""


def exact_sets(leadership: Chances, influence: Chances) -> ExactSets | None:
    """Who reaches a root through both layers, in all worlds of all roots; None where there are too many."""
    n = influence.n
    if n > MOST_PEOPLE:
        return None
    first, second = (
        sparse.csr_array((layer.probability, layer.indices, layer.indptr), shape=(n, n))
        for layer in (leadership, influence)
    )
    both = sparse.csr_array(first + second - first * second)
    both.eliminate_zeros()
    if np.diff(both.indptr).max(initial=0) > MOST_TIES_OF_ONE:
        return None
    masks, weights, complete = _worlds(
        both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data, n, MOST_WORLDS
    )
    if not complete:
        return None
    distinct, place = np.unique(masks, return_inverse=True)
    members = ((distinct[:, None] >> np.arange(n, dtype=np.uint64)) & np.uint64(1)).astype(np.bool_)
    totals: NDArray[np.float64] = np.bincount(place.reshape(-1), weights, distinct.size).astype(np.float64)
    return members, totals


def choose_exactly(sets: ExactSets, leaders: IntArray, choice: Choice) -> IntArray:
    """The fixed people, then each time the largest exact gain, the lower employee_id of equal ones."""
    members, weights = sets
    open_weights = np.where(members[:, leaders].any(axis=1), 0.0, weights)
    free, held = choice.eligible.copy(), np.zeros(choice.least.size, np.int64)
    chosen: list[int] = []
    for rank in range(choice.k):
        if rank < choice.fixed.size:
            person = int(choice.fixed[rank])
        else:
            gains = np.round(open_weights @ members, DIGITS)
            person = int(
                next_person(
                    gains, free, choice.order, choice.slot, choice.least, choice.most, held, choice.k - rank
                )
            )
        chosen.append(person)
        free[person] = False
        held[choice.slot[person]] += 1
        open_weights[members[:, person]] = 0.0
    return np.array(chosen, np.int32)


@njit(cache=True, nogil=True)
def _worlds(indptr, indices, probability, n, most):
    """For every root all ends of the search back from it: who was met, with which probability."""
    masks, weights = np.empty(most, np.uint64), np.empty(most, np.float64)
    stack_size = most + 2**14
    seen, pending = np.empty(stack_size, np.uint64), np.empty(stack_size, np.uint64)
    weight = np.empty(stack_size, np.float64)
    candidates = np.empty(64, np.int64)
    one, count = np.uint64(1), 0
    for root in range(n):
        seen[0] = pending[0] = one << np.uint64(root)
        weight[0] = 1.0
        height = 1
        while height:
            height -= 1
            met, waiting, chance = seen[height], pending[height], weight[height]
            if waiting == np.uint64(0):
                if count == most:
                    return masks, weights, False
                masks[count], weights[count] = met, chance
                count += 1
                continue
            person = 0
            while not (waiting >> np.uint64(person)) & one:
                person += 1
            waiting &= ~(one << np.uint64(person))
            found = 0
            for entry in range(indptr[person], indptr[person + 1]):
                if not (met >> np.uint64(indices[entry])) & one:
                    candidates[found] = entry
                    found += 1
            if height + (1 << found) > stack_size:
                return masks, weights, False
            for subset in range(1 << found):
                live, share = np.uint64(0), chance
                for place in range(found):
                    entry = candidates[place]
                    if (subset >> place) & 1:
                        live |= one << np.uint64(indices[entry])
                        share *= probability[entry]
                    else:
                        share *= 1.0 - probability[entry]
                seen[height], pending[height], weight[height] = met | live, waiting | live, share
                height += 1
    return masks[:count].copy(), weights[:count].copy(), True
