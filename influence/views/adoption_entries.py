"""Who reached which stage when: entered by hand or from a file, corrected, with what counted before."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from influence.access import managed_initiative
from influence.adoption.forms import AdoptionFileForm, CorrectionForm, HandForm
from influence.confidentiality import stages_are_named
from influence.views.adoption import adoption_context
from initiatives.adoption import AdoptionReport, CannotRecord, load_adoption, withdraw_event, withdraw_label
from initiatives.models import AdoptionEvent, Initiative
from orgchart.searching import name_filter

ROWS_PER_PAGE = 50
FAULTS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def entries(request: HttpRequest, slug: str) -> HttpResponse:
    """What is recorded, and entering more by hand."""
    initiative = managed_initiative(request.user, slug)
    form = HandForm(request.POST if request.method == "POST" else None, initiative=initiative)
    entered = form.save(request.user) if form.is_valid() else None
    if entered is not None:
        messages.success(request, _entered_sentence(entered, form))
        return redirect("influence:adoption_entries", slug)
    return _page(request, initiative, form=form, wrong=form.is_bound)


def _entered_sentence(entered: int, form: HandForm) -> str:
    stage, day = form.cleaned_data["stage"], form.cleaned_data["day"]
    if not entered:
        return "That was recorded already; nothing changed."
    people = "1 person has" if entered == 1 else f"{entered:,} people have"
    return f"{people} come to {stage} on {day}."


@require_POST
def load(request: HttpRequest, slug: str) -> HttpResponse:
    """Load a file of adoption."""
    initiative = managed_initiative(request.user, slug)
    form = AdoptionFileForm(request.POST, request.FILES)
    report = _load(form, initiative, request.user) if form.is_valid() else None
    if report and report.written and not report.warnings:
        messages.success(request, _loaded_sentence(report))
        return redirect("influence:adoption_entries", slug)
    wrong = report is None or not report.written
    return _page(request, initiative, file_form=form, report=report, wrong=wrong)


def _load(form: AdoptionFileForm, initiative: Initiative, user) -> AdoptionReport:
    file, label = form.cleaned_data["file"], form.cleaned_data["label"].strip()
    return load_adoption(initiative, file.read(), file_name=file.name, label=label or None, user=user)


def _loaded_sentence(report: AdoptionReport) -> str:
    return f"“{report.label}” brought {report.events:,} entries about {report.people:,} people."


def _page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    form: HandForm | None = None,
    file_form: AdoptionFileForm | None = None,
    report: AdoptionReport | None = None,
    wrong: bool = False,
) -> HttpResponse:
    named = stages_are_named(initiative, request.user)
    search = request.GET.get("search", "").replace("\0", "").strip()
    context = adoption_context(request, initiative.slug, "entries") | {
        "form": form or HandForm(initiative=initiative),
        "file_form": file_form or AdoptionFileForm(),
        "report": report,
        "sentence": _loaded_sentence(report) if report and report.written else "",
        "errors": report.errors[:FAULTS_SHOWN] if report else [],
        "warnings": report.warnings[:FAULTS_SHOWN] if report else [],
        "labels": _labels(initiative),
        "withheld": not named,
        "search": search,
        "query": urlencode({"search": search}) if search else "",
        "page": Paginator(_history(initiative, named, search), ROWS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "influence/adoption/entries.html", context, status=422 if wrong else 200)


def _labels(initiative: Initiative) -> QuerySet:
    """What brought how much, of what counts."""
    rows = initiative.adoption_events.standing().order_by("label", "origin").values("label", "origin")
    return rows.annotate(
        events=Count("pk"), people=Count("person", distinct=True), entered_at=Max("entered_at")
    )


def _history(initiative: Initiative, named: bool, search: str) -> QuerySet[AdoptionEvent]:
    """Every entry ever made, newest first; without what people said in a survey that promised no names."""
    rows = initiative.adoption_events.select_related("person", "stage", "entered_by", "withdrawn_by")
    if not named:
        rows = rows.exclude(origin=AdoptionEvent.Origin.SURVEY)
    if search:
        rows = rows.filter(name_filter(search, "person__"))
    return rows.order_by("-pk")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put one entry right, or take it back; what it said stays in the history."""
    initiative = managed_initiative(request.user, slug)
    event = get_object_or_404(
        initiative.adoption_events.select_related("person", "stage", "initiative"), pk=pk
    )
    if event.origin == AdoptionEvent.Origin.SURVEY and not stages_are_named(initiative, request.user):
        raise PermissionDenied("The survey promised that nobody sees single people's stages.")
    form = CorrectionForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and _corrected(request, form, event):
        return redirect("influence:adoption_entries", slug)
    context = {"initiative": initiative, "tab": "adoption", "part": "entries", "event": event, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "influence/adoption/correct.html", context, status=status)


def _corrected(request: HttpRequest, form: CorrectionForm, event: AdoptionEvent) -> bool:
    if "withdraw" in request.POST:
        return _withdrawn(request, event)
    if form.is_valid() and form.save(request.user):
        messages.success(request, f"The entry about {event.person.name} is corrected.")
        return True
    return False


def _withdrawn(request: HttpRequest, event: AdoptionEvent) -> bool:
    try:
        withdraw_event(event, request.user)
    except CannotRecord as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The entry about {event.person.name} no longer counts.")
    return True


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take out of the count what one label brought."""
    initiative = managed_initiative(request.user, slug)
    label = request.POST.get("label", "")
    gone = withdraw_label(initiative, label, request.user)
    if gone:
        messages.success(request, f"“{label}” and its {gone:,} entries no longer count.")
    else:
        messages.warning(request, "Nothing counts under this label any more.")
    return redirect("influence:adoption_entries", slug)
