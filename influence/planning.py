"""The champion plan: begun from a champion set, edited by hand, followed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from influence.models import Analysis, PlannedChampion, PlanSettings, PlanStep
from initiatives.models import Initiative, Role
from orgchart.models import Person

State = PlannedChampion.State


class PlanError(ValueError):
    """Why the plan cannot be changed so, and what to do."""


def start_plan(analysis: Analysis) -> list[PlannedChampion]:
    """Begin the plan with the analysis's champion set; people already planned stay as they are."""
    chosen = list(analysis.champions.values_list("person_id", flat=True))
    if not chosen:
        raise PlanError("This analysis chose no champions; nobody in the scope may be chosen.")
    return put_into_plan(analysis, chosen)


def put_into_plan(analysis: Analysis, person_ids: list[int]) -> list[PlannedChampion]:
    """Put people at the end of the plan in this order; people already planned stay as they are."""
    initiative = analysis.initiative
    with transaction.atomic():
        planned = set(initiative.champion_plan.values_list("person_id", flat=True))
        first = _next_rank(initiative)
        new = [person for person in person_ids if person not in planned]
        return PlannedChampion.objects.bulk_create(
            PlannedChampion(initiative=initiative, person_id=person, analysis=analysis, rank=first + place)
            for place, person in enumerate(new)
        )


def propose_again(analysis: Analysis, person_ids: list[int]) -> None:
    """Make these the proposals of the plan; whoever was asked already keeps place and state."""
    with transaction.atomic():
        analysis.initiative.champion_plan.filter(state=State.PROPOSED).delete()
        put_into_plan(analysis, person_ids)


def add_to_plan(
    initiative: Initiative, person: Person, replaces: PlannedChampion | None = None
) -> PlannedChampion:
    """Put one person of the scope at the end of the plan, or in the place of somebody who declined."""
    if not initiative.positions().filter(person=person).exists():
        raise PlanError(f"{person.name} is not in the scope of this initiative; choose somebody who is.")
    if initiative.champion_plan.filter(person=person).exists():
        raise PlanError(f"{person.name} is in the plan already.")
    return PlannedChampion.objects.create(
        initiative=initiative,
        person=person,
        replaces=replaces,
        rank=replaces.rank if replaces else _next_rank(initiative),
    )


def set_state(
    entry: PlannedChampion, state: str, note: str | None = None, *, day: date | None = None, user=None
) -> PlannedChampion:
    """Record how far one champion has been won, on which day, with a note; the steps before are kept."""
    if state not in State.values:
        raise PlanError(f"“{state}” is not a state; use {', '.join(State.values)}.")
    day = day or timezone.localdate()
    if day > timezone.localdate():
        raise PlanError("The day lies in the future; give the day on which it happened.")
    entry.state = state
    entry.note = entry.note if note is None else note
    with transaction.atomic():
        entry.save(update_fields=["state", "note", "changed_at"])
        PlanStep.objects.create(entry=entry, state=state, date=day, note=(note or "")[:1000], entered_by=user)
    return entry


def discard_plan(initiative: Initiative) -> None:
    """Give the plan up: the initiative shows its newest analysis's champion set again."""
    initiative.champion_plan.all().delete()


def settings_of(initiative: Initiative) -> PlanSettings:
    """What was set for the champions; nothing yet where nobody did."""
    try:
        return initiative.plan_settings
    except PlanSettings.DoesNotExist:
        return PlanSettings(initiative=initiative)


def wanted_number(settings: PlanSettings, usual: int) -> int:
    """How many champions: as set, and no more than the days allow."""
    wanted = settings.count or usual
    if settings.days_each and settings.days_in_all:
        wanted = min(wanted, int(settings.days_in_all / settings.days_each))
    return max(1, wanted)


def burdens(initiative: Initiative, person_ids: list[int]) -> dict[int, int]:
    """In how many other initiatives each person is a champion or holds a role already."""
    plans = PlannedChampion.objects.filter(person__in=person_ids).exclude(state=State.DECLINED)
    roles = Role.objects.filter(person__in=person_ids)
    elsewhere = [
        rows.exclude(initiative=initiative).order_by().values_list("person_id", "initiative_id")
        for rows in (plans, roles)
    ]
    found: dict[int, set[int]] = {}
    for person, other in elsewhere[0].union(elsewhere[1]):
        found.setdefault(person, set()).add(other)
    return {person: len(others) for person, others in found.items()}


def states_of(plan: Iterable[PlannedChampion]) -> dict[str, int]:
    """How many champions of the plan are in each state."""
    found = Counter(entry.state for entry in plan)
    return {word: found[value] for value, word in State.choices}


def _next_rank(initiative: Initiative) -> int:
    return (initiative.champion_plan.aggregate(last=Max("rank"))["last"] or 0) + 1
