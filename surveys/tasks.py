"""The long work of this room, as jobs, and its clock."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bpm_influence.jobs.registry import Run, job_kind
from surveys.editing import close_what_is_over
from surveys.mailing import send_mailing, start_due_mailings
from surveys.models import Mailing
from surveys.pulsing import open_due_pulses
from surveys.staging import keep_stages_of_open_surveys


@job_kind("mailing", title="Mails")
def mailing_job(run: Run, *, mailing_id: int) -> dict[str, Any]:
    """Send a mailing."""
    mailing = Mailing.objects.select_related("survey__initiative").get(pk=mailing_id)
    return send_mailing(mailing, run)


@shared_task(name="surveys.keep_time", ignore_result=True)
def keep_time():
    """Close surveys that are over, open pulses and begin mailings that are due, keep the stages said."""
    close_what_is_over()
    open_due_pulses()
    start_due_mailings()
    keep_stages_of_open_surveys()
