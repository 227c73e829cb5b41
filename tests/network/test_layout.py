"""Where everybody stands in the picture: ties short, strangers apart, the same for the same seed."""

import networkx as nx
import numpy as np
from hypothesis import given

from influence.network.exchange import from_networkx
from influence.network.graph import layer_from_arrays
from influence.network.layout import layout
from tests.network.networks import few_examples, people_of_chart, weighted_networks

FURTHEST = 1.4


def alone(n):
    """People of whom nobody manages anybody."""
    return people_of_chart([-1] * n)


def distances(place, pairs):
    one, other = np.array(list(pairs)).T
    return np.hypot(*(place[one] - place[other]).T)


@few_examples
@given(weighted_networks(most=12))
def test_everybody_stands_somewhere_near_the_middle(graph):
    layer, _ = from_networkx(graph)

    place = layout(alone(layer.n), {"influence": layer})

    assert place.shape == (layer.n, 2)
    assert np.hypot(*place.T).max(initial=0) <= FURTHEST


def test_circles_of_people_stand_apart():
    circles = nx.connected_caveman_graph(6, 12)
    layer, _ = from_networkx(circles)
    strangers = [(i, j) for i in range(72) for j in range(i) if not circles.has_edge(i, j)]

    place = layout(alone(72), {"influence": layer})

    assert 3 * np.median(distances(place, circles.edges)) < np.median(distances(place, strangers))


def test_reporting_lines_pull_where_nobody_names_anybody():
    manager = [-1, 0, 0, *([1] * 20), *([2] * 20)]
    layer = layer_from_arrays(43, [], [])

    place = layout(people_of_chart(manager), {"influence": layer})

    teams = np.array(manager[3:])
    middle = np.array([place[3:][teams == head].mean(axis=0) for head in (1, 2)])
    nearest = np.argmin(np.hypot(*(place[3:, None] - middle).transpose(2, 0, 1)), axis=1)
    assert (nearest == teams - 1).mean() > 0.9


def test_people_without_ties_stand_around_the_others():
    layer = layer_from_arrays(40, source=list(range(20)), target=[*range(1, 20), 0])

    radius = np.hypot(*layout(alone(40), {"influence": layer}).T)

    assert radius[:20].max() < radius[20:].min()
    assert len(np.unique(np.round(radius[20:], 6))) == 20


def test_same_seed_gives_the_same_picture_and_another_seed_another():
    layer, _ = from_networkx(nx.gnm_random_graph(60, 200, seed=3, directed=True))
    people = alone(60)

    first = layout(people, {"influence": layer}, seed=7)

    assert np.array_equal(first, layout(people, {"influence": layer}, seed=7))
    assert not np.allclose(first, layout(people, {"influence": layer}, seed=8))


def test_nobody_and_one_person():
    for n in (0, 1):
        assert layout(alone(n), {"influence": layer_from_arrays(n, [], [])}).shape == (n, 2)
