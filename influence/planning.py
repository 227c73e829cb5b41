"""The champion plan: begun from a champion set, edited by hand, followed up."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from influence.models import Analysis, PlannedChampion
from initiatives.models import Initiative
from orgchart.models import Person


class PlanError(ValueError):
    """Why the plan cannot be changed so, and what to do."""


def start_plan(analysis: Analysis) -> list[PlannedChampion]:
    """Begin the plan with the analysis's champion set; people already planned stay as they are."""
    chosen = list(analysis.champions.all())
    if not chosen:
        raise PlanError("This analysis chose no champions; nobody in the scope may be chosen.")
    with transaction.atomic():
        planned = set(analysis.initiative.champion_plan.values_list("person_id", flat=True))
        first = _next_rank(analysis.initiative)
        new = [champion for champion in chosen if champion.person_id not in planned]
        return PlannedChampion.objects.bulk_create(
            PlannedChampion(
                initiative=analysis.initiative,
                person_id=champion.person_id,
                analysis=analysis,
                rank=first + place,
            )
            for place, champion in enumerate(new)
        )


def add_to_plan(initiative: Initiative, person: Person) -> PlannedChampion:
    """Put one person of the scope at the end of the plan."""
    if not initiative.positions().filter(person=person).exists():
        raise PlanError(f"{person.name} is not in the scope of this initiative; choose somebody who is.")
    if initiative.champion_plan.filter(person=person).exists():
        raise PlanError(f"{person.name} is in the plan already.")
    return PlannedChampion.objects.create(initiative=initiative, person=person, rank=_next_rank(initiative))


def set_state(entry: PlannedChampion, state: str, note: str | None = None) -> PlannedChampion:
    """Record how far one champion has been won."""
    if state not in PlannedChampion.State.values:
        raise PlanError(f"“{state}” is not a state; use {', '.join(PlannedChampion.State.values)}.")
    entry.state = state
    if note is not None:
        entry.note = note
    entry.save(update_fields=["state", "note", "changed_at"])
    return entry


def discard_plan(initiative: Initiative) -> None:
    """Give the plan up: the initiative shows its newest analysis's champion set again."""
    initiative.champion_plan.all().delete()


def _next_rank(initiative: Initiative) -> int:
    return (initiative.champion_plan.aggregate(last=Max("rank"))["last"] or 0) + 1
