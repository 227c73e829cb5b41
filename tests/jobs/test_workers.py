"""Jobs before real workers, on the broker that CELERY_BROKER_URL names."""

import shutil
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection

from bpm_influence.jobs.doorbell import ring
from bpm_influence.jobs.models import Job, Worker
from tests.jobs import kinds  # noqa: F401 - registers the kinds
from tests.workers import ROOT, environment, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def has_state(job, *states):
    def look():
        job.refresh_from_db()
        return job.state in states

    return look


def test_worker_does_what_was_asked_once_although_rung_twice(start_worker):
    start_worker()
    job = Job.enqueue("test sum", {"numbers": [1, 2, 3]})
    ring(job)
    quick = Job.enqueue("test quick")

    assert wait_until(has_state(job, "done"))
    assert wait_until(has_state(quick, "done"))
    assert (job.result, job.attempt) == ({"sum": 6, "attempt": 1}, 1)
    assert Worker.answers()


def test_job_nobody_was_rung_for_is_found(start_worker):
    start_worker()
    job = Job.objects.create(kind="test sum", arguments={"numbers": [4]})

    assert wait_until(has_state(job, "done"))


def test_job_of_a_killed_worker_is_finished_by_another(start_worker):
    first = start_worker(name="first")
    job = Job.enqueue("test slow", {"seconds": 60})
    assert wait_until(lambda: has_state(job, "running")() and job.share > 0)
    first.kill()
    start_worker(name="second")

    assert wait_until(has_state(job, "done"), seconds=60)
    assert (job.result, job.deaths) == ({"attempt": 2}, 1)


def test_silent_job_keeps_its_lease(start_worker):
    start_worker()
    job = Job.enqueue("test silent", {"seconds": 5})
    assert wait_until(has_state(job, "running"))
    leases = set()

    assert wait_until(lambda: has_state(job, "done")() or leases.add(job.lease_until))
    assert len(leases) == 2
    assert job.attempt == 1


def test_cancelled_job_frees_its_worker(start_worker):
    start_worker()
    job = Job.enqueue("test slow", {"seconds": 60})
    assert wait_until(has_state(job, "running"))
    job.cancel()
    after = Job.enqueue("test sum", {"numbers": [1]})

    assert wait_until(has_state(after, "done"))
    assert job.state == "cancelled"


ENQUEUE = """
import django, time
django.setup()
from bpm_influence.jobs.models import Job
from tests.jobs import kinds
for number in range(3):
    began = time.monotonic()
    Job.enqueue("test sum", {"numbers": [number]})
    print(time.monotonic() - began)
"""


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_jobs_asked_for_while_the_broker_is_down_run_later(start_worker, broker):
    down = environment() | {"CELERY_BROKER_URL": broker, "DJANGO_SETTINGS_MODULE": "bpm_influence.settings"}
    told = subprocess.run(
        [sys.executable, "-c", ENQUEUE], cwd=ROOT, env=down, capture_output=True, text=True, check=True
    )

    assert max(float(line) for line in told.stdout.split()) < 10  # no retries, which would go on for minutes
    assert [job.state for job in Job.objects.all()] == ["queued"] * 3
    start_worker()
    assert wait_until(lambda: Job.objects.filter(state="done").count() == 3)


def test_deleted_folder_of_the_embedded_broker_costs_nothing(start_worker):
    if not settings.CELERY_BROKER_URL.startswith("embedded"):
        pytest.skip("concerns the embedded broker only")
    worker = start_worker()
    first = Job.enqueue("test sum", {"numbers": [1]})
    assert wait_until(has_state(first, "done"))
    shutil.rmtree(settings.DATA_DIR / "broker")
    time.sleep(0.5)
    second = Job.enqueue("test sum", {"numbers": [2]})

    assert wait_until(has_state(second, "done"))
    assert worker.process.poll() is None


def test_of_many_claims_at_once_one_is_granted():
    job = Job.enqueue("test sum", {"numbers": [1]})
    granted = []
    gate = threading.Barrier(8)

    def claim():
        mine = Job.objects.get(pk=job.pk)
        gate.wait()
        granted.append(mine.claim())
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(granted) == [False] * 7 + [True]


def test_of_many_requests_with_one_key_at_once_one_job_comes():
    ids = []
    gate = threading.Barrier(6)

    def ask():
        gate.wait()
        ids.append(Job.enqueue("test sum", {"numbers": [1]}, key="same").pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(ids), set(ids)) == (6, {Job.objects.get().pk})
