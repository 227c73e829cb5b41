"""Nine pairs of rates in one search, against the exact figures at each of them."""

import numpy as np
import pytest
from hypothesis import given, settings

from influence.network.cascade import Chances
from influence.network.champions import alike_people, make_choice
from influence.network.model import ChampionRules
from influence.network.rates import people_at_rates, rate_range, rates_around, sets_at_rates
from tests.network.worlds import all_worlds, exact_parts, small_organisations

few = settings(max_examples=8, deadline=None)
TOP = np.array([0], np.int32)


def scaled(chances: Chances, factor: float) -> Chances:
    return Chances(chances.n, chances.indptr, chances.indices, chances.probability * factor, chances.kept)


def test_rates_go_from_two_thirds_to_four_thirds_with_their_own_in_the_middle():
    pairs = rates_around(0.3, 0.15)
    assert pairs[4] == (0.3, 0.15)
    assert pairs[0] == pytest.approx((0.2, 0.1))
    assert pairs[8] == pytest.approx((0.4, 0.2))


def test_rates_whose_sum_would_reach_the_limit_are_scaled_down():
    assert all(sum(pair) < 0.95 for pair in rates_around(0.6, 0.3))
    assert rates_around(0.6, 0.3)[4] == (0.6, 0.3)


@few
@given(small_organisations(most_ties=7))
def test_parts_at_every_pair_of_rates_agree_with_all_worlds(organisation):
    people, leadership, influence = organisation
    line = 0.3
    sets = sets_at_rates((leadership, influence), (0.4, line), 20_000, seed=1)
    found = people_at_rates(sets, [TOP], 20_000, 2)
    for pair, (theta, other_line) in enumerate(rates_around(0.4, line)):
        worlds = all_worlds(scaled(leadership, other_line / line), scaled(influence, theta / 0.4))
        exact = exact_parts(worlds, [0]).sum(axis=0)
        assert np.allclose(found[pair, :5], exact, atol=0.06)
        assert found[pair, :5].sum() == pytest.approx(len(people))


@few
@given(small_organisations())
def test_higher_rates_never_reach_fewer(organisation):
    _, leadership, influence = organisation
    sets = sets_at_rates((leadership, influence), (0.3, 0.2), 500, seed=1)
    both = people_at_rates(sets, [TOP], 500, 1)[:, 7].reshape(3, 3)
    assert np.all(np.diff(both, axis=0) >= 0)
    assert np.all(np.diff(both, axis=1) >= 0)


@few
@given(small_organisations())
def test_range_holds_its_value(organisation):
    people, leadership, influence = organisation
    choice = make_choice(people, TOP, TOP, ChampionRules(), k=1, managers_too=True)
    chosen = np.flatnonzero(choice.eligible)[:1]
    alike = alike_people(leadership, influence)
    sets = sets_at_rates((leadership, influence), (0.4, 0.3), 500, seed=1)
    ranges = rate_range(sets, TOP, chosen, choice, alike=alike, seed=1)
    assert all(value >= 0 for value in (*ranges.below.values(), *ranges.above.values()))
    low, high = ranges.around("both", 1.5)
    assert 0 <= low <= 1.5 <= high <= len(people)
    assert 0 <= ranges.changed <= 1
