"""Cascades and reverse-reachable sets against every world of live and dead ties."""

import numpy as np
import pytest
from hypothesis import given, settings

from influence.network.cascade import (
    cascades,
    check_rates,
    influence_probabilities,
    leadership_probabilities,
)
from influence.network.graph import layer_from_arrays
from influence.network.model import NetworkError
from influence.network.reach import reach_in_parts
from influence.network.reverse import reverse_samples
from influence.network.samples import ReverseSamples
from influence.network.spheres import expected_spheres, spheres_by_department, typical_sphere
from tests.network.networks import people_of_chart
from tests.network.worlds import all_worlds, exact_parts, exact_sphere, small_organisations, ties_of

few = settings(max_examples=25, deadline=None)
NOBODY = np.empty(0, np.int32)


def chain():
    """Three people in one line of command, the last naming the first."""
    people = people_of_chart([-1, 0, 1])
    leadership = leadership_probabilities(people, layer_from_arrays(3, [], []), 0.3)
    return people, leadership, influence_probabilities(layer_from_arrays(3, [2], [0]), 0.4)


def test_influence_probabilities_share_theta_by_strength():
    chances = influence_probabilities(layer_from_arrays(3, [0, 0, 1], [1, 2, 0], [1.0, 0.5, 0.2]), 0.6)
    assert ties_of(chances) == [
        (1, 0, pytest.approx(0.4)),
        (2, 0, pytest.approx(0.2)),
        (0, 1, pytest.approx(0.6)),
    ]


def test_leadership_probabilities_lie_on_the_manager_where_nobody_is_named():
    chances = leadership_probabilities(people_of_chart([-1, 0]), layer_from_arrays(2, [], []), 0.3)
    assert ties_of(chances) == [(0, 1, pytest.approx(0.3))]


def test_leadership_probabilities_are_halved_and_added_where_the_manager_is_named():
    layer = layer_from_arrays(3, [1, 1, 2], [0, 2, 0], [1.0, 1.0, 1.0])
    chances = leadership_probabilities(people_of_chart([-1, 0, 1]), layer, 0.4)
    assert ties_of(chances) == [
        (0, 1, pytest.approx(0.3)),
        (2, 1, pytest.approx(0.1)),
        (0, 2, pytest.approx(0.2)),
        (1, 2, pytest.approx(0.2)),
    ]


def test_leadership_probabilities_lie_on_those_named_where_there_is_no_manager():
    layer = layer_from_arrays(3, [0, 0], [1, 2], [1.0, 0.5])
    chances = leadership_probabilities(people_of_chart([-1, -1, -1]), layer, 0.3)
    assert ties_of(chances) == [(1, 0, pytest.approx(0.2)), (2, 0, pytest.approx(0.1))]


@pytest.mark.parametrize(
    ("theta", "line", "word"),
    [
        (0, 0.3, "above 0"),
        (0.4, -0.1, "at least 0"),
        (0.6, 0.35, "below 0.95"),
        (float("nan"), 0.3, "above 0"),
    ],
)
def test_check_rates_refuses_in_words(theta, line, word):
    with pytest.raises(NetworkError, match=word):
        check_rates(theta, line)


def test_check_rates_accepts_the_defaults_and_no_line():
    check_rates(0.4, 0.3)
    check_rates(0.4, 0.0)


@few
@given(small_organisations())
def test_forward_cascades_agree_with_all_worlds(organisation):
    _, leadership, influence = organisation
    exact = exact_sphere(all_worlds(leadership, influence))[0]
    indptr, _ = cascades(influence, np.array([0]), 20_000, seed=5)
    sizes = np.diff(indptr)
    assert abs(sizes.mean() - exact) <= 5 * sizes.std() / np.sqrt(sizes.size) + 1e-9


@few
@given(small_organisations())
def test_spheres_agree_with_all_worlds(organisation):
    people, leadership, influence = organisation
    spheres = expected_spheres(people, influence, seed=3)
    exact = exact_sphere(all_worlds(leadership, influence))
    assert np.all(np.abs(spheres.expected - exact) <= 5 * spheres.se + 1e-9)
    assert np.all(spheres.se <= 0.01 * spheres.expected)


@few
@given(small_organisations())
def test_five_parts_agree_with_all_worlds(organisation):
    people, leadership, influence = organisation
    samples = reverse_samples(leadership, influence, 20_000, seed=2)
    starters = [0, len(people) - 1]
    reach = reach_in_parts(samples, np.array(starters[:1]), np.array(starters[1:]))
    exact = exact_parts(all_worlds(leadership, influence), starters)
    assert np.allclose(reach.probabilities, exact, atol=0.03)
    assert np.all(np.abs(reach.parts - exact.sum(axis=0)) <= 5 * reach.part_se[-1] + 1e-9)


@few
@given(small_organisations())
def test_parts_and_reaches_add_up(organisation):
    people, leadership, influence = organisation
    samples = reverse_samples(leadership, influence, 200, seed=2)
    reach = reach_in_parts(samples, np.array([0]), np.arange(1, len(people)))
    only_a, only_b, either, together, _ = reach.part_curve.T
    assert np.allclose(reach.part_curve.sum(axis=1), len(people))
    assert np.allclose(only_a + either, reach.reach_curve[:, 0])
    assert np.allclose(only_b + either, reach.reach_curve[:, 1])
    assert np.allclose(only_a + only_b + either + together, reach.reach_curve[:, 2])
    assert np.all(np.diff(reach.reach_curve, axis=0) >= 0)


def test_only_together_counts_whom_neither_layer_reaches_alone():
    people = people_of_chart([-1, 0, -1])
    leadership = leadership_probabilities(people, layer_from_arrays(3, [], []), 0.3)
    influence = influence_probabilities(layer_from_arrays(3, [2], [1]), 0.4)
    reach = reach_in_parts(reverse_samples(leadership, influence, 40_000), np.array([0]), NOBODY)
    assert reach.probabilities[0].tolist() == [0, 0, 1, 0, 0]
    assert np.allclose(reach.probabilities[1], [0.3, 0, 0, 0, 0.7], atol=0.01)
    assert np.allclose(reach.probabilities[2], [0, 0, 0, 0.12, 0.88], atol=0.01)


def test_spheres_of_people_nobody_names_are_one_without_error():
    people, _, influence = chain()
    spheres = expected_spheres(people, influence)
    assert spheres.expected[1:].tolist() == [1.0, 1.0]
    assert spheres.se[1:].tolist() == [0.0, 0.0]


def test_spheres_outside_line_and_department_follow_the_chart():
    people = people_of_chart([-1, 0, 0], department=[-1, 0, 1], names=("A", "B"))
    influence = influence_probabilities(layer_from_arrays(3, [0, 2], [1, 1]), 0.5)
    spheres = expected_spheres(people, influence, seed=1)
    assert spheres.expected[1] == pytest.approx(2.0, abs=0.1)
    assert spheres.outside_line[1] == pytest.approx(0.5, abs=0.05)
    assert spheres.outside_department[1] == pytest.approx(1.0, abs=0.1)
    assert np.isnan(spheres.outside_department[0])
    leadership = leadership_probabilities(people, layer_from_arrays(3, [], []), 0.3)
    samples = reverse_samples(leadership, influence, 20_000, seed=1)
    where = spheres_by_department(samples, people, np.array([1]), spheres)
    assert where.tolist() == [pytest.approx([1.0, 0.5, 0.5], abs=0.05)]
    assert where.sum() == pytest.approx(spheres.expected[1])


def test_samples_are_the_same_on_one_thread_and_two():
    people, leadership, influence = chain()
    one, two = (reverse_samples(leadership, influence, 50_000, seed=7, threads=count) for count in (1, 2))
    assert np.array_equal(one.members, two.members)
    assert np.array_equal(one.flags, two.flags)
    first, second = (expected_spheres(people, influence, seed=7, threads=count) for count in (1, 2))
    assert np.array_equal(first.expected, second.expected)


def test_samples_survive_being_kept():
    _, leadership, influence = chain()
    samples = reverse_samples(leadership, influence, 100)
    back = ReverseSamples.from_arrays(samples.to_arrays())
    assert np.array_equal(back.set_indptr, samples.set_indptr)
    assert (back.n, back.per_root, back.sets) == (3, 100, 300)


@few
@given(small_organisations())
def test_typical_sphere_costs_at_most_two_percent_more_than_the_best_set(organisation):
    _, leadership, influence = organisation
    worlds = all_worlds(leadership, influence)
    cascades_of_first = worlds.influence[:, 0, :]
    found = typical_sphere(influence, 0, worlds=20_000, seed=1)
    subsets = ((np.arange(1, 1 << influence.n)[:, None] >> np.arange(influence.n)) & 1).astype(np.bool_)
    costs = np.array([expected_distance(subset, cascades_of_first, worlds.probability) for subset in subsets])
    chosen = np.isin(np.arange(influence.n), found.members)
    cost = expected_distance(chosen, cascades_of_first, worlds.probability)
    assert cost <= 1.02 * costs.min() + 1e-9
    assert found.stability == pytest.approx(cost, abs=0.03)


def expected_distance(subset, moved, probability):
    """Expected Jaccard distance between a set and a random cascade."""
    common = (moved & subset).sum(axis=1)
    union = (moved | subset).sum(axis=1)
    return float(probability @ (1 - common / union))
