"""Percentiles, ranks, the leadership score, corners and groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.network.graph import layer_from_arrays
from influence.network.model import NetworkError, People
from influence.network.scores import (
    corners,
    groups,
    leadership_scores,
    mid_rank_percentile,
    positional_authority,
    rank,
)
from tests.network.networks import assert_equal, few_examples, people_of_chart

# 0 manages 1 and 2; 1 manages 3 and 4; 2 manages nobody.
PEOPLE = people_of_chart([-1, 0, 0, 1, 1])
figures = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.1 + 0.2, 0.3, 1.0, 7.5]), max_size=20)


@few_examples
@given(figures)
def test_percentile_and_rank_follow_their_definitions(values):
    n = len(values)
    exact = [round(value, 6) for value in values]

    percentile = [100 * (sum(o < x for o in exact) + exact.count(x) / 2) / n for x in exact]
    assert_equal(mid_rank_percentile(values), percentile)
    assert rank(values).tolist() == [1 + sum(other > x for other in exact) for x in exact]


@few_examples
@given(figures)
def test_percentiles_average_fifty(values):
    assert_equal(mid_rank_percentile(values).mean() if values else 50.0, 50.0)


def test_rounding_errors_do_not_part_equals():
    assert rank([0.1 + 0.2, 0.3, 10 - 1e-12, 10, -1.0]).tolist() == [3, 3, 1, 1, 5]


def test_nan_cannot_be_ranked():
    with pytest.raises(NetworkError, match=r"^Person 1 has no figure"):
        rank([1.0, float("nan")])


def test_positional_authority_counts_the_scope_across_people_outside_it():
    # Of a chart 0 > 1 > 2 > 3 the scope holds 0, 2 and 3; the manager of 2 is outside.
    manager = np.array([-1, -1, 1], np.int32)
    people = People(("a", "c", "d"), manager, np.array([0, 2, 3]), np.array([3, 3, 3]), manager, ())

    assert positional_authority(people).tolist() == [2.0, 1.0, 0.0]


def test_leadership_by_position_and_exercise():
    # 3 and 4 name 2; 3 also names the own manager 1, half as strongly; 1 names 0.
    named = layer_from_arrays(5, [3, 4, 3, 1], [2, 2, 1, 0], [1.0, 1.0, 0.5, 1.0])

    found = leadership_scores(PEOPLE, named, asked=True)

    assert found.headcount_in_scope.tolist() == [4, 2, 0, 0, 0]
    assert found.exercised_strength.tolist() == [1, 0.5, 2, 0, 0]
    assert found.from_own_reports.tolist() == [1, 0.5, 0, 0, 0]
    assert found.from_elsewhere.tolist() == [0, 0, 2, 0, 0]
    assert_equal(found.own_reports_naming, [0.5, 0.5, np.nan, np.nan, np.nan])
    assert found.positional_authority.tolist() == [90, 70, 30, 30, 30]
    assert found.exercised_leadership.tolist() == [70, 50, 90, 20, 20]
    # Means 80, 60, 60, 25, 25: somebody without reports leads as much as a manager.
    assert found.leadership.tolist() == [90, 60, 60, 20, 20]


def test_leadership_where_nobody_was_asked_is_position_alone():
    found = leadership_scores(PEOPLE, layer_from_arrays(5, [], []), asked=False)

    assert found.leadership.tolist() == found.positional_authority.tolist() == [90, 70, 30, 30, 30]
    assert_equal(found.exercised_leadership, [np.nan] * 5)
    assert_equal(found.own_reports_naming, [np.nan] * 5)


@pytest.mark.parametrize(("weight", "expected"), [(1.0, [90, 70, 30, 30, 30]), (0.0, [40, 40, 90, 40, 40])])
def test_position_weight_at_its_ends_is_one_figure_alone(weight, expected):
    named = layer_from_arrays(5, [3], [2])

    found = leadership_scores(PEOPLE, named, asked=True, position_weight=weight)

    assert found.leadership.tolist() == expected


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_position_weight_out_of_range_is_refused(weight):
    with pytest.raises(NetworkError, match=r"^The weight of the position is"):
        leadership_scores(PEOPLE, layer_from_arrays(5, [], []), asked=True, position_weight=weight)


def test_layer_of_other_people_is_refused():
    with pytest.raises(NetworkError, match=r"^The layer has 4 people, the scope 5"):
        leadership_scores(PEOPLE, layer_from_arrays(4, [], []), asked=True)


def test_corners_set_position_against_exercise():
    assert corners(PEOPLE, [3, 0, 2, 0, 0], cut=60) == (
        "manages_and_leads",
        "manages_without_leading",
        "leads_without_managing",
        "neither",
        "neither",
    )


def test_corner_of_people_whom_nobody_names_is_never_leading():
    assert corners(PEOPLE, [0, 0, 0, 0, 0], cut=10)[2:] == ("neither", "neither", "neither")


def test_score_at_the_cut_is_high():
    assert groups([80, 80, 79.9, 79.9], [80, 79.9, 80, 79.9], cut=80) == (
        "leading_influencer",
        "leader_without_reach",
        "hidden_influencer",
        "audience",
    )


@pytest.mark.parametrize("cut", [0, 100, -5, float("nan")])
def test_cut_out_of_range_is_refused(cut):
    with pytest.raises(NetworkError, match=r"^The cut is"):
        groups([50], [50], cut)
