"""An initiative's recipe: which relations make up its network, in which layer, with which weight."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from influence.models import RecipeLine
from influence.network.model import Relation as NetworkRelation
from initiatives.models import Initiative, Relation

LARGEST_WEIGHT = 100.0


class InvalidRecipe(ValueError):
    """What is wrong with a recipe: sentences by relation."""

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def recipe_of(initiative: Initiative) -> dict[int, NetworkRelation]:
    """Every relation as it counts in the initiative, by its key, in the order of their names."""
    lines = {line.relation_id: line for line in initiative.recipe_lines.all()}
    return {
        relation.pk: NetworkRelation(
            relation.name,
            lines.get(relation.pk, relation).layer,
            lines.get(relation.pk, relation).weight,
            relation.flow,
        )
        for relation in Relation.objects.order_by("name")
    }


def leadership_relations(initiative: Initiative) -> set[int]:
    """The keys of the relations that make up the leadership layer."""
    return {pk for pk, one in recipe_of(initiative).items() if one.layer == Relation.Layer.LEADERSHIP}


def change_recipe(initiative: Initiative, lines: Mapping[str, tuple[str, float]]) -> None:
    """Set layer and weight of relations by name; the others stay as they are."""
    errors = {name: sentence for name, line in lines.items() if (sentence := _wrong(name, *line))}
    if errors:
        raise InvalidRecipe(errors)
    relations = {one.name: one for one in Relation.objects.filter(name__in=lines)}
    current = recipe_of(initiative)
    with transaction.atomic():
        for name, (layer, weight) in lines.items():
            relation = relations[name]
            if (current[relation.pk].layer, current[relation.pk].weight) != (layer, weight):
                RecipeLine.objects.update_or_create(
                    initiative=initiative, relation=relation, defaults={"layer": layer, "weight": weight}
                )


def _wrong(name: str, layer: str, weight: float) -> str:
    if layer not in Relation.Layer.values:
        return f"“{layer}” is no layer; use {' or '.join(Relation.Layer.values)}."
    if not 0 <= weight <= LARGEST_WEIGHT:
        return f"The weight of “{name}” is {weight:g}; give a number from 0 to {LARGEST_WEIGHT:g}."
    return ""
