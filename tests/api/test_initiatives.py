"""Initiatives through HTTP: what the contract names, who may do it, and what is refused by name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.editing import create_initiative
from initiatives.models import Initiative
from tests.api.conftest import assert_problem, client_of, make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/initiatives/"
ONE = f"{LIST}invoices/"
NEW = {
    "slug": "travel",
    "name": "Travel costs",
    "processes": ["Expense claim"],
    "goal": "Paid in three days.",
    "start": "2026-03-02",
    "end": "2026-12-18",
    "scope": {"departments": ["Finance"], "below": ["05"], "people": ["01"]},
    "roles": [{"employee_id": "02", "role": "process_owner"}],
    "cut": 75.0,
    "stages": ["awareness", "adoption"],
    "members": ["carol"],
}


def test_initiative_sent_whole_comes_back_as_it_was_sent(chart, client):
    made = client.post(LIST, NEW)
    assert (made.status_code, made.json()) == (201, NEW)
    assert made["Location"] == f"http://testserver{LIST}travel/"
    assert client.get(made["Location"]).json() == NEW


def test_initiative_with_a_name_alone_gets_the_usual_rest(chart, client):
    assert client.post(LIST, {"name": "Travel costs"}).json() == {
        "slug": "travel-costs",
        "name": "Travel costs",
        "processes": [],
        "goal": "",
        "start": None,
        "end": None,
        "scope": {"departments": [], "below": [], "people": []},
        "roles": [],
        "cut": 80.0,
        "stages": ["awareness", "willingness", "ability", "adoption", "reinforcement"],
        "members": ["carol"],
    }


def test_patch_changes_what_is_sent_and_nothing_else(initiative, client):
    before = client.get(ONE).json()
    roles = [{"employee_id": "05", "role": "sponsor"}, {"employee_id": "02", "role": "project_lead"}]
    changed = client.patch(ONE, {"cut": 70, "roles": roles})
    assert changed.status_code == 200
    expected = {**before, "cut": 70.0, "roles": sorted(roles, key=lambda role: role["role"])}
    assert changed.json() == client.get(ONE).json() == expected


@pytest.mark.parametrize(
    ("entries", "errors"),
    [
        (
            {"name": "X", "colour": "red"},
            {
                "colour": [
                    "There is no “colour” here; use slug, name, processes, goal, start, end, scope, "
                    "roles, cut, stages, members."
                ]
            },
        ),
        ({}, {"name": ["This field is required."]}),
        (
            {"name": "X", "roles": [{"employee_id": "99", "role": "sponsor"}]},
            {
                "roles": [
                    "Nobody on the current org chart has the employee id “99”; check the id or "
                    "load a newer chart."
                ]
            },
        ),
        (
            {"name": "X", "scope": {"departments": ["Finanz"]}},
            {
                "scope": [
                    "There is no department “Finanz” in the current org chart; copy the name as "
                    "the chart has it."
                ]
            },
        ),
        (
            {"name": "X", "scope": {"teams": []}},
            {"scope": {"teams": ["There is no “teams” here; use departments, below, people."]}},
        ),
        (
            {"name": "X", "start": "2026-05-01", "end": "2026-04-01"},
            {
                "end": [
                    "The end (2026-04-01) lies before the start (2026-05-01); change one of the two dates."
                ]
            },
        ),
        (
            {"name": "X", "members": ["nobody"]},
            {"members": ["There is no user “nobody”; create the user first."]},
        ),
        (
            {"name": "X", "slug": "invoices"},
            {"slug": ["There is already an initiative “invoices”; choose another short name."]},
        ),
        ({"name": "X", "cut": 100}, {"cut": ["Ensure this value is less than or equal to 99.999."]}),
    ],
)
def test_initiative_with_a_wrong_entry_is_refused_by_field_and_not_written(
    initiative, client, entries, errors
):
    assert_problem(client.post(LIST, entries), 400, errors=errors)
    assert Initiative.objects.count() == 1


def test_malformed_json_and_a_wrong_media_type_are_problems(initiative, client):
    malformed = client.post(LIST, "{", content_type="application/json")
    assert_problem(malformed, 400)
    assert_problem(client.post(LIST, "name,X", content_type="text/csv"), 415)
    assert_problem(client.delete(ONE), 405)


def test_unknown_query_parameter_is_refused_by_name(initiative, client):
    sentence = "There is no “sort” here; use page, page_size."
    assert_problem(client.get(LIST, {"sort": "name"}), 400, errors={"sort": [sentence]})


def test_page_beyond_the_end_is_not_found(initiative, client):
    assert_problem(client.get(LIST, {"page": 2}), 404)


def test_list_shows_members_their_own_and_the_administrator_all(initiative, client, stranger):
    administrator = client_of(make_user("ada", "administrator"))
    assert [row["slug"] for row in client.get(LIST).json()["results"]] == ["invoices"]
    assert [row["slug"] for row in administrator.get(LIST).json()["results"]] == ["invoices"]
    assert stranger.get(LIST).json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_strangers_do_not_learn_that_an_initiative_exists(initiative, stranger):
    assert_problem(stranger.get(ONE), 404)
    assert_problem(stranger.patch(ONE, {"cut": 70}), 404)


def test_members_who_may_only_look_are_refused_in_words(initiative, viewer):
    sentence = "Your role may look at initiatives but not change them; ask a change manager."
    assert_problem(viewer.patch(ONE, {"cut": 70}), 403, sentence)
    assert_problem(viewer.post(LIST, {"name": "X"}), 403, sentence)


def test_token_that_may_only_read_changes_nothing(initiative, manager):
    reader = client_of(manager, scope="read")
    assert reader.get(ONE).status_code == 200
    assert_problem(reader.patch(ONE, {"cut": 70}), 403)


def queries_of_the_list(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    return len(queries)


def test_list_of_three_asks_the_database_as_often_as_a_list_of_one(initiative, client, manager):
    client.patch(ONE, {"scope": {"people": ["01"]}})
    one = queries_of_the_list(client)
    for slug in ("b", "c"):
        create_initiative(slug=slug, name=slug, scope={"people": ["01"]}, created_by=manager)
    assert client.get(LIST).json()["count"] == 3
    assert queries_of_the_list(client) == one
