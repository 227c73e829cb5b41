"""Everybody in a table, one person on a page, and the table as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence.columns import columns_that_may_show, file_rows
from influence.confidentiality import lines_between, split_is_shown
from influence.groups import GROUP_OF_ONE, GROUP_OF_ONE_HELP
from influence.listing import PeopleTable
from influence.models import ChosenChampion, PersonList, Score
from influence.one_person import (
    drawn_sphere,
    inside_and_outside,
    measures,
    outside_words,
    person_parts,
    standings,
    tied,
)
from influence.picture.chances import chances_around
from influence.picture.finding import ends_around
from influence.picture.sphere import sphere_of
from influence.picture.stored import Picture, read_picture
from influence.results import scores
from influence.sampling import NoSamples
from influence.views.files import table_response
from influence.views.lists import visible_lists
from influence.views.results import results_context
from influence.words import percent, rank_words
from orgchart.models import Position

ROWS_PER_PAGE = 50
TIES_SHOWN = 100


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The people of the scope with their figures, sorted, filtered and searched."""
    context = results_context(request, slug, "people")
    if context["analysis"]:
        context |= _table_context(request, context)
    return render(request, "influence/people.html", context)


def _table_context(request: HttpRequest, context: dict) -> dict:
    table = people_table(request, context)
    rows = table.rows(context["analysis"])
    # Ordered without their many columns, so that a page far down costs as little as the first.
    page = Paginator(rows.values_list("pk", flat=True), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    scores_of_page = rows.in_bulk(list(page))
    shown = {column.key for column in table.columns}
    return {
        "table": table,
        "page": page,
        "rows": [_row(table, scores_of_page[pk]) for pk in page],
        "all_columns": [(one, one.key in shown) for one in columns_that_may_show(context["promise"])],
        "kept": list(table.state.items()),
        "lists": visible_lists(request.user, context["initiative"]).filter(kind=PersonList.Kind.LIST),
    }


def _row(table: PeopleTable, score: Score) -> dict:
    cells = [{"column": column, **column.shown(score)} for column in table.columns[1:]]
    return {"score": score, "cells": cells}


def people_table(request: HttpRequest, context: dict) -> PeopleTable:
    """The table that the request asks for."""
    lists = visible_lists(request.user, context["initiative"])
    return PeopleTable.asked(request.GET, context["filters"], context["promise"], lists)


@require_safe
def people_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The table as it is seen, all its pages, as CSV or XLSX."""
    context = results_context(request, slug, "people")
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    table = people_table(request, context)
    rows = file_rows(table.columns, table.rows(context["analysis"]).iterator(2000))
    return table_response(f"{slug}-people", kind, rows, "People")


@require_safe
def person(request: HttpRequest, slug: str, employee_id: str) -> HttpResponse:
    """One person's figures with their parts, intervals and words."""
    context = results_context(request, slug, "people")
    score = (
        context["analysis"]
        and scores(context["analysis"], context["promise"]).filter(person__employee_id=employee_id).first()
    )
    if not score:
        raise Http404("There are no figures about this person here.")
    context |= {
        "score": score,
        "leadership_words": rank_words(
            score.leadership_rank, score.leadership_rank_low, score.leadership_rank_high
        ),
        "influence_words": rank_words(
            score.influence_rank, score.influence_rank_low, score.influence_rank_high
        ),
        "group_word": GROUP_OF_ONE[score.group],
        "group_help": GROUP_OF_ONE_HELP[score.group],
        "confidence": percent(score.group_confidence),
        "own_reports_share": score.own_reports_share is not None
        and split_is_shown(context["analysis"], score, context["promise"])
        and percent(score.own_reports_share),
        "parts": [] if context["promise"].ties_hidden else person_parts(score),
        "measures": measures(score),
        "champion": _as_champion(context, score),
        "outside": outside_words(score),
        "lines": inside_and_outside(score),
        "standings": standings(context["initiative"], score.person, context["promise"]),
    }
    return render(request, "influence/person.html", context | _surroundings(request, context, score))


def _as_champion(context: dict, score: Score) -> ChosenChampion | None:
    """The person as a champion, with whom they follow where the promise allows it."""
    analysis = context["analysis"]
    if context["settings"].is_held_back:
        return None
    found = analysis.champions.filter(person=score.person).select_related("follows").first()
    if found and found.follows and context["promise"].ties_hidden:
        pair = (found.follows.employee_id, score.person.employee_id)
        found.follows = found.follows if lines_between({pair}, analysis.chart_id) else None
    return found


def _surroundings(request: HttpRequest, context: dict, score: Score) -> dict:
    line = Position.objects.above(context["analysis"].chart_id, score.person_id).select_related("person")
    if not request.user.can_see_ties or context["promise"].ties_hidden:
        return {"line": line, "sees_ties": False}
    picture = read_picture(context["analysis"])
    return {"line": line, "sees_ties": True, **(_tied(context, picture, score) if picture else {})}


def _tied(context: dict, picture: Picture, score: Score) -> dict:
    """Who would follow the person and whom they would follow, and their sphere; of those who may be named."""
    analysis, place = context["analysis"], score.place
    followed, followers = chances_around(analysis, picture, place)
    ends = ends_around(picture, place)
    try:
        sphere = sphere_of(analysis, picture, score)
    except NoSamples:
        sphere = None
    moved = [one.person for one in sphere.people] if sphere else []
    shown = {place, *ends[0], *ends[1], *followers, *followed, *moved}
    pks = [int(picture.people[one]) for one in shown]
    named = {one.person_id: one for one in scores(analysis, context["promise"]).filter(person__in=pks)}
    return {
        "followers": tied(ends[0], followers, picture, named)[:TIES_SHOWN],
        "followed": tied(ends[1], followed, picture, named)[:TIES_SHOWN],
        "sphere": sphere and drawn_sphere(picture, score, named, sphere),
        "has_picture": True,
    }
