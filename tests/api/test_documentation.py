"""The examples of docs/api.md run as they are printed, against a live server with the demonstration."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bpm_influence.accounts.models import ApiToken, User
from bpm_influence.jobs.models import Job
from influence.demonstration.loading import load_demonstration
from influence.models import TieSet
from orgchart.models import OrgChart

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed."),
]


def examples(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


@pytest.fixture
def run(live_server, tmp_path):
    """A function that runs one example with BASE and TOKEN set."""
    load_demonstration()
    user = User.objects.get(username="demo-change-manager")
    environment = {
        "BASE": f"{live_server.url}/api/v1/initiatives/digital-invoice-approval",
        "TOKEN": ApiToken.make(user, name="docs", scope="write")[1],
        "HR_TOKEN": ApiToken.make(User.objects.get(username="demo-hr"), name="docs", scope="write")[1],
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }

    def run_one(*command):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_one


def test_curl_examples_work_as_printed(run, tmp_path):
    one, table, scores, work, log, adoption, staff = examples("bash")
    champions = json.loads(run("bash", "-c", one))["results"]
    assert [champion["rank"] for champion in champions] == [1, 2, 3, 4, 5]
    run("bash", "-c", table)
    with (tmp_path / "champions.csv").open() as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert names[:5] == [champion["name"] for champion in champions]
    found = json.loads(run("bash", "-c", scores))["results"]
    assert {(row["group"], row["department"]) for row in found} == {("hidden_influencer", "Finance")}
    run("bash", "-c", work)
    assert TieSet.objects.get(label="workshop").ties_count == 1
    assert json.loads(run("bash", "-c", log))["label"] == "invoice workflow"
    Job.run_here(Job.objects.latest("pk"))
    assert TieSet.objects.get(label="invoice workflow").ties_count == 1
    assert "stages" in run("bash", "-c", adoption)
    chart = json.loads(run("bash", "-c", staff))["id"]
    Job.run_here(Job.objects.latest("pk"))
    assert OrgChart.objects.get(pk=chart).people_count == 2


def test_python_examples_work_as_printed(run):
    bars, network = examples("python")
    assert "Joris Mulder" in run(sys.executable, "-c", bars)
    assert run(sys.executable, "-c", network) == "600 people, 3215 ties\n"
