"""Whether an analysis still rests on what the initiative knows: charts, scope, ties and answers since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from influence.models import Analysis
from initiatives.models import Initiative
from orgchart.models import OrgChart
from surveys.models import Answer, Consent, Objection, Survey

CHANGES = {
    "chart": "another org chart is current",
    "initiative": "the initiative's settings changed",
    "ties": "ties were loaded or taken away",
    "recipe": "the weights of the recipe changed",
    "answers": "people answered the survey, or changed what they said",
}


def basis_of(initiative: Initiative) -> dict[str, Any]:
    """A mark of everything that figures follow from, by kind; equal marks mean that nothing changed."""
    chart = OrgChart.objects.filter(is_current=True).values_list("pk", flat=True).first()
    return {
        "chart": chart,
        "initiative": str(initiative.changed_at),
        "ties": _words(_loaded(initiative)),
        "recipe": _words(_weighed(initiative)),
        "answers": _words(_said(initiative)),
    }


def changed_at(initiative: Initiative) -> datetime:
    """When any of it last changed."""
    marks = [*_loaded(initiative), *_weighed(initiative), *_said(initiative)]
    return max([initiative.changed_at, *(mark for mark in marks if isinstance(mark, datetime))])


def changes_since(analysis: Analysis) -> list[str]:
    """What has changed since the analysis, in words; nothing where it does not say what it rests on."""
    before = analysis.results.get("basis")
    if not before:
        return []
    now = basis_of(analysis.initiative)
    return [sentence for kind, sentence in CHANGES.items() if before.get(kind, now[kind]) != now[kind]]


def _words(marks: list[Any]) -> list[str]:
    return [str(mark) for mark in marks]


def _loaded(initiative: Initiative) -> list[Any]:
    return list(initiative.tie_sets.aggregate(Count("pk"), Max("pk"), Max("loaded_at")).values())


def _weighed(initiative: Initiative) -> list[Any]:
    return list(initiative.recipe_lines.aggregate(Count("pk"), Max("changed_at")).values())


def _said(initiative: Initiative) -> list[Any]:
    """Every save, withdrawal and objection changes one of these."""
    surveys = list(Survey.objects.counted_in(initiative).order_by("pk").values_list("pk", flat=True))
    if not surveys:
        return []
    said = Answer.objects.filter(question__survey__in=surveys).aggregate(Count("pk"), Max("saved_at"))
    consents = Consent.objects.filter(invitation__survey__in=surveys).aggregate(Max("withdrawn_at"))
    objections = Objection.objects.filter(initiative=initiative).aggregate(Count("pk"), Max("made_at"))
    return [*surveys, *said.values(), *consents.values(), *objections.values()]
