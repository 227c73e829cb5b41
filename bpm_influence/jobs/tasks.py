"""The thin Celery entry points, and the worker's own timer."""

import contextlib
import logging
import threading
import time
from datetime import timedelta

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from bpm_influence.jobs.registry import QUICK, job_kind

SWEEP_EVERY = 5.0
KEPT = timedelta(days=90)
LOCKED_FOR_ALL = 2.0

logger = logging.getLogger(__name__)
_stopping = threading.Event()


@shared_task(name="jobs.run", ignore_result=True)
def run(pk):
    """Run one job, if it is still to be had."""
    from bpm_influence.jobs.running import run_job

    run_job(pk)


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep():
    """Sweep by the timer's message; the workers' own threads do the same without a broker."""
    from bpm_influence.jobs.doorbell import sweep as sweep_now

    sweep_now()


@shared_task(name="jobs.tidy", ignore_result=True)
def tidy():
    """Forget jobs that ended long ago."""
    from bpm_influence.jobs.models import Job

    Job.objects.exclude(state__in=Job.UNFINISHED).filter(finished_at__lt=timezone.now() - KEPT).delete()


@job_kind("storage_check", title="Check of the storage", queue=QUICK)
def read_stored(run, *, name):
    """Say whether this worker finds what another process has stored."""
    return {"found": default_storage.exists(name)}


@worker_ready.connect
def start_sweeping(sender, **kwargs):
    """Sweep every few seconds as long as the worker lives."""
    _stopping.clear()
    threading.Thread(target=_sweep_forever, args=(sender.hostname,), name="sweep", daemon=True).start()


@worker_shutting_down.connect
def stop_sweeping(**kwargs):
    """End the sweeping thread."""
    _stopping.set()


def _sweep_forever(name):
    from bpm_influence.jobs.doorbell import sweep as sweep_now
    from bpm_influence.jobs.models import Worker

    while True:
        try:
            began = time.monotonic()
            Worker.sign(name)
            if (
                time.monotonic() - began < LOCKED_FOR_ALL
            ):  # else no lease could be renewed: none is judged yet
                sweep_now()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database does not answer (%s); the next sweep tries again.", error)
            with contextlib.suppress(Exception):
                connection.close()
        if _stopping.wait(SWEEP_EVERY):
            break
    connection.close()
