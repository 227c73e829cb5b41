"""An initiative's adoption events as arrays: who stood where, period by period."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from influence.gathering import Gathered
from influence.network.model import BoolArray
from influence.network.periods import PERIODS, Period, fitting_period, period_index
from influence.network.stages import Journeys, follow_events
from initiatives.models import AdoptionEvent, Initiative, Stage
from surveys.models import Objection

MOST_CELLS = 12_000_000
"""People times periods; beyond this, and unless somebody has chosen, the periods are taken longer."""
ADOPTION = "adoption"


@dataclass(frozen=True)
class Record:
    """What is recorded of the people in scope, and in which steps of time it is looked at."""

    stages: tuple[Stage, ...]
    period: Period
    first_period: int
    journeys: Journeys
    events: int
    recorded: tuple[int, ...]
    known: BoolArray
    from_surveys: bool

    @property
    def watched(self) -> int:
        """The stage looked at closely: adoption; where nobody has adopted, the furthest come to."""
        usual = _usual_stage(self.stages)
        return usual if usual <= max(self.recorded) else max(self.recorded)


def _usual_stage(stages: tuple[Stage, ...]) -> int:
    """The order of the stage called adoption; else the fourth of five, else the last."""
    named = next((number for number, stage in enumerate(stages, 1) if stage.name.casefold() == ADOPTION), 0)
    return named or (4 if len(stages) == 5 else len(stages))


def read_record(initiative: Initiative, gathered: Gathered) -> Record | None:
    """Everything recorded of the people in scope, objectors left out; None where there is nothing."""
    index = {position.person_id: place for place, position in enumerate(gathered.positions)}
    rows = AdoptionEvent.objects.filter(initiative=initiative).standing().order_by()
    rows = rows.exclude(person__in=Objection.objects.people(initiative))
    found = [
        (index[person], day, order, origin == AdoptionEvent.Origin.SURVEY)
        for person, day, order, origin in rows.values_list("person_id", "date", "stage__order", "origin")
        .iterator(chunk_size=10_000)
        if person in index
    ]  # fmt: skip
    if not found:
        return None
    people, days, orders, surveyed = zip(*found, strict=True)
    period = _period(initiative, days, len(index))
    number = {day: period_index(day, period) for day in set(days)}
    first = min(number.values())
    person = np.array(people, np.int32)
    stages = tuple(initiative.stages.all())
    place = {stage.order: at for at, stage in enumerate(stages, 1)}
    known = np.zeros(len(index), np.bool_)
    known[person] = True
    return Record(
        stages=stages,
        period=period,
        first_period=first,
        journeys=follow_events(
            person,
            np.array([day.toordinal() for day in days], np.int32),
            np.array([number[day] - first for day in days], np.int32),
            np.array([place[order] for order in orders], np.int32),
            people=len(index),
            stages=len(stages),
        ),
        events=len(found),
        recorded=tuple(sorted({place[order] for order in orders})),
        known=known,
        from_surveys=any(surveyed),
    )


def _period(initiative: Initiative, days: Iterable[datetime.date], people: int) -> Period:
    if initiative.adoption_period in PERIODS:
        return initiative.adoption_period
    different = set(days)
    period = fitting_period(different)
    first, last = min(different), max(different)
    for longer in PERIODS[PERIODS.index(period) :]:
        period = longer
        if people * (period_index(last, period) - period_index(first, period) + 1) <= MOST_CELLS:
            break
    return period
