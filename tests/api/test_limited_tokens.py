"""A token may be limited to some of its user's initiatives: it then opens nothing else."""

import pytest
from rest_framework.test import APIClient

from bpm_influence.accounts.models import ApiToken
from initiatives.editing import create_initiative
from tests.api.conftest import assert_problem, make_user

pytestmark = pytest.mark.django_db
INITIATIVES = "/api/v1/initiatives/"


@pytest.fixture
def other(manager):
    return create_initiative(slug="onboarding", name="Onboarding", created_by=manager)


def limited(user, *initiatives):
    _, secret = ApiToken.make(
        user, name="limited", scope="write", initiatives=[initiative.pk for initiative in initiatives]
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.mark.parametrize("role", ["change_manager", "administrator"])
def test_limited_token_sees_its_initiatives_alone(initiative, other, manager, role):
    user = manager if role == "change_manager" else make_user("adele", role)
    client = limited(user, initiative)
    assert [row["slug"] for row in client.get(INITIATIVES).json()["results"]] == ["invoices"]
    assert client.get(f"{INITIATIVES}invoices/").status_code == 200
    assert_problem(client.get(f"{INITIATIVES}onboarding/"), 404)
    assert_problem(client.post(f"{INITIATIVES}onboarding/ties/", []), 404)


@pytest.mark.parametrize("role", ["change_manager", "administrator"])
def test_limited_token_sees_no_charts_and_makes_no_initiative(initiative, role):
    user = initiative.created_by if role == "change_manager" else make_user("adele", role)
    client = limited(user, initiative)
    assert_problem(client.get("/api/v1/org-charts/"), 403)
    assert_problem(client.get("/api/v1/people/"), 403)
    assert_problem(
        client.post(INITIATIVES, {"name": "New"}),
        403,
        "This token is limited to some initiatives; make one without a limit.",
    )


def test_limit_to_an_initiative_that_is_gone_opens_none(initiative, other):
    client = limited(initiative.created_by, other)
    other.delete()
    assert client.get(INITIATIVES).json()["count"] == 0


def test_limited_token_still_changes_its_own_initiative(initiative):
    answer = limited(initiative.created_by, initiative).patch(f"{INITIATIVES}invoices/", {"goal": "Faster."})
    assert (answer.status_code, answer.json()["goal"]) == (200, "Faster.")
