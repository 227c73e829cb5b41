"""Everybody in a table, one person on a page, and the table as a file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence import presenting
from influence.confidentiality import lines_between, split_is_shown
from influence.models import ChosenChampion, Group, Score
from influence.results import SCORE_FIELDS, score_dict, scores
from influence.sources.around import ties_around
from influence.views.results import results_context
from orgchart.exporting import csv_lines
from orgchart.models import Position
from orgchart.searching import name_filter

ROWS_PER_PAGE = 50
FILTERS = ("search", "group", "department", "level", "sort")
SORTS = {
    "name": "Name", "department": "Department", "level": "Level", "headcount": "People below",
    "leadership_rank": "Leadership", "influence_rank": "Influence", "sphere": "Sphere", "group": "Group",
}  # fmt: skip


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """The people of the scope with their figures, sorted and filtered."""
    context = results_context(request, slug, "people")
    if context["analysis"]:
        rows = chosen_scores(request, scores(context["analysis"]))
        context |= _table_words(request, context["analysis"])
        context["page"] = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "influence/people.html", context)


def chosen_scores(request: HttpRequest, rows: QuerySet[Score]) -> QuerySet[Score]:
    """The scores that the page's filters leave, in the order asked for."""
    asked = _asked(request)
    rows = rows.filter(
        **{field: asked[field] for field in ("group", "department", "level") if field in asked}
    )
    if text := asked.get("search"):
        rows = rows.filter(name_filter(text, "person__") | Q(person__employee_id=text))
    return rows.order_by(*_order(asked.get("sort", "")), "person__employee_id")


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters that were given and can be met; no database takes a zero byte."""
    given = {key: request.GET.get(key, "").replace("\0", "").strip() for key in FILTERS}
    return {key: text for key, text in given.items() if text and (key != "level" or text.isdecimal())}


def _order(sort: str) -> list:
    field = sort.removeprefix("-")
    if field not in SORTS:
        return ["influence_rank"]
    return [F(field).desc(nulls_last=True) if sort.startswith("-") else F(field).asc(nulls_last=True)]


def _table_words(request: HttpRequest, analysis) -> dict:
    kept = _asked(request)
    sort = kept.get("sort", "influence_rank")
    return {
        "asked": kept,
        "query": urlencode(kept),
        "columns": [_column(field, word, sort, kept) for field, word in SORTS.items()],
        "group_choices": Group.choices,
        "departments": _values(analysis.scores.exclude(department=""), "department"),
        "levels": _values(analysis.scores, "level"),
    }


def _values(rows, field: str) -> QuerySet:
    return rows.order_by(field).values_list(field, flat=True).distinct()


def _column(field: str, word: str, sort: str, kept: dict) -> dict:
    up, down = sort == field, sort == f"-{field}"
    return {
        "word": word,
        "sorted": "ascending" if up else "descending" if down else "",
        "address": "?" + urlencode({**kept, "sort": f"-{field}" if up else field}),
        "is_number": field not in ("name", "department", "group"),
        "is_extra": field in ("department", "level", "headcount"),
    }


@require_safe
def scores_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The table as it is seen, as CSV."""
    context = results_context(request, slug, "people")
    if not context["analysis"]:
        raise Http404("There is no finished analysis yet.")
    rows = chosen_scores(request, scores(context["analysis"]))
    lines = csv_lines(SCORE_FIELDS, (list(score_dict(score).values()) for score in rows.iterator(2000)))
    name = f'attachment; filename="{slug}-scores.csv"'
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_safe
def person(request: HttpRequest, slug: str, employee_id: str) -> HttpResponse:
    """One person's figures with their parts, intervals and words."""
    context = results_context(request, slug, "people")
    score = (
        context["analysis"] and scores(context["analysis"]).filter(person__employee_id=employee_id).first()
    )
    if not score:
        raise Http404("There are no figures about this person here.")
    context |= {
        "score": score,
        "leadership_words": presenting.rank_words(
            score.leadership_rank, score.leadership_rank_low, score.leadership_rank_high
        ),
        "influence_words": presenting.rank_words(
            score.influence_rank, score.influence_rank_low, score.influence_rank_high
        ),
        "group_word": presenting.GROUP_OF_ONE[score.group],
        "group_help": presenting.GROUP_OF_ONE_HELP[score.group],
        "confidence": presenting.percent(score.group_confidence),
        "own_reports_share": score.own_reports_share is not None
        and split_is_shown(context["analysis"], score, context["promise"])
        and presenting.percent(score.own_reports_share),
        "parts": [] if context["promise"].ties_hidden else presenting.person_parts(score),
        "measures": presenting.measures(score),
        "champion": _as_champion(context, score),
    }
    return render(request, "influence/person.html", context | _surroundings(request, context, score))


def _as_champion(context: dict, score: Score) -> ChosenChampion | None:
    """The person as a champion, with whom they follow where the promise allows it."""
    analysis = context["analysis"]
    found = analysis.champions.filter(person=score.person).select_related("follows").first()
    if found and found.follows and context["promise"].ties_hidden:
        pair = (found.follows.employee_id, score.person.employee_id)
        found.follows = found.follows if lines_between({pair}, analysis.chart) else None
    return found


def _surroundings(request: HttpRequest, context: dict, score: Score) -> dict:
    position = Position.objects.filter(chart=context["analysis"].chart, person=score.person).first()
    line = position.above().select_related("person").order_by("lft") if position else []
    if not request.user.can_see_ties or context["promise"].ties_hidden:
        return {"line": line, "sees_ties": False}
    named_by, names = ties_around(context["initiative"], score.person)
    return {"line": line, "sees_ties": True, "named_by": named_by, "names": names}
