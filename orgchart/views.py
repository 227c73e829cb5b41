"""Pages on org charts: upload, columns, faults, preview, activation, versions, tree."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_influence.rest.exporting import xlsx_response
from orgchart import charts, deciding, diff, following
from orgchart.drawing import ring
from orgchart.faults import TITLES
from orgchart.faulty_rows import rows_with_reasons
from orgchart.forms import ColumnsForm, PolicyForm, UploadForm
from orgchart.models import OrgChart, Person, RememberedDecision
from orgchart.rights import allowed, visible_chart

SHOWN = 200
RINGS_SHOWN = 5


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
        options = charts.import_options(form.cleaned_data["as_of"], {}, None, None)
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
        "job": deciding.reading_job(shown) if shown.is_unread else None,
        "seen": deciding.reading_mark(shown),
        "twin": charts.same_file(shown),
        "current": current,
        "policies": PolicyForm(initial=shown.policies),
        "decided": _decided(shown),
        "unconfirmed": unconfirmed,
        "shown": SHOWN,
    }
    context |= _faults(shown) if request.user.can_manage_charts else {}
    if shown.can_be_activated:
        context["comparison"] = diff.compare(current, shown)
    return render(request, "orgchart/chart.html", context, status=409 if unconfirmed else 200)


def _faults(shown: OrgChart) -> dict:
    """The faults by kind, the circles as drawings, and what can be decided."""
    counts = shown.fault_counts
    errors = _by_kind(shown.faults.get("errors", []), counts.get("errors", {}))
    circles = [fault["members"] for fault in shown.faults.get("errors", []) if fault.get("members")]
    return {
        "errors": errors,
        "warnings": _by_kind(shown.faults.get("warnings", []), counts.get("warnings", {})),
        "rings": [ring(members) for members in circles[:RINGS_SHOWN]],
        "one_by_one": deciding.ONE_BY_ONE,
        "columns_missing": "missing_column" in counts.get("errors", {}) and bool(shown.found.get("header")),
        "can_decide": any(group["kind"] in deciding.ONE_BY_ONE for group in errors),
    }


def _by_kind(faults: list[dict], counts: dict[str, int]) -> list[dict]:
    """Faults grouped by kind, each kind with its title and how many there are in all."""
    return [
        {"kind": kind, "title": TITLES[kind], "count": count,
         "faults": [fault for fault in faults if fault["kind"] == kind]}
        for kind, count in counts.items()
    ]  # fmt: skip


def _decided(shown: OrgChart) -> list[dict]:
    """The known faults of a file that were settled by a decision, with the person's name."""
    rows = shown.found.get("decided", [])[:SHOWN]
    ids = [who for _, who, _, _ in rows]
    names = dict(Person.objects.filter(employee_id__in=ids).values_list("employee_id", "name"))
    return [
        {"row": row, "employee_id": who, "name": names.get(who, who), "value": value,
         "decision": deciding.in_words(decision)}
        for row, who, value, decision in rows
    ]  # fmt: skip


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
        try:
            deciding.change_columns(
                shown, form.mapping(), form.kept(), user=request.user, seen=request.POST.get("seen", "")
            )
        except deciding.CannotChange as refusal:
            messages.error(request, str(refusal))
        return redirect(shown)
    context = {"chart": shown, "form": form, "seen": deciding.reading_mark(shown)}
    return render(request, "orgchart/columns.html", context, status=422 if form.is_bound else 200)


@require_POST
@allowed("can_manage_charts")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about known faults, for all of a kind or for one person, and read the file again."""
    shown = visible_chart(request, pk)
    form = PolicyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: choose one of the answers offered.")
        return redirect(shown)
    single = _by_prefix(request, "decision:")
    try:
        deciding.decide(
            shown, form.cleaned_data, single, user=request.user, seen=request.POST.get("seen", "")
        )
    except deciding.CannotChange as refusal:
        messages.error(request, str(refusal))
    return redirect(shown)


def _by_prefix(request: HttpRequest, prefix: str) -> dict[str, str]:
    """The answers whose names begin alike, by the rest of their names."""
    return {
        key.removeprefix(prefix): value
        for key, value in request.POST.items()
        if key.startswith(prefix) and value
    }


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
    if charts.changes_of(shown).get("jumps") and "confirmed" not in request.POST:
        return _chart_page(request, shown, unconfirmed=True)
    against = request.POST.get("against", "")
    try:
        charts.activate_chart(
            shown,
            user=request.user,
            against=int(against) if against.isdecimal() else None,
            same_people=_by_prefix(request, "same:"),
        )
    except charts.CannotActivate as refusal:
        messages.warning(request, str(refusal))
        return redirect(shown)
    messages.success(request, f"{shown.file_name} is now the current org chart.")
    return redirect(shown)


@require_safe
@allowed("can_see_people")
def touched(request: HttpRequest, pk: int) -> HttpResponse:
    """Which initiatives a chart touches, or touched when it became current: who left, moved, joined."""
    shown = visible_chart(request, pk)
    change = following.change_to(shown) if shown.activated_at or shown.can_be_activated else None
    context = {
        "chart": shown,
        "former": change.before if change else None,
        "touched": following.touched(change, request.user) if change else [],
    }
    return render(request, "orgchart/touched.html", context)


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


@require_safe
@allowed("can_see_people")
def changes_xlsx(request: HttpRequest) -> HttpResponse:
    """Every joiner, leaver and mover between two versions, as a workbook."""
    versions = OrgChart.objects.visible_to(request.user).filter(state=OrgChart.State.DONE)
    after = _chosen(versions, request.GET.get("after"))
    if after is None:
        return redirect("orgchart:compare")
    comparison = diff.compare(_chosen(versions, request.GET.get("before")), after)
    return xlsx_response("changes.xlsx", comparison.rows())


def _chosen(versions, text: str | None) -> OrgChart | None:
    return get_object_or_404(versions, pk=text) if text and text.isdecimal() and len(text) < 19 else None


@require_safe
@allowed("can_manage_charts")
def decisions(request: HttpRequest) -> HttpResponse:
    """What is remembered about known faults, to look through and to take back."""
    rows = RememberedDecision.objects.select_related("decided_by").order_by("employee_id", "value")
    ids = [row.employee_id for row in rows[:SHOWN]]
    names = dict(Person.objects.filter(employee_id__in=ids).values_list("employee_id", "name"))
    listed = [(row, names.get(row.employee_id, ""), deciding.in_words(row.decision)) for row in rows[:SHOWN]]
    return render(request, "orgchart/decisions.html", {"listed": listed, "count": rows.count()})


@require_POST
@allowed("can_manage_charts")
def forget_decisions(request: HttpRequest) -> HttpResponse:
    """Drop what is remembered about one known fault, or about all."""
    rows = RememberedDecision.objects.all()
    if one := request.POST.get("one", ""):
        rows = rows.filter(pk=one) if one.isdecimal() and len(one) < 19 else rows.none()
    count, _ = rows.delete()
    words = "One remembered decision was" if count == 1 else f"{count} remembered decisions were"
    messages.success(request, f"{words} dropped.")
    return redirect("orgchart:decisions")
