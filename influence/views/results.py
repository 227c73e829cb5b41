"""What the newest analysis says: overview, map and leaders."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from influence import presenting
from influence.access import results_initiative
from influence.confidentiality import promise_of
from influence.freshness import changes_since
from influence.models import Analysis, Score
from influence.results import newest_analysis, scores
from initiatives.models import Initiative

ROWS_BESIDE_THE_MAP = 200
PEOPLE_OF_A_PART = 6


def results_context(request: HttpRequest, slug: str, tab: str) -> dict:
    """What every page of results needs; ``analysis`` is None before the first one has ended."""
    initiative = results_initiative(request.user, slug)
    analysis = newest_analysis(initiative)
    return {
        "initiative": initiative,
        "tab": tab,
        "analysis": analysis,
        "changes": changes_since(analysis) if analysis else [],
        "promise": promise_of(initiative),
    }


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer on one page."""
    context = results_context(request, slug, "overview")
    if context["analysis"]:
        context |= _overview_figures(context["analysis"])
    return render(request, "influence/overview.html", context)


def _overview_figures(analysis: Analysis) -> dict:
    summary, everybody = analysis.summary, scores(analysis)
    single = not promise_of(analysis.initiative).ties_hidden
    curve, chosen = analysis.results.get("curve", []), _chosen(analysis)
    return {
        "answer": presenting.answer(summary, chosen),
        "certainty": presenting.certainty(summary),
        "key_figures": presenting.key_figures(analysis, chosen),
        "reaches": presenting.reaches(summary),
        "parts": presenting.parts(summary),
        "baselines": presenting.baselines(summary),
        "groups": presenting.groups(summary, everybody),
        "departments": presenting.department_rows(analysis),
        "parts_title": presenting.parts_title(summary),
        "map_title": presenting.map_title(summary),
        "unreached": _likeliest(everybody, "not_reached") if single else [],
        "together": _likeliest(everybody, "only_together") if single else [],
        "curve": curve,
        "curve_title": presenting.curve_title(curve),
    }


def _likeliest(everybody: QuerySet[Score], part: str) -> list[dict]:
    rows = everybody.order_by(f"-{part}", "person__employee_id")[:PEOPLE_OF_A_PART]
    return [{"score": score, "share": presenting.percent(getattr(score, part))} for score in rows]


def _chosen(analysis: Analysis) -> presenting.Chosen:
    leaders = analysis.results.get("leaders", [])
    champions = analysis.scores.filter(person__in=analysis.champions.values("person"))
    theirs = analysis.scores.filter(person__employee_id__in=leaders).values("department")
    return presenting.Chosen(
        leaders=len(leaders),
        stand_in=analysis.results.get("leaders_stand_in", False),
        champions=analysis.champions.count(),
        outside=champions.exclude(department__in=theirs).count(),
    )


@require_safe
def map_data(request: HttpRequest, slug: str) -> HttpResponse:
    """What map.js draws."""
    context = results_context(request, slug, "map")
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    analysis, initiative = context["analysis"], context["initiative"]
    return JsonResponse(
        {
            "cut": analysis.parameters.get("cut") or initiative.cut,
            "people": presenting.map_points(
                scores(analysis),
                analysis.results.get("leaders", []),
                dict(analysis.champions.values_list("person__employee_id", "rank")),
            ),
            "address": reverse("influence:people", args=[slug]),
        }
    )


@require_safe
def people_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Leadership against influence, everybody a point."""
    context = results_context(request, slug, "map")
    if context["analysis"]:
        everybody = scores(context["analysis"])
        context |= {
            "map_title": presenting.map_title(context["analysis"].summary),
            "cut": context["analysis"].parameters.get("cut") or context["initiative"].cut,
            "asked_about_leadership": everybody.filter(exercised_leadership__isnull=False).exists(),
            "scores": everybody[:ROWS_BESIDE_THE_MAP],
        }
    return render(request, "influence/map.html", context)


@require_safe
def leaders(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is committed, who leads by position or by exercise, and who follows first."""
    context = results_context(request, slug, "leaders")
    if context["analysis"]:
        context |= _leader_figures(context["analysis"], context["initiative"])
    return render(request, "influence/leaders.html", context)


def _leader_figures(analysis: Analysis, initiative: Initiative) -> dict:
    results = analysis.results
    first = [] if promise_of(initiative).ties_hidden else results.get("first_followers", [])
    ids = {*results.get("leaders", []), *(f["leader"] for f in first), *(f["person"] for f in first)}
    named = {s.person.employee_id: s for s in scores(analysis).filter(person__employee_id__in=ids)}
    roles: dict[str, list[str]] = {}
    for role in initiative.roles.select_related("person"):
        roles.setdefault(role.person.employee_id, []).append(role.get_role_display())
    return {
        "leaders": [
            _leader(named[i], roles.get(i, []), _followers(i, first, named))
            for i in results.get("leaders", [])
            if i in named
        ],
        "stand_in": results.get("leaders_stand_in", False),
        "corners": presenting.corners(scores(analysis)),
    }


def _leader(score: Score, roles: list[str], followers: list[dict]) -> dict:
    rank = presenting.rank_words(score.influence_rank, score.influence_rank_low, score.influence_rank_high)
    group = presenting.GROUP_OF_ONE[score.group]
    return {"score": score, "roles": roles, "followers": followers, "group": group, "influence_rank": rank}


def _followers(leader: str, first: list[dict], named: dict[str, Score]) -> list[dict]:
    rows = [f for f in first if f["leader"] == leader and f["person"] in named]
    return [
        {"score": named[f["person"]], "probability": presenting.percent(f["probability"]),
         "extra": presenting.number(f["extra_reach"])}
        for f in rows
    ]  # fmt: skip
