"""What a reach loses without one person: chains solved by hand, and every world of small networks."""

import numpy as np
from hypothesis import given, settings

from influence.network.absence import loss_without
from influence.network.cascade import Chances
from tests.network.worlds import all_worlds, exact_reach, small_organisations


def chances(n, ties):
    """Who can move whom: (mover, person, probability)."""
    ordered = sorted((person, mover, chance) for mover, person, chance in ties)
    rows = np.array([row[0] for row in ordered], np.int64)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int64)
    movers = np.array([row[1] for row in ordered], np.int32)
    return Chances(n, indptr, movers, np.array([row[2] for row in ordered]), np.ones(len(ordered), np.bool_))


NOTHING = chances(5, [])


def test_whoever_stands_behind_a_gatekeeper_is_lost_with_them():
    line = chances(5, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 4, 1.0)])

    assert loss_without(line, NOTHING, np.array([0]), 1) == (3.0, 0.0, 5.0)
    assert loss_without(line, NOTHING, np.array([0]), 4) == (1.0, 0.0, 5.0)


def test_a_way_round_leaves_only_the_person_lost():
    line = chances(5, [(0, 1, 1.0), (1, 2, 1.0)])
    ties = chances(5, [(0, 2, 1.0)])

    assert loss_without(line, ties, np.array([0]), 1) == (1.0, 0.0, 3.0)


def test_a_starter_is_lost_with_everybody_whom_only_they_reach():
    ties = chances(5, [(0, 1, 1.0), (2, 3, 1.0), (2, 1, 1.0)])

    assert loss_without(NOTHING, ties, np.array([0, 2]), 2) == (2.0, 0.0, 4.0)
    assert loss_without(NOTHING, ties, np.array([2, 0]), 0) == (1.0, 0.0, 4.0)


def test_nobody_loses_whom_nothing_reaches():
    assert loss_without(NOTHING, NOTHING, np.array([0]), 3) == (0.0, 0.0, 1.0)


@settings(max_examples=25, deadline=None)
@given(small_organisations(most_people=5, most_ties=9))
def test_loss_is_the_expectation_over_every_world(organisation):
    _, leadership, influence = organisation
    with_all = exact_reach(all_worlds(leadership, influence), [0])
    for person in range(1, influence.n):
        fewer = [without(layer, person) for layer in (leadership, influence)]
        expected = with_all - exact_reach(all_worlds(*fewer), [0])

        loss, error, reach = loss_without(leadership, influence, np.array([0]), person, seed=3)

        assert abs(loss - expected) <= 5 * error + 0.002
        assert abs(reach - with_all) < 0.2


def without(layer, person):
    """The same chances with nothing into or out of a person."""
    rows = np.repeat(np.arange(layer.n), np.diff(layer.indptr))
    ties = zip(layer.indices.tolist(), rows.tolist(), layer.probability.tolist(), strict=True)
    return chances(layer.n, [tie for tie in ties if person not in tie[:2]])
