"""The champion list, the plan kept of it, and both as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from influence import presenting
from influence.access import managed_initiative
from influence.groups import GROUP_OF_ONE
from influence.models import PlannedChampion
from influence.planning import PlanError, discard_plan, set_state, start_plan
from influence.results import CHAMPION_FIELDS, newest_analysis
from influence.results import champions as champion_rows
from influence.views.results import results_context
from influence.words import number, percent
from orgchart.exporting import csv_lines


@require_safe
def champions(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ask, in order, and how far each has been won."""
    context = results_context(request, slug, "champions")
    if context["analysis"]:
        initiative = context["initiative"]
        entries = initiative.champion_plan.select_related("person")
        plan = {entry.person.employee_id: entry for entry in entries}
        curve = context["analysis"].results.get("curve", [])
        context |= {
            "champions": _rows(context["analysis"], champion_rows(initiative), plan),
            "has_plan": bool(plan),
            "states": PlannedChampion.State.choices,
            "guarantee": presenting.guarantee_sentence(context["analysis"].summary["guarantee"]),
            "reach": presenting.reaches(context["analysis"].summary)[2],
            "leaders_alone": number(context["analysis"].summary["baselines"]["leaders"]["people"]),
            "curve": curve,
            "curve_picture": presenting.curve_picture(context["analysis"]),
            "curve_title": presenting.curve_title(curve),
        }
    return render(request, "influence/champions.html", context)


def _rows(analysis, rows: list[dict], plan: dict[str, PlannedChampion]) -> list[dict]:
    ids = {row["follows"] for row in rows} | {row["employee_id"] for row in rows}
    known = analysis.scores.filter(person__employee_id__in=ids)
    names = dict(known.values_list("person__employee_id", "name"))
    titles = dict(known.values_list("person__employee_id", "title"))
    return [
        row | {
            "entry": plan.get(row["employee_id"]),
            "group_word": GROUP_OF_ONE[row["group"]] if row["group"] else "not in this analysis",
            "title": titles.get(row["employee_id"], ""),
            "follows_name": names.get(row["follows"]),
            "follows_words": percent(row["follows_probability"]),
            "confidence_words": percent(row["confidence"]),
            "marginal_words": number(row["marginal_reach"]),
            "cumulative_words": number(row["cumulative_reach"]),
        }
        for row in rows
    ]  # fmt: skip


@require_safe
def champions_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as CSV."""
    context = results_context(request, slug, "champions")
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    rows = champion_rows(context["initiative"])
    lines = csv_lines(CHAMPION_FIELDS, ([row[field] for field in CHAMPION_FIELDS] for row in rows))
    name = f'attachment; filename="{slug}-champions.csv"'
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_POST
def begin_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the plan with the newest analysis's champions."""
    initiative = managed_initiative(request.user, slug)
    analysis = newest_analysis(initiative)
    try:
        if analysis is None:
            raise PlanError("There is no finished analysis yet; start one first.")
        start_plan(analysis)
    except PlanError as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:champions", slug)


@require_POST
def change_state(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Record how far one champion has been won, or take them off the plan."""
    entry = get_object_or_404(managed_initiative(request.user, slug).champion_plan, pk=pk)
    try:
        if request.POST.get("state") == "remove":
            entry.delete()
        else:
            set_state(entry, request.POST.get("state", ""))
            messages.success(request, f"{entry.person.name}: {entry.get_state_display().lower()}.")
    except PlanError as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:champions", slug)


@require_POST
def give_plan_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest analysis's champions again."""
    discard_plan(managed_initiative(request.user, slug))
    return redirect("influence:champions", slug)
