"""A database that another process holds for longer than it is waited for."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from bpm_influence.jobs.locking import insist, is_locked
from bpm_influence.jobs.models import Job
from tests.jobs import kinds  # noqa: F401 - registers the kinds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="concerns SQLite, which has one writer"),
]


@pytest.fixture
def impatient():
    """Let this connection wait for a twentieth of a second only."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    yield
    connection.close()


def hold(seconds):
    """Hold the database from another thread for so long; return when it is held."""
    held, enough = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            held.set()
            enough.wait(seconds)
        connection.close()

    threading.Thread(target=write).start()
    assert held.wait(5)
    return enough


def test_run_ends_although_the_database_is_locked_at_its_end(impatient):
    job = Job.enqueue("test sum", {"numbers": []})
    assert job.claim()
    hold(0.15)

    assert job.finish(Job.State.DONE, result={"sum": 0})
    assert (job.state, job.deaths) == ("done", 0)


def test_who_insists_gives_up_in_the_end(impatient):
    job = Job.enqueue("test sum", {"numbers": []})
    assert job.claim()
    enough = hold(20)
    try:
        with pytest.raises(OperationalError) as told:
            insist(job.renew_lease)
    finally:
        enough.set()

    assert is_locked(told.value)


def test_other_trouble_is_no_lock():
    with pytest.raises(OperationalError) as told, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")

    assert not is_locked(told.value)
