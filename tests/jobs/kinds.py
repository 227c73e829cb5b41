"""Kinds of job that tests put before real workers; these import the module by `celery --include`."""

import time

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from bpm_influence.jobs.registry import JobFault, job_kind


@job_kind("test sum", title="Sum")
def add(run, *, numbers):
    for done, _ in enumerate(numbers, 1):
        run.progress(done, len(numbers), f"{done} added")
    return {"sum": sum(numbers), "attempt": run.attempt}


@job_kind("test fault", title="Fault")
def refuse(run):
    raise JobFault("The file has a fault.", [{"row": 3, "message": "wrong"}])


@job_kind("test bug", title="Bug")
def fail(run):
    return 1 / 0


@job_kind("test slow", title="Slow")
def take_time(run, *, seconds):
    """Take that long at the first attempt; later attempts are quick."""
    steps = int(seconds / 0.1) if run.attempt == 1 else 1
    for step in range(steps):
        time.sleep(0.1)
        run.progress(step + 1, steps, "Working")
    return {"attempt": run.attempt}


@job_kind("test silent", title="Silent")
def compute_silently(run, *, seconds):
    time.sleep(seconds)
    return {"attempt": run.attempt}


@job_kind("test quick", title="Quick", queue="quick")
def be_quick(run):
    return {}


@job_kind("test store", title="Store")
def store(run):
    default_storage.delete(default_storage.save("test-store", ContentFile(b"something")))
    return {}
