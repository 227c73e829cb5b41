"""Faults of what the application stands on: database away, disk full, migrations under a running web."""

import contextlib
import errno
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from bpm_influence.jobs.models import Job
from orgchart.models import OrgChart
from tests import workers
from tests.jobs import kinds  # noqa: F401 - registers the kinds
from tests.workers import ROOT, environment, wait_until

with_database = pytest.mark.django_db(transaction=True)


class Line:
    """The line to the database; it can be cut and mended."""

    def __init__(self, host, port):
        self.far, self.ends, self.door = (host, port), set(), None
        self.port = 0
        self.mend()

    def mend(self):
        """Take connections, at the same port as before."""
        self.door = socket.create_server(("127.0.0.1", self.port))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._take, args=(self.door,), daemon=True).start()

    def cut(self):
        """End every connection and take no new ones."""
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for end in list(self.ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _take(self, door):
        with contextlib.suppress(OSError):
            while True:
                near = door.accept()[0]
                far = socket.create_connection(self.far)
                self.ends |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one, other):
        with contextlib.suppress(OSError):
            while some := one.recv(65536):
                other.sendall(some)
        for end in (one, other):
            self.ends.discard(end)
            end.close()


@pytest.fixture
def line(transactional_db, monkeypatch):
    """Put a line that can be cut between the processes of the test and its database."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file and has no line to cut")
    address = workers.database_url()
    parts = urlsplit(address)
    line = Line(parts.hostname, parts.port)
    through = address.replace(f"{parts.hostname}:{parts.port}", f"127.0.0.1:{line.port}")
    monkeypatch.setattr(workers, "database_url", lambda: through)
    yield line
    line.cut()


@pytest.fixture
def web(transactional_db):
    """Return a function that starts a real web process and gives one that asks it: status, text."""
    started = []

    def start():
        with socket.socket() as attempt:
            attempt.bind(("127.0.0.1", 0))
            port = attempt.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "bpm_influence.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--worker-class", "gthread", "--threads", "4", "--log-level", "critical"]
        own = environment() | {"LOG_LEVEL": "ERROR"}
        started.append(subprocess.Popen(command, cwd=ROOT, env=own))

        def ask(path, **headers):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as answer:
                return answer.code, answer.read().decode()
            except OSError as error:
                return 0, str(error)

        assert wait_until(lambda: ask("/healthz")[0] == 200)
        return ask

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.worker
def test_database_away_is_a_kind_503_and_comes_back_by_itself(line, web):
    ask = web()
    assert ask("/s/no-such-link/")[0] == 404
    line.cut()
    status, page = ask("/s/no-such-link/", Accept="text/html")
    assert (status, "We cannot answer for a moment." in page, "Nothing is lost." in page) == (503, True, True)
    status, page = ask("/glossary/", Cookie="bpm_influence_session=something")
    assert (status, "The database does not answer" in page, "Nothing was lost" in page) == (503, True, True)
    status, problem = ask("/api/v1/people/", Authorization="Bearer nothing")
    assert (status, '"status": 503' in problem) == (503, True)
    assert ask("/readyz")[0] == 503
    line.mend()
    assert wait_until(lambda: ask("/s/no-such-link/")[0] == 404)
    assert ask("/readyz")[0] == 200


@pytest.mark.worker
def test_job_under_way_outlives_the_database_s_absence(line, start_worker):
    start_worker()
    job = Job.enqueue("test slow", {"seconds": 6})
    assert wait_until(lambda: Job.objects.get(pk=job.pk).share > 0)
    line.cut()
    time.sleep(1)
    line.mend()
    assert wait_until(lambda: Job.objects.get(pk=job.pk).state == "done", seconds=60)
    later = Job.enqueue("test sum", {"numbers": [1]})
    assert wait_until(lambda: Job.objects.get(pk=later.pk).state == "done")


@pytest.mark.worker
def test_next_release_s_migration_under_a_running_web_fails_no_request(web):
    ask, seen, over = web(), [], threading.Event()

    def go_on_asking():
        while not over.is_set():
            seen.append(ask("/s/no-such-link/")[0])

    visitors = [threading.Thread(target=go_on_asking) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    try:
        # As Django migrates: one transaction that changes a table which every request reads, and says so.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE surveys_invitationtoken ADD COLUMN later integer NULL")
            MigrationRecorder(connection).record_applied("surveys", "9999_later")
            time.sleep(1)
        before = len(seen)
        assert wait_until(lambda: len(seen) > before + 20)
        assert ask("/readyz")[0] == 200
    finally:
        over.set()
        for visitor in visitors:
            visitor.join()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE surveys_invitationtoken DROP COLUMN later")
        MigrationRecorder(connection).record_unapplied("surveys", "9999_later")
    assert set(seen) == {404}


@pytest.fixture
def full_disk(monkeypatch):
    def no_room(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", no_room)


PEOPLE = b"employee_id,name,manager_id\n1,Ana,\n2,Bo,1\n"


@with_database
def test_upload_on_a_full_disk_is_told_and_leaves_nothing(client, hr, full_disk):
    client.force_login(hr)
    client.raise_request_exception = False
    sent = {"file": SimpleUploadedFile("people.csv", PEOPLE), "as_of": "2026-01-01"}
    answer = client.post(reverse("orgchart:upload"), sent)
    assert (answer.status_code, "The disk is full" in answer.content.decode()) == (503, True)
    assert not Job.objects.exists()
    assert not OrgChart.objects.exists()


@with_database
def test_job_on_a_full_disk_fails_with_the_remedy_and_is_done_once_there_is_room(full_disk, monkeypatch):
    job = Job.enqueue("test store")
    Job.run_here(job)
    words = "The disk is full: make room under DATA_DIR, then start this again."
    assert (job.state, job.fault) == ("failed", words)
    monkeypatch.undo()
    Job.run_here(job.retry())
    assert job.state == "done"
