"""Loading ties and asking for analyses through HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bpm_influence.jobs.models import Job
from influence.models import Tie
from tests.api.conftest import assert_problem

pytestmark = pytest.mark.django_db
BASE = "/api/v1/initiatives/invoices/"
ROWS = [
    {"source": "03", "target": "02", "relation": "advice", "strength": 2},
    {"source": "04", "target": "03", "relation": "advice", "strength": 4},
    {"source": "06", "target": "03"},
]


def stored():
    ties = Tie.objects.order_by("source__employee_id")
    return list(ties.values_list("source__employee_id", "target__employee_id", "relation__name", "strength"))


EXPECTED = [("03", "02", "advice", 0.5), ("04", "03", "advice", 1.0), ("06", "03", "influence", 1.0)]


def file_of(text, name="round 1.csv"):
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_ties_as_json_are_stored_under_the_label_api(initiative, client):
    answer = client.post(f"{BASE}ties/", ROWS)
    assert answer.status_code == 201
    assert (answer.json()["ties"], answer.json()["errors"]) == (3, [])
    assert stored() == EXPECTED
    assert initiative.tie_sets.get().label == "api"


def test_ties_as_a_file_are_stored_under_its_name(initiative, client):
    content = "source,target,relation,strength\n03,02,advice,2\n04,03,advice,4\n06,03,,\n"
    answer = client.post(f"{BASE}ties/", {"file": file_of(content)}, format="multipart")
    assert answer.status_code == 201
    assert stored() == EXPECTED
    assert initiative.tie_sets.get().label == "round 1.csv"


def test_ties_sent_again_under_a_label_replace_what_it_brought(initiative, client):
    client.post(f"{BASE}ties/?label=spring", ROWS)
    client.post(f"{BASE}ties/?label=autumn", ROWS[:1])
    client.post(f"{BASE}ties/?label=spring", ROWS[1:])
    counts = {tie_set.label: tie_set.ties.count() for tie_set in initiative.tie_sets.all()}
    assert counts == {"spring": 2, "autumn": 1}


def test_ties_that_name_unknown_people_are_listed_and_nothing_is_stored(initiative, client):
    answer = client.post(f"{BASE}ties/", [*ROWS, {"source": "03", "target": "99"}])
    assert_problem(answer, 422, "The ties were not loaded; nothing was changed.")
    faults = [(fault["kind"], fault["column"], fault["value"]) for fault in answer.json()["faults"]]
    assert faults == [("unknown_person", "target", "99")]
    assert stored() == []


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        (
            [{"source": "03", "target": "02", "strenght": 2}],
            {"row 1": ["There is no “strenght” in a tie; use source, target, relation, strength."]},
        ),
        (
            [ROWS[0], "03"],
            {"row 2": ["Write each tie as an object with source, target, relation, strength."]},
        ),
    ],
)
def test_rows_that_are_no_ties_are_refused_by_number(initiative, client, rows, errors):
    assert_problem(client.post(f"{BASE}ties/", rows), 400, errors=errors)
    assert stored() == []


def test_upload_without_a_file_is_refused_by_field(initiative, client):
    answer = client.post(f"{BASE}ties/", {"label": "x"}, format="multipart")
    assert_problem(answer, 400, errors={"file": ["No file was submitted."]})


def test_analysis_is_accepted_with_an_address_to_poll(ties, client):
    answer = client.post(f"{BASE}analyses/", {"parameters": {"seed": 7, "champions": 2}})
    analysis = ties.initiative.analyses.get()
    url = f"http://testserver{BASE}analyses/{analysis.pk}/"
    assert answer.status_code == 202
    assert (answer["Location"], answer["Retry-After"]) == (url, "2")
    shown = answer.json()
    assert {name: shown[name] for name in ("id", "state", "progress", "message", "attempt", "url")} == {
        "id": analysis.pk,
        "state": "queued",
        "progress": 0.0,
        "message": "",
        "attempt": 0,
        "url": url,
    }
    assert (shown["parameters"]["seed"], shown["parameters"]["champions"]) == (7, 2)
    assert client.get(url).json() == shown


def test_the_same_request_sent_twice_makes_one_job(ties, client):
    first = client.post(f"{BASE}analyses/", {}).json()
    assert client.post(f"{BASE}analyses/").json() == first
    assert Job.objects.filter(kind="analysis").count() == 1
    assert client.post(f"{BASE}analyses/", {"parameters": {"seed": 5}}).json()["id"] != first["id"]
    assert client.get(f"{BASE}analyses/").json()["count"] == 2


def test_finished_analysis_says_done(analysis, client):
    shown = client.get(f"{BASE}analyses/{analysis.pk}/").json()
    assert (shown["state"], shown["progress"], shown["people"], shown["ties"]) == ("done", 1.0, 6, 4)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"seed": 1}, ["seed"]),
        ({"parameters": {"rounds": 3}}, ["parameters"]),
        ({"parameters": {"theta": 2}}, ["parameters"]),
        ({"parameters": {"theta": 0.7, "line": 0.3}}, ["parameters"]),
        ({"parameters": "quick"}, ["parameters"]),
    ],
)
def test_analysis_with_wrong_parameters_is_refused_by_name(ties, client, body, errors):
    answer = client.post(f"{BASE}analyses/", body)
    assert_problem(answer, 400)
    assert list(answer.json()["errors"]) == errors
    assert ties.initiative.analyses.count() == 0


def test_analysis_of_an_initiative_without_ties_is_a_conflict_in_words(initiative, client):
    assert_problem(
        client.post(f"{BASE}analyses/", {}),
        409,
        "Nobody has named anybody yet; load ties, or ask people in a survey first.",
    )


def test_viewers_follow_an_analysis_but_neither_start_one_nor_load_ties(analysis, viewer):
    assert viewer.get(f"{BASE}analyses/{analysis.pk}/").status_code == 200
    assert_problem(viewer.post(f"{BASE}analyses/", {}), 403)
    assert_problem(viewer.post(f"{BASE}ties/", ROWS), 403)


def test_analysis_of_another_initiative_is_not_found(analysis, client, stranger):
    assert_problem(stranger.get(f"{BASE}analyses/{analysis.pk}/"), 404)
    assert_problem(client.get(f"{BASE}analyses/{analysis.pk + 1}/"), 404)
    assert_problem(client.get(f"{BASE}analyses/99999999999999999999/"), 404)
