"""Whom one person names, and who names them, in every source."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from influence.sources.loaded import loaded_ties
from influence.sources.survey import survey_ties
from initiatives.models import Initiative, Relation
from orgchart.models import Person

PEOPLE_SHOWN = 100
Named = tuple[int, str, float]  # the other person, relation, strength


def ties_around(initiative: Initiative, person: Person) -> tuple[list[dict], list[dict]]:
    """Who names the person, and whom they name: each once, the strongest tie first, with all relations."""
    named_by: list[Named] = []
    names: list[Named] = []
    for source, target, relation, strength in _ties_of(initiative, person):
        if target == person.pk:
            named_by.append((source, relation, strength))
        else:
            names.append((target, relation, strength))
    people = Person.objects.in_bulk({other for other, _, _ in [*named_by, *names]})
    return _by_person(named_by, people), _by_person(names, people)


def _ties_of(initiative: Initiative, person: Person) -> list[tuple[int, int, str, float]]:
    fields = ("source_id", "target_id", "relation__name", "strength")
    ties = loaded_ties(initiative)
    stored = list(ties.filter(Q(target=person) | Q(source=person)).values_list(*fields))
    said = survey_ties(initiative, person.pk)
    relations = dict(Relation.objects.values_list("pk", "name")) if said else {}
    return stored + [(tie.source, tie.target, relations[tie.relation], tie.strength) for tie in said]


def _by_person(ties: list[Named], people: Mapping[int, Person]) -> list[dict]:
    relations: dict[int, set[str]] = {}
    for other, relation, _ in sorted(ties, key=lambda tie: (-tie[2], tie[0])):
        relations.setdefault(other, set()).add(relation)
    shown = list(relations)[:PEOPLE_SHOWN]
    return [{"person": people[pk], "relations": ", ".join(sorted(relations[pk]))} for pk in shown]
