"""What the kept samples of a finished analysis answer without a new run: what-if, other terms, more people.

The numbers of the samples are ``Score.place``; everything here takes and gives primary keys of people.
Nothing here keeps a survey's promise: what may be shown of an answer is the caller's to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.keeping import open_arrays
from influence.models import Analysis, ChosenChampion, Score
from influence.network.model import PARTS, Estimate, Guarantee, NetworkError
from influence.terms import Terms, champion_rules, never_champions

if TYPE_CHECKING:
    from influence.network.reach import Reach
    from influence.network.replanning import Plan

Arrays = Mapping[str, np.ndarray]

EXTENDED_WHY = "Next in order after those whom the analysis chose."


class NoSamples(LookupError):
    """The analysis keeps no samples that could answer; says what to do."""


class CannotPlan(ValueError):
    """Why no champion set meets the terms, in a sentence."""


def kept_samples(analysis: Analysis) -> Arrays:
    """The arrays that a finished analysis keeps on disk; raises ``NoSamples`` in words."""
    arrays: Arrays = {}
    if analysis.samples:
        try:
            arrays = open_arrays(analysis.samples.name)
        except OSError:
            arrays = {}
    if "rated_masks" not in arrays:
        raise NoSamples("This analysis keeps no samples to answer from; start a new one.")
    return arrays


def places_of(analysis: Analysis, person_ids: Iterable[int]) -> dict[int, int]:
    """The place in the samples of each person who is in the analysis."""
    rows = analysis.scores.filter(person__in=set(person_ids))
    return dict(rows.values_list("person_id", "place"))


def people_at(analysis: Analysis, places: Iterable[int]) -> dict[int, int]:
    """The primary key of the person at each place; people who were erased are missing."""
    rows = analysis.scores.filter(place__in=[int(place) for place in places])
    return dict(rows.values_list("place", "person_id"))


@dataclass(frozen=True)
class Answer:
    """What some people reach together, with the leaders unless they were left out.

    ``reach`` and ``split`` hold an ``Estimate`` each (people, se, low, high); ``losses`` say for each
    starter how many fewer would be reached through both layers without them; ``departments`` the
    expected people in each part; ``outside`` lists who is not in the analysis.
    ``probabilities`` are those of the five parts, people by place, in the order of ``PARTS``.
    """

    people: int
    reach: dict[str, Estimate]
    split: dict[str, Estimate]
    losses: dict[int, float]
    departments: dict[str, dict[str, float]]
    outside: list[int]
    probabilities: np.ndarray


def what_if(
    analysis: Analysis, person_ids: Sequence[int], *, with_leaders: bool = True, without: Sequence[int] = ()
) -> Answer:
    """What would be reached were these people the champions (and, unless told so, the leaders as they are).

    Parameters
    ----------
    person_ids : sequence of int
        Hand-picked people, by primary key.
    without : sequence of int
        Leaders or champions to leave out, to see what would be lost.
    """
    from influence.network.whatif import what_if as answer

    arrays = kept_samples(analysis)
    places = places_of(analysis, [*person_ids, *without])
    starters = arrays["leaders"].tolist() if with_leaders else []
    starters += [places[pk] for pk in person_ids if pk in places]
    left_out = {places[pk] for pk in without if pk in places}
    starters = [place for place in dict.fromkeys(starters) if place not in left_out]
    found = answer(arrays, np.array(starters, np.int32))
    people = people_at(analysis, starters)
    losses = zip(starters, found.losses.tolist(), strict=True)
    return Answer(
        people=int(arrays["people"]),
        reach=found.reach,
        split=found.split,
        losses={people[place]: loss for place, loss in losses if place in people},
        departments=_by_department(analysis, arrays, found.departments),
        outside=[pk for pk in person_ids if pk not in places],
        probabilities=found.probabilities,
    )


def _by_department(analysis: Analysis, arrays: Arrays, parts: np.ndarray) -> dict[str, dict[str, float]]:
    names = analysis.results["departments"]
    sizes = np.bincount(arrays["department"] + 1, minlength=len(names) + 1)[1:].tolist()
    return {
        name: {"people": size, **dict(zip(PARTS, row, strict=True))}
        for name, size, row in zip(names, sizes, parts.tolist(), strict=True)
    }


@dataclass(frozen=True)
class Planned:
    """A champion set chosen from kept samples: people in order, what each adds, and the proven share.

    ``reached`` counts the people reached through both layers with the first 0, 1, 2, ... of them.
    """

    person_ids: list[int]
    marginal: list[float]
    reached: list[float]
    se: list[float]
    guarantee: Guarantee | None


def replan(analysis: Analysis, terms: Terms, *, k: int, managers_too: bool = False) -> Planned:
    """Choose champions anew under other terms or another number; raises ``CannotPlan`` in words.

    Those who declined or objected since are never chosen.
    """
    from influence.network.replanning import replan as choose_anew

    never = never_champions(analysis.initiative)
    index = places_of(analysis, [*terms.fixed, *terms.excluded, *never])
    names = analysis.results["departments"]
    try:
        plan = choose_anew(
            kept_samples(analysis),
            champion_rules(terms, never, index, names),
            k=k,
            managers_too=managers_too,
            department_names=tuple(names),
        )
    except NetworkError as refusal:
        raise CannotPlan(str(refusal)) from refusal
    return _planned(analysis, plan)


def best_replacements(
    analysis: Analysis, person_ids: Sequence[int], *, count: int = 1, managers_too: bool = False
) -> Planned:
    """Who adds most to a plan of these people, in order: whom to ask after a refusal."""
    kept = [pk for pk in person_ids if pk not in never_champions(analysis.initiative)]
    k = len(kept) + count
    longer = replan(analysis, Terms(fixed=tuple(kept)), k=k, managers_too=managers_too)
    first = len(places_of(analysis, kept))
    return Planned(
        longer.person_ids[first:],
        longer.marginal[first:],
        longer.reached[first:],
        longer.se[first:],
        longer.guarantee,
    )


def whom_to_ask_to_lead(analysis: Analysis, *, k: int) -> Planned:
    """The managers who would reach the most together, as if nobody had committed."""
    from influence.network.replanning import choose_sponsors_kept

    objected = places_of(analysis, never_champions(analysis.initiative)).values()
    excluded = np.array(sorted(objected), np.int32)
    return _planned(analysis, choose_sponsors_kept(kept_samples(analysis), k=k, excluded=excluded))


def _planned(analysis: Analysis, plan: Plan) -> Planned:
    people = people_at(analysis, plan.people)
    reached = plan.reach.reach_curve[:, 2].tolist()
    return Planned(
        person_ids=[people[place] for place in plan.people.tolist() if place in people],
        marginal=[after - before for before, after in pairwise(reached)],
        reached=reached,
        se=plan.reach.reach_se[:, 2].tolist(),
        guarantee=plan.guarantee,
    )


def group_probabilities(analysis: Analysis, score: Score) -> dict[str, float]:
    """With which probability one person is in each of the four groups (5.9)."""
    from influence.network.scores import GROUPS

    row = kept_samples(analysis)["group_probabilities"][score.place]
    return dict(zip(GROUPS, row.tolist(), strict=True))


@dataclass(frozen=True)
class Typical:
    """The people who stand best for someone's random cascade, and how much cascades differ from them."""

    scores: list[Score]
    stability: float

    @property
    def person_ids(self) -> list[int]:
        return [score.person_id for score in self.scores]


def typical_sphere(analysis: Analysis, score: Score) -> Typical | None:
    """One person's typical sphere: kept for the 100 largest spheres, else None."""
    kept = kept_typical_places(kept_samples(analysis), score.place)
    if kept is None:
        return None
    members = analysis.scores.filter(place__in=kept[0].tolist())
    return Typical(list(members.select_related("person").order_by("place")), kept[1])


def kept_typical_places(arrays: Arrays, place: int) -> tuple[np.ndarray, float] | None:
    """The places of somebody's kept typical sphere, themselves included, and its stability."""
    found = np.flatnonzero(arrays["typical_people"] == place)
    if found.size == 0:
        return None
    row = int(found[0])
    start, end = arrays["typical_indptr"][row : row + 2].tolist()
    return np.asarray(arrays["typical_members"][start:end]), float(arrays["typical_stability"][row])


def extended_champions(analysis: Analysis, chosen: Sequence[ChosenChampion], k: int) -> list[ChosenChampion]:
    """The champions that follow those chosen, up to k in all; fewer where nobody or no sample is left."""
    try:
        arrays = kept_samples(analysis)
    except NoSamples:
        return []
    from influence.network.reach import reach_of
    from influence.network.replanning import extend

    index = places_of(analysis, [champion.person_id for champion in chosen])
    first = np.array([index[champion.person_id] for champion in chosen], dtype=np.int32)
    longer = extend(arrays, first, k).people
    reached = _reached(reach_of(arrays, arrays["leaders"], longer))
    people = people_at(analysis, longer[len(chosen) :])
    persons = {
        score.person_id: score.person
        for score in analysis.scores.filter(person__in=people.values()).select_related("person")
    }
    return [
        ChosenChampion(
            analysis=analysis,
            person=persons[people[place]],
            rank=rank,
            marginal_reach=reached[rank] - reached[rank - 1],
            cumulative_reach=reached[rank],
            why=EXTENDED_WHY,
        )
        for rank, place in enumerate(longer[len(chosen) :].tolist(), start=len(chosen) + 1)
        if place in people
    ]


def plan_reach(
    analysis: Analysis, person_ids: Sequence[int]
) -> tuple[list[float | None], list[float | None]]:
    """Marginal and cumulative reach of people in this order; null outside the analysis or without samples."""
    nothing: list[Any] = [None] * len(person_ids)
    try:
        arrays = kept_samples(analysis)
    except NoSamples:
        return nothing, nothing
    from influence.network.reach import reach_of

    index = places_of(analysis, person_ids)
    inside = [index[person] for person in person_ids if person in index]
    curve = iter(_steps(_reached(reach_of(arrays, arrays["leaders"], np.array(inside, dtype=np.int32)))))
    pairs = [next(curve) if person in index else (None, None) for person in person_ids]
    return [marginal for marginal, _ in pairs], [cumulative for _, cumulative in pairs]


def _reached(reach: Reach) -> list[float]:
    return reach.reach_curve[:, 2].tolist()


def _steps(reached: list[float]) -> list[tuple[float, float]]:
    return [(after - before, after) for before, after in pairwise(reached)]
