"""Whom sponsors would pick before they see the result, and how their lists compare with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from influence.lists import ListError, checked_name
from influence.models import Analysis, PersonList
from influence.what_if_words import try_people
from influence.words import number_of
from initiatives.models import Initiative
from orgchart.models import Person
from surveys.promises import Promise

MOST_PICKS = 100
MOST_COMPARED = 6


def write_down(initiative: Initiative, user, whose: str, employee_ids: Sequence[str]) -> PersonList:
    """Keep whom somebody would pick; raises ``ListError`` in words."""
    whose = checked_name(initiative, whose, PersonList.Kind.PICKS)
    wanted = list(dict.fromkeys(employee_ids))
    inside = initiative.positions().filter(person__employee_id__in=wanted).values("person")
    people = list(Person.objects.filter(pk__in=inside))
    if not people:
        raise ListError("Nobody of the scope was picked; type a name and choose somebody from the list.")
    if len(people) > MOST_PICKS:
        raise ListError(f"These are {len(people)} picks; {MOST_PICKS} at most.")
    with transaction.atomic():
        picks = PersonList.objects.create(
            initiative=initiative, kind=PersonList.Kind.PICKS, name=whose, created_by=user
        )
        picks.people.set(people)
    return picks


def picks_of(initiative: Initiative):
    """The lists that were written down."""
    return PersonList.objects.filter(initiative=initiative, kind=PersonList.Kind.PICKS).prefetch_related(
        "people"
    )


def compared_picks(analysis: Analysis, promise: Promise, champions: Sequence[str]) -> list[dict[str, Any]]:
    """Each list with how much of it the champion list has too, and what it would reach."""
    chosen = set(champions)
    found = []
    for picks in picks_of(analysis.initiative)[:MOST_COMPARED]:
        people = list(picks.people.all())
        both = [person.name for person in people if person.employee_id in chosen]
        scores = list(analysis.scores.filter(person__in=people).select_related("person"))
        trial = try_people(analysis, scores, promise)
        found.append(
            {
                "whose": picks.name,
                "people": number_of(len(people), "person", "people"),
                "both": both,
                "trial": trial,
                "reach": {row["figure"].name: row["figure"] for row in trial.reaches},
            }
        )
    return found
