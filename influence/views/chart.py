"""The org chart, coloured by what the analysis found: as an icicle and as a tree."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence import charting
from influence.models import Analysis
from influence.picture.people import stages_now
from influence.views.results import results_context
from orgchart.models import Position


@require_safe
def chart(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole chart or the part below one person."""
    context = results_context(request, slug, "chart", filtered=False)
    if context["analysis"]:
        context |= _figures(request, context)
    return render(request, "influence/chart.html", context)


def _figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    analysis, promise = context["analysis"], context["promise"]
    top = _top(analysis, request.GET.get("top", ""))
    positions, reports = charting.drawn_positions(top), list(charting.open_reports(top))
    seen = _seen(request, context, [*positions, *reports, top])
    colour = request.GET.get("colour", "group")
    colour = colour if colour in _colours(seen) else "group"
    return {
        "finding": charting.chart_finding(analysis, promise),
        "top": top,
        "above": list(top.above().select_related("person")),
        "cells": charting.icicle(top, positions, seen, colour),
        "height": charting.ROW * (1 + max(p.level for p in positions) - top.level),
        "row": charting.ROW,
        "is_whole": len(positions) == top.headcount + 1,
        "colour": colour,
        "colours": _colours(seen).items(),
        "stage_names": seen.stage_names,
        "node": _node(top, seen) | {"children": [_node(report, seen) for report in reports]},
        "left_alone": charting.left_alone(analysis, promise),
    }


def _top(analysis: Analysis, employee_id: str) -> Position:
    found = charting.top_of(analysis, employee_id.replace("\0", "").strip())
    if found is None:
        raise Http404("There is nobody of that id on the chart of this analysis.")
    return found


def _colours(seen: charting.Seen) -> dict[str, str]:
    return {key: word for key, word in charting.COLOURS.items() if key != "stage" or seen.stages}


def _seen(request: HttpRequest, context: dict[str, Any], positions: list[Position]) -> charting.Seen:
    """Where somebody stands with the change is told only to those who may know it."""
    promise, initiative = context["promise"], context["initiative"]
    may_know = request.user.can_manage_initiatives and not promise.stages_hidden
    names, stages = stages_now(initiative) if may_know else ((), {})
    return charting.Seen(charting.scores_on(positions, context["analysis"], promise), stages, names)


def _node(position: Position, seen: charting.Seen) -> dict[str, Any]:
    stage = seen.stages.get(position.person_id)
    return {
        "position": position,
        "score": seen.scores.get(position.person_id),
        "stage": None if stage is None else seen.stage_names[stage],
    }


@require_safe
def chart_reports(request: HttpRequest, slug: str, employee_id: str) -> HttpResponse:
    """One person's direct reports, as the part of the tree below them."""
    context = results_context(request, slug, "chart", filtered=False)
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    top = _top(context["analysis"], employee_id)
    reports = list(charting.open_reports(top))
    seen = _seen(request, context, reports)
    context |= {"nodes": [_node(report, seen) for report in reports], "more": top.span - len(reports)}
    return render(request, "influence/_chart_nodes.html", context)
