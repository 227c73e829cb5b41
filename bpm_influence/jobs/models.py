"""A long task is a row first: the database is the truth, the broker a doorbell.

    queued --claim--> running --finish--> done | failed
      |  ^               |  \\
      |  +--lease ran out+   +--cancel--> cancelled     (three lost leases: failed)
      +--cancel--> cancelled          done is final; failed and cancelled --retry--> queued

Every transition is one conditional UPDATE, so that of two processes that want the same one, one gets it. A
claim writes a fresh owner into the row, and whatever a run writes later names that owner: a run that lost its
lease to another can neither report nor finish.
"""

import os
import platform
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from bpm_influence.jobs.locking import insist
from bpm_influence.jobs.registry import QUICK, WORK, find_kind

LEASE = timedelta(seconds=15)
RING_AGAIN = timedelta(seconds=5)
WORKER_ANSWERS = timedelta(seconds=15)
DEATHS_ALLOWED = 3
SHARE_THAT_TELLS = 0.05


class JobQuerySet(models.QuerySet):
    """Which jobs somebody may see, and which are whose turn."""

    def visible_to(self, user):
        """Return the jobs that the user asked for, not their parts; an administrator sees all."""
        if not user.is_authenticated:
            return self.none()
        whole = self.filter(parent=None)
        return whole if user.is_administrator else whole.filter(asked_by=user)

    def unfinished(self):
        """Return the jobs that are queued or running."""
        return self.filter(state__in=Job.UNFINISHED)

    def waiting_whole(self, queue):
        """Return the queued jobs of a queue that are nobody's part: parts give way to them."""
        return self.filter(state=Job.State.QUEUED, queue=queue, parent=None)

    def unrung(self):
        """Return queued jobs for which the doorbell has not rung lately, whole ones first, oldest first."""
        lately = Now() - RING_AGAIN
        unrung = self.filter(state=Job.State.QUEUED).filter(Q(rung_at=None) | Q(rung_at__lt=lately))
        return unrung.order_by(F("parent").asc(nulls_first=True), "pk")

    def lost(self):
        """Return running jobs whose lease ran out: their worker is dead or cut off."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=Now())


class Job(models.Model):
    """One long task that somebody asked for."""

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    key = models.CharField(
        max_length=200, blank=True, help_text="At most one unfinished job has the same key."
    )
    queue = models.CharField(max_length=20, default=WORK, choices=[(WORK, "work"), (QUICK, "quick")])
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts",
        help_text="The job of which this is a part, for any worker to take.",
    )  # fmt: skip
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    about = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="Where the result is to be seen.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    deaths = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    done = models.FloatField(default=0)
    total = models.FloatField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True, blank=True)
    fault = models.TextField(blank=True)
    faults = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["queue", "id"], condition=Q(state="queued"), name="jobs_queued"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_running"),
            models.Index(fields=["asked_by", "-id"], name="jobs_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=["queued", "running"]) & ~Q(key=""),
                name="jobs_one_per_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="jobs_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(owner="") & Q(lease_until__isnull=False)),
                name="jobs_running_owned",
            ),
        ]

    def __str__(self):
        return f"Job {self.pk}: {self.about or self.title}"

    @classmethod
    def enqueue(cls, kind, arguments=None, *, asked_by=None, about="", url="", key=""):
        """Write a job down and ring for it on commit; an unfinished one of its key is returned instead."""
        known = find_kind(kind)
        if known is None:
            raise ValueError(f"There is no job kind {kind!r}.")
        job = cls(
            kind=kind,
            arguments=arguments or {},
            asked_by=asked_by,
            about=about[:300],
            url=url,
            key=key,
            queue=known.queue,
        )
        standing = job._insert_unless_standing()
        if standing is job:
            job._ring_on_commit()
        return standing

    def _insert_unless_standing(self):
        for _ in range(3):
            try:
                with transaction.atomic():
                    self.save(force_insert=True)
                return self
            except IntegrityError:
                standing = self._standing()
                if standing:
                    return standing
                self.pk = None
        raise RuntimeError(f"The job {self.key!r} could not be written down.")

    def _standing(self):
        return Job.objects.unfinished().filter(key=self.key).first() if self.key else None

    def _ring_on_commit(self):
        from bpm_influence.jobs.doorbell import ring

        transaction.on_commit(lambda: ring(self), robust=True)

    @property
    def title(self):
        """What people call this kind of job."""
        kind = find_kind(self.kind)
        return kind.title if kind else self.kind

    @property
    def share(self):
        """How much of the work is done, from 0 to 1."""
        if self.state == self.State.DONE:
            return 1.0
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0

    @property
    def percent(self):
        """The share as a whole number."""
        return round(100 * self.share)

    @property
    def remaining(self):
        """How many seconds are left if the rest goes as what was done; None where that cannot be told yet."""
        if self.state != self.State.RUNNING or self.started_at is None or self.share < SHARE_THAT_TELLS:
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        return elapsed * (1 - self.share) / self.share

    @property
    def remaining_words(self):
        """The seconds left, in words."""
        seconds = self.remaining
        if seconds is None:
            return ""
        if seconds < 90:
            return f"about {max(5, 5 * round(seconds / 5))} seconds left"
        return f"about {round(seconds / 60)} minutes left"

    @property
    def is_unfinished(self):
        """Whether there is still something to come."""
        return self.state in self.UNFINISHED

    @property
    def can_retry(self):
        """Whether the job may be started again."""
        return self.state in (self.State.FAILED, self.State.CANCELLED)

    def claim(self, worker=""):
        """Take the job for this process; say whether it was still to be had."""
        owner = f"{worker or platform.node()}:{os.getpid()}:{secrets.token_hex(6)}"[-120:]
        taken = Job.objects.filter(pk=self.pk, state=self.State.QUEUED).update(
            state=self.State.RUNNING,
            owner=owner,
            lease_until=Now() + LEASE,
            attempt=F("attempt") + 1,
            started_at=Now(),
            done=0,
            total=0,
            message="",
        )
        self.refresh_from_db()
        return bool(taken) and self.owner == owner

    def renew_lease(self):
        """Say that this run still lives; False where the job is no longer its own."""
        return bool(self._own().update(lease_until=Now() + LEASE))

    def note_progress(self, done, total, message):
        """Store how far this run is and renew its lease; False where the job is no longer its own."""
        self.done, self.total, self.message = done, total, message[:300]
        told = {"done": done, "total": total, "message": self.message, "lease_until": Now() + LEASE}
        return bool(insist(lambda: self._own().update(**told)))

    def hold(self):
        """Lock the row for the transaction under way; False where the job is no longer this run's own."""
        return self._own().select_for_update().first() is not None

    def finish(self, state, **values):
        """End this run, unless the job was taken from it or cancelled."""
        ended = insist(
            lambda: self._own().update(state=state, owner="", lease_until=None, finished_at=Now(), **values)
        )
        self.refresh_from_db()
        return bool(ended)

    def release(self):
        """Put this run's job back to the queue at once; the attempt counts as lost."""
        self._own().update(lease_until=Now() - LEASE)
        return requeue_lost_jobs()

    def give_back(self):
        """Put this run's job back to the queue for later; no worker died, so nothing is counted."""
        waiting = {"state": self.State.QUEUED, "owner": "", "lease_until": None, "rung_at": Now()}
        return bool(insist(lambda: self._own().update(**waiting)))

    def _own(self):
        return Job.objects.filter(pk=self.pk, state=self.State.RUNNING, owner=self.owner)

    def cancel(self):
        """Cancel the job, waiting or running, with its parts; False where it had ended already."""
        ended = {"state": self.State.CANCELLED, "owner": "", "lease_until": None, "finished_at": Now()}
        cancelled = Job.objects.unfinished().filter(pk=self.pk).update(**ended)
        Job.objects.unfinished().filter(parent=self.pk).update(**ended)
        self.refresh_from_db()
        return bool(cancelled)

    def retry(self):
        """Queue a failed or cancelled job again; an unfinished one of the same key is returned instead."""
        try:
            with transaction.atomic():
                queued = Job.objects.filter(
                    pk=self.pk, state__in=[self.State.FAILED, self.State.CANCELLED]
                ).update(
                    state=self.State.QUEUED,
                    deaths=0,
                    fault="",
                    faults=[],
                    result=None,
                    finished_at=None,
                    rung_at=None,
                    done=0,
                    total=0,
                    message="",
                )
        except IntegrityError:
            return self._standing() or self
        self.refresh_from_db()
        if queued:
            self._ring_on_commit()
        return self

    @staticmethod
    def run_here(job):
        """Claim the job and run it in this process; say whether it was to be had."""
        from bpm_influence.jobs.running import run_job

        ran = run_job(job.pk)
        job.refresh_from_db()
        return ran

    def wait(self, report=None):
        """Wait until the job has ended, running it here if no worker answers; `report` is told of changes."""
        from bpm_influence.jobs.running import wait_for

        return wait_for(self, report)


class Worker(models.Model):
    """A worker process that says every few seconds that it lives."""

    name = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @classmethod
    def sign(cls, name):
        """Note that the worker lives, and forget those not heard of for a day."""
        cls.objects.update_or_create(name=name, defaults={"seen_at": Now()})
        cls.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()

    @classmethod
    def answers(cls):
        """Whether any worker was heard of lately."""
        return cls.objects.filter(seen_at__gt=Now() - WORKER_ANSWERS).exists()


def requeue_lost_jobs():
    """Put jobs back whose lease ran out, or fail them in words after the third death; return how many."""
    waiting = {"owner": "", "lease_until": None, "rung_at": None, "deaths": F("deaths") + 1}
    failed = (
        Job.objects.lost()
        .filter(deaths__gte=DEATHS_ALLOWED - 1)
        .update(
            **waiting,
            state=Job.State.FAILED,
            finished_at=Now(),
            fault=f"The worker was lost {DEATHS_ALLOWED} times while doing this, perhaps for want of memory. "
            "Look at the worker's log, then start it again.",
        )
    )
    return failed + Job.objects.lost().update(**waiting, state=Job.State.QUEUED)
