"""The person's page: who would follow whom with which probability, and the sphere as a picture."""

import pytest

from influence.models import Group
from influence.network.kept import moved_by
from influence.sampling import kept_samples
from tests.influence.picture.conftest import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def page_of(browser, employee_id):
    return browser.get(address("person", employee_id))


def shares(rows):
    return {row.score.person.employee_id: round(row.chance, 6) for row in rows}


def test_followers_come_with_their_probability(browser, analysis):
    context = page_of(browser, "F1").context
    # Everybody of Sales names F1 and two others, each as strongly as the relation goes: 0.4 / 3.
    found = shares(context["followers"])
    assert {one: chance for one, chance in found.items() if one.startswith("S")} == {
        f"S{number}": 0.133333 for number in range(10)
    }
    # F1 names the next two of Finance, with the same strength.
    assert shares(context["followed"]) == {"F2": 0.2, "F3": 0.2}


def test_leadership_alone_is_named_without_a_probability(browser, analysis):
    rows = page_of(browser, "E0").context["followers"]
    assert [(row.score.person.employee_id, row.relations, row.chance) for row in rows] == [
        ("S1", "leadership", None)
    ]


def test_sphere_says_who_moves_how_surely_and_through_whom(browser, analysis):
    sphere = page_of(browser, "F1").context["sphere"]
    sales = [one for one in sphere.people if one.score.department == "Sales"]
    assert len(sales) == 10
    assert all(one.through == "Name F1" or one.through.startswith("Name S") for one in sales)
    assert all(0.1 < one.probability < 0.5 for one in sales)
    assert not any(one.is_inside for one in sales)  # Finance and Sales meet at the top alone
    head = next(one for one in sphere.people if one.score.person.employee_id == "F0")
    assert head.is_inside


def test_shares_of_a_sphere_add_up_to_it(analysis):
    score = analysis.scores.get(person__employee_id="F1")
    moved, probability = moved_by(kept_samples(analysis), score.place)
    assert probability[moved == score.place].tolist() == [1.0]
    assert probability.sum() == pytest.approx(score.sphere, rel=0.05)


def test_whoever_nobody_names_moves_nobody(browser, analysis):
    assert page_of(browser, "E0").context["sphere"].people == []
    assert "so nobody moves with them" in page_of(browser, "E0").content.decode()


def test_scores_only_shows_no_follower_and_no_sphere(browser, analysis, scores_only):
    answer = page_of(browser, "F1")
    assert not {"followers", "followed", "sphere"} & answer.context.keys()
    assert "would follow" not in answer.content.decode()


def test_viewer_sees_no_follower_and_no_sphere(signed_in, viewer, analysis):
    answer = page_of(signed_in(viewer), "F1")
    assert not {"followers", "followed", "sphere"} & answer.context.keys()


def test_unnamed_groups_are_in_no_sphere(browser, analysis, low_groups_counted):
    low = set(
        analysis.scores.filter(group__in=[Group.AUDIENCE, Group.LEADER_WITHOUT_REACH]).values_list(
            "person_id", flat=True
        )
    )
    context = page_of(browser, "F1").context
    shown = {
        one.score.person_id
        for one in (*context["followers"], *context["followed"], *context["sphere"].people)
    }
    assert low
    assert not low & shown
