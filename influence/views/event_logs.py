"""Event logs as pages: sent, read, their resources matched, and the process beside the people."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_influence.jobs.models import Worker
from bpm_influence.rest.exporting import csv_lines
from influence.access import managed_initiative
from influence.confidentiality import promise_of
from influence.eventlogs import wording
from influence.eventlogs.forms import ChoicesForm, LogFileForm
from influence.eventlogs.loading import decide, forget, read_again, remove, submit_event_log
from influence.eventlogs.models import CollaborationNotice, EventLog, LogResource
from influence.eventlogs.process import Process
from orgchart.models import Person, Position

FAULTS_SHOWN = 100
PROCESS_FIELDS = ("activity", "from", "to", "count")
OUT = "out"


@require_http_methods(["GET", "HEAD", "POST"])
def new_log(request: HttpRequest, slug: str, kind: str = EventLog.Kind.PROCESS) -> HttpResponse:
    """Send a log; a job reads it."""
    initiative = managed_initiative(request.user, slug)
    notice = CollaborationNotice.objects.filter(initiative=initiative).first()
    if kind == EventLog.Kind.COLLABORATION and notice is None:
        return redirect("influence:collaboration", slug)
    form = LogFileForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        return redirect(_submit(form, initiative, kind, request.user))
    context = {"initiative": initiative, "tab": "data", "form": form, "kind": kind, "notice": notice}
    status = 422 if request.method == "POST" else 200
    return render(request, "influence/eventlogs/new.html", context, status=status)


def _submit(form: LogFileForm, initiative, kind: str, user) -> EventLog:
    file = form.cleaned_data["file"]
    return submit_event_log(
        initiative,
        file,
        file_name=file.name,
        label=form.cleaned_data["label"].strip() or None,
        choices=form.choices,
        kind=kind,
        user=user,
    )


def _own_log(request: HttpRequest, slug: str, pk: int) -> EventLog:
    logs = managed_initiative(request.user, slug).event_logs
    return get_object_or_404(logs.select_related("job", "initiative", "tie_set", "uploaded_by"), pk=pk)


@require_safe
def event_log(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One log: while it is read its progress, then what was found and what there is to decide."""
    log = _own_log(request, slug, pk)
    response = _page(request, log, None if log.state in ("queued", "running") else ChoicesForm(log=log))
    if request.htmx and log.state not in ("queued", "running"):
        response["HX-Refresh"] = "true"
    return response


def _page(request: HttpRequest, log: EventLog, form: ChoicesForm | None, status: int = 200) -> HttpResponse:
    resources = wording.resources(log)
    _put_proposals(resources["unmatched"])
    context = {
        "initiative": log.initiative,
        "tab": "data",
        "log": log,
        "job": log.job,
        "worker_answers": form is not None or Worker.answers(),
        "form": form,
        "facts": wording.facts(log),
        "figures": wording.key_figures(log),
        "crossings": wording.crossings(log),
        "resources": resources,
        "errors": log.faults.get("errors", [])[:FAULTS_SHOWN],
        "warnings": _told_elsewhere(log.faults.get("warnings", [])),
        "relations": log.options.get("relations", []) if log.kind == EventLog.Kind.PROCESS else [],
    }
    return render(request, "influence/eventlogs/log.html", context, status=status)


def _told_elsewhere(warnings: list[dict]) -> list[dict]:
    """The warnings that the list of resources does not say already."""
    return [one for one in warnings if one["kind"] != "unmatched_resource"][:FAULTS_SHOWN]


def _put_proposals(rows: Iterable[LogResource]) -> None:
    """Put name, title and department to whom each resource might be."""
    ids = {employee_id for row in rows for employee_id in row.proposals}
    people = Position.objects.filter(chart__is_current=True, person__employee_id__in=ids)
    named = {
        employee_id: {"employee_id": employee_id, "words": ", ".join(filter(None, rest))}
        for employee_id, *rest in people.values_list("person__employee_id", "name", "title", "department")
    }
    for row in rows:
        row.proposed = [named[one] for one in row.proposals if one in named]


@require_POST
def read_log_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read the log again with other choices."""
    log = _own_log(request, slug, pk)
    form = ChoicesForm(request.POST, log=log)
    if not form.is_valid():
        return _page(request, log, form, status=422)
    if log.stored_file:
        read_again(log, form.choices, request.user)
    else:
        messages.error(request, "The file was deleted after its retention time. Send it again.")
    return redirect(log)


@require_POST
def match_resources(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remember who resources are, and read the logs that name them again."""
    log = _own_log(request, slug, pk)
    decisions, unknown = _decisions(request, log)
    if unknown:
        messages.error(request, f"Nobody has the employee id “{unknown[0]}”; choose somebody from the list.")
    elif not decisions:
        messages.info(request, "Nothing was decided, so nothing has changed.")
    else:
        decide(log, decisions, request.user)
    return redirect(log)


def _decisions(request: HttpRequest, log: EventLog) -> tuple[dict[str, Person | None], list[str]]:
    """Who each resource is by the answers of the form, and the ids that nobody has."""
    chosen: dict[str, str] = {}
    for row in log.resources.all():
        other = request.POST.get(f"other:{row.pk}", "").partition(";")[0].strip()
        answer = other or request.POST.get(f"who:{row.pk}", "")
        if answer:
            chosen[row.name] = answer
    people = {one.employee_id: one for one in Person.objects.filter(employee_id__in=chosen.values())}
    unknown = [answer for answer in chosen.values() if answer != OUT and answer not in people]
    return {name: people.get(answer) for name, answer in chosen.items()}, unknown


@require_POST
def forget_match(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Forget what was decided about one resource."""
    log = _own_log(request, slug, pk)
    row = get_object_or_404(log.resources, pk=request.POST.get("resource") or 0)
    forget(log, row.name, request.user)
    return redirect(log)


@require_POST
def delete_log(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a log and its ties away."""
    log = _own_log(request, slug, pk)
    remove(log)
    messages.success(request, f"“{log.label}” and its ties are gone.")
    return redirect("influence:data", slug)


@require_POST
def stop_reading(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop a reading that waits or runs."""
    log = _own_log(request, slug, pk)
    if not (log.job and log.job.cancel()):
        messages.warning(request, "The reading had ended already.")
    return redirect(log)


@require_safe
def process(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Per activity who does it, and who hands over to whom after it."""
    log = _own_log(request, slug, pk)
    shown = Process(log, by_department=promise_of(log.initiative).ties_hidden)
    activities = shown.activities()
    place = _chosen(request.GET.get("activity", ""), [one for one, *_ in activities])
    context = {
        "initiative": log.initiative,
        "tab": "data",
        "log": log,
        "activities": activities,
        "place": place,
        "activity": None if place is None else shown.activity(place),
        "by_department": shown.by_department,
    }
    return render(request, "influence/eventlogs/process.html", context)


def _chosen(text: str, places: list[int]) -> int | None:
    """The activity asked for, or the most frequent; none where nobody known did any."""
    if text.isdecimal() and int(text) in places:
        return int(text)
    return places[0] if places else None


@require_safe
def process_csv(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every handover with its activity as a table."""
    log = _own_log(request, slug, pk)
    if not log.matrices:
        raise Http404("This log has not been read yet.")
    shown = Process(log, by_department=promise_of(log.initiative).ties_hidden)
    name = f'attachment; filename="{slug}-process-{log.pk}.csv"'
    return StreamingHttpResponse(
        csv_lines(PROCESS_FIELDS, shown.handovers()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )
