"""Stages over time and who came after whom, on records solved by hand."""

import numpy as np
import pytest

from influence.network.cascade import influence_probabilities
from influence.network.graph import layer_from_arrays
from influence.network.hazard import Contacts
from influence.network.spreading import (
    adopters_alone,
    followers_of,
    named_and_early,
    reach_through_adopters,
    who_came_after,
)
from influence.network.stages import (
    NEVER_DAY,
    counts_by_group,
    follow_events,
    history_of,
    last_moves,
    who_they_look_to,
)
from tests.network.diffusion import contacts
from tests.network.networks import people_of_chart


def ints(*values):
    return np.array(values, np.int32)


@pytest.fixture
def journeys():
    """Person 0 comes to 1, 2 and falls back to 1; person 1 comes to 3 at once; person 2 never moves."""
    person, day, stage = ints(0, 0, 0, 1), ints(0, 10, 20, 10), ints(1, 2, 1, 3)
    return follow_events(person, day, day // 10, stage, people=3, stages=3)


def test_standing_falls_back_and_having_come_does_not(journeys):
    assert journeys.standing.tolist() == [[1, 2, 1], [0, 3, 3], [0, 0, 0]]
    assert journeys.reached.tolist() == [[0, 1, -1], [1, 1, 1], [-1, -1, -1]]
    assert journeys.day[2].tolist() == [NEVER_DAY] * 3


def test_history_of_a_stage_begins_with_its_first_and_ends_with_its_last(journeys):
    first, told = history_of(journeys, 2)
    assert (first, told.periods, told.reached.tolist()) == (1, 1, [0, 0, -1])
    first, told = history_of(journeys, 1)
    assert (first, told.reached.tolist()) == (0, [0, 1, -1])
    assert told.there.tolist() == [[1, 1], [0, 1], [0, 0]]


def test_counts_are_of_those_at_least_at_each_stage(journeys):
    counts = counts_by_group(journeys, ints(0, 1, 1), 2)
    assert counts.tolist() == [[[1, 1, 1], [0, 1, 0], [0, 0, 0]], [[0, 1, 1], [0, 1, 1], [0, 1, 1]]]
    assert last_moves(journeys, ints(0, 1, -1), 3).tolist() == [1, 1, -1]


def test_further_stage_of_one_day_counts():
    found = follow_events(ints(0, 0), ints(5, 5), ints(0, 0), ints(3, 1), people=1, stages=3)
    assert found.standing.tolist() == [[3]]


def test_people_look_to_those_named_as_leading_else_to_their_manager():
    people = people_of_chart([-1, 0, 0, 1])
    layers = {
        "influence": layer_from_arrays(4, [3], [2]),
        "leadership": layer_from_arrays(4, [3, 3], [0, 2]),
    }
    looks = who_they_look_to(people, layers)
    assert (looks["leadership"].indptr.tolist(), looks["leadership"].indices.tolist()) == (
        [0, 0, 1, 2, 4], [0, 0, 0, 2],
    )  # fmt: skip
    assert looks["influence"].indices.tolist() == [2]


def test_who_came_after_counts_later_days_alone():
    looks = {"influence": contacts([[], [0], [0], [0, 1], [1]])}
    followers = followers_of(looks, 5)
    day = ints(10, 12, 10, 20, 30)
    (leader,) = who_came_after(followers, day, ints(0))
    assert (leader.looking, leader.after, leader.first) == (3, 2, ((1, 2), (3, 0)))
    (nobody,) = who_came_after(followers, ints(NEVER_DAY, 12, 10, 20, 30), ints(0))
    assert (nobody.after, nobody.first) == (0, ())


def test_adopters_alone_have_ties_but_nobody_there_around_them():
    looks = {"influence": contacts([[1], [], [3], [], []])}
    there = np.array([True, False, True, True, True])
    assert adopters_alone(looks, followers_of(looks, 5), there).tolist() == [0]


def test_often_named_who_came_early_correlate_negatively():
    layer = layer_from_arrays(5, [1, 2, 3, 4, 2], [0, 0, 0, 1, 1])
    found = named_and_early(layer, ints(0, 1, 2, -1, 2), 3)
    assert found.correlation < -0.8
    assert named_and_early(layer_from_arrays(3, [], []), ints(0, 1, 2), 3) is None


def test_reach_goes_on_only_through_people_who_are_there():
    # 0 moves 1 and 4; 1 (there) moves 2; 4 (not there) would move 3.
    layer = layer_from_arrays(5, source=[1, 2, 3, 4], target=[0, 1, 4, 0])
    nobody = influence_probabilities(layer_from_arrays(5, [], []), 1.0)
    there = np.array([True, True, False, False, False])
    found = reach_through_adopters(
        nobody, influence_probabilities(layer, 1.0), there, ints(0, 0, 1, 1, 0), 2, ints(0, 1)
    )
    assert found.tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_an_empty_record_of_contacts_gives_nobody():
    empty = Contacts(np.zeros(4, np.int64), np.empty(0, np.int32))
    assert adopters_alone({"influence": empty}, empty, np.ones(3, np.bool_)).size == 0
