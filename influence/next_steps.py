"""What to do next in an initiative: a few steps, the most pressing first, each with the page that does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from influence.models import Analysis, PlannedChampion, PlanSettings
from influence.parts import DepartmentParts
from influence.words import number_of, percent
from initiatives.models import Initiative
from surveys.models import Survey
from surveys.monitoring import PERSONS, response_of

MOST_STEPS = 4
WAITING = timedelta(days=14)
State = PlannedChampion.State


@dataclass(frozen=True)
class Step:
    """One thing to do: what, why, and where."""

    text: str
    why: str
    url: str


def next_steps(
    analysis: Analysis, departments: Iterable[DepartmentParts], settings: PlanSettings
) -> list[Step]:
    """At most four steps for those who manage the initiative."""
    initiative = analysis.initiative
    found = [
        *_of_leaders(analysis),
        *_of_surveys(initiative),
        *(_of_picks(initiative) if settings.is_held_back else _of_champions(analysis)),
        *_of_departments(initiative, departments),
        *_of_adoption(initiative),
    ]
    return found[:MOST_STEPS]


def _page(initiative: Initiative, route: str, *args) -> str:
    return reverse(route, args=[initiative.slug, *args])


def _of_leaders(analysis: Analysis) -> Iterator[Step]:
    if analysis.results.get("leaders_stand_in"):
        yield Step(
            "Name the sponsor",
            "Nobody holds a role yet, so the tops of the scope stand in as leaders.",
            _page(analysis.initiative, "initiatives:settings"),
        )


def _of_surveys(initiative: Initiative) -> Iterator[Step]:
    for survey in initiative.surveys.filter(state=Survey.State.OPEN):
        response = response_of(survey)
        if response.rate is not None and response.rate < PERSONS:
            yield Step(
                "Remind those who have not answered",
                f"{percent(response.rate)} answered so far; from 80% on the figures hold for persons.",
                _page(initiative, "surveys:survey", survey.pk),
            )


def _of_picks(initiative: Initiative) -> Iterator[Step]:
    yield Step(
        "Have the sponsors write down their picks",
        "The champions are kept back until then.",
        _page(initiative, "influence:picks"),
    )


def _of_champions(analysis: Analysis) -> Iterator[Step]:
    initiative = analysis.initiative
    champions = _page(initiative, "influence:champions")
    states = dict(initiative.champion_plan.order_by().values_list("state").annotate(Count("pk")))
    if not states:
        chosen = list(analysis.champions.select_related("person"))
        if chosen:
            yield Step(
                "Begin the champion plan",
                f"{len(chosen)} people are proposed; the first to ask is {chosen[0].person.name}.",
                champions,
            )
        return
    if declined := _to_replace(initiative):
        names = ", ".join(entry.person.name for entry in declined[:3])
        yield Step("Replace who declined", f"{names}: see who would be best instead.", champions)
    if proposed := states.get(State.PROPOSED, 0):
        first = initiative.champion_plan.filter(state=State.PROPOSED).select_related("person").first()
        rest = f" and {proposed - 1} more" if proposed > 1 else ""
        yield Step("Ask the next champions", f"{first.person.name}{rest} not asked yet.", champions)
    yield from _waiting(initiative, champions)


def _to_replace(initiative: Initiative) -> list[PlannedChampion]:
    """Who declined and has nobody in their place yet."""
    plan = list(initiative.champion_plan.select_related("person"))
    replaced = {entry.replaces_id for entry in plan}
    return [entry for entry in plan if entry.state == State.DECLINED and entry.pk not in replaced]


def _waiting(initiative: Initiative, url: str) -> Iterator[Step]:
    late = timezone.now() - WAITING
    count = initiative.champion_plan.filter(state=State.ASKED, changed_at__lt=late).count()
    if count:
        yield Step("Ask again", f"{number_of(count, 'champion', 'champions')} asked over two weeks ago.", url)


def _of_departments(initiative: Initiative, departments: Iterable[DepartmentParts]) -> Iterator[Step]:
    """The department with most people whom nobody reaches, where that is more than a small one."""
    least = next(iter(departments), None)
    if least and least.name and least.people >= 10:
        yield Step(
            f"Look at {least.name}",
            f"{least.share('not_reached')} of its {least.people:,} people are not reached: "
            "try a champion from there.",
            f"{_page(initiative, 'influence:part', 'not_reached')}?department={least.name}",
        )


def _of_adoption(initiative: Initiative) -> Iterator[Step]:
    if not initiative.adoption_events.filter(Q(withdrawn_at__isnull=True)).exists():
        yield Step(
            "Record where people stand",
            "Adoption data show whether it spreads, and make the rates more than assumptions.",
            _page(initiative, "influence:adoption"),
        )
