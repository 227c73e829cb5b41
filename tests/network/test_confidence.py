"""Resampled respondents: each round against the network that it stands for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.network.cascade import Chances, influence_probabilities, leadership_probabilities
from influence.network.confidence import (
    Confidence,
    Rounds,
    draw_rounds,
    resampled_sets,
    resampled_spheres,
)
from influence.network.graph import layer_from_arrays
from influence.network.scores import GROUPS
from tests.network.networks import people_of_chart
from tests.network.worlds import all_worlds, small_organisations

few = settings(max_examples=20, deadline=None)
PER_ROOT = 20_000


def without_silent(chances: Chances, answered: np.ndarray) -> Chances:
    """The layer of a round: who did not answer looks to nobody, but for ties that were seen."""
    persons = np.repeat(np.arange(chances.n), np.diff(chances.indptr))
    probability = np.where(answered[persons] | chances.kept, chances.probability, 0.0)
    return Chances(chances.n, chances.indptr, chances.indices, probability, chances.kept)


@few
@given(small_organisations(), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_spheres_of_a_round_agree_with_all_worlds_without_the_silent(organisation, drawn):
    _, leadership, influence = organisation
    times = np.array(drawn[: influence.n], np.uint8)
    found = resampled_spheres(influence, Rounds(times[:, None]), per_root=PER_ROOT, seed=1)[:, 0] / PER_ROOT
    worlds = all_worlds(leadership, without_silent(influence, times > 0))
    moved = np.einsum("w,wuv->uv", worlds.probability, worlds.influence)
    np.fill_diagonal(moved, 0.0)
    assert np.allclose(found, moved @ times, atol=0.06)


@few
@given(small_organisations(), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_sets_of_a_round_agree_with_all_worlds_without_the_silent(organisation, drawn):
    _, leadership, influence = organisation
    n = influence.n
    times = np.array(drawn[:n], np.uint8)
    set_indptr, members, masks = resampled_sets((leadership, influence), times[:, None], PER_ROOT, seed=2)
    roots = np.repeat(np.repeat(np.arange(n), PER_ROOT), np.diff(set_indptr))
    found = np.zeros((n, n))
    np.add.at(found, (members, roots), (masks & np.uint64(1)).astype(float) / PER_ROOT)
    worlds = all_worlds(leadership, without_silent(influence, times > 0))
    assert np.allclose(found, np.einsum("w,wuv->uv", worlds.probability, worlds.both), atol=0.02)


def test_a_tie_seen_in_the_work_stays_when_its_person_is_silent():
    layer = layer_from_arrays(2, [0], [1])
    said = influence_probabilities(layer, 0.5)
    seen = Chances(said.n, said.indptr, said.indices, said.probability, np.array([True]))
    silent = Rounds(np.array([[0], [1]], np.uint8))
    weighed = Rounds(np.array([[1], [1]], np.uint8))
    assert resampled_spheres(said, silent, per_root=1_000)[1, 0] == 0
    assert resampled_spheres(seen, silent, per_root=1_000)[1, 0] == 0
    assert resampled_spheres(seen, weighed, per_root=1_000)[1, 0] == pytest.approx(500, abs=60)


def test_rounds_draw_as_many_as_answered_and_leave_others_alone():
    respondents = np.array([True] * 50 + [False] * 10)
    times = draw_rounds(respondents, 30, seed=1).times
    assert times[:50].sum(axis=0).tolist() == [50] * 30
    assert np.all(times[50:] == 1)
    assert np.mean(times[:50] == 0) == pytest.approx(1 / np.e, abs=0.05)


def test_rounds_are_the_same_for_the_same_seed():
    respondents = np.ones(20, np.bool_)
    assert np.array_equal(
        draw_rounds(respondents, 5, seed=3).times, draw_rounds(respondents, 5, seed=3).times
    )


def test_spheres_of_rounds_do_not_depend_on_threads():
    layer = influence_probabilities(layer_from_arrays(30, np.arange(29), np.arange(1, 30)), 0.4)
    rounds = draw_rounds(np.ones(30, np.bool_), 100, seed=2)
    one, two = (resampled_spheres(layer, rounds, per_root=500, threads=count) for count in (1, 2))
    assert np.array_equal(one, two)


def test_everybody_drawn_once_gives_the_sets_of_the_network_itself():
    people = people_of_chart([-1, 0, 0])
    layers = (
        leadership_probabilities(people, layer_from_arrays(3, [], []), 0.3),
        influence_probabilities(layer_from_arrays(3, [1], [2]), 0.4),
    )
    _, _, masks = resampled_sets(layers, np.ones((3, 64), np.uint8), 100)
    assert np.all(masks == np.uint64(2**64 - 1))


def test_intervals_hold_the_rank_itself():
    confidence = Confidence({"influence": np.array([[2.0, 3.0], [4.0, 4.0]])}, None, None)
    low, high = confidence.interval("influence", np.array([1.0, 6.0]))
    assert low.tolist() == [1.0, 4.0]
    assert high.tolist() == [3.0, 6.0]


def test_without_rounds_there_is_no_interval_and_the_own_group_is_all():
    confidence = Confidence({}, None, None)
    low, _ = confidence.interval("influence", np.array([1.0]))
    assert np.isnan(low[0])
    assert confidence.of_groups(["audience"]).tolist() == [[0.0, 0.0, 0.0, 1.0]]
    assert GROUPS[3] == "audience"
    assert confidence.of_champion(0) is None
