"""Pages on org charts: upload, columns, faults, preview, activation, versions, tree."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgchart import browsing, charts, diff
from orgchart.exporting import xlsx_response
from orgchart.faulty_rows import rows_with_reasons
from orgchart.forms import ColumnsForm, PolicyForm, UploadForm
from orgchart.models import OrgChart, Position, RememberedDecision
from orgchart.rights import allowed
from orgchart.searching import name_filter, position_search

SHOWN = 200
MOST_FOUND = 10


def visible_chart(request: HttpRequest, pk: int) -> OrgChart:
    """The chart, or 404 for those who may not know of it."""
    return get_object_or_404(OrgChart.objects.visible_to(request.user), pk=pk)


@require_safe
@allowed("can_see_people")
def chart_list(request: HttpRequest) -> HttpResponse:
    """All versions, newest first."""
    versions = OrgChart.objects.visible_to(request.user).select_related("uploaded_by")
    return render(request, "orgchart/charts.html", {"charts": versions[:SHOWN]})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("can_manage_charts")
def upload(request: HttpRequest) -> HttpResponse:
    """Send an HR export; it is read by a job and activated by nobody but you."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        options = charts.import_options(form.cleaned_data["as_of"], {}, "error", "error")
        chart = charts.submit_chart(sent.read(), sent.name, options, user=request.user)
        return redirect(chart)
    status = 422 if request.method == "POST" else 200
    return render(request, "orgchart/upload.html", {"form": form}, status=status)


@require_safe
@allowed("can_see_people")
def chart(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: while it is read its progress, then its faults or its preview."""
    return _chart_page(request, visible_chart(request, pk))


def _chart_page(request: HttpRequest, shown: OrgChart, *, unconfirmed: bool = False) -> HttpResponse:
    current = OrgChart.objects.current()
    context = {
        "chart": shown,
        "job": charts.reading_job(shown) if shown.is_unread else None,
        "twin": charts.same_file(shown),
        "current": current,
        "policies": PolicyForm(initial=shown.policies),
        "unconfirmed": unconfirmed,
        "shown": SHOWN,
    }
    if shown.can_be_activated:
        context["comparison"] = diff.compare(current, shown)
    return render(request, "orgchart/chart.html", context, status=409 if unconfirmed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("can_manage_charts")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct which column holds what; remembered for the next file with the same header."""
    shown = visible_chart(request, pk)
    if shown.activated_at:
        messages.info(request, "A chart that has been current stays as it is; upload the file again instead.")
        return redirect(shown)
    form = ColumnsForm(request.POST or None, chart=shown)
    if request.method == "POST" and form.is_valid():
        charts.change_columns(shown, form.mapping(), user=request.user)
        return redirect(shown)
    status = 422 if request.method == "POST" else 200
    return render(request, "orgchart/columns.html", {"chart": shown, "form": form}, status=status)


@require_POST
@allowed("can_manage_charts")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about known faults, for all of a kind or for one person, and read the file again."""
    shown = visible_chart(request, pk)
    form = PolicyForm(request.POST)
    if shown.activated_at or not form.is_valid():
        messages.error(request, "Nothing was changed: choose one of the answers offered.")
        return redirect(shown)
    single = {
        key.removeprefix("decision:"): value
        for key, value in request.POST.items()
        if key.startswith("decision:") and value
    }
    charts.decide(shown, form.cleaned_data, single, user=request.user)
    return redirect(shown)


@require_safe
@allowed("can_manage_charts")
def faults_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent, with one more column that says what is wrong in each row."""
    shown = visible_chart(request, pk)
    if not shown.stored_file:
        messages.info(request, "The uploaded file has been deleted after its retention time.")
        return redirect(shown)
    return xlsx_response("faults.xlsx", rows_with_reasons(charts.read_stored(shown)))


@require_POST
@allowed("can_manage_charts")
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version current; jumps that look like a mistake want a second confirmation."""
    shown = visible_chart(request, pk)
    current = OrgChart.objects.current()
    if request.POST.get("against", "") != str(current.pk if current else ""):
        messages.warning(request, "Somebody activated another chart meanwhile. Look at the changes again.")
        return redirect(shown)
    if charts.changes_of(shown).get("jumps") and "confirmed" not in request.POST:
        return _chart_page(request, shown, unconfirmed=True)
    try:
        charts.activate_chart(shown, user=request.user)
    except charts.CannotActivate as refusal:
        messages.error(request, str(refusal))
        return redirect(shown)
    messages.success(request, f"{shown.file_name} is now the current org chart.")
    return redirect(shown)


@require_safe
@allowed("can_see_people")
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions side by side."""
    versions = OrgChart.objects.visible_to(request.user).filter(state=OrgChart.State.DONE)
    before = _chosen(versions, request.GET.get("before"))
    after = _chosen(versions, request.GET.get("after"))
    comparison = diff.compare(before, after) if before and after else None
    context = {
        "charts": versions, "before": before, "after": after, "comparison": comparison, "shown": SHOWN,
    }  # fmt: skip
    return render(request, "orgchart/compare.html", context)


def _chosen(versions, text: str | None) -> OrgChart | None:
    return get_object_or_404(versions, pk=text) if text and text.isdecimal() and len(text) < 19 else None


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
    context = {"nodes": browsing.reports_of(above), "chart": above.chart}
    return render(request, "orgchart/_nodes.html", context)


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
    wanted = name_filter(query, "person__") | Q(person__employee_id=query)
    rows = Position.objects.filter(wanted, chart=shown).select_related("person")
    return list(rows.order_by("name", "person__employee_id")[:MOST_FOUND])


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


@require_POST
@allowed("can_manage_charts")
def forget_decisions(request: HttpRequest) -> HttpResponse:
    """Drop everything that is remembered about known faults."""
    count, _ = RememberedDecision.objects.all().delete()
    messages.success(request, f"{count} remembered decisions were dropped.")
    return redirect("orgchart:charts")
