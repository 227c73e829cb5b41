"""Sets of people drawn on the map or kept from the table: made, compared, let go."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from influence.areas import AreaError, in_area
from influence.filtering import Filters
from influence.list_figures import ROWS, figures_of, overlap
from influence.listing import PeopleTable
from influence.lists import ListError, keep, select, those_with_ids
from influence.models import PersonList, Score
from influence.results import scores
from influence.views.results import results_context
from influence.what_if_words import reach_words

AFTERWARDS = {"compare": "lists", "csv": "people_csv", "xlsx": "people_xlsx"}


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The lists of an initiative, two of them side by side; a POST makes a selection or keeps a list."""
    context = results_context(request, slug, "lists")
    if request.method == "POST":
        return _make(request, context)
    if context["analysis"]:
        context |= _lists_context(request, context)
    return render(request, "influence/lists.html", context)


@require_POST
def delete_list(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let a list go: one's own, or any for those who manage the initiative."""
    context = results_context(request, slug, "lists")
    found = get_object_or_404(visible_lists(request.user, context["initiative"]), pk=pk)
    if found.created_by_id != request.user.pk and not request.user.can_manage_initiatives:
        raise PermissionDenied("Only who made a list or manages the initiative may delete it.")
    found.delete()
    messages.success(request, f"“{found.name}” is gone; nothing else has changed.")
    return redirect("influence:lists", slug)


def visible_lists(user, initiative) -> QuerySet[PersonList]:
    """The selection and the lists of an initiative that the user may see, without sponsors' picks."""
    lists = PersonList.objects.visible_to(user).filter(initiative=initiative)
    return lists.exclude(kind=PersonList.Kind.PICKS)


def _make(request: HttpRequest, context: dict) -> HttpResponse:
    analysis, slug = context["analysis"], context["initiative"].slug
    if analysis is None:
        raise Http404("There is no finished analysis yet.")
    try:
        rows = _meant(request, context)
        if name := request.POST.get("name"):
            made = keep(analysis, request.user, rows, name)
            messages.success(request, f"“{made.name}” is kept.")
        else:
            made = select(analysis, request.user, rows)
    except (ListError, AreaError) as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request, slug))
    next_page = AFTERWARDS.get(request.POST.get("next", ""), "people")
    return redirect(f"{reverse(f'influence:{next_page}', args=[slug])}?list={made.pk}")


def _back(request: HttpRequest, slug: str) -> str:
    page = "people" if "table" in request.POST else "map"
    return f"{reverse(f'influence:{page}', args=[slug])}?{request.POST.get('table', '')}"


def _meant(request: HttpRequest, context: dict) -> QuerySet[Score]:
    """Whom the form means: ids, an area of the map under the filter, or the table that it came from."""
    analysis = context["analysis"]
    if ids := request.POST.get("ids"):
        return those_with_ids(analysis, ids.replace("\0", "").splitlines())
    query = QueryDict(request.POST.get("table") or request.POST.get("filter", ""))
    filters = Filters.asked(query, context["promise"])
    if area := request.POST.get("area"):
        rows = filters.scores(scores(analysis), analysis.initiative)
        return in_area(rows, area, request.POST.get("axes", "score"))
    lists = visible_lists(request.user, context["initiative"])
    return PeopleTable.asked(query, filters, context["promise"], lists).rows(analysis)


def _lists_context(request: HttpRequest, context: dict) -> dict:
    analysis = context["analysis"]
    found = list(
        visible_lists(request.user, context["initiative"])
        .select_related("created_by")
        .annotate(size=Count("people"))
        .order_by("-kind", "name")
    )
    first = _asked_list(request, found, "list") or (found[0] if found else None)
    second = _asked_list(request, found, "with")
    return {"lists": found, "first": first, "second": second} | _columns(context, analysis, first, second)


def _asked_list(request: HttpRequest, found: list[PersonList], name: str) -> PersonList | None:
    return next((one for one in found if str(one.pk) == request.GET.get(name)), None)


def _columns(context: dict, analysis, first: PersonList | None, second: PersonList | None) -> dict:
    if first is None:
        return {}
    everybody = scores(analysis, context["promise"])
    in_first = everybody.filter(person__in=first.people.order_by().values("pk"))
    others = everybody.filter(person__in=second.people.order_by().values("pk")) if second else everybody
    columns = [figures_of(first.name, in_first), figures_of(second.name if second else "Everybody", others)]
    rows = [{"word": word, "cells": [one.cells[i] for one in columns]} for i, word in enumerate(ROWS)]
    reaches = [
        reach_words(analysis, one, context["promise"]) for one in (in_first, others if second else None)
    ]
    return {
        "columns": columns,
        "rows": [*rows, {"word": "Would reach with the leaders, through both", "cells": reaches}],
        "in_both": overlap(in_first, others) if second else None,
    }
