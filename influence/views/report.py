"""The report: a view made to print, and its tables as a workbook."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bpm_influence.rest.exporting import XLSX
from influence import presenting
from influence.adoption_standing import adoption_standing
from influence.champion_rows import champion_rows
from influence.groups import map_title
from influence.leading import committed
from influence.parts import department_parts
from influence.report import LIMITS, champion_places, curve_points, group_rows, map_picture, tables, workbook
from influence.results import scores
from influence.views.results import chosen_of, results_context

DEPARTMENTS_ON_PAPER = 12


def _with_names(request: HttpRequest) -> bool:
    return request.GET.get("names") != "0"


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Overview, map, champions, method and limits, to print or to save as PDF."""
    context = results_context(request, slug, "report", filtered=False)
    context["with_names"] = _with_names(request)
    if context["analysis"]:
        context |= _report_context(context)
    return render(request, "influence/report.html", context)


def _report_context(context: dict) -> dict:
    analysis, summary = context["analysis"], context["analysis"].summary
    everybody, curve = scores(analysis, context["promise"]), analysis.results.get("curve", [])
    held_back = context["settings"].is_held_back
    rows = [] if held_back else champion_rows(analysis, context["promise"])
    departments = department_parts(analysis, context["promise"])
    return {
        "answer": presenting.answer(summary, chosen_of(analysis)),
        "certainty": presenting.certainty(summary),
        "reaches": presenting.on_scale([*presenting.reaches(summary), *presenting.baselines(analysis)]),
        "parts_title": presenting.parts_title(summary),
        "parts": presenting.parts(summary),
        "map_title": map_title(summary["groups"]),
        "map": map_picture(everybody, analysis.people_count),
        "cut": analysis.parameters.get("cut") or context["initiative"].cut,
        "groups": group_rows(analysis),
        "rows": rows,
        "places": champion_places(rows),
        "leaders": committed(analysis, everybody, context["promise"]),
        "curve_title": presenting.curve_title(curve),
        "curve_points": curve_points(curve),
        "departments": departments[:DEPARTMENTS_ON_PAPER],
        "departments_more": max(0, len(departments) - DEPARTMENTS_ON_PAPER),
        "stages": adoption_standing(context["initiative"]),
        "limits": LIMITS,
        "theta": analysis.parameters.get("theta"),
        "line": analysis.parameters.get("line"),
    }


@require_safe
def report_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """The tables of the report, a sheet each."""
    context = results_context(request, slug, "report")
    analysis = context["analysis"]
    if not analysis or context["settings"].is_held_back:
        raise Http404("There is no report yet.")
    departments = department_parts(analysis, context["promise"])
    content = workbook(tables(analysis, departments, context["promise"], with_names=_with_names(request)))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{slug}-report.xlsx"'
    return response
