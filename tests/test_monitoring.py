"""What a monitoring system sees, and the ids that join the lines of the log."""

import json
import logging

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from bpm_influence.accounts.models import ApiToken
from bpm_influence.jobs.models import Job
from bpm_influence.tracing import JsonLines, TraceFilter, job_id
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
FAR = {"REMOTE_ADDR": "192.0.2.7"}


def test_metrics_count_requests_by_route_and_jobs_by_state(client):
    Job.objects.create(kind="analysis", state="queued")
    client.get("/s/a-secret-link/")
    text = client.get(reverse("metrics"), HTTP_HOST="localhost").content.decode()
    assert 'bpm_influence_jobs{kind="analysis",state="queued"} 1.0' in text
    assert 'route="s/<str:token>/"' in text
    assert "a-secret-link" not in text


def test_metrics_are_for_the_machine_itself_and_administrators(client):
    assert client.get(reverse("metrics"), **FAR).status_code == 404
    for role, status in [("viewer", 404), ("administrator", 200)]:
        _, secret = ApiToken.make(make_user(role, role), name="monitor")
        answer = client.get(reverse("metrics"), headers={"Authorization": f"Bearer {secret}"}, **FAR)
        assert answer.status_code == status


def test_ready_names_what_is_missing(client):
    assert client.get(reverse("ready")).json() == {"status": "ready"}
    [last] = MigrationLoader(connection).graph.leaf_nodes("accounts")
    MigrationRecorder(connection).record_unapplied(*last)
    answer = client.get(reverse("ready"))
    assert answer.status_code == 503
    assert f"the migration {'.'.join(last)} is missing" in answer.json()["because"]


def test_answer_carries_the_id_of_the_request(client):
    assert len(client.get("/healthz")["X-Request-ID"]) == 16
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-4711"})["X-Request-ID"] == "proxy-4711"
    assert client.get("/healthz", headers={"X-Request-ID": "bad id\n"})["X-Request-ID"] != "bad id\n"


def test_lines_for_programs_name_the_job():
    token = job_id.set("17")
    record = logging.LogRecord("influence", logging.INFO, "", 0, "done %s", ("well",), None)
    TraceFilter().filter(record)
    job_id.reset(token)
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["job"], "request" in line) == ("done well", "17", False)
