"""Long work on org charts: thin entries that load, call one domain function, and report."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from bpm_influence.jobs.registry import JobFault, Run, job_kind
from orgchart.charts import FAULTS_KEPT, forget_old_files, read_upload, sweep_unread
from orgchart.models import OrgChart


@job_kind("org_chart_import", title="Org chart")
def import_org_chart(run: Run, *, chart_id: int) -> dict:
    """Read an upload and write its chart, ready to be activated; its faults are the job's."""
    chart = OrgChart.objects.filter(pk=chart_id).first()
    if chart is None:
        raise JobFault("The upload was deleted before it could be read.")
    file = read_upload(chart, run.progress)
    errors = [fault.as_dict() for fault in file.faults.errors[:FAULTS_KEPT]]
    if errors:
        count = len(file.faults.errors)
        what = "One error stops" if count == 1 else f"{count:,} errors stop"
        raise JobFault(f"{what} the import; nothing was written.", errors)
    return {"chart": chart_id, **file.counts()}


@shared_task(name="orgchart.tidy", ignore_result=True)
def tidy() -> None:
    """Delete uploaded files after their retention time, and what failed readings left behind."""
    forget_old_files(timedelta(days=settings.UPLOADS_KEPT_DAYS))
    sweep_unread()
