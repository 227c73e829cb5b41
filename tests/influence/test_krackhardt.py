"""The main job on real, published data: an HR file and named ties in, scores and champions out.

Krackhardt (1987), Cognitive social structures, Social Networks 9: 21 managers, advice and friendship.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from bpm_influence.accounts.models import ApiToken, User
from bpm_influence.jobs.models import Job
from influence.results import CHAMPION_FIELDS, SCORE_FIELDS
from tests.commands import printed

DATA = Path(__file__).parents[3] / "shared" / "data" / "krackhardt-hightech"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not DATA.exists(), reason=f"The published data are not at {DATA}."),
]
REFERENCES = {
    "in_degree": "in_degree",
    "pagerank": "pagerank_weighted",
    "authority": "hits_authority_weighted",
    "betweenness": "betweenness",
    "harmonic": "harmonic_in",
    "core": "core",
    "constraint": "constraint_directed_weighted",
    "effective_size": "effective_size",
    "ei_index": "ei_index_neighbours",
}
HIERARCHY = {"level": "level", "span": "span", "headcount": "headcount_below"}


def reference(name):
    with (DATA / "reference" / name).open(encoding="utf-8-sig") as file:
        return {row["employee_id"]: row for row in csv.DictReader(file)}


def ties_of(*relations):
    rows = (DATA / "ties.csv").read_text().splitlines(keepends=True)
    return "".join([rows[0], *(row for row in rows[1:] if row.split(",")[2] in relations)])


@pytest.fixture
def analysed(tmp_path):
    """A function that goes the way of the commands with the ties of some relations."""

    def analyse(*relations):
        ties = tmp_path / "ties.csv"
        ties.write_text(ties_of(*relations))
        printed("load_org_chart", str(DATA / "people.csv"))
        printed("create_initiative", "hightech", "--name", "High tech", "--sponsor", "M07")
        printed("load_ties", "hightech", str(ties))
        printed("analyse", "hightech", "--seed", "1", "--wait")

    return analyse


@pytest.mark.parametrize("relation", ["advice", "trust"])
def test_scores_equal_the_reference_figures(analysed, relation):
    analysed(relation)
    rows = json.loads(printed("scores", "hightech", "--format", "json"))
    scores = {row["employee_id"]: row for row in rows}
    nodes, places = reference(f"nodes_{relation}.csv"), reference("hierarchy.csv")
    assert list(scores["M02"]) == list(SCORE_FIELDS)
    assert sorted(scores) == sorted(nodes)
    for person, score in scores.items():
        for ours, theirs in REFERENCES.items():
            assert score[ours] == pytest.approx(float(nodes[person][theirs]), abs=1e-6), (person, ours)
        for ours, theirs in HIERARCHY.items():
            assert score[ours] == int(places[person][theirs])


def test_commands_and_api_give_the_same_results(analysed):
    analysed("advice", "trust")
    client = client_of_the_administrator()
    base = "/api/v1/initiatives/hightech"
    champions = json.loads(printed("champions", "hightech", "--format", "json"))
    assert [tuple(champion) for champion in champions] == [CHAMPION_FIELDS] * 5
    assert client.get(f"{base}/champions/").json()["results"] == champions
    assert client.get(f"{base}/champions/?k=3").json()["results"] == champions[:3]
    scores = json.loads(printed("scores", "hightech", "--format", "json"))
    by_id = {score["employee_id"]: score for score in scores}
    page = client.get(f"{base}/scores/").json()
    assert (page["count"], {score["employee_id"]: score for score in page["results"]}) == (21, by_id)
    summary = json.loads(printed("summary", "hightech", "--format", "json"))
    assert client.get(f"{base}/summary/").json() == summary
    assert sum(part["people"] for part in summary["split"].values()) == pytest.approx(21, abs=1e-6)


def test_the_api_alone_goes_the_whole_way():
    client = client_of_the_administrator()
    chart = client.post("/api/v1/org-charts/", {"file": upload("people.csv")}, format="multipart")
    assert chart.status_code == 202
    run_queued_jobs()
    activated = client.post(f"/api/v1/org-charts/{chart.json()['id']}/activate/")
    assert activated.status_code in (200, 202)
    run_queued_jobs()
    assert client.get("/api/v1/people/?search=manager 07").json()["results"][0]["employee_id"] == "M07"
    roles = [{"employee_id": "M07", "role": "sponsor"}]
    assert client.post("/api/v1/initiatives/", {"name": "High tech", "roles": roles}).status_code == 201
    base = "/api/v1/initiatives/high-tech"
    ties = client.post(f"{base}/ties/", {"file": upload("ties.csv")}, format="multipart")
    assert (ties.status_code, ties.json()["ties"], ties.json()["people"]) == (201, 292, 21)
    asked = client.post(f"{base}/analyses/", {"parameters": {"seed": 1}})
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    run_queued_jobs()
    done = client.get(asked.json()["url"]).json()
    assert (done["state"], done["progress"], done["attempt"], done["people"]) == ("done", 1.0, 1, 21)
    assert client.get(f"{base}/champions/").json()["count"] == 5
    network = json.loads(b"".join(client.get(f"{base}/network/").streaming_content))
    assert (len(network["nodes"]), len(network["edges"])) == (21, 292)


def upload(name):
    return SimpleUploadedFile(name, (DATA / name).read_bytes(), content_type="text/csv")


def run_queued_jobs():
    for job in Job.objects.filter(state="queued"):
        Job.run_here(job)


def client_of_the_administrator():
    user = User.objects.create_user("ada", password="not-needed-here-1", role=User.Role.ADMINISTRATOR)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {ApiToken.make(user, name='tests', scope='write')[1]}")
    return client
