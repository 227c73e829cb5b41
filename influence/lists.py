"""Sets of people put together by hand: to list, compare and export, or to keep under a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from influence.confidentiality import named_scores
from influence.models import Analysis, PersonList, Score
from initiatives.models import Initiative
from surveys.promises import promise_of

MOST_PEOPLE = 5_000
AT_ONCE = 500
SELECTION_NAME = "Your selection"
LONGEST_NAME = 100


class ListError(ValueError):
    """Why the list cannot be kept so, and what to do."""


def select(analysis: Analysis, user, scores: QuerySet[Score]) -> PersonList:
    """Make these people the user's selection in the initiative; what was selected before is let go."""
    people = _people_of(scores)
    with transaction.atomic():
        kept = _selection(analysis.initiative, user)
        _fill(kept, people)
    return kept


def keep(analysis: Analysis, user, scores: QuerySet[Score], name: str) -> PersonList:
    """Keep these people as a list of the initiative, under a name that it does not have yet."""
    people, name = _people_of(scores), checked_name(analysis.initiative, name)
    with transaction.atomic():
        kept = PersonList.objects.create(
            initiative=analysis.initiative, kind=PersonList.Kind.LIST, name=name, created_by=user
        )
        _fill(kept, people)
    return kept


def checked_name(initiative: Initiative, name: str, kind: PersonList.Kind = PersonList.Kind.LIST) -> str:
    """The name if it may be given to a new list; else why not."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise ListError("The list has no name; give it one.")
    if len(name) > LONGEST_NAME:
        raise ListError(f"The name has {len(name)} letters; {LONGEST_NAME} at most.")
    if PersonList.objects.filter(initiative=initiative, kind=kind, name=name).exists():
        raise ListError(f"There is a list “{name}” already; choose another name.")
    return name


def those_with_ids(analysis: Analysis, employee_ids: Iterable[str]) -> QuerySet[Score]:
    """The scores of the people with these ids who may be named."""
    wanted = list(dict.fromkeys(employee_ids))
    if len(wanted) > MOST_PEOPLE:
        raise ListError(_too_many(len(wanted)))
    named = named_scores(analysis.scores, promise_of(analysis.initiative))
    return named.filter(person__employee_id__in=wanted)


def _people_of(scores: QuerySet[Score]) -> list[int]:
    people = list(scores.order_by().values_list("person_id", flat=True)[: MOST_PEOPLE + 1])
    if not people:
        raise ListError("Nobody is in this selection; draw it around somebody.")
    if len(people) > MOST_PEOPLE:
        raise ListError(_too_many(scores.count()))
    return people


def _too_many(people: int) -> str:
    return f"A list holds {MOST_PEOPLE:,} people at most, and these are {people:,}. Choose fewer."


def _selection(initiative: Initiative, user) -> PersonList:
    kept, _ = PersonList.objects.get_or_create(
        initiative=initiative,
        kind=PersonList.Kind.SELECTION,
        created_by=user,
        defaults={"name": SELECTION_NAME},
    )
    return kept


def _fill(kept: PersonList, people: Sequence[int]) -> None:
    through = PersonList.people.through
    through.objects.filter(personlist=kept).delete()
    rows = (through(personlist_id=kept.pk, person_id=person) for person in people)
    through.objects.bulk_create(rows, batch_size=AT_ONCE)
