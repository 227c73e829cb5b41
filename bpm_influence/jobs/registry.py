"""What kinds of job there are, and what a running one may say.

A kind is a function in an app's `tasks.py` that takes a `Run` and the job's arguments and returns JSON:

    @job_kind("analysis", title="Analysis")
    def run_analysis(run: Run, *, analysis_id: int) -> dict:
        run.progress(3, 10, "Sampling cascades")

It may be started again from the beginning (the worker was killed), so it must be repeatable. Code that holds
the interpreter for more than ten seconds (numba without `nogil=True`) would lose the job's lease.
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpm_influence.jobs.models import Job

WORK, QUICK = "work", "quick"
QUEUES = (WORK, QUICK)
PROGRESS_EVERY = 0.5

_kinds: dict[str, "Kind"] = {}


class JobFault(Exception):
    """An expected failure: a sentence for the person who asked, and the faults found in their file."""

    def __init__(self, sentence, faults=()):
        super().__init__(sentence)
        self.sentence = sentence
        self.faults = list(faults)


class Cancelled(Exception):
    """The job is no longer this run's: it was cancelled, or another worker has it."""


@dataclass(frozen=True)
class Kind:
    """One kind of job: its name, how people call it, its function and its queue."""

    name: str
    title: str
    function: "Callable[..., Any]"
    queue: str


@dataclass
class Run:
    """One attempt at a job, held by this process as long as it renews the lease."""

    job: "Job"
    lost: bool = False
    _told: tuple = field(default=(0.0, ""))

    @property
    def attempt(self):
        """Which attempt this is, beginning with 1."""
        return self.job.attempt

    def progress(self, done, total, message=""):
        """Tell how far the work is, outside of transactions; raise `Cancelled` where it is no longer wanted.

        Cheap to call often: it writes at most twice a second, at the end, and when the message changes.
        """
        if self.lost:
            raise Cancelled
        now = time.monotonic()
        told_at, told_message = self._told
        if done < total and message == told_message and now - told_at < PROGRESS_EVERY:
            return
        self._told = (now, message)
        if not self.job.note_progress(done, total, message):
            self.lost = True
            raise Cancelled

    def hold(self):
        """Inside of a transaction: keep the job this run's own until that ends; else raise `Cancelled`.

        What a run writes under its job's name goes through here: a run that was cut off for a while and comes
        back may neither write among its successor's rows nor call half of them finished.
        """
        if self.lost or not self.job.hold():
            self.lost = True
            raise Cancelled


def job_kind(name, *, title, queue=WORK):
    """Register a function as a kind of job. Jobs of the queue `quick` never wait behind long ones."""
    if queue not in QUEUES:
        raise ValueError(f"Queue {queue!r} is unknown: use one of {', '.join(QUEUES)}.")

    def register(function):
        known = _kinds.get(name)
        if known and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two functions want to be the job kind {name!r}.")
        _kinds[name] = Kind(name, title, function, queue)
        return function

    return register


def find_kind(name):
    """Return the kind of that name, or None."""
    return _kinds.get(name)
