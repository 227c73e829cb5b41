"""Event logs over REST: answered at once where a worker reads them, followed where it takes longer."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from bpm_influence.jobs.models import Job, Worker
from influence.eventlogs.noticing import switch_on
from influence.models import EventLog, Tie
from tests.api.conftest import assert_problem

BASE = "/api/v1/initiatives/invoices/event-logs/"
LOG = (
    "case_id,activity,timestamp,resource\n"
    "1,Check,2026-03-02T10:00:00Z,03\n1,Approve,2026-03-02T11:00:00Z,02\n1,Pay,2026-03-02T12:00:00Z,06\n"
)
COUNTS = ("people", "ties", "events", "cases", "written", "errors", "warnings")


def send(client, content=LOG, **fields):
    file = SimpleUploadedFile("march.csv", content.encode(), content_type="text/csv")
    return client.post(BASE, {"file": file, **fields}, format="multipart")


def run_waiting_jobs():
    for job in Job.objects.unfinished():
        Job.run_here(job)


@pytest.fixture
def worker(transactional_db):
    """A worker in a thread, as long as the test lasts."""
    stopped = threading.Event()

    def work():
        while not stopped.is_set():
            Worker.sign("test")
            run_waiting_jobs()
            time.sleep(0.02)
        connection.close()

    Worker.sign("test")
    thread = threading.Thread(target=work)
    thread.start()
    yield
    stopped.set()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_log_that_a_worker_reads_is_answered_with_what_it_brought(initiative, client, worker):
    answer = send(client, label="workflow")
    assert answer.status_code == 201
    log = answer.json()
    assert (log["label"], log["state"], log["progress"]) == ("workflow", "done", 1.0)
    assert [log[name] for name in COUNTS] == [3, 2, 3, 1, True, [], []]
    assert answer["Location"] == log["url"]
    assert client.get(log["url"]).json() == log


@pytest.mark.django_db(transaction=True)
def test_bad_log_that_a_worker_reads_is_a_problem_with_its_faults(initiative, client, worker):
    answer = send(client, LOG.replace("2026-03-02T11", "soon"))
    assert_problem(answer, 422, "The log was not loaded; nothing was changed.")
    assert [(fault["kind"], fault["row"]) for fault in answer.json()["faults"]] == [("bad_date", 3)]
    assert Tie.objects.count() == 0


@pytest.mark.django_db
def test_log_that_takes_longer_is_followed_at_its_address(initiative, client):
    answer = send(client)
    assert (answer.status_code, answer["Retry-After"]) == (202, "2")
    log = answer.json()
    assert (log["state"], log["written"], log["label"]) == ("queued", False, "march.csv")
    run_waiting_jobs()
    assert client.get(log["url"]).json()["state"] == "done"
    listed = client.get(BASE).json()
    assert (listed["count"], listed["results"][0]["ties"]) == (1, 2)


@pytest.mark.django_db
def test_bad_log_that_takes_longer_has_its_faults_where_it_is_followed(initiative, client):
    log = send(client, "case_id,activity,timestamp,resource\n").json()
    run_waiting_jobs()
    followed = client.get(log["url"]).json()
    assert (followed["state"], followed["written"]) == ("failed", False)
    assert [fault["kind"] for fault in followed["errors"]] == ["empty_file"]
    send(client)
    assert EventLog.objects.count() == 1


@pytest.mark.django_db
def test_choices_are_those_of_the_command(initiative, client):
    send(
        client,
        LOG.replace("case_id", "ticket"),
        relation=["working_together", "handover"],
        mapping='{"case_id": "ticket"}',
        activity=["Check", "Approve"],
        first="2026-03-01",
        zone="Europe/Amsterdam",
    )
    run_waiting_jobs()
    relations = Tie.objects.values_list("relation__name", "source__employee_id", "target__employee_id")
    assert sorted(relations) == [("handover", "03", "02"), ("working together", "02", "03")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"relation": "friendship"}, "relation"),
        ({"zone": "Nowhere"}, "zone"),
        ({"mapping": "ticket"}, "mapping"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"colour": "x"}'}, "mapping"),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "last"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_choice_that_makes_no_sense_is_refused_by_name(initiative, client, fields, field):
    answer = send(client, **fields)
    assert_problem(answer, 400)
    assert list(answer.json()["errors"]) == [field]
    assert EventLog.objects.count() == 0


@pytest.mark.django_db
def test_interactions_are_refused_until_an_administrator_has_switched_them_on(initiative, client, manager):
    rows = "from,to,kind,timestamp\n03,02,mention,2026-03-02T10:00:00Z\n"
    assert_problem(send(client, rows, kind="collaboration"), 409)
    switch_on(initiative, "We look at who mentions whom in our social network. " * 3, manager)
    assert send(client, rows, kind="collaboration", weights='{"mention": 2}').status_code == 202
    run_waiting_jobs()
    assert Tie.objects.get().relation.name == "collaboration"


@pytest.mark.django_db
def test_viewers_and_strangers_get_no_logs(initiative, viewer, stranger):
    assert [send(one).status_code for one in (viewer, stranger)] == [403, 404]
    assert [one.get(BASE).status_code for one in (viewer, stranger)] == [403, 404]
