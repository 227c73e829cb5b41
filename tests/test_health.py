import json
import subprocess
import sys

import pytest

from tests.workers import ROOT, environment


@pytest.mark.django_db
def test_health_needs_no_token(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "broker": "ok"})


ASK = """
import django, json
django.setup()
from django.test import Client
answer = Client().get("/healthz", HTTP_HOST="localhost")
print(json.dumps([answer.status_code, answer.json()]))
"""


def test_health_of_parts_that_are_down_is_a_503(db):
    down = environment() | {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "bpm_influence.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=down, capture_output=True, text=True, check=True
    )

    words = {"status": "unavailable", "database": "does not answer", "broker": "does not answer"}
    assert json.loads(told.stdout.splitlines()[-1]) == [503, words]
