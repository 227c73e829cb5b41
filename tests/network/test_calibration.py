"""Planted rates come back, and too little is refused."""

import numpy as np
import pytest

from bench.organisation import organisation
from influence.network.calibration import (
    calibrate,
    expected_curve,
    gather_trials,
    log_likelihood,
    simulate_history,
)
from influence.network.cascade import influence_probabilities, leadership_probabilities
from influence.network.graph import layer_from_arrays

PLANTED = (0.4, 0.3, 0.01)


@pytest.fixture(scope="module")
def layers():
    people, layer = organisation(400, 2000, seed=3)
    nobody = layer_from_arrays(400, [], [])
    return influence_probabilities(layer, 1.0), leadership_probabilities(people, nobody, 1.0)


def planted(layers, run, rates=PLANTED):
    seeds = np.random.default_rng(run).choice(400, 8, replace=False).astype(np.int32)
    return simulate_history(*layers, rates, seeds, 12, seed=run)


def test_planted_rates_lie_in_their_intervals(layers):
    hits = np.zeros(3, int)
    for run in range(8):
        found = calibrate(*layers, planted(layers, run), 12)
        rates = (found.theta, found.line, found.spontaneous)
        hits += [rate.low <= truth <= rate.high for rate, truth in zip(rates, PLANTED, strict=True)]
    assert (hits >= 6).all()


@pytest.mark.slow
def test_planted_rates_lie_in_their_intervals_in_ninety_of_a_hundred_runs(layers):
    hits = np.zeros(3, int)
    for run in range(100, 200):
        found = calibrate(*layers, planted(layers, run), 12)
        rates = (found.theta, found.line, found.spontaneous)
        hits += [rate.low <= truth <= rate.high for rate, truth in zip(rates, PLANTED, strict=True)]
    assert (hits >= 90).all()


def test_calibrated_rates_fit_better_than_the_default_ones(layers):
    found = calibrate(*layers, planted(layers, 1, (0.1, 0.8, 0.01)), 12)

    assert found.log_likelihood > found.default_log_likelihood
    assert abs(found.expected - found.observed) < abs(found.default_expected - found.observed)


def test_likelihood_of_a_path_by_hand():
    layer = layer_from_arrays(3, source=[1, 2], target=[0, 1])
    chances = influence_probabilities(layer, 1.0)
    nobody = influence_probabilities(layer_from_arrays(3, [], []), 1.0)
    trials = gather_trials(chances, nobody, np.array([0, 1, -1], np.int32), 3)
    value, _, _ = log_likelihood(trials, np.array([0.4, 0.0, 0.1]))

    # Period 1: person 1 moves with somebody newly there, person 2 waits alone; period 2: person 2 waits.
    assert value == pytest.approx(np.log(1 - 0.9 * 0.6) + np.log(0.9) + np.log(0.9 * 0.6))


def test_slopes_of_the_likelihood_are_difference_quotients(layers):
    trials = gather_trials(*layers, planted(layers, 2), 12)
    rates = np.array([0.3, 0.2, 0.02])
    _, slope, curve = log_likelihood(trials, rates)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-6
        above, below = log_likelihood(trials, rates + step), log_likelihood(trials, rates - step)
        assert slope[place] == pytest.approx((above[0] - below[0]) / 2e-6, rel=1e-4)
        assert curve[place] == pytest.approx((above[1] - below[1]) / 2e-6, rel=1e-4, abs=1e-3)


def test_too_few_moves_are_refused_in_words(layers):
    found = calibrate(*layers, np.where(np.arange(400) < 5, 0, -1).astype(np.int32), 12)
    assert found.theta.value is None
    assert "at least 10 are needed" in found.refusal


def test_expected_curve_holds_what_came_of_the_same_rates(layers):
    reached = planted(layers, 5)
    low, middle, high = expected_curve(*layers, PLANTED, reached, 0, 12)
    actual = np.cumsum(np.bincount(reached[reached >= 0], minlength=12))

    assert low[0] == middle[0] == high[0] == actual[0]
    assert (np.diff(middle) >= 0).all()
    assert low[-1] <= actual[-1] <= high[-1]
