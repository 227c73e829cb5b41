"""Finding somebody of the scope by typing: for the maps, and for every field that names a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from influence.models import Analysis
from influence.results import scores
from initiatives.models import Initiative
from orgchart.searching import name_filter

MOST_FOUND = 10
LEAST_LETTERS = 2


def found_people(initiative: Initiative, analysis: Analysis | None, text: str) -> list[dict[str, Any]]:
    """At most ten people of the scope whose name has every part of the text, or whose id it is."""
    text = text.replace("\0", "").strip()
    if len(text) < LEAST_LETTERS:
        return []
    fits = name_filter(text, "person__") | Q(person__employee_id=text)
    positions = initiative.positions(analysis.chart if analysis else None).filter(fits)
    found = list(positions.select_related("person").order_by("name", "person__employee_id")[:MOST_FOUND])
    shown = _places(analysis, [one.person_id for one in found]) if analysis else {}
    return [
        {
            "id": one.person.employee_id,
            "name": one.name,
            "title": one.title,
            "department": one.department,
            "places": shown.get(one.person_id),
        }
        for one in found
    ]


def _places(analysis: Analysis, people: list[int]) -> dict[int, dict[str, list[float | None]]]:
    return {
        score.person_id: {
            "score": [score.influence, score.leadership],
            "corner": [score.exercised_leadership, score.positional_authority],
        }
        for score in scores(analysis).filter(person__in=people)
    }
