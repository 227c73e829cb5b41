"""Choosing anew from the samples that a finished run keeps: another number, other rules, somebody lost.

The same greedy choice as the run's, on the coded rows, so that nothing has to be unpacked. Gains only
fall while the set grows, so a gain is counted anew only when it is the largest known (Minoux 1978,
doi:10.1007/BFb0006528): two passes over everybody and a few rows a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.champions import (
    Choice,
    Selection,
    best_sum,
    choice_within,
    confidence_level,
    guarantee_method,
    next_person,
    proven_share,
)
from influence.network.kept import Kept, all_rows, next_value
from influence.network.model import ChampionRules, Guarantee, IntArray
from influence.network.reach import Reach, reach_of

UNLIMITED = -1
"""In kept arrays: a department without an upper limit."""

NOBODY = np.empty(0, np.int32)


@dataclass(frozen=True, eq=False)
class Plan:
    """A choice from kept samples: people in order, what the first 0, 1, 2, ... reach, and how good it is."""

    people: IntArray
    reach: Reach
    guarantee: Guarantee | None


def choice_arrays(
    choice: Choice, rules: ChampionRules, alike: IntArray, barred: IntArray, manages: NDArray[np.bool_]
) -> dict[str, NDArray[np.generic]]:
    """What choosing anew needs of a run's choice, as arrays to keep.

    Parameters
    ----------
    barred : int32 array
        Who may never be a champion: the leaders and the holders of a role.
    manages : bool array, n
        Who has somebody below them.
    """
    most = np.full(choice.most.size, UNLIMITED, np.int64)
    for department, (_, at_most) in rules.limits.items():
        most[department] = UNLIMITED if at_most is None else at_most
    return {
        "eligible": choice.eligible,
        "id_order": choice.order,
        "slot": choice.slot,
        "most": most,
        "alike": alike,
        "barred": np.asarray(barred, np.int32),
        "manages": manages,
    }


def extend(kept: Kept, chosen: IntArray, k: int) -> Selection:
    """The first k champions of a finished run's list, extended from its kept samples where k is larger.

    Parameters
    ----------
    kept : mapping
        ``AnalysisResult.samples``: the sets, who leads, who is eligible, and the limits.
    chosen : int32 array
        The run's champions in their order.
    k : int
        How many to give; more than there are eligible people gives all of them.
    """
    chosen = np.asarray(chosen, np.int32)[:k]
    slot, most = np.asarray(kept["slot"], np.int32), np.asarray(kept["most"], np.int64)
    eligible = np.array(kept["eligible"], np.bool_)
    eligible[chosen] = False
    held = np.bincount(slot[chosen], minlength=most.size)
    room = np.bincount(slot[eligible], minlength=most.size)
    room = np.where(most == UNLIMITED, room, np.minimum(room, np.maximum(most - held, 0)))
    choice = Choice(
        k=min(k, chosen.size + int(room.sum())),
        eligible=eligible,
        fixed=chosen,
        order=np.asarray(kept["id_order"], np.int32),
        slot=slot,
        least=np.zeros(most.size, np.int64),
        most=held + room,
        limited=False,
    )
    return choose_kept(kept, np.asarray(kept["leaders"], np.int32), choice, bounded=False)


def replan(
    kept: Kept,
    rules: ChampionRules,
    *,
    k: int,
    managers_too: bool = False,
    leaders: IntArray | None = None,
    department_names: tuple[str, ...] = (),
) -> Plan:
    """Choose champions anew under other rules, with the same kind of proof as the run's own choice.

    Parameters
    ----------
    k : int
        How many; more than there are eligible people gives all of them.
    leaders : int32 array, optional
        The run's own unless given.
    department_names : tuple of str
        For the words of a refusal.

    Raises
    ------
    NetworkError
        Rules that contradict each other or cannot be met.
    """
    leaders = np.asarray(kept["leaders"] if leaders is None else leaders, np.int32)
    eligible = np.ones(int(kept["people"]), np.bool_)
    if not managers_too:
        eligible &= ~np.asarray(kept["manages"], np.bool_)
    for outside in (leaders, kept["barred"], np.array(rules.excluded, np.int32)):
        eligible[outside] = False
    choice = choice_within(_people(kept), eligible, rules, k=k, names=department_names)
    return _planned(kept, leaders, choice)


def choose_sponsors_kept(kept: Kept, *, k: int, excluded: IntArray = NOBODY) -> Plan:
    """Choose among those who manage who should lead, as if nobody had committed."""
    eligible = np.array(kept["manages"], np.bool_)
    eligible[excluded] = False
    choice = choice_within(_people(kept), eligible, ChampionRules(), k=k, names=())
    return _planned(kept, NOBODY, choice)


def _people(kept: Kept) -> tuple[IntArray, IntArray]:
    return np.asarray(kept["id_order"], np.int32), np.asarray(kept["slot"], np.int32)


def _planned(kept: Kept, leaders: IntArray, choice: Choice) -> Plan:
    selection = choose_kept(kept, leaders, choice)
    reach = reach_of(kept, leaders, selection.people)
    if choice.k == 0:
        return Plan(selection.people, reach, None)
    if choice.takes_everybody:
        return Plan(selection.people, reach, Guarantee.of_everybody())
    n, half = int(kept["people"]), int(kept["per_root"]) // 2
    gained = (reach.reach_curve[-1, 2] - reach.reach_curve[0, 2]) * half
    share = proven_share(gained, selection.bound, n=n)
    return Plan(selection.people, reach, Guarantee(share, confidence_level(n), guarantee_method(choice)))


def choose_kept(kept: Kept, leaders: IntArray, choice: Choice, *, bounded: bool = True) -> Selection:
    """As ``champions.choose``, from kept samples; the bound is the first step's or the last's."""
    limits = (choice.slot, choice.least, choice.most)
    people, gains, bound = _lazy_greedy(
        *all_rows(kept), int(kept["people"]), int(kept["per_root"]), np.asarray(leaders, np.int32),
        choice.eligible, choice.fixed, choice.order, limits, choice.k, bounded,
        np.asarray(kept["alike"], np.int32),
    )  # fmt: skip
    return Selection(people, gains, float(bound))


@njit(cache=True, nogil=True)
def _lazy_greedy(starts, code, n, per_root, leaders, eligible, fixed, order, limits, k, bounded, alike):
    """``gain`` and ``shared`` may be too large until their people's group is counted anew."""
    slot, least, most = limits
    covered = np.zeros((n, per_root // 2), np.bool_)
    for leader in leaders:
        _cover(leader, starts, code, per_root, covered)
    held = np.zeros(least.size, np.int64)
    chosen, gains = np.empty(k, np.int32), np.zeros(k, np.int64)
    reached, bound = 0, np.inf
    for rank in range(fixed.size):
        chosen[rank] = fixed[rank]
        gains[rank] = _open_sets(fixed[rank], starts, code, per_root, covered)
        reached += gains[rank]
        held[slot[fixed[rank]]] += 1
        _cover(fixed[rank], starts, code, per_root, covered)
    free = eligible.copy()
    gain = _all_gains(starts, code, per_root, covered, free)
    if bounded:
        bound = reached + best_sum(gain, eligible, order, fixed, limits, k)
    first, members = _groups(alike, n)
    shared = np.zeros(n, np.float64)
    for group in range(n):
        _share(members[first[group] : first[group + 1]], free, gain, shared)
    counted_at = np.full(n, fixed.size, np.int64)
    for rank in range(fixed.size, k):
        while True:
            person = next_person(shared, free, order, slot, least, most, held, k - rank)
            group = alike[person]
            if counted_at[group] == rank:
                break
            those = members[first[group] : first[group + 1]]
            for one in those:
                if free[one]:
                    gain[one] = _open_sets(one, starts, code, per_root, covered)
            _share(those, free, gain, shared)
            counted_at[group] = rank
        chosen[rank], gains[rank] = person, gain[person]
        reached += gain[person]
        free[person] = False
        held[slot[person]] += 1
        _cover(person, starts, code, per_root, covered)
        _share(members[first[group] : first[group + 1]], free, gain, shared)
    if bounded:
        gain = _all_gains(starts, code, per_root, covered, eligible)
        bound = min(bound, reached + best_sum(gain, eligible, order, fixed, limits, k))
    return chosen, gains, bound


@njit(cache=True, nogil=True)
def _cover(person, starts, code, per_root, covered):
    """Close the sets of the choosing half in which the person stands."""
    number, at = np.int64(-1), starts[person]
    while at < starts[person + 1]:
        value, at = next_value(code, at)
        number += value >> 2
        if number % per_root < per_root // 2:
            covered[number // per_root, number % per_root] = True


@njit(cache=True, nogil=True)
def _open_sets(person, starts, code, per_root, covered):
    """Count the open sets of the choosing half in which the person stands."""
    count, number, at = 0, np.int64(-1), starts[person]
    while at < starts[person + 1]:
        value, at = next_value(code, at)
        number += value >> 2
        world = number % per_root
        if world < per_root // 2 and not covered[number // per_root, world]:
            count += 1
    return count


@njit(cache=True, nogil=True)
def _all_gains(starts, code, per_root, covered, people):
    gain = np.zeros(people.size, np.int64)
    for person in range(people.size):
        if people[person]:
            gain[person] = _open_sets(person, starts, code, per_root, covered)
    return gain


@njit(cache=True, nogil=True)
def _groups(alike, n):
    """The people of each group of those who are alike."""
    first = np.zeros(n + 1, np.int64)
    for person in range(n):
        first[alike[person] + 1] += 1
    for group in range(n):
        first[group + 1] += first[group]
    filled, members = first[:-1].copy(), np.empty(n, np.int32)
    for person in range(n):
        members[filled[alike[person]]] = person
        filled[alike[person]] += 1
    return first, members


@njit(cache=True, nogil=True)
def _share(members, free, gain, shared):
    """People who are alike share the mean of their gains."""
    total, count = 0.0, 0
    for person in members:
        if free[person]:
            total += gain[person]
            count += 1
    for person in members:
        if free[person]:
            shared[person] = total / count
