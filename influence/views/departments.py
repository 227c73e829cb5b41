"""Departments: who moves whom between them, which are closed, where leadership and influence fall apart."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bpm_influence.rest.exporting import csv_response
from influence.picture.stored import read_picture
from influence.picture.units import (
    bridges,
    department_finding,
    influence_matrix,
    matrix_lines,
    unit_rows,
    units_of_picture,
)
from influence.views.results import results_context

HEADER = ("moves", "is moved", "people moved", "share of all that moves them")


@require_safe
def departments(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix, and what it is made of."""
    context = results_context(request, slug, "departments", filtered=False)
    if context["analysis"] and context["analysis"].picture:
        context |= _figures(request, context)
    return render(request, "influence/departments.html", context)


def _figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    analysis, promise = context["analysis"], context["promise"]
    picture, units, matrix, sees = _matrix(request, context)
    heads = zip(units.names, units.addresses, matrix, strict=True)
    return {
        "units": units,
        "finding": department_finding(units, matrix),
        "matrix": [{"name": name, "address": address, "cells": row} for name, address, row in heads],
        "rows": unit_rows(analysis, picture, units, promise, sees_ties=sees),
        "bridges": bridges(analysis, promise, units),
        "hides": not sees,
    }


def _matrix(request: HttpRequest, context: dict[str, Any]):
    promise = context["promise"]
    sees = request.user.can_see_ties and not promise.ties_hidden
    picture = read_picture(context["analysis"])
    within = request.GET.get("within", "").strip()
    units = units_of_picture(picture, promise, within=within, sees_ties=sees)
    if not units.names:
        raise Http404("There is no such department in the scope.")
    return picture, units, influence_matrix(picture, units, promise, sees_ties=sees), sees


@require_safe
def departments_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix as it is seen, as CSV."""
    context = results_context(request, slug, "departments", filtered=False)
    if not context["analysis"] or not context["analysis"].picture:
        raise Http404("There is no finished analysis yet.")
    _, units, matrix, _ = _matrix(request, context)
    return csv_response(f"{slug}-departments.csv", HEADER, matrix_lines(units, matrix))
