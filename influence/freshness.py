"""Whether an analysis still rests on what the initiative knows: charts, scope, ties and answers since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from influence.models import Analysis, RecipeLine, TieSet
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
    marks = _marks(initiative)
    return {
        "chart": marks["chart"],
        "initiative": str(initiative.changed_at),
        "ties": _words(_loaded(marks)),
        "recipe": _words(_weighed(marks)),
        "answers": _words(_said(initiative, marks)),
    }


def changed_at(initiative: Initiative) -> datetime:
    """When any of it last changed."""
    marks = _marks(initiative)
    found = [*_loaded(marks), *_weighed(marks), *_said(initiative, marks)]
    return max([initiative.changed_at, *(mark for mark in found if isinstance(mark, datetime))])


def changes_since(analysis: Analysis) -> list[str]:
    """What has changed since the analysis, in words; nothing where it does not say what it rests on."""
    before = analysis.results.get("basis")
    if not before:
        return []
    now = basis_of(analysis.initiative)
    return [sentence for kind, sentence in CHANGES.items() if before.get(kind, now[kind]) != now[kind]]


def _words(marks: list[Any]) -> list[str]:
    return [str(mark) for mark in marks]


def _marks(initiative: Initiative) -> dict[str, Any]:
    """Everything but the answers in one query: this is asked on every page of results."""
    ties = TieSet.objects.filter(initiative=OuterRef("pk"))
    lines = RecipeLine.objects.filter(initiative=OuterRef("pk"))
    objections = Objection.objects.filter(initiative=OuterRef("pk"))
    consents = Consent.objects.filter(invitation__survey__in=Survey.objects.counted_in(initiative))
    found = Initiative.objects.filter(pk=initiative.pk).values(
        chart=Subquery(OrgChart.objects.filter(is_current=True).order_by().values("pk")[:1]),
        ties=_count(ties),
        last_ties=_last(ties, "pk"),
        ties_loaded=_last(ties, "loaded_at"),
        lines=_count(lines),
        lines_changed=_last(lines, "changed_at"),
        withdrawn=_last(consents, "withdrawn_at"),
        objected=_count(objections),
        last_objection=_last(objections, "made_at"),
    )
    return found.get()


def _count(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("initiative").annotate(n=Count("pk")).values("n")), 0)


def _last(rows: QuerySet[Any], field: str) -> Subquery:
    return Subquery(rows.exclude(**{field: None}).order_by(f"-{field}").values(field)[:1])


def _loaded(marks: Mapping[str, Any]) -> list[Any]:
    return [marks["ties"], marks["last_ties"], marks["ties_loaded"]]


def _weighed(marks: Mapping[str, Any]) -> list[Any]:
    return [marks["lines"], marks["lines_changed"]]


def _said(initiative: Initiative, marks: Mapping[str, Any]) -> list[Any]:
    """Every save, withdrawal and objection changes one of these."""
    surveys = list(Survey.objects.counted_in(initiative).order_by("pk").values_list("pk", flat=True))
    if not surveys:
        return []
    said = Answer.objects.filter(question__survey__in=surveys).aggregate(Count("pk"), Max("saved_at"))
    return [*surveys, *said.values(), marks["withdrawn"], marks["objected"], marks["last_objection"]]
