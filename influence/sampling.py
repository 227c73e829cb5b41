"""What the kept samples of a finished analysis answer without a new run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from influence.models import Analysis, ChosenChampion

if TYPE_CHECKING:
    from influence.network.reach import Reach

Arrays = dict[str, np.ndarray]


def kept_samples(analysis: Analysis) -> Arrays:
    """The arrays that a finished analysis keeps on disk."""
    with analysis.samples.open("rb") as file, np.load(file) as arrays:
        return {name: arrays[name] for name in arrays.files}


def person_order(analysis: Analysis) -> list[int]:
    """The primary keys of the people in the order in which the samples number them."""
    pairs = analysis.scores.values_list("person__employee_id", "person_id")
    return [person for _, person in sorted(pairs)]


def extended_champions(analysis: Analysis, chosen: Sequence[ChosenChampion], k: int) -> list[ChosenChampion]:
    """The champions that follow those chosen, up to k in all; fewer where nobody or no sample is left."""
    if not analysis.samples:
        return []
    from influence.network.champions import extend
    from influence.network.reach import reach_of

    people = person_order(analysis)
    index = {person: place for place, person in enumerate(people)}
    first = np.array([index[champion.person_id] for champion in chosen], dtype=np.int32)
    arrays = kept_samples(analysis)
    longer = extend(arrays, first, k).people
    reached = _reached(reach_of(arrays, arrays["leaders"], longer))
    pks = [people[i] for i in longer[len(chosen) :]]
    persons = {
        score.person_id: score.person
        for score in analysis.scores.filter(person__in=pks).select_related("person")
    }
    return [
        ChosenChampion(
            analysis=analysis,
            person=persons[pk],
            rank=rank,
            marginal_reach=reached[rank] - reached[rank - 1],
            cumulative_reach=reached[rank],
            why="Next in order after those whom the analysis chose.",
        )
        for rank, pk in enumerate(pks, start=len(chosen) + 1)
    ]


def plan_reach(
    analysis: Analysis, person_ids: Sequence[int]
) -> tuple[list[float | None], list[float | None]]:
    """Marginal and cumulative reach of people in this order; null outside the analysis or without samples."""
    if not analysis.samples:
        return [None] * len(person_ids), [None] * len(person_ids)
    from influence.network.reach import reach_of

    index = {person: place for place, person in enumerate(person_order(analysis))}
    inside = [index[person] for person in person_ids if person in index]
    arrays = kept_samples(analysis)
    curve = iter(_steps(_reached(reach_of(arrays, arrays["leaders"], np.array(inside, dtype=np.int32)))))
    pairs = [next(curve) if person in index else (None, None) for person in person_ids]
    return [marginal for marginal, _ in pairs], [cumulative for _, cumulative in pairs]


def _reached(reach: Reach) -> list[float]:
    return reach.reach_curve[:, 2].tolist()


def _steps(reached: list[float]) -> list[tuple[float, float]]:
    return [(after - before, after) for before, after in pairwise(reached)]
