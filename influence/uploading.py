"""Ties sent by a page: the file is kept, and a job does with it what the command would."""

from __future__ import annotations

import datetime
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.loading import TieReport, read_ties, store_ties
from influence.models import TieSet, TieUpload
from influence.words import number_of
from initiatives.models import Initiative

FAULTS_KEPT = 1000


def submit_ties(
    initiative: Initiative, file: BinaryIO, *, file_name: str, label: str | None = None, user=None
) -> TieUpload:
    """Keep a file of ties and have it loaded by a job."""
    upload = TieUpload(
        initiative=initiative,
        label=(label or file_name)[:255],
        file_name=file_name[-255:],
        uploaded_by=user,
    )
    upload.stored_file.save("ties", File(file), save=False)
    with transaction.atomic():
        _clear_failed(initiative, upload.label)
        upload.save()
        upload.job = Job.enqueue(
            "ties",
            {"upload_id": upload.pk},
            asked_by=user,
            about=f"Ties “{upload.label}” of {initiative.name}",
            url=upload.get_absolute_url(),
        )
        upload.save(update_fields=["job"])
    return upload


def _clear_failed(initiative: Initiative, label: str) -> None:
    """Forget files of a label that could not be read; whatever counts stays until it is replaced."""
    not_loaded = initiative.tie_uploads.filter(label=label, tie_set=None)
    not_loaded.exclude(job__state__in=Job.UNFINISHED).delete()


def run_upload(upload: TieUpload, run: Run) -> dict[str, Any]:
    """What the job does: read the kept file and store its ties. May be repeated at any point."""
    if upload.tie_set_id is None:
        _load(upload, run)
    upload.stored_file.delete()
    return {name: upload.report[name] for name in ("people", "ties")}


def _load(upload: TieUpload, run: Run) -> None:
    if not upload.is_kept:
        raise JobFault("The file is no longer kept. Send it again.")
    run.progress(0, 1, "Reading the file")
    with upload.stored_file.open("rb") as file:
        content = file.read()
    read = read_ties(
        upload.initiative, content, progress=lambda done, total: run.progress(done, total, "Checking ties")
    )
    run.progress(1, 1, "Storing ties")
    with transaction.atomic():
        run.hold()
        report = store_ties(upload.initiative, read, upload.label, upload.uploaded_by)
        _note(upload, report)
    if not report.written:
        errors = [fault.as_dict() for fault in report.errors[:FAULTS_KEPT]]
        what = number_of(len(report.errors), "error stops", "errors stop")
        raise JobFault(f"{what} the file; nothing was changed.", errors)


def _note(upload: TieUpload, report: TieReport) -> None:
    found = report.as_dict()
    upload.report = {
        **found,
        "errors": found["errors"][:FAULTS_KEPT],
        "warnings": found["warnings"][:FAULTS_KEPT],
        "sentence": report.sentence(),
        "counts": {"errors": len(report.errors), "warnings": len(report.warnings)},
    }
    if report.written:
        upload.tie_set = TieSet.objects.get(initiative=upload.initiative, label=upload.label)
    upload.save(update_fields=["report", "tie_set"])


def forget_old_ties(older_than: datetime.timedelta) -> int:
    """Delete files of ties that were never loaded after their retention time."""
    old = TieUpload.objects.filter(tie_set=None, created_at__lt=timezone.now() - older_than)
    return old.delete()[1].get("influence.TieUpload", 0)
