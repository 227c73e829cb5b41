"""Is it spreading, through whom, and did leadership or influence go with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from influence.access import managed_initiative, results_initiative
from influence.adoption import following_words, timeline
from influence.adoption.evidence_words import evidence_context
from influence.adoption.people import people_of
from influence.adoption.showing import fresh_study
from initiatives.adoption import CannotRecord, choose_period, tell_of_change
from initiatives.models import AdoptionPeriod, Initiative

DEPARTMENTS_PER_PAGE = 40
STEPS_SHOWN = 12


def adoption_context(request: HttpRequest, slug: str, part: str) -> dict:
    """What every page of adoption needs; ``study`` is None while nothing is recorded."""
    initiative = results_initiative(request.user, slug)
    study, job = fresh_study(initiative, 0)
    return {
        "initiative": initiative,
        "tab": "adoption",
        "part": part,
        "study": study if study and study.periods_count else None,
        "job": job,
        "has_analysis": initiative.analyses.finished().exists(),
    }


@require_safe
def adoption(request: HttpRequest, slug: str) -> HttpResponse:
    """How far people have come, over time, and where nothing moves."""
    context = adoption_context(request, slug, "timeline")
    if context["study"]:
        context |= _timeline(request, context["initiative"], context["study"])
    return render(request, "influence/adoption/timeline.html", context)


def _timeline(request: HttpRequest, initiative: Initiative, study) -> dict:
    chosen = timeline.chosen_series(study, request.GET.get("of", ""))
    departments = study.series.filter(kind="department").defer("counts")
    page = Paginator(departments.order_by("-is_stalled", "name"), DEPARTMENTS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    stalled = departments.filter(is_stalled=True)
    resting = list(stalled.order_by("-people", "name")[:STEPS_SHOWN])
    mentioned = [one.next_step for one in resting if one.next_step]
    ids = [pk for step in mentioned for pk in (step["person"], *step["through"])]
    return {
        "chosen": chosen,
        "choices": timeline.choices(study),
        "headline": timeline.headline(study, chosen),
        "span": timeline.span_words(study),
        "standing": timeline.standing(study, chosen),
        "stages": study.stage_names,
        "watched": study.stage_names[study.stage - 1],
        "picture": timeline.picture(study, chosen),
        "rows": timeline.table(study, chosen),
        "expected_rows": timeline.expected_table(study, chosen),
        "ahead": timeline.ahead_or_behind(study),
        "fallen": timeline.fallen_back(study),
        "page": page,
        "query": urlencode({"of": chosen.value} if chosen.value else {}),
        "departments": timeline.department_rows(study, page),
        "stalled": stalled.count(),
        "steps": timeline.step_rows(study, resting, people_of(initiative, request.user, ids)),
        "periods": AdoptionPeriod.choices,
    }


@require_safe
def followers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who came first, and who came after them."""
    context = adoption_context(request, slug, "followers")
    if context["study"]:
        context |= following_words.followers_context(context["study"], context["initiative"], request.user)
    return render(request, "influence/adoption/followers.html", context)


@require_safe
def evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether people moved after exposure to leadership, to influence; and the rates that fit."""
    context = adoption_context(request, slug, "evidence")
    if context["study"]:
        context |= evidence_context(context["study"])
    return render(request, "influence/adoption/evidence.html", context)


@require_safe
def counting(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the counting is; once it has ended the page is to be loaded anew."""
    context = adoption_context(request, slug, "")
    response = render(request, "influence/adoption/_counting.html", context)
    if not (context["job"] and context["job"].is_unfinished):
        response["HX-Refresh"] = "true"
    return response


@require_POST
def change_period(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at adoption in other steps of time."""
    try:
        choose_period(managed_initiative(request.user, slug), request.POST.get("period", ""), request.user)
    except CannotRecord as refusal:
        messages.error(request, str(refusal))
    return redirect("influence:adoption", slug)


@require_POST
def count_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Count once more: after a job that failed, or over a new chart or new ties."""
    initiative = managed_initiative(request.user, slug)
    tell_of_change(initiative, request.user)
    return redirect("influence:adoption", slug)
