"""Ties in, analyses started and followed, as pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bpm_influence.jobs.models import Worker
from influence.access import managed_initiative, results_initiative
from influence.confidentiality import promise_of
from influence.eventlogs.noticing import notice_of
from influence.explained import explained
from influence.forms import AnalysisForm, TieFileForm
from influence.models import Analysis
from influence.sources.survey import named_in_surveys
from initiatives.models import Initiative
from orgchart.models import OrgChart

ANALYSES_SHOWN = 100
OFFERED = ("theta", "line")
"""Parameters that another page may offer: the rates fitted to a record of adoption."""


@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """What an initiative rests on: the ties, loaded here from files, and its analyses."""
    initiative = managed_initiative(request.user, slug)
    form = TieFileForm(_posted(request), request.FILES or None)
    if form.is_valid():
        return redirect(form.submit(initiative, request.user))
    context = _data_context(initiative) | {"form": form}
    return render(request, "influence/data.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _data_context(initiative: Initiative) -> dict:
    return {
        "initiative": initiative,
        "tab": "data",
        "tie_sets": list(
            initiative.tie_sets.select_related("loaded_by", "event_log__initiative", "upload__initiative")
        ),
        "tie_uploads": list(initiative.tie_uploads.filter(tie_set=None).select_related("initiative", "job")),
        "surveys": named_in_surveys(initiative),
        "event_logs": list(initiative.event_logs.select_related("initiative", "job", "tie_set")),
        "collaboration_is_on": notice_of(initiative) is not None,
        "analyses": list(_analyses(initiative)[:5]),
        "people": initiative.positions().count(),
        "chart": OrgChart.objects.current(),
    }


def _analyses(initiative: Initiative):
    return initiative.analyses.select_related("job", "requested_by", "initiative").defer(
        "results", "recipe", "versions"
    )


@require_POST
def delete_ties(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take away what one label brought."""
    initiative = managed_initiative(request.user, slug)
    tie_set = get_object_or_404(initiative.tie_sets, pk=pk)
    tie_set.delete()
    messages.success(request, f"“{tie_set.label}” and its {tie_set.ties_count:,} ties are gone.")
    return redirect("influence:data", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def analyses(request: HttpRequest, slug: str) -> HttpResponse:
    """Start an analysis, and find the earlier ones."""
    initiative = managed_initiative(request.user, slug)
    offered = {name: request.GET[name] for name in OFFERED if name in request.GET}
    form = AnalysisForm(_posted(request), initiative=initiative, initial=offered)
    started = form.start(request.user) if form.is_valid() else None
    if started:
        return redirect(started)
    context = {
        "initiative": initiative,
        "tab": "data",
        "form": form,
        "analyses": _analyses(initiative)[:ANALYSES_SHOWN],
    }
    return render(request, "influence/analyses.html", context, status=422 if form.errors else 200)


@require_safe
def analysis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One analysis: its progress while it runs, then what it was made with."""
    initiative = results_initiative(request.user, slug)
    found = get_object_or_404(_analyses(initiative), pk=pk)
    part = request.htmx and not request.htmx.boosted
    context = {
        "initiative": initiative,
        "tab": "data",
        "analysis": found,
        "job": found.job,
        "worker_answers": bool(found.finished_at) or Worker.answers(),
        "more": explained(found, promise_of(initiative)) if found.finished_at and not part else None,
    }
    return render(request, "influence/_analysis_state.html" if part else "influence/analysis.html", context)


@require_POST
def retry_analysis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Start a failed or cancelled analysis again, with the same parameters."""
    found = _own_analysis(request, slug, pk)
    if found.job and found.job.can_retry:
        found.job.retry()
    else:
        messages.warning(request, "Only an analysis that failed or was cancelled can be started again.")
    return redirect(found)


@require_POST
def cancel_analysis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop an analysis that waits or runs."""
    found = _own_analysis(request, slug, pk)
    if not (found.job and found.job.cancel()):
        messages.warning(request, "The analysis had ended already.")
    return redirect(found)


def _own_analysis(request: HttpRequest, slug: str, pk: int) -> Analysis:
    return get_object_or_404(_analyses(managed_initiative(request.user, slug)), pk=pk)
