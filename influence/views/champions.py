"""The champion list and the plan kept of it: shown, followed up, changed, and as a file."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from influence import presenting
from influence.access import managed_initiative
from influence.champion_rows import champion_rows, file_rows, fits
from influence.confidentiality import promise_of
from influence.explained import objectives_of
from influence.models import PlannedChampion
from influence.picks import compared_picks
from influence.planning import (
    PlanError,
    add_to_plan,
    discard_plan,
    set_state,
    settings_of,
    start_plan,
    states_of,
)
from influence.results import newest_analysis
from influence.sampling import CannotPlan, NoSamples, best_replacements
from influence.views.files import table_response
from influence.views.results import results_context
from influence.words import number
from orgchart.models import Person

REPLACEMENTS = 3


@require_safe
def champions(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ask, in order, and how far each has been won."""
    context = results_context(request, slug, "champions")
    if context["settings"].is_held_back and context["analysis"]:
        return redirect("influence:picks", slug)
    if context["analysis"]:
        context |= _champions_context(context)
    return render(request, "influence/champions.html", context)


def _champions_context(context: dict) -> dict:
    analysis = context["analysis"]
    rows = champion_rows(analysis, context["promise"])
    shown = [row for row in rows if fits(row, context["filters"])]
    summary, curve = analysis.summary, analysis.results.get("curve", [])
    return {
        "rows": shown,
        "rows_in_all": len(rows),
        "has_plan": any(row["entry"] for row in rows),
        "plan_states": states_of(row["entry"] for row in rows if row["entry"]),
        "states": PlannedChampion.State.choices,
        "today": date.today(),
        "to_replace": _to_replace(rows),
        "picks": compared_picks(analysis, context["promise"], [row["employee_id"] for row in rows]),
        "guarantee": presenting.guarantee_sentence(summary["guarantee"]),
        "reach": presenting.reaches(summary)[2],
        "own_reaches": presenting.reaches(summary)[:3],
        "objectives": objectives_of(analysis),
        "has_sponsors": bool(analysis.results.get("sponsors")),
        "leaders_alone": presenting.baselines(analysis)[0],
        "curve": curve,
        "curve_picture": presenting.curve_picture(analysis),
        "curve_title": presenting.curve_title(curve),
    }


def _to_replace(rows: list[dict]) -> list[PlannedChampion]:
    entries = [row["entry"] for row in rows if row["entry"]]
    replaced = {entry.replaces_id for entry in entries}
    return [one for one in entries if one.state == PlannedChampion.State.DECLINED and one.pk not in replaced]


@require_safe
def champions_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The list as it is seen, as CSV or XLSX."""
    context = results_context(request, slug, "champions")
    if not context["analysis"] or context["settings"].is_held_back:
        raise Http404("There is no list of champions to show yet.")
    rows = champion_rows(context["analysis"], context["promise"])
    seen = [row for row in rows if fits(row, context["filters"])]
    return table_response(f"{slug}-champions", kind, file_rows(seen), "Champions")


@require_safe
def replacements(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who adds most now that somebody declined; a part of the page, asked for once it is there."""
    initiative = managed_initiative(request.user, slug)
    entry = get_object_or_404(initiative.champion_plan.select_related("person"), pk=pk)
    context = {"initiative": initiative, "entry": entry, "found": [], "refusal": ""}
    try:
        context["found"] = _best(initiative)
    except (CannotPlan, NoSamples) as refusal:
        context["refusal"] = str(refusal)
    return render(request, "influence/_replacements.html", context)


def _best(initiative) -> list[dict]:
    analysis = newest_analysis(initiative)
    if analysis is None:
        raise NoSamples("There is no finished analysis yet; start one first.")
    if settings_of(initiative).is_held_back:
        raise CannotPlan("The champions are kept back until the sponsors have written down their picks.")
    standing = initiative.champion_plan.exclude(state=PlannedChampion.State.DECLINED)
    planned = list(standing.values_list("person_id", flat=True))
    chosen = best_replacements(analysis, planned, count=REPLACEMENTS)
    scores = {
        s.person_id: s for s in analysis.scores.filter(person__in=chosen.person_ids).select_related("person")
    }
    pairs = zip(chosen.person_ids, chosen.marginal, strict=False)
    told = not promise_of(initiative).ties_hidden
    return [{"score": scores[pk], "adds": number(adds) if told else ""} for pk, adds in pairs if pk in scores]


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
            messages.success(request, f"{entry.person.name} is off the plan.")
        else:
            note = request.POST.get("note")
            set_state(entry, request.POST.get("state", ""), note, day=_day(request), user=request.user)
            messages.success(request, f"{entry.person.name}: {entry.get_state_display().lower()}.")
    except PlanError as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:champions", slug)


def _day(request: HttpRequest) -> date | None:
    text = request.POST.get("date", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise PlanError(f"“{text}” is not a date; write the day as 2026-03-31.") from None


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Put somebody on the plan, perhaps in the place of who declined."""
    initiative = managed_initiative(request.user, slug)
    person = Person.objects.filter(employee_id=request.POST.get("employee_id", "").strip()).first()
    number_of_entry = request.POST.get("replaces", "")
    place = (
        initiative.champion_plan.filter(pk=number_of_entry).first() if number_of_entry.isdecimal() else None
    )
    try:
        if person is None:
            raise PlanError("Nobody of that name was chosen; type a name and choose somebody from the list.")
        add_to_plan(initiative, person, place)
        messages.success(request, f"{person.name} is on the plan.")
    except PlanError as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:champions", slug)


@require_POST
def give_plan_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest analysis's champions again."""
    discard_plan(managed_initiative(request.user, slug))
    return redirect("influence:champions", slug)
