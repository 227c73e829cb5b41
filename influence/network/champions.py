"""Whom to ask: the people who, added to the committed leaders, reach the most, with a proven share.

The gain over the leaders alone is a monotone submodular function of the champions
(Kempe, Kleinberg and Tardos 2003), estimated as the share of reverse-reachable sets that
a champion covers and no leader does. Greedy choice on one half of the sets; the other half,
independent of the choice, gives the lower bound of what was reached (OPIM-C: Tang, Tang,
Xiao and Yuan 2018, doi:10.1145/3183713.3183749).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from influence.network.cascade import Chances
from influence.network.model import BoolArray, ChampionRules, IntArray, NetworkError, People
from influence.network.samples import ReverseSamples, sets_of_people

ALL_WAYS = 2
"""The bit of a set's flags that every member has."""

Sets = tuple[NDArray[np.int64], IntArray, NDArray[Any]]
"""Set pointers, members, and a mask of each member."""

Where = tuple[NDArray[np.int64], IntArray, NDArray[np.int64]]
"""What ``sets_of_people`` gives."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Who may be chosen, how many, and with which limits: ready for the kernels.

    Attributes
    ----------
    k : int
        How many to choose, the fixed ones among them.
    eligible : bool array, n
        Who may be chosen, the fixed ones not among them.
    fixed : int32 array
        Those in the set whatever they reach.
    order : int32 array, n
        Everybody by employee_id: of equal gains the first in this order is chosen.
    slot : int32 array, n
        The department of each person, people without one in the last slot.
    least, most : int64 arrays, slots
        Limits per slot; ``limited`` says whether there are any.
    """

    k: int
    eligible: BoolArray
    fixed: IntArray
    order: IntArray
    slot: IntArray
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    limited: bool

    @property
    def allowed(self) -> BoolArray:
        """Everybody who may be in the set, the fixed ones too."""
        allowed = self.eligible.copy()
        allowed[self.fixed] = True
        return allowed

    @property
    def takes_everybody(self) -> bool:
        """Whether no other choice is left: all who may be chosen are."""
        return self.k == self.fixed.size + int(self.eligible.sum())


@dataclass(frozen=True, eq=False)
class Selection:
    """Champions in the order chosen; gains and bound are numbers of sets of the choosing half."""

    people: IntArray
    gains: NDArray[np.int64]
    bound: float


def default_champions(n: int) -> int:
    """3% of the scope, at least 5, at most 50."""
    return min(max(5, int(np.ceil(0.03 * n - 1e-9))), 50)


def id_order(people: People) -> IntArray:
    """Everybody's index, sorted by employee_id as text."""
    return np.array(sorted(range(len(people)), key=people.ids.__getitem__), np.int32)


def eligible_people(
    people: People, leaders: IntArray, role_holders: IntArray, rules: ChampionRules, managers_too: bool
) -> BoolArray:
    """Who may be chosen: no role, no committed leader, nobody below them unless allowed, not excluded."""
    eligible = np.ones(len(people), np.bool_)
    if not managers_too:
        eligible &= people.line_start == people.line_end
    for barred in (leaders, role_holders, np.array(rules.excluded, np.int32)):
        eligible[barred] = False
    return eligible


def make_choice(
    people: People,
    leaders: IntArray,
    role_holders: IntArray,
    rules: ChampionRules,
    *,
    k: int | None = None,
    managers_too: bool = False,
) -> Choice:
    """Turn the rules into a choice, or say which of them cannot be kept.

    More champions than there are eligible people means all of them.
    """
    check_rules(people, role_holders, rules, k)
    eligible = eligible_people(people, leaders, role_holders, rules, managers_too)
    slot = np.where(people.department >= 0, people.department, len(people.department_names)).astype(np.int32)
    wanted = default_champions(len(people)) if k is None else k
    return choice_within((id_order(people), slot), eligible, rules, k=wanted, names=people.department_names)


def choice_within(
    people: tuple[IntArray, IntArray],
    eligible: BoolArray,
    rules: ChampionRules,
    *,
    k: int,
    names: Sequence[str],
) -> Choice:
    """The choice of k of the eligible and the fixed, lowered to what the limits leave room for.

    Parameters
    ----------
    people : two int32 arrays, n
        Everybody by employee_id, and everybody's slot.
    names : sequence of str
        The departments' names, for the words of a refusal.
    """
    order, slot = people
    eligible = eligible.copy()
    fixed = np.array(list(dict.fromkeys(rules.fixed)), np.int32)
    eligible[fixed] = False
    slots = max(len(names), int(slot.max(initial=-1)), *rules.limits, 0) + 1
    wanted = min(max(k, fixed.size), fixed.size + int(eligible.sum()))
    least, most = np.zeros(slots, np.int64), np.full(slots, max(wanted, 1), np.int64)
    for department, (at_least, at_most) in rules.limits.items():
        least[department] = at_least
        most[department] = wanted if at_most is None else at_most
    choice = Choice(wanted, eligible, fixed, order, slot, least, most, bool(rules.limits))
    return _within_limits(choice, names) if rules.limits else choice


def check_rules(people: People, role_holders: IntArray, rules: ChampionRules, k: int | None) -> None:
    """Refuse rules that contradict each other, in words."""
    if k is not None and k < 1:
        raise NetworkError(f"The number of champions is {k}; ask for at least 1.")
    for person in rules.fixed:
        if person in rules.excluded:
            raise NetworkError(
                f"{people.ids[person]} is both fixed and excluded as a champion; choose one of the two."
            )
        if person in role_holders:
            raise NetworkError(
                f"{people.ids[person]} holds a role in the initiative and cannot be fixed as a champion."
            )
    for department, (at_least, at_most) in rules.limits.items():
        if not 0 <= department < len(people.department_names):
            raise NetworkError(
                f"The champion limits name department {department}, which is not in the scope."
            )
        if at_least < 0 or (at_most is not None and at_most < at_least):
            raise NetworkError(
                f"The limits of department '{people.department_names[department]}' are at least {at_least} "
                f"and at most {at_most}; the first must be 0 or more and not above the second."
            )


def _within_limits(choice: Choice, department_names: Sequence[str]) -> Choice:
    """Check that the limits can be met and lower k to what they leave room for."""
    slots = choice.least.size
    fixed = np.bincount(choice.slot[choice.fixed], minlength=slots)
    there = np.bincount(choice.slot[choice.eligible], minlength=slots) + fixed
    names = (*department_names, "without a department")
    for slot in np.flatnonzero(fixed > choice.most):
        raise NetworkError(
            f"{fixed[slot]} champions are fixed in '{names[slot]}', where at most {choice.most[slot]} "
            "may be; raise the limit or free one of them."
        )
    for slot in np.flatnonzero(there < choice.least):
        raise NetworkError(
            f"At least {choice.least[slot]} champions are wanted from '{names[slot]}', but only "
            f"{there[slot]} people there are eligible; lower the limit."
        )
    wanted = int(np.maximum(fixed, choice.least).sum())
    if wanted > choice.k:
        raise NetworkError(
            f"The limits and fixed people ask for {wanted} champions, more than the {choice.k} to choose; "
            "raise the number of champions or lower the limits."
        )
    room = int(np.minimum(there, choice.most).sum())
    return Choice(**{**vars(choice), "k": min(choice.k, room)})


def alike_people(leadership: Chances, influence: Chances) -> IntArray:
    """Give people the same number who move the same people and are moved by the same, just as likely.

    Two such people can be exchanged without changing the network, so that whatever is true of
    one is true of the other. Rows are compared by two random sums each.
    """
    n = influence.n
    weights = np.random.default_rng(0).random((n, 2))
    sums = []
    for layer in (leadership, influence):
        rounded = np.round(layer.probability, 12)
        matrix = sparse.csr_array((rounded, layer.indices, layer.indptr), shape=(n, n))
        sums += [matrix @ weights, matrix.T.tocsr() @ weights]
    _, number = np.unique(np.round(np.hstack(sums), 9), axis=0, return_inverse=True)
    return number.reshape(-1).astype(np.int32)


def choose(
    samples: ReverseSamples,
    leaders: IntArray,
    choice: Choice,
    *,
    alike: IntArray | None = None,
    bounded: bool = True,
) -> Selection:
    """Greedy choice on the choosing half of the sets.

    Parameters
    ----------
    alike : int32 array, n, optional
        From ``alike_people``: who has the same ties as whom. Their gains are equal whatever
        the samples say, so the lower employee_id is taken.
    bounded : bool
        Whether to compute the upper bound of the best possible choice.
    """
    chosen_sets = samples.for_choosing
    where = sets_of_people(samples.set_indptr, samples.members, chosen_sets, choice.allowed)
    weights = chosen_sets.astype(np.uint8)
    return choose_from(
        (samples.set_indptr, samples.members, samples.flags),
        where,
        weights,
        leaders,
        choice,
        ALL_WAYS,
        bounded,
        alike,
    )


def choose_from(
    sets: Sets,
    where: Where,
    weights: NDArray[np.uint8],
    leaders: IntArray,
    choice: Choice,
    bit: int,
    bounded: bool,
    alike: IntArray | None = None,
) -> Selection:
    """Greedy choice on weighted sets of which an entry counts when its mask has ``bit``."""
    is_leader = np.zeros(choice.slot.size, np.bool_)
    is_leader[leaders] = True
    limits = (choice.slot, choice.least, choice.most)
    people, gains, bound = _greedy(
        *sets, *where, weights, is_leader, choice.eligible, choice.fixed, choice.order, limits, choice.k,
        np.uint64(bit), bounded, np.empty(0, np.int32) if alike is None else alike,
    )  # fmt: skip
    return Selection(people, gains, float(bound))


@njit(cache=True, nogil=True)
def _greedy(
    set_indptr, members, masks, where, number_of, place_of, weights, is_leader, eligible, fixed, order,
    limits, k, bit, bounded, alike,
):  # fmt: skip
    """Take the largest gain k times; gains are kept exact, set by set, as sets become covered."""
    slot, least, most = limits
    open_sets = weights.copy()
    gain = _first_gains(set_indptr, members, masks, open_sets, is_leader, bit)
    held = np.zeros(least.size, np.int64)
    chosen, gains = np.empty(k, np.int32), np.zeros(k, np.int64)
    free = eligible.copy()
    reached, bound = 0, np.inf
    for rank in range(k):
        if rank >= fixed.size and bounded:
            bound = min(bound, reached + best_sum(gain, eligible, order, fixed, limits, k))
        if rank < fixed.size:
            person = fixed[rank]
        else:
            shared = _shared_gains(gain, free, alike)
            person = next_person(shared, free, order, slot, least, most, held, k - rank)
        chosen[rank], gains[rank] = person, gain[person]
        reached += gain[person]
        free[person] = False
        held[slot[person]] += 1
        for entry in range(where[person], where[person + 1]):
            number = number_of[entry]
            if open_sets[number] and _counts(masks[place_of[entry]], bit):
                _cover(number, set_indptr, members, masks, open_sets, gain, bit)
    if bounded:
        bound = min(bound, reached + best_sum(gain, eligible, order, fixed, limits, k))
    return chosen, gains, bound


@njit(cache=True, nogil=True)
def _counts(mask, bit):
    return (np.uint64(mask) >> bit) & np.uint64(1) != np.uint64(0)


@njit(cache=True, nogil=True)
def _first_gains(set_indptr, members, masks, open_sets, is_leader, bit):
    """Close the sets that a leader covers; count the open ones of each person by weight."""
    gain = np.zeros(is_leader.size, np.int64)
    for number in range(set_indptr.size - 1):
        weight = open_sets[number]
        if weight == 0:
            continue
        covered = False
        for place in range(set_indptr[number], set_indptr[number + 1]):
            if is_leader[members[place]] and _counts(masks[place], bit):
                covered = True
        if covered:
            open_sets[number] = 0
            continue
        for place in range(set_indptr[number], set_indptr[number + 1]):
            if _counts(masks[place], bit):
                gain[members[place]] += weight
    return gain


@njit(cache=True, nogil=True)
def _cover(number, set_indptr, members, masks, open_sets, gain, bit):
    weight = open_sets[number]
    open_sets[number] = 0
    for place in range(set_indptr[number], set_indptr[number + 1]):
        if _counts(masks[place], bit):
            gain[members[place]] -= weight


@njit(cache=True, nogil=True)
def _shared_gains(gain, free, alike):
    """Gains as numbers to compare: people who are alike share the mean of theirs."""
    shared = gain.astype(np.float64)
    if alike.size == 0:
        return shared
    total, count = np.zeros(alike.size, np.float64), np.zeros(alike.size, np.int64)
    for person in range(alike.size):
        if free[person]:
            total[alike[person]] += gain[person]
            count[alike[person]] += 1
    for person in range(alike.size):
        if count[alike[person]] > 1:
            shared[person] = total[alike[person]] / count[alike[person]]
    return shared


@njit(cache=True, nogil=True)
def next_person(gain, free, order, slot, least, most, held, remaining):
    """The largest gain among those after whom the set can still be completed."""
    needed = 0
    for department in range(least.size):
        needed += max(0, least[department] - held[department])
    best, best_gain = -1, -1.0
    for person in order:
        if free[person] and gain[person] > best_gain:
            department = slot[person]
            helps = held[department] < least[department]
            if held[department] < most[department] and (helps or remaining > needed):
                best, best_gain = person, gain[person]
    return best


@njit(cache=True, nogil=True)
def best_sum(gain, eligible, order, fixed, limits, k):
    """The largest sum of marginal gains over the sets that the limits allow.

    Such sets are the bases of a matroid, so taking the largest first is exact.
    """
    slot, least, most = limits
    held = np.zeros(least.size, np.int64)
    for person in fixed:
        held[slot[person]] += 1
    needed = 0
    for department in range(least.size):
        needed += max(0, least[department] - held[department])
    remaining, total = k - fixed.size, 0
    candidates = order[eligible[order]]
    for position in np.argsort(-gain[candidates]):
        if remaining == 0:
            break
        person = candidates[position]
        helps = held[slot[person]] < least[slot[person]]
        if held[slot[person]] < most[slot[person]] and (helps or remaining > needed):
            held[slot[person]] += 1
            needed -= 1 if helps else 0
            remaining -= 1
            total += gain[person]
    return total


def confidence_level(n: int) -> float:
    """The confidence of the guarantee: max(1 - 1/n, 0.99)."""
    return max(1.0 - 1.0 / max(n, 1), 0.99)


def proven_share(reached: float, bound: float, *, n: int, looks: int = 1) -> float:
    """Lower bound of the gain reached over the upper bound of the best possible gain.

    Parameters
    ----------
    reached : float
        Sets of the judging half that the champions cover and no leader does.
    bound : float
        Upper bound, in sets of the choosing half, on what any allowed choice covers.
    n : int
        People in scope; with ``looks`` it sets the confidence of each single bound.
    looks : int
        How often the share may be looked at before the run stops (union bound).

    Notes
    -----
    Sets are independent, each covered or not, of equal number for every root. With
    eta = ln(2 looks / delta), Bernstein's inequality gives, each with probability
    1 - delta / (2 looks),
    gain >= (sqrt(reached + 2 eta / 9) - sqrt(eta / 2))^2 - eta / 18 and
    best <= (sqrt(bound + eta / 2) + sqrt(eta / 2))^2
    (Tang et al. 2018, lemmas 4.2 and 4.3; both halves have the same number of sets).
    """
    eta = np.log(2.0 * looks / (1.0 - confidence_level(n)))
    low = (np.sqrt(reached + 2.0 * eta / 9.0) - np.sqrt(eta / 2.0)) ** 2 - eta / 18.0
    if np.sqrt(reached + 2.0 * eta / 9.0) < np.sqrt(eta / 2.0):
        low = 0.0
    high = (np.sqrt(bound + eta / 2.0) + np.sqrt(eta / 2.0)) ** 2
    return float(np.clip(low / high, 0.0, 1.0))


def guarantee_method(choice: Choice, *, searched: bool = False) -> str:
    """The bound that the proven share rests on, in one sentence."""
    if searched and not choice.limited:
        return (
            "Greedy choice of a fixed number is worth at least 1 - 1/e (63%) of the best; the share proven "
            "here rests on a branch-and-bound search over all choices, checked on independent samples "
            "(OPIM-C, Tang et al. 2018)."
        )
    if choice.limited:
        return (
            "Greedy choice within the department limits is worth at least half of the best allowed set; the "
            "share proven here is the data-dependent bound over the matroid of sets that keep the limits: "
            "reached value plus the best allowed sum of marginal gains, checked on independent samples "
            "(Tang et al. 2018)."
        )
    return (
        "Greedy choice of a fixed number is worth at least 1 - 1/e (63%) of the best; the share proven here "
        "is the data-dependent bound: reached value plus the largest marginal gains, checked on independent "
        "samples (OPIM-C, Tang et al. 2018)."
    )
