"""Who came after whom: first followers that were seen, adopters alone, and ways through those there.

Everything here is about order in time between people who are tied. That somebody came later does not
say that anybody made them come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import sparse

from influence.network.cascade import Chances
from influence.network.graph import Layer
from influence.network.hazard import Contacts
from influence.network.model import BoolArray, FloatArray, IntArray
from influence.network.randomness import Stream, block_states, run_blocks, uniform
from influence.network.stages import NEVER_DAY

FOLLOWERS_SHOWN = 3
WORLDS = 400


@dataclass(frozen=True)
class Followed:
    """How those who look to one person moved after them.

    ``looking`` people look to the person; ``after`` of them reached the stage on a later day. ``first`` are
    the earliest of these, each with how many of their own came after them in turn.
    """

    person: int
    looking: int
    after: int
    first: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class NamedEarly:
    """Whether people named by many came early: Spearman's rank correlation of in-degree and period.

    Those who never came count as after the last period. Negative: the often named came earlier.
    """

    correlation: float
    p: float
    people: int


def followers_of(looks: Mapping[str, Contacts], people: int) -> Contacts:
    """Who looks to each person, over all exposures together, each once."""
    columns = np.concatenate([contacts.indices for contacts in looks.values()])
    rows = np.concatenate([np.repeat(np.arange(people), np.diff(c.indptr)) for c in looks.values()])
    matrix = sparse.csr_array((np.ones(rows.size, np.bool_), (columns, rows)), shape=(people, people))
    matrix.sum_duplicates()
    matrix.sort_indices()
    return Contacts(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32))


def who_came_after(followers: Contacts, day: IntArray, people: IntArray) -> list[Followed]:
    """For each of ``people``: who of those who look to them reached the stage later, the earliest first.

    Parameters
    ----------
    day : int32 array, n
        The day on which each person reached the stage, ``NEVER_DAY`` for never.
    """
    return [_followed(followers, day, int(person)) for person in people]


def _followed(followers: Contacts, day: IntArray, person: int) -> Followed:
    looking = followers.indices[followers.indptr[person] : followers.indptr[person + 1]]
    later = looking[(day[looking] > day[person]) & (day[looking] < NEVER_DAY)]
    first = later[np.argsort(day[later], kind="stable")][:FOLLOWERS_SHOWN]
    return Followed(
        person,
        int(looking.size),
        int(later.size),
        tuple((int(one), _count_after(followers, day, int(one))) for one in first),
    )


def _count_after(followers: Contacts, day: IntArray, person: int) -> int:
    looking = followers.indices[followers.indptr[person] : followers.indptr[person + 1]]
    return int(((day[looking] > day[person]) & (day[looking] < NEVER_DAY)).sum())


def adopters_alone(looks: Mapping[str, Contacts], followers: Contacts, there: BoolArray) -> IntArray:
    """Who is there while nobody around them is; people without ties are left out."""
    n = there.size
    some = np.zeros(n, np.int64)
    company = np.zeros(n, np.int64)
    for contacts in (*looks.values(), followers):
        some += np.diff(contacts.indptr)
        owner = np.repeat(np.arange(n), np.diff(contacts.indptr))
        company += np.bincount(owner, weights=there[contacts.indices], minlength=n).astype(np.int64)
    return np.flatnonzero(there & (some > 0) & (company == 0)).astype(np.int32)


def named_and_early(layer: Layer, reached: IntArray, periods: int) -> NamedEarly | None:
    """Whether those named by many came early; None where nobody differs in one of the two."""
    named = np.diff(layer.reverse_indptr)
    when = np.where(reached >= 0, reached, periods)
    if np.ptp(named) == 0 or np.ptp(when) == 0:
        return None
    from scipy.stats import spearmanr  # Half a second to import, so only where it is asked for.

    found = spearmanr(named, when)
    return NamedEarly(float(found.statistic), float(found.pvalue), int(named.size))


def reach_through_adopters(
    leadership: Chances,
    influence: Chances,
    there: BoolArray,
    department: IntArray,
    departments: int,
    starts: IntArray,
    *,
    worlds: int = WORLDS,
    seed: int = 0,
    threads: int | None = None,
) -> FloatArray:
    """Expected number of people not there yet whom each start moves, by department (starts x departments).

    A cascade in both layers that only goes on through people who are there already: what a leader or
    champion reaches by asking those who have adopted to pass it on. People of department -1 are not counted.
    """
    layers = [
        (layer.moved_indptr, layer.moved_indices, layer.moved_probability)
        for layer in (leadership, influence)
    ]
    states = block_states(seed, Stream.CASCADES, len(starts), stage=9)
    calls = [
        (*layers[0], *layers[1], there, department, departments, int(start), worlds, state)
        for start, state in zip(starts, states, strict=True)
    ]
    found = list(run_blocks(_moved_by, calls, threads=threads))
    return np.array(found, np.float64).reshape(len(starts), departments) / worlds


@njit(cache=True, nogil=True)
def _moved_by(i1, j1, p1, i2, j2, p2, there, department, departments, start, worlds, seed_state):
    state = seed_state.copy()
    counts = np.zeros(departments, np.int64)
    seen = np.full(there.size, -1, np.int32)
    queue = np.empty(there.size, np.int32)
    for world in range(worlds):
        queue[0], size, place = start, 1, 0
        seen[start] = world
        while place < size:
            person = queue[place]
            place += 1
            size = _pass_on(person, i1, j1, p1, there, department, seen, world, queue, size, counts, state)
            size = _pass_on(person, i2, j2, p2, there, department, seen, world, queue, size, counts, state)
    return counts


@njit(cache=True, nogil=True)
def _pass_on(person, indptr, indices, chance, there, department, seen, world, queue, size, counts, state):
    for entry in range(indptr[person], indptr[person + 1]):
        other = indices[entry]
        if seen[other] == world or uniform(state) >= chance[entry]:
            continue
        seen[other] = world
        if there[other]:
            queue[size] = other
            size += 1
        elif department[other] >= 0:
            counts[department[other]] += 1
    return size
