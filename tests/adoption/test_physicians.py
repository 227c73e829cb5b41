"""The published study end to end: the often named came early, no clear sign that exposure matters."""

from __future__ import annotations

import json

import pytest

from influence.adoption.models import AdoptionStudy
from tests.adoption.conftest import PHYSICIANS
from tests.commands import printed
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
EVIDENCE = "/api/v1/initiatives/tetracycline/evidence/"


@pytest.fixture
def loaded(physicians):
    report = json.loads(
        printed("load_adoption", "tetracycline", PHYSICIANS / "adoption.csv", format="json", label="study")
    )
    assert report == {"people": 109, "events": 109, "written": True, "errors": [], "warnings": []}
    return physicians


@pytest.fixture
def browser(client, loaded):
    user = make_user("carol", "change_manager")
    loaded.members.create(user=user)
    client.force_login(user)
    return client


def test_evidence_is_that_of_the_reference(browser):
    stages = browser.get(EVIDENCE).json()["stages"]
    assert [(s["stage"], s["period"], s["events"]) for s in stages] == [("adoption", "month", 89)]
    leadership, influence = stages[0]["odds_ratios"]
    assert leadership == {
        "exposure": "leadership", "odds_ratio": None, "low": None, "high": None, "p_permutation": None,
        "reason": "Nobody has a manager in scope or named anybody as leading, so exposure to leadership "
        "cannot be told.",
    }  # fmt: skip
    assert [round(influence[key], 2) for key in ("odds_ratio", "low", "high")] == [0.83, 0.39, 1.75]
    assert (influence["exposure"], influence["reason"]) == ("influence", None)
    assert influence["p_permutation"] > 0.1


def test_sentence_says_no_clear_sign_and_that_the_named_came_early(browser):
    sentence = browser.get(EVIDENCE).json()["stages"][0]["sentence"]
    assert sentence == (
        "Adoption, 89 moves. Nobody has a manager in scope or named anybody as leading, so exposure to "
        "leadership cannot be told. No clear sign that moving went with the colleagues they name having come "
        "before (influence: odds ratio 0.83, 0.39 to 1.75). Those named by many came earlier (rank "
        "correlation -0.28, p 0.002): that is about their position, and shows no influence."
    )


def test_pages_say_the_same_and_draw_it(browser):
    page = browser.get("/initiatives/tetracycline/adoption/evidence/")
    assert page.context["verdict"] == "Too little data"
    assert [row["odds_ratio"] for row in page.context["picture"]] == [pytest.approx(0.83, abs=0.005)]
    timeline = browser.get("/initiatives/tetracycline/adoption/")
    assert timeline.context["headline"] == "87% have come to adoption, 1 point more than a month before"
    assert timeline.context["span"] == "17 months, 1953-11 to 1955-03"


def test_evidence_of_the_four_cities_is_kept_with_what_dropped_out(loaded):
    entry = AdoptionStudy.objects.get().evidence[0]
    assert (entry["rows"], entry["controls"], entry["errors"]) == (769, "quadratic trend", "robust")
    assert (entry["dropped_departments"], entry["dropped_unnamed"]) == ([], 0)
