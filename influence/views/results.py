"""What the newest analysis says: the answer on one page, and the five parts with their people."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence import presenting
from influence.access import results_initiative
from influence.adoption_standing import adoption_standing
from influence.confidentiality import promise_of
from influence.filtering import Filters, filter_bar, filter_choices
from influence.freshness import changes_since
from influence.groups import groups, map_title
from influence.models import Analysis, Score
from influence.next_steps import next_steps
from influence.parts import NEXT_STEP, PART_WORDS, department_parts, likeliest, parts_of
from influence.planning import settings_of
from influence.results import newest_analysis, scores

DEPARTMENTS_SHOWN = 10
PEOPLE_OF_A_PART = 3
KEPT_SECONDS = 24 * 3600
PEOPLE_ON_A_PARTS_PAGE = 25


def results_context(request: HttpRequest, slug: str, tab: str, *, filtered: bool = True) -> dict:
    """What every page of results needs; ``analysis`` is None before the first one has ended.

    A page that shows everybody, whatever the filter says, is not ``filtered``: it has no filter bar.
    """
    initiative = results_initiative(request.user, slug)
    analysis, promise = newest_analysis(initiative), promise_of(initiative)
    filters = Filters.asked(request.GET, promise)
    return {
        "initiative": initiative,
        "tab": tab,
        "analysis": analysis,
        "changes": changes_since(analysis) if analysis else [],
        "promise": promise,
        "settings": settings_of(initiative),
        "filters": filters,
        "filter_bar": filter_bar(filters, filter_choices(analysis, promise)) if analysis and filtered else [],
    }


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer on one page."""
    context = results_context(request, slug, "overview")
    if context["analysis"]:
        context |= _answer(context) | _surroundings(request, context)
    return render(request, "influence/overview.html", context)


def _answer(context: dict) -> dict:
    analysis = context["analysis"]
    summary, chosen = analysis.summary, chosen_of(analysis)
    curve = analysis.results.get("curve", [])
    return {
        "answer": presenting.answer(summary, chosen),
        "certainty": presenting.certainty(summary),
        "silence": analysis.results.get("silence", {}).get("sentences", []),
        "key_figures": presenting.key_figures(analysis, chosen),
        "reaches": presenting.on_scale([*presenting.reaches(summary), *presenting.baselines(analysis)]),
        "parts_title": presenting.parts_title(summary),
        "map_title": map_title(summary["groups"]),
        "curve": curve,
        "curve_picture": presenting.curve_picture(analysis),
        "curve_title": presenting.curve_title(curve),
        "published": presenting.PUBLISHED,
    }


def _surroundings(request: HttpRequest, context: dict) -> dict:
    """Who is in each part and group, where, how adoption stands, and what to do next."""
    analysis, filters = context["analysis"], context["filters"]
    named = filters.scores(scores(analysis, context["promise"]), context["initiative"])
    departments = department_parts(analysis, context["promise"])
    by_name = not context["promise"].ties_hidden
    parts = presenting.parts(analysis.summary)
    people = _likeliest(named, context, tuple(PART_WORDS), PEOPLE_OF_A_PART) if by_name else {}
    for part in parts:
        part["people"] = people.get(part["figure"].name, [])
    return {
        "parts": parts,
        "groups": groups(analysis.summary, named),
        "departments": departments[:DEPARTMENTS_SHOWN],
        "departments_more": max(0, len(departments) - DEPARTMENTS_SHOWN),
        "own_department": parts_of(departments, filters.department) if filters.department else None,
        "stages": adoption_standing(context["initiative"]),
        "steps": next_steps(analysis, departments, context["settings"])
        if request.user.can_manage_initiatives
        else [],
    }


def chosen_of(analysis: Analysis) -> presenting.Chosen:
    """Who the reach is counted from."""
    leaders = analysis.results.get("leaders", [])
    theirs = analysis.scores.filter(person__employee_id__in=leaders).values("department")
    champions = analysis.scores.filter(person__in=analysis.champions.values("person")).aggregate(
        count=Count("pk"), outside=Count("pk", filter=~Q(department__in=theirs))
    )
    return presenting.Chosen(
        leaders=len(leaders),
        stand_in=analysis.results.get("leaders_stand_in", False),
        champions=champions["count"],
        outside=champions["outside"],
    )


@require_safe
def part(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One of the five parts: how many, in which departments, and who with which probability."""
    context = results_context(request, slug, "parts")
    if name not in PART_WORDS:
        raise Http404("There are five parts, and this is none of them.")
    if context["analysis"]:
        context |= _part_context(context, name)
    return render(request, "influence/part.html", context)


def _part_context(context: dict, name: str) -> dict:
    analysis, filters = context["analysis"], context["filters"]
    departments = department_parts(analysis, context["promise"])
    named = filters.scores(scores(analysis, context["promise"]), context["initiative"])
    found = next(row["figure"] for row in presenting.parts(analysis.summary) if row["figure"].name == name)
    rows = sorted(departments, key=lambda row: -row.parts[name])
    return {
        "part": found,
        "advice": NEXT_STEP[name],
        "part_words": PART_WORDS.items(),
        "departments": [(row, presenting.number(row.parts[name]), row.share(name)) for row in rows],
        "people": []
        if context["promise"].ties_hidden
        else _likeliest(named, context, [name], PEOPLE_ON_A_PARTS_PAGE)[name],
    }


def _likeliest(named: QuerySet[Score], context: dict, parts: Sequence[str], count: int) -> dict[str, list]:
    """Who is likeliest in each part; of everybody it is kept, because the analysis does not change.

    Champions are left out while they are kept back: who is one is reached for certain.
    """
    analysis, held_back = context["analysis"], context["settings"].is_held_back
    if held_back:
        named = named.exclude(person__in=analysis.champions.values("person"))
    if context["filters"].given:
        return likeliest(named, parts, count)
    marks = (analysis.pk, analysis.finished_at.timestamp(), analysis.erased_count, held_back, count)
    key = f"likeliest:{':'.join(map(str, marks))}:{context['promise'].mark()}:{','.join(parts)}"
    return cache.get_or_set(key, lambda: likeliest(named, parts, count), KEPT_SECONDS)
