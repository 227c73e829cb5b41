"""Pages that show a chart: its tree, its departments, its people as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bpm_influence.rest.exporting import csv_response
from orgchart import browsing
from orgchart.models import OrgChart, Position
from orgchart.rights import allowed, visible_chart
from orgchart.searching import chart_search, position_search

MOST_FOUND = 10


@require_safe
@allowed("can_see_people")
def tree(request: HttpRequest, pk: int) -> HttpResponse:
    """The chart as a tree, opened at the top or at the person sought."""
    shown = visible_chart(request, pk)
    sought = Position.objects.filter(chart=shown, person__employee_id=request.GET.get("open", "")).first()
    query = request.GET.get("q", "").strip()
    context = {
        "chart": shown,
        "nodes": browsing.open_tree(shown, sought),
        "query": query,
        "found": _found(shown, query) if query else None,
    }
    return render(request, "orgchart/tree.html", context)


@require_safe
@allowed("can_see_people")
def reports(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One person's direct reports, as the part of the tree below them."""
    above = get_object_or_404(Position.objects.visible_to(request.user), pk=position, chart=pk)
    node = browsing.reports_of(above)
    context = {"node": node, "nodes": node.children, "chart": above.chart}
    return render(request, "orgchart/_reports.html", context)


@require_safe
@allowed("can_see_people")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a chart whose name has what is typed, each with the way to them."""
    shown = visible_chart(request, pk)
    query = request.GET.get("q", "").strip()
    context = {"chart": shown, "query": query, "found": _found(shown, query)}
    return render(request, "orgchart/_found.html", context)


def _found(shown: OrgChart, query: str) -> list[Position]:
    if not query:
        return []
    return list(chart_search(query, shown).select_related("person")[:MOST_FOUND])


@require_safe
@allowed("can_see_people")
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole company by department: a picture, and the table behind it."""
    shown = visible_chart(request, pk)
    rows = browsing.departments(shown)
    largest = max(rows, key=lambda row: row["people"], default=None)
    return render(request, "orgchart/overview.html", {"chart": shown, "rows": rows, "largest": largest})


@require_safe
@allowed("can_see_people")
def overview_data(request: HttpRequest, pk: int) -> JsonResponse:
    """The departments as the picture wants them."""
    return JsonResponse({"departments": browsing.department_tree(visible_chart(request, pk))})


@require_safe
@allowed("can_see_people")
def person_search(request: HttpRequest) -> JsonResponse:
    """People of the current chart by name, for the fields that choose somebody."""
    found = position_search(request.GET.get("q", ""), request.user)[:MOST_FOUND]
    return JsonResponse(
        {
            "results": [
                {
                    "employee_id": row.person.employee_id,
                    "name": row.name,
                    "title": row.title,
                    "department": row.department,
                }
                for row in found
            ]
        }
    )


@require_safe
@allowed("can_see_people")
def people_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Everybody in the chart with level, span and headcount, as a file that can be uploaded again."""
    shown = visible_chart(request, pk)
    header, rows = browsing.people_rows(shown)
    return csv_response(f"org-chart-{shown.as_of:%Y-%m-%d}.csv", header, rows)
