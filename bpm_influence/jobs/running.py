"""Running a claimed job: heartbeat while it lasts, fenced end."""

import contextlib
import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from bpm_influence.jobs.locking import is_locked
from bpm_influence.jobs.models import Job, Worker, requeue_lost_jobs
from bpm_influence.jobs.registry import Cancelled, JobFault, Run, find_kind
from bpm_influence.jobs.room import is_full
from bpm_influence.tracing import job_id

logger = logging.getLogger(__name__)

HEARTBEAT_EVERY = 3.0
LOOK_EVERY = 0.3
BUG = "Something went wrong that should not. The log has it as job {}."
NO_ROOM = "The disk is full: make room under DATA_DIR, then start this again."


def run_job(pk):
    """Claim the job and run it to its end; False where somebody else has it or it has ended.

    A part of a job is left alone while whole jobs wait: its parent's own worker computes it otherwise.
    """
    job = Job.objects.filter(pk=pk).first()
    if job is None or (job.parent_id and Job.objects.waiting_whole(job.queue).exists()) or not job.claim():
        return False
    run = Run(job)
    traced = job_id.set(str(job.pk))
    try:
        with heartbeat(run):
            _run_claimed(run)
    finally:
        job_id.reset(traced)
    return True


def _run_claimed(run):
    job = run.job
    try:
        result = _call(run)
    except Cancelled:
        logger.info("Job %s was taken from this run.", job.pk)
    except JobFault as fault:
        job.finish(Job.State.FAILED, fault=fault.sentence, faults=fault.faults)
    except (OperationalError, InterfaceError) as error:
        logger.exception("Job %s lost the database; it goes back to the queue.", job.pk)
        with contextlib.suppress(DatabaseError, InterfaceError):
            _put_back(job, error)
    except Exception as error:
        logger.exception("Job %s (%s) failed.", job.pk, job.kind)
        job.finish(Job.State.FAILED, fault=NO_ROOM if is_full(error) else BUG.format(job.pk))
    else:
        job.finish(Job.State.DONE, result=result, fault="", faults=[])


def _put_back(job, error):
    """A database that others hold says nothing against this worker; one that is away may."""
    if is_locked(error):
        job.give_back()
        return
    connection.close_if_unusable_or_obsolete()
    job.release()


def _call(run):
    kind = find_kind(run.job.kind)
    if kind is None:
        raise JobFault(
            f"This worker does not know jobs of the kind {run.job.kind!r}. Bring it to the same version."
        )
    return kind.function(run, **run.job.arguments)


@contextlib.contextmanager
def heartbeat(run):
    """Renew the run's lease in a thread of its own, so that long silent computations keep their job."""
    stopped = threading.Event()
    thread = threading.Thread(target=_beat, args=(run, stopped), name=f"job-{run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(timeout=2)


def _beat(run, stopped):
    try:
        while not run.lost and not stopped.wait(HEARTBEAT_EVERY):
            with contextlib.suppress(DatabaseError, InterfaceError):
                connection.close_if_unusable_or_obsolete()
                run.lost = not run.job.renew_lease()
    finally:
        connection.close()


def wait_for(job, report=None):
    """Wait until the job has ended; run it in this process whenever no worker answers."""
    last = None
    while True:
        job.refresh_from_db()
        now = (job.state, job.percent, job.message)
        if report and now != last:
            report(job)
        last = now
        if not job.is_unfinished:
            return job
        if Worker.answers():
            time.sleep(LOOK_EVERY)
        elif not Job.run_here(job) and job.state == Job.State.RUNNING:
            time.sleep(LOOK_EVERY)
            requeue_lost_jobs()
