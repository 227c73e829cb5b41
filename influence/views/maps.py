"""The two maps: leadership against influence, position against exercise; and finding a person on them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence.finding import found_people
from influence.groups import corner_title, counts_by, cut_of, map_title
from influence.mapping import Marked, Window, map_data
from influence.models import Group
from influence.results import champion_list, scores
from influence.views.results import results_context

ROWS_BESIDE_THE_MAP = 50


def _axes(request: HttpRequest) -> str:
    return "corner" if request.GET.get("axes") == "corner" else "score"


@require_safe
def people_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody on a map, with the finding above it and the table below."""
    context = results_context(request, slug, "map") | {"axes": _axes(request)}
    analysis = context["analysis"]
    if analysis:
        everybody = context["filters"].scores(scores(analysis, context["promise"]), context["initiative"])
        context |= {
            "map_title": map_title(_group_counts(context, everybody), context["filters"].words),
            "cut": cut_of(analysis),
            "kept": [("axes", "corner")] if context["axes"] == "corner" else [],
            "asked_about_leadership": analysis.scores.filter(exercised_leadership__isnull=False).exists(),
            "scores": everybody.order_by(*_first(context["axes"]))[:ROWS_BESIDE_THE_MAP],
        }
        if context["axes"] == "corner":
            context["map_title"] = corner_title(everybody)
    return render(request, "influence/map.html", context)


def _first(axes: str) -> list[str]:
    return ["influence_rank"] if axes == "score" else ["leadership_rank"]


def _group_counts(context: dict, everybody) -> dict[str, int]:
    """People by group: as the analysis counted them, or of those whom the filter leaves."""
    if not context["filters"].given or context["promise"].low_groups_counted:
        return context["analysis"].summary["groups"]
    return counts_by(everybody, "group", Group.values)


@require_safe
def map_points(request: HttpRequest, slug: str) -> HttpResponse:
    """What map.js draws of the window that is looked at."""
    context = results_context(request, slug, "map")
    analysis = context["analysis"]
    if not analysis:
        raise Http404("There is no finished analysis yet.")
    rows = context["filters"].scores(scores(analysis, context["promise"]), context["initiative"])
    counted = context["promise"].low_groups_counted
    data = map_data(
        rows, _axes(request), Window.asked(request.GET), _marked(context), analysis.people_count, not counted
    )
    if counted and not context["filters"].given and data["axes"] == "score":
        data["counts"] = analysis.summary["groups"]
    response = JsonResponse(data | {"cut": cut_of(analysis), "analysis": analysis.pk})
    response["Cache-Control"] = "private, max-age=60"
    return response


def _marked(context: dict) -> Marked:
    analysis, leaders = context["analysis"], set(context["analysis"].results.get("leaders", []))
    if context["settings"].is_held_back:
        return Marked(leaders, {})
    plan = list(context["initiative"].champion_plan.select_related("person"))
    rows = champion_list(analysis, plan, context["promise"])
    return Marked(leaders, {row["employee_id"]: row["rank"] for row in rows if row["state"] != "declined"})


@require_safe
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """People of the scope by name, with their place on the maps where it may be shown."""
    context = results_context(request, slug, "map")
    return JsonResponse(
        {"people": found_people(context["initiative"], context["analysis"], request.GET.get("q", ""))}
    )
