"""The network through the browser's door: what is drawn, for whom, and what a survey's promise takes out."""

import io
from dataclasses import replace

import numpy as np
import pytest
from django.core.files.base import ContentFile

from influence.models import Analysis
from influence.picture.people import TIES_MOST
from influence.picture.stored import read_picture
from tests.influence.picture.conftest import address, ties_of, unpacked

pytestmark = pytest.mark.django_db
QUESTIONS = (
    address("network_find", q="Name"), address("network_path", **{"from": "S1", "to": "P1"}),
    address("network_person", "S1"), address("network_without", "F1"),
)  # fmt: skip


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def with_many_ties(analysis, count):
    """Put that many ties, in no order, in place of those that the analysis kept; returns their strengths."""
    kept = read_picture(analysis)
    random = np.random.default_rng(1)
    source, target = random.integers(0, kept.n, (2, count), np.int32)
    strength = random.random(count, np.float32)
    many = replace(kept, source=source, target=target, strength=strength,
                   relation=np.zeros(count, kept.relation.dtype))  # fmt: skip
    content = io.BytesIO()
    np.savez(content, **vars(many))
    analysis.picture.save("many.npz", ContentFile(content.getvalue()))
    return strength


def edges_of(data):
    ids = np.array(data["ids"])
    relations = np.array([one["name"] for one in data["relations"]])
    columns = (ids[data["source"]], ids[data["target"]], relations[data["relation"]])
    return set(zip(*(column.tolist() for column in columns), strict=True))


def pairs_of(data, layer):
    """The pairs of departments drawn on one layer."""
    names = np.array(data["names"])
    drawn = data["layer"] == data["layers"].index(layer)
    return set(zip(names[data["source"][drawn]].tolist(), names[data["target"][drawn]].tolist(), strict=True))


def test_picture_holds_everybody_and_every_tie_once(browser, analysis):
    data = unpacked(browser.get(address("network_data")))

    assert (data["kind"], data["people"]) == ("everybody", 33)
    assert edges_of(data) == {(s, t, r) for s, t, r, _ in ties_of()}
    assert data["strength"].tolist() == sorted(data["strength"].tolist(), reverse=True)
    assert np.isfinite([data["x"], data["y"]]).all()
    assert [data["ids"][i] for i in data["leaders"]] == ["E0"]
    assert [data["ids"][data["manager"][data["ids"].index("S3")]]] == ["S0"]


def test_picture_known_to_the_browser_is_not_sent_again(browser, analysis):
    first = browser.get(address("network_data"))

    again = browser.get(address("network_data"), headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert browser.get(address("network_data", all=1)).content != b""


def test_ties_loaded_later_do_not_change_the_picture_of_an_analysis(browser, analysis, initiative):
    initiative.tie_sets.all().delete()

    assert edges_of(unpacked(browser.get(address("network_data")))) == {(s, t, r) for s, t, r, _ in ties_of()}


def test_of_a_network_too_large_to_send_the_strongest_ties_go(browser, analysis):
    strength = with_many_ties(analysis, TIES_MOST + 1_000)

    data = unpacked(browser.get(address("network_data", all=1)))

    assert data["ties"] == TIES_MOST + 1_000
    assert data["source"].size == data["target"].size == data["relation"].size == TIES_MOST
    assert np.array_equal(data["strength"], np.sort(strength)[::-1][:TIES_MOST])


def test_department_is_drilled_into(browser, analysis):
    data = unpacked(browser.get(address("network_data", department="Finance")))

    assert sorted(data["ids"]) == [f"F{i}" for i in range(10)]
    assert {end for edge in edges_of(data) for end in edge[:2]} <= set(data["ids"])
    assert browser.get(address("network_data", department="Nowhere")).status_code == 404


def test_neighbourhood_of_one_and_two_steps(browser, analysis):
    near = unpacked(browser.get(address("network_data", person="P1", steps=1)))
    far = unpacked(browser.get(address("network_data", person="P1", steps=2)))

    named = {s for s, t, _, _ in ties_of() if t == "P1"} | {t for s, t, _, _ in ties_of() if s == "P1"}
    assert set(near["ids"]) == named | {"P1"}
    assert near["ids"][near["focus"]] == "P1"
    assert set(near["ids"]) < set(far["ids"])
    assert browser.get(address("network_data", person="nobody")).status_code == 404


def test_shortest_path_says_who_names_whom(browser, analysis):
    page = browser.get(address("network_path", **{"from": "S5", "to": "F1"}))
    assert [(at.person.employee_id, step.names, step.is_named) for step, at in page.context["steps"]] == [
        ("F1", True, False)
    ]

    longer = browser.get(address("network_path", **{"from": "S5", "to": "P1"})).context["path_ids"]
    assert (longer[0], longer[-1], len(longer)) == ("S5", "P1", 4)


def test_person_beside_the_picture_has_both_directions(browser, analysis):
    page = browser.get(address("network_person", "F1"))

    assert {row["score"].person.employee_id for row in page.context["named_by"]} == {
        s for s, t, _, _ in ties_of() if t == "F1"
    }
    assert {row["score"].person.employee_id for row in page.context["names"]} == {"F2", "F3"}


def test_without_a_person_the_reach_is_smaller(browser, analysis):
    sponsor = browser.get(address("network_without", "E0")).context["absence"]
    leaf = browser.get(address("network_without", "A1")).context["absence"]

    assert sponsor.starts
    assert sponsor.lost > 1
    assert not leaf.starts
    assert 0 <= leaf.lost < sponsor.lost
    assert abs(sponsor.reach - analysis.summary["reach"]["both"]["people"]) < 1.5


def test_tables_behind_the_picture_say_the_same(browser, analysis):
    page = browser.get(address("network", person="F1"))

    assert page.context["pairs"][0] == {"source": "Sales", "target": "Finance", "ties": 10, "people": 10}
    assert page.context["most_named"][0].person.employee_id == "F1"
    assert page.context["score"].person.employee_id == "F1"
    assert "Sales name people of Finance" in page.context["finding"]


def test_viewer_sees_departments_and_no_small_group(signed_in, viewer, analysis):
    browser = signed_in(viewer)

    data = unpacked(browser.get(address("network_data", all=1, person="S1", department="Sales")))

    assert data["kind"] == "departments"
    assert pairs_of(data, "influence") <= {("Sales", "Finance")}
    assert pairs_of(data, "leadership") == set()
    assert ("Sales", "Board") in pairs_of(data, "line")
    assert [browser.get(question).status_code for question in QUESTIONS] == [403] * 4
    assert b"S1" not in browser.get(address("network")).content


def test_promise_of_scores_only_hides_every_tie(browser, analysis, scores_only):
    answer = browser.get(address("network_data", all=1))
    data = unpacked(answer)

    assert data["kind"] == "departments"
    assert "ids" not in data
    assert pairs_of(data, "influence") <= {("Sales", "Finance")}
    assert [browser.get(question).status_code for question in QUESTIONS] == [403] * 4
    page = browser.get(address("network"))
    assert (page.context["sees_ties"], page.context["most_named"]) == (False, [])
    assert b"nobody sees who named whom" in page.content
    assert b"GraphML" not in page.content


def test_promise_made_later_is_not_met_from_the_cache(browser, analysis, initiative, request):
    assert unpacked(browser.get(address("network_data")))["kind"] == "everybody"

    request.getfixturevalue("scores_only")

    assert unpacked(browser.get(address("network_data")))["kind"] == "departments"


def test_unnamed_groups_are_not_in_the_picture(browser, analysis, low_groups_counted):
    data = unpacked(browser.get(address("network_data")))

    named = set(
        analysis.scores.filter(group__in=["leading_influencer", "hidden_influencer"]).values_list(
            "person__employee_id", flat=True
        )
    )
    assert set(data["ids"]) == named
    assert {end for edge in edges_of(data) for end in edge[:2]} <= named
    unnamed = analysis.scores.exclude(person__employee_id__in=named).first().person.employee_id
    assert browser.get(address("network_person", unnamed)).status_code == 404


def test_person_whose_rows_are_gone_is_not_in_the_picture(browser, analysis):
    analysis.scores.get(person__employee_id="F1").person.delete()

    data = unpacked(browser.get(address("network_data", all=1)))

    assert "F1" not in data["ids"]
    assert edges_of(data) == {(s, t, r) for s, t, r, _ in ties_of() if "F1" not in (s, t)}


def test_analysis_without_a_picture_says_what_to_do(browser, analysis):
    Analysis.objects.update(picture="")

    page = browser.get(address("network"))

    assert b"Start a new one to see the network" in page.content
    assert browser.get(address("network_data")).status_code == 404


PAGES = ("network", "network_data", "departments", "chart", "compare")


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_the_database_little(browser, analysis, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert browser.get(address(name)).status_code in (200, 404)
