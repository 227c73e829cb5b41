"""Ringing for workers. A ring may be lost, doubled or late: the sweep rings again for whoever still waits."""

import logging
import time

from celery import current_app
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from bpm_influence.jobs.models import Job, requeue_lost_jobs

logger = logging.getLogger(__name__)

AT_ONCE = 20
RING_LIVES = 30
QUIET_AFTER_FAILURE = 5.0

_quiet_until = 0.0


def broker_answers():
    """Whether the broker answers, within two seconds."""
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2, interval_start=0)
    except (OperationalError, OSError):
        return False
    return True


def ring(job):
    """Ring for the job; where the broker is down, the next sweep will. A page never waits for it twice."""
    if time.monotonic() < _quiet_until:
        return False
    Job.objects.filter(pk=job.pk).update(rung_at=Now())
    rung = _publish(job)
    if not rung:
        Job.objects.filter(pk=job.pk).update(rung_at=None)
    return rung


def _publish(job):
    global _quiet_until  # noqa: PLW0603 - one memory per process is the point
    try:
        current_app.send_task("jobs.run", args=[job.pk], queue=job.queue, retry=False, expires=RING_LIVES)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
        logger.warning("The broker does not answer (%s); job %s waits for the next sweep.", error, job.pk)
        return False
    _quiet_until = 0.0
    return True


def sweep():
    """Put back what dead workers held, and ring for the oldest jobs that nobody was rung for lately."""
    requeue_lost_jobs()
    for job in list(Job.objects.unrung().filter(queue="quick")[:AT_ONCE]) + list(
        Job.objects.unrung().filter(queue="work")[:AT_ONCE]
    ):
        taken = Job.objects.unrung().filter(pk=job.pk).order_by().update(rung_at=Now())
        if taken and not ring(job):
            Job.objects.filter(pk=job.pk).update(rung_at=None)
            return
