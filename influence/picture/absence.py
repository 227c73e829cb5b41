"""What the leaders and champions would lose without one person, from the picture's own ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.models import Analysis, PlannedChampion
from influence.picture.chances import both_chances
from influence.picture.stored import Picture
from initiatives.models import Initiative


@dataclass(frozen=True)
class Absence:
    """People lost, its standard error, the reach with everybody, and whether the person starts themselves."""

    lost: float
    error: float
    reach: float
    starts: bool


def without(analysis: Analysis, picture: Picture, person: int, *, with_champions: bool) -> Absence:
    """The reach that goes with a person, by index, from the analysis's leaders (and champions) on."""
    from influence.network.absence import loss_without

    starters = starting_people(analysis, picture, with_champions=with_champions)
    lost, error, reach = loss_without(
        *both_chances(analysis, picture),
        starters,
        person,
        seed=int(analysis.parameters.get("seed", 0)),
    )
    return Absence(lost, error, reach, bool(np.isin(person, starters)))


def starting_people(analysis: Analysis, picture: Picture, *, with_champions: bool) -> np.ndarray:
    """Leaders, and the champions of the plan or, without one, of the analysis; by index."""
    leaders = analysis.scores.filter(person__employee_id__in=analysis.results.get("leaders", []))
    champions = _champions(analysis.initiative, analysis) if with_champions else []
    pks = [*leaders.values_list("person_id", flat=True), *champions]
    return np.flatnonzero(np.isin(picture.people, pks)).astype(np.int32)


def _champions(initiative: Initiative, analysis: Analysis) -> list[int]:
    plan = initiative.champion_plan.exclude(state=PlannedChampion.State.DECLINED)
    return list((plan if plan.exists() else analysis.champions).values_list("person_id", flat=True))
