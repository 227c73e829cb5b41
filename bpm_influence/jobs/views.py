"""What the machine is doing for somebody, and how far it is."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bpm_influence.jobs.models import Job, Worker

PER_PAGE = 50


@require_safe
def job_list(request):
    """List one's own jobs, newest first; an administrator sees all."""
    jobs = Job.objects.visible_to(request.user).select_related("asked_by")
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page, "worker_answers": Worker.answers()})


@require_safe
def job_detail(request, pk):
    """Show one job; the page asks for its own progress part while the job is unfinished."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("asked_by"), pk=pk)
    template = "jobs/_progress.html" if request.htmx and not request.htmx.boosted else "jobs/detail.html"
    return render(
        request, template, {"job": job, "worker_answers": not job.is_unfinished or Worker.answers()}
    )


@require_POST
def cancel_job(request, pk):
    """Cancel a job."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not job.cancel():
        messages.warning(request, "The job had ended already.")
    return redirect("job", pk=pk)


@require_POST
def retry_job(request, pk):
    """Start a failed or cancelled job again."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not job.can_retry:
        messages.warning(request, "Only a job that failed or was cancelled can be started again.")
    return redirect("job", pk=job.retry().pk)
