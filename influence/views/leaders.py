"""Who leads: the committed, the managers, and those without a title."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence.groups import CORNER_HELP, corner_counts
from influence.leading import WHO, Standing, committed, likely_followers, managers, own_lines, untitled
from influence.models import Analysis, Corner
from influence.picture.stored import Picture, read_picture
from influence.results import scores
from influence.views.results import results_context

ROWS_PER_PAGE = 25


@require_safe
def leaders(request: HttpRequest, slug: str) -> HttpResponse:
    """Where each leader stands by position and by exercise, and whom to win first."""
    context = results_context(request, slug, "leaders")
    who = request.GET.get("who", "")
    context["who"] = who if who in WHO else "committed"
    if context["analysis"]:
        context |= _leaders_context(request, context)
    return render(request, "influence/leaders.html", context)


def _leaders_context(request: HttpRequest, context: dict) -> dict:
    analysis, who = context["analysis"], context["who"]
    rows = context["filters"].scores(scores(analysis, context["promise"]), context["initiative"])
    counts = corner_counts(rows)
    found = {
        "who_words": WHO.items(),
        "stand_in": analysis.results.get("leaders_stand_in", False),
        "corners": [(one, counts[one.value], CORNER_HELP[one]) for one in Corner] if counts else [],
        "kept": [("who", who)] if who != "committed" else [],
    }
    # Under scores only, what follows would tell who named whom.
    picture = None if context["promise"].ties_hidden else read_picture(analysis)
    if who == "committed":
        standings = committed(analysis, rows, context["promise"])
        return found | {"leaders": _with_lines(analysis, picture, standings)}
    chosen = managers(rows) if who == "managers" else untitled(rows)
    page = Paginator(chosen, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    query = "&".join(part for part in (f"who={who}", context["filters"].query) if part)
    standings = _with_lines(analysis, picture, [Standing(score) for score in page])
    if picture and request.user.can_see_ties:
        first = likely_followers(analysis, picture, list(page), context["promise"])
        standings = [replace(one, followers=first.get(one.score.place, [])) for one in standings]
    return found | {"page": page, "standings": standings, "page_query": query}


def _with_lines(analysis: Analysis, picture: Picture | None, standings: list[Standing]) -> list[Standing]:
    """Each with the part of the own line that they reach."""
    lines = own_lines(analysis, picture, [one.score for one in standings]) if picture else {}
    return [replace(one, own_line=lines.get(one.score.place)) for one in standings]
