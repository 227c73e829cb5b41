"""Finding people: any part, any order, accents, one typo; ten of the survey's people at most."""

import numpy as np
import pytest

from surveys.models import Invitation
from surveys.searching import SearchLimit, begins_within_one_typo, find_people


def found(world, query, **options):
    survey, people = world
    ids = {person.pk: employee_id for employee_id, person in people.items()}
    options = {"own_person": people["T"].pk, **options}
    return [ids[pk] for pk in find_people(survey, query, **options)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mul", ["S1", "F1"]),  # by name: Ana before Łukasz
        ("müller lukasz", ["F1"]),
        ("Lukasz Muller", ["F1"]),
        ("MÜL ana", ["S1"]),
        ("gar", ["F2"]),
        ("lopez, ana", ["F2"]),
        ("sondergaard", ["S"]),
        ("øndergaa", ["S"]),
        ("fournier zoe", ["F"]),
    ],
)
def test_any_part_in_any_order_without_accents(world, query, expected):
    assert found(world, query) == expected


@pytest.mark.parametrize("query", ["forunier", "fuornier", "fournie", "fourniier", "fornier", "founrier"])
def test_one_typo_is_forgiven(world, query):
    assert found(world, query) == ["F"]


def test_exact_names_come_before_those_one_typo_away(world):
    assert found(world, "miller") == ["S2", "S1", "F1"]
    assert found(world, "anna miller") == ["S2"]  # Ana Müller would need two typos


def test_two_typos_and_short_parts_find_nobody(world):
    assert found(world, "fuornire") == []
    assert found(world, "zxy") == []
    assert found(world, "a") == []
    assert found(world, "   ") == []


def test_own_department_comes_first_and_nobody_finds_themselves(world):
    people = world[1]

    assert found(world, "ana", own_department="Sales") == ["S1", "F2"]
    assert found(world, "ana", own_person=people["S1"].pk) == ["F2"]
    assert found(world, "ana", own_department="Sales", may_name="own_department") == ["S1"]
    assert found(world, "ana", own_department="Sales", may_name="other_departments") == ["F2"]


def test_only_the_surveys_people_are_found(world):
    survey, people = world
    survey.invitations.filter(person=people["S1"]).update(state=Invitation.State.OBJECTED)
    survey.invitations.filter(person=people["F2"]).delete()
    survey.people_changed()
    survey.refresh_from_db()

    assert found(world, "ana") == ["S2"][:0]
    assert found(world, "ann") == ["S2"]


def test_a_survey_without_people_finds_nobody(world):
    world[0].invitations.all().delete()
    world[0].people_changed()
    world[0].refresh_from_db()

    assert found(world, "ana") == []


def test_one_typo_agrees_with_the_edit_distance_of_every_beginning():
    random = np.random.default_rng(5)
    words = ["".join(random.choice(list("abc"), size=random.integers(3, 8))) for _ in range(300)]
    letters = np.array(words, dtype="U33").view(np.uint32).reshape(len(words), 33)
    for part in words[:25]:
        if len(part) < 4:
            continue
        given = begins_within_one_typo(letters, part)
        expected = [any(distance(part, word[:end]) <= 1 for end in range(len(word) + 1)) for word in words]
        assert given.tolist() == expected


def distance(a, b):
    """The edit distance with swaps of neighbours (optimal string alignment)."""
    rows = [[max(i, j) if min(i, j) == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_a_link_that_searches_too_often_waits():
    limit = SearchLimit(allowed=3, seconds=60)

    assert [limit.seconds_to_wait("one") for _ in range(3)] == [0, 0, 0]
    assert 59 < limit.seconds_to_wait("one") <= 60
    assert limit.seconds_to_wait("two") == 0
