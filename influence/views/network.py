"""The network as a picture: people and ties, or departments where the survey or the role allows no more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from influence.groups import GROUP_OF_ONE, any_of
from influence.models import Analysis, Score
from influence.picture.absence import without
from influence.picture.departments import Departments, departments_of, packed_departments
from influence.picture.finding import finding, pair_rows, tie_rows
from influence.picture.packing import squeeze
from influence.picture.paths import shortest_path
from influence.picture.people import (
    PEOPLE_AT_ONCE,
    PEOPLE_IN_ALL,
    Selection,
    department_people,
    everybody,
    named_picture,
    neighbourhood,
    packed_people,
    relation_words,
)
from influence.picture.stored import Picture, read_picture
from influence.results import scores
from influence.views.results import results_context
from influence.words import about, number, rank_words
from orgchart.searching import name_filter

KEPT_SECONDS = 24 * 3600
MOST_FOUND = 8
ASKED = ("all", "department", "person", "steps")


@dataclass(frozen=True)
class Look:
    """One user's look at the network of an initiative's newest analysis."""

    context: dict[str, Any]
    sees_ties: bool

    @property
    def analysis(self) -> Analysis:
        return self.context["analysis"]

    @property
    def shows_champions(self) -> bool:
        return not self.context["settings"].is_held_back

    def picture(self) -> Picture:
        """The picture of those who may be named; 404 where none is kept."""
        found = named_picture(self.analysis, self.context["promise"])
        if found is None:
            raise Http404("This analysis has no picture; start a new one.")
        return found

    def departments(self) -> Departments:
        """The departments with the ties between them, everybody counted."""
        whole = read_picture(self.analysis)
        if whole is None:
            raise Http404("This analysis has no picture; start a new one.")
        return departments_of(whole, self.context["promise"], sees_ties=self.sees_ties)

    def person(self, employee_id: str) -> Score:
        """The figures of somebody who may be named; 404 for others."""
        found = scores(self.analysis).filter(person__employee_id=employee_id.replace("\0", "")).first()
        if found is None:
            raise Http404("There is nobody of that id in the picture.")
        return found


def look_at(request: HttpRequest, slug: str) -> Look:
    """What the user sees of the network; 404 before there is an analysis."""
    context = results_context(request, slug, "network")
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    return Look(context, request.user.can_see_ties and not context["promise"].ties_hidden)


def look_at_ties(request: HttpRequest, slug: str) -> Look:
    """The same for questions that only ties answer; refused in words where they are not shown."""
    look = look_at(request, slug)
    if not look.sees_ties:
        raise PermissionDenied("Who named whom is not shown here, so this question stays unanswered.")
    return look


@require_safe
def network(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture with its tools, and the table behind it."""
    context = results_context(request, slug, "network")
    if context["analysis"] and context["analysis"].picture:
        look = Look(context, request.user.can_see_ties and not context["promise"].ties_hidden)
        context |= _page(request, look)
    return render(request, "influence/network.html", context)


def _page(request: HttpRequest, look: Look) -> dict[str, Any]:
    analysis, whole = look.analysis, read_picture(look.analysis)
    departments = departments_of(whole, look.context["promise"], sees_ties=look.sees_ties)
    about = _about(request, look) if look.sees_ties and request.GET.get("person") else {}
    return {
        "sees_ties": look.sees_ties,
        "finding": finding(departments),
        "departments": departments,
        "pairs": pair_rows(departments),
        "starts_with_departments": not look.sees_ties or analysis.people_count > PEOPLE_AT_ONCE,
        "can_show_all": look.sees_ties and analysis.people_count <= PEOPLE_IN_ALL,
        "is_large": analysis.people_count > PEOPLE_AT_ONCE,
        "most_named": _most_named(analysis) if look.sees_ties else [],
        "has_stages": look.sees_ties and _shows_stages(look),
        "relations": [one for one in relation_words(whole) if one["ties"]],
        **about,
    }


def _shows_stages(look: Look) -> bool:
    events = look.context["initiative"].adoption_events
    return not look.context["promise"].stages_hidden and events.standing().exists()


def _most_named(analysis: Analysis) -> list[Score]:
    found = any_of([scores(analysis).order_by("-in_degree", "influence_rank")[:25]])
    return sorted(found, key=lambda score: -score.in_degree)


@require_safe
def network_data(request: HttpRequest, slug: str) -> HttpResponse:
    """What the page's script draws: departments, or the people asked for with their ties."""
    look = look_at(request, slug)
    analysis, promise = look.analysis, look.context["promise"]
    asked = {key: request.GET[key] for key in ASKED if key in request.GET}
    people = look.sees_ties and (bool(asked) or analysis.people_count <= PEOPLE_AT_ONCE)
    version = repr((
        analysis.pk, analysis.finished_at, analysis.erased_count, promise.mark(), people,
        sorted(asked.items()), look.context["initiative"].adoption_version, look.shows_champions,
    ))  # fmt: skip
    return kept_answer(request, version, lambda: _people(look, asked) if people else _departments(look))


def kept_answer(request: HttpRequest, version: str, build) -> HttpResponse:
    """The answer from the cache or built, compressed, with its ETag; 304 where the browser has it."""
    etag = quote_etag(_short(version))
    response = get_conditional_response(request, etag=etag)
    if response is None:
        key = f"network:{_short(version)}"
        content = cache.get(key)
        if content is None:
            content = squeeze(build())
            cache.set(key, content, KEPT_SECONDS)
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Encoding"] = "gzip"
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def _departments(look: Look) -> bytes:
    return packed_departments(look.departments(), {"exact": look.sees_ties})


def _people(look: Look, asked: dict[str, str]) -> bytes:
    picture = look.picture()
    chosen, promise = _chosen(look, picture, asked), look.context["promise"]
    return packed_people(
        look.analysis, promise, picture, chosen,
        with_stages=not promise.stages_hidden, with_champions=look.shows_champions,
    )  # fmt: skip


def _chosen(look: Look, picture: Picture, asked: dict[str, str]) -> Selection:
    if "department" in asked:
        chosen = department_people(picture, asked["department"])
    elif "person" in asked:
        steps = int(asked.get("steps", "1")) if asked.get("steps", "1") in ("1", "2") else 1
        return neighbourhood(picture, _place(picture, look.person(asked["person"])), steps)
    else:
        chosen = everybody(picture)
    if chosen.kept.sum() > PEOPLE_IN_ALL:
        raise Http404("These are too many people for one picture; open a department.")
    if not chosen.kept.any():
        raise Http404("Nobody here belongs to that department.")
    return chosen


def _place(picture: Picture, score: Score) -> int:
    found = np.flatnonzero(picture.people == score.person_id)
    if not found.size:
        raise Http404("There is nobody of that id in the picture.")
    return int(found[0])


@require_safe
def network_person(request: HttpRequest, slug: str, employee_id: str) -> HttpResponse:
    """One person beside the picture: figures, ties, and what may be asked."""
    look = look_at_ties(request, slug)
    return render(request, "influence/_network_person.html", look.context | _about_person(look, employee_id))


def _about(request: HttpRequest, look: Look) -> dict[str, Any]:
    return _about_person(look, request.GET["person"])


def _about_person(look: Look, employee_id: str) -> dict[str, Any]:
    score, picture = look.person(employee_id), look.picture()
    place = _place(picture, score)
    named_by, names = tie_rows(look.analysis, picture, place)
    words = rank_words(score.influence_rank, score.influence_rank_low, score.influence_rank_high)
    return {
        "score": score,
        "group_word": GROUP_OF_ONE[score.group],
        "influence_words": words,
        "named_by": named_by,
        "names": names,
    }


@require_safe
def network_find(request: HttpRequest, slug: str) -> HttpResponse:
    """People of the picture by name, as links that show them."""
    look = look_at_ties(request, slug)
    text = request.GET.get("q", "").replace("\0", "").strip()
    found = scores(look.analysis).filter(name_filter(text, "person__")) if text else Score.objects.none()
    asked = {"purpose": request.GET.get("for"), "path_from": request.GET.get("from", "")}
    context = look.context | asked | {"text": text, "found": list(found[:MOST_FOUND])}
    return render(request, "influence/_network_found.html", context)


@require_safe
def network_path(request: HttpRequest, slug: str) -> HttpResponse:
    """The shortest chain of ties from one person to another."""
    look = look_at_ties(request, slug)
    picture = look.picture()
    ends = [look.person(request.GET.get(end, "")) for end in ("from", "to")]
    steps = shortest_path(picture, *(_place(picture, score) for score in ends))
    wanted = {picture.people[i] for step in steps or () for i in (step.one, step.other)}
    named = {score.person_id: score for score in scores(look.analysis).filter(person__in=wanted)}
    at = [named[int(picture.people[step.other])] for step in steps or ()]
    context = {
        "ends": ends,
        "steps": list(zip(steps or (), at, strict=True)),
        "is_found": steps is not None,
        "path_ids": [score.person.employee_id for score in (ends[0], *at)],
    }
    return render(request, "influence/_network_path.html", look.context | context)


@require_safe
def network_without(request: HttpRequest, slug: str, employee_id: str) -> HttpResponse:
    """What the leaders and champions would lose without one person."""
    look = look_at_ties(request, slug)
    score, picture = look.person(employee_id), look.picture()
    place = _place(picture, score)
    absence = without(look.analysis, picture, place, with_champions=look.shows_champions)
    context = {
        "score": score,
        "absence": absence,
        "whose": "Leaders and champions" if look.shows_champions else "The leaders",
        "lost": number(absence.lost, 1),
        "error": number(absence.error, 2),
        "reach": about(absence.reach),
        "rates": "persuasion {theta:g}, line {line:g}".format(**look.analysis.parameters),
    }
    return render(request, "influence/_network_without.html", look.context | context)


def _short(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:32]
