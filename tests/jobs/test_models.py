from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from bpm_influence.jobs.models import Job, requeue_lost_jobs
from bpm_influence.jobs.registry import Cancelled, Run, job_kind
from tests.jobs import kinds  # noqa: F401 - registers the kinds

pytestmark = pytest.mark.django_db


@job_kind("test cancelled inside", title="Cancelled inside")
def be_cancelled(run):
    Job.objects.get(pk=run.job.pk).cancel()
    run.progress(1, 2)
    raise AssertionError("The run should have ended.")


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_enqueue_writes_a_waiting_row(viewer):
    job = Job.enqueue("test sum", {"numbers": [1]}, asked_by=viewer, about="One", url="/x/")

    row = Job.objects.get()
    assert (row.pk, row.state, row.arguments, row.asked_by, row.about, row.url, row.share) == (
        job.pk, "queued", {"numbers": [1]}, viewer, "One", "/x/", 0.0,
    )  # fmt: skip


def test_enqueue_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="There is no job kind 'nothing'"):
        Job.enqueue("nothing")


def test_run_here_does_the_work():
    job = Job.enqueue("test sum", {"numbers": [1, 2, 3]})

    assert Job.run_here(job)
    assert (job.state, job.result, job.share, job.message) == (
        "done",
        {"sum": 6, "attempt": 1},
        1.0,
        "3 added",
    )


def test_run_here_of_a_done_job_does_nothing():
    job = Job.enqueue("test sum", {"numbers": [1]})
    Job.run_here(job)

    assert not Job.run_here(job)
    assert job.attempt == 1


def test_same_key_gives_the_unfinished_job():
    first = Job.enqueue("test sum", {"numbers": [1]}, key="sum:1")
    second = Job.enqueue("test sum", {"numbers": [1]}, key="sum:1")
    Job.run_here(first)
    third = Job.enqueue("test sum", {"numbers": [1]}, key="sum:1")

    assert second.pk == first.pk
    assert third.pk != first.pk


def test_fault_is_kept_in_words():
    job = Job.enqueue("test fault")
    Job.run_here(job)

    assert (job.state, job.fault, job.faults) == (
        "failed", "The file has a fault.", [{"row": 3, "message": "wrong"}],
    )  # fmt: skip


def test_bug_is_a_plain_line_with_the_job_number(caplog):
    job = Job.enqueue("test bug")
    Job.run_here(job)

    assert (job.state, job.fault) == (
        "failed", f"Something went wrong that should not. The log has it as job {job.pk}.",
    )  # fmt: skip
    assert "ZeroDivisionError" in caplog.text


def test_job_of_a_kind_no_longer_known_fails_in_words():
    job = Job.objects.create(kind="forgotten")
    Job.run_here(job)

    assert (
        job.fault == "This worker does not know jobs of the kind 'forgotten'. Bring it to the same version."
    )


def test_claim_of_a_claimed_job_is_refused():
    job = Job.enqueue("test sum", {"numbers": [1]})
    same = Job.objects.get(pk=job.pk)

    assert (job.claim(), same.claim()) == (True, False)


def test_cancel_of_a_waiting_job():
    job = Job.enqueue("test sum", {"numbers": [1]})

    assert job.cancel()
    assert (job.state, Job.run_here(job), job.cancel()) == ("cancelled", False, False)


def test_cancel_of_a_running_job_ends_it_at_its_next_progress():
    job = Job.enqueue("test cancelled inside")
    Job.run_here(job)

    assert (job.state, job.result) == ("cancelled", None)


def test_retry_of_a_failed_job_begins_anew():
    job = Job.enqueue("test fault")
    Job.run_here(job)
    job.retry()

    assert (job.state, job.fault, job.faults, job.share) == ("queued", "", [], 0.0)
    assert Job.run_here(job)
    assert job.attempt == 2


def test_retry_of_a_done_job_does_nothing():
    job = Job.enqueue("test sum", {"numbers": [1]})
    Job.run_here(job)

    assert job.retry().state == "done"


def test_retry_while_another_of_the_key_waits_gives_that_one():
    first = Job.enqueue("test fault", key="k")
    Job.run_here(first)
    second = Job.enqueue("test fault", key="k")

    assert first.retry().pk == second.pk


def test_lease_run_out_puts_the_job_back():
    job = Job.enqueue("test sum", {"numbers": [1]})
    job.claim()
    expire(job)

    assert requeue_lost_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.deaths, job.attempt, job.owner) == ("queued", 1, 1, "")


def test_lease_in_force_is_left_alone():
    job = Job.enqueue("test sum", {"numbers": [1]})
    job.claim()

    assert requeue_lost_jobs() == 0


def test_third_death_fails_the_job_in_words():
    job = Job.enqueue("test sum", {"numbers": [1]})
    for _ in range(3):
        assert job.claim()
        expire(job)
        requeue_lost_jobs()

    job.refresh_from_db()
    assert (job.state, job.fault) == (
        "failed",
        "The worker was lost 3 times while doing this, perhaps for want of memory. "
        "Look at the worker's log, then start it again.",
    )


def test_run_that_lost_its_lease_can_neither_report_nor_finish():
    late = Job.enqueue("test sum", {"numbers": [1]})
    late.claim()
    expire(late)
    requeue_lost_jobs()
    other = Job.objects.get(pk=late.pk)
    other.claim()

    assert not late.note_progress(1, 1, "late")
    assert not late.renew_lease()
    assert not late.finish(Job.State.DONE, result={"late": True})
    other.refresh_from_db()
    assert (other.state, other.result, other.attempt) == ("running", None, 2)


def test_wait_runs_the_job_here_where_no_worker_answers():
    told = []
    job = Job.enqueue("test sum", {"numbers": [1, 2]}).wait(lambda job: told.append(job.state))

    assert (job.state, job.result["sum"], told) == ("done", 3, ["queued", "done"])


def test_jobs_are_visible_to_who_asked_and_to_administrators(viewer, hr, administrator):
    mine = Job.enqueue("test fault", asked_by=viewer)
    Job.enqueue("test fault", asked_by=hr)

    assert list(Job.objects.visible_to(viewer)) == [mine]
    assert Job.objects.visible_to(administrator).count() == 2


def test_run_that_lost_its_job_to_another_writes_nothing_under_its_name():
    job = Job.enqueue("test sum", {"numbers": [1]})
    job.claim()
    first = Run(job)
    first.hold()
    expire(job)
    requeue_lost_jobs()
    Job.objects.get(pk=job.pk).claim()

    with pytest.raises(Cancelled):
        first.hold()
    assert first.lost


class Busy(Exception):
    sqlite_errorname = "SQLITE_BUSY_SNAPSHOT"


@job_kind("test locked", title="Locked")
def be_locked(run):
    if run.attempt < 5:
        raise OperationalError("database is locked") from Busy()
    return {"attempt": run.attempt}


def test_locked_database_puts_the_job_back_and_counts_no_death():
    job = Job.enqueue("test locked")
    for _ in range(4):
        assert Job.run_here(job)
        assert (job.state, job.deaths, job.owner, job.lease_until) == ("queued", 0, "", None)

    assert not Job.objects.unrung().exists()  # not at once again: with the next round
    assert Job.run_here(job)
    assert (job.state, job.result) == ("done", {"attempt": 5})
