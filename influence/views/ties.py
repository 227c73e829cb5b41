"""One file of ties: its progress while a job loads it, then what it brought or what is wrong with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bpm_influence.jobs.models import Worker
from influence.access import managed_initiative
from influence.models import TieUpload

FAULTS_SHOWN = 200


@require_safe
def tie_upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far the loading is; the page asks for this part of itself until it has ended."""
    upload = _own_upload(request, slug, pk)
    waits = upload.state in ("queued", "running")
    context = {
        "initiative": upload.initiative,
        "tab": "data",
        "upload": upload,
        "job": upload.job,
        "waits": waits,
        "worker_answers": not waits or Worker.answers(),
        "errors": upload.report.get("errors", [])[:FAULTS_SHOWN],
        "warnings": upload.report.get("warnings", [])[:FAULTS_SHOWN],
    }
    part = request.htmx and not request.htmx.boosted
    return render(request, "influence/_tie_upload.html" if part else "influence/tie_upload.html", context)


@require_POST
def load_ties_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read a file once more that could not be loaded, or whose loading was stopped."""
    upload = _own_upload(request, slug, pk)
    if upload.job and upload.job.can_retry and upload.is_kept:
        upload.job.retry()
    else:
        messages.warning(request, "This file cannot be read once more; load it again.")
    return redirect(upload)


@require_POST
def stop_loading_ties(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop a loading that waits or runs."""
    upload = _own_upload(request, slug, pk)
    if not (upload.job and upload.job.cancel()):
        messages.warning(request, "The loading had ended already.")
    return redirect(upload)


def _own_upload(request: HttpRequest, slug: str, pk: int) -> TieUpload:
    uploads = managed_initiative(request.user, slug).tie_uploads
    return get_object_or_404(uploads.select_related("initiative", "job", "tie_set"), pk=pk)
