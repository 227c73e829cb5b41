"""The hierarchy's figures, cycles, and Krackhardt's dimensions."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.network import hierarchy
from influence.network.exchange import from_networkx
from influence.network.graph import layer_from_arrays
from influence.network.hierarchy import build_hierarchy, find_cycles, krackhardt, krackhardt_of_chart
from influence.network.model import NetworkError
from tests.network.networks import assert_equal, few_examples, weighted_networks, without_self_ties

CHART = [-1, 0, 0, 1, 1, -1]


@st.composite
def charts(draw):
    """Draw managers without cycles, in no particular order of the people."""
    n = draw(st.integers(0, 15))
    above = [draw(st.integers(-1, person - 1)) for person in range(n)]
    place = draw(st.permutations(range(n)))
    manager = np.full(n, -1)
    for person, boss in enumerate(above):
        manager[place[person]] = place[boss] if boss >= 0 else -1
    return manager


def as_network(manager):
    """Make the network of a chart with ties from manager to report."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(manager)))
    graph.add_edges_from((int(boss), person) for person, boss in enumerate(manager) if boss >= 0)
    return graph


def four(found):
    """List the four dimensions."""
    return [found.connectedness, found.hierarchy, found.efficiency, found.least_upper_boundedness]


def test_hierarchy_of_a_small_chart():
    chart = build_hierarchy(CHART)

    assert chart.level.tolist() == [1, 2, 2, 3, 3, 1]
    assert chart.span.tolist() == [2, 2, 0, 0, 0, 0]
    assert chart.headcount.tolist() == [4, 2, 0, 0, 0, 0]
    assert chart.line_start.tolist() == [0, 1, 4, 2, 3, 5]
    assert chart.line_end.tolist() == [4, 3, 4, 2, 3, 5]


def test_siblings_stand_in_the_order_given():
    chart = build_hierarchy([-1, 0, 0, 0], order=[0, 3, 1, 2])

    assert chart.line_start.tolist() == [0, 3, 1, 2]


def test_order_of_another_length_is_refused():
    with pytest.raises(NetworkError, match=r"^There are 1 places in the order of 2 people"):
        build_hierarchy([-1, 0], order=[0])


def test_a_line_of_many_levels_needs_no_recursion():
    chart = build_hierarchy(np.arange(-1, 49_999))

    assert (chart.level[-1], chart.headcount[0], chart.line_end[0]) == (50_000, 49_999, 49_999)


@few_examples
@given(charts())
def test_interval_holds_exactly_the_people_below(manager):
    chart, graph = build_hierarchy(manager), as_network(manager)

    below = {
        u: {v for v in graph if chart.line_start[u] < chart.line_start[v] <= chart.line_end[u]} for u in graph
    }
    assert below == {u: nx.descendants(graph, u) for u in graph}
    assert chart.headcount.tolist() == [len(below[u]) for u in graph]
    assert chart.span.tolist() == [graph.out_degree(u) for u in graph]
    assert chart.level.tolist() == [len(nx.ancestors(graph, u)) + 1 for u in graph]


@few_examples
@given(st.lists(st.integers(-1, 9), min_size=10, max_size=10))
def test_cycles_are_those_that_networkx_finds(manager):
    expected = sorted(sorted(cycle) for cycle in nx.simple_cycles(as_network(manager)))

    assert find_cycles(manager) == expected


def test_cycle_is_refused():
    with pytest.raises(NetworkError, match=r"^1 cycle\(s\) in the chart"):
        build_hierarchy([-1, 2, 1, 2])


@pytest.mark.parametrize("manager", [3, -2])
def test_unknown_manager_is_refused(manager):
    with pytest.raises(NetworkError, match=f"^Person 1 has the manager {manager}, who is not in the chart"):
        find_cycles([-1, manager, 0])


@few_examples
@given(charts())
def test_dimensions_of_a_chart_are_those_of_its_network(manager):
    assert_equal(four(krackhardt_of_chart(manager)), four(krackhardt(from_networkx(as_network(manager))[0])))


@few_examples
@given(weighted_networks(fewest=2, most=10))
def test_dimensions_follow_their_definitions(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)
    if clean.edges:
        expected = [by_connection(clean), by_direction(clean), by_excess(clean), by_superiors(clean)]
    else:
        expected = [0.0, np.nan, np.nan, np.nan]

    assert_equal(four(krackhardt(layer)), expected)


def by_connection(graph):
    joined = sum(len(part) * (len(part) - 1) / 2 for part in nx.weakly_connected_components(graph))
    return joined / (len(graph) * (len(graph) - 1) / 2)


def by_direction(graph):
    pairs = list(combinations(graph, 2))
    reached = [(nx.has_path(graph, i, j), nx.has_path(graph, j, i)) for i, j in pairs]
    return 1 - sum(all(both) for both in reached) / sum(any(both) for both in reached)


def by_excess(graph):
    excess = most = 0
    for part in nx.weakly_connected_components(graph):
        size = len(part)
        excess += graph.subgraph(part).to_undirected().number_of_edges() - (size - 1)
        most += size * (size - 1) / 2 - (size - 1)
    return 1 - excess / most if most else 1.0


def by_superiors(graph):
    above = {person: nx.ancestors(graph, person) | {person} for person in graph}
    violations = most = 0
    for part in nx.weakly_connected_components(graph):
        most += (len(part) - 1) * (len(part) - 2) / 2
        for i, j in combinations(part, 2):
            common = above[i] & above[j]
            violations += not any(common <= above[superior] for superior in common)
    return 1 - violations / most if most else 1.0


def test_dimensions_of_nobody_and_of_one_person_are_undefined():
    for n in (0, 1):
        assert_equal(four(krackhardt(layer_from_arrays(n, [], []))), [np.nan] * 4)


def test_sampled_least_upper_boundedness_is_off_by_its_standard_error(monkeypatch):
    layer, _ = from_networkx(nx.gnp_random_graph(120, 0.012, directed=True, seed=3))
    exact = krackhardt(layer).least_upper_boundedness
    monkeypatch.setattr(hierarchy, "LUB_EXACT_UP_TO", 100)
    monkeypatch.setattr(hierarchy, "LUB_SAMPLE", 40)

    runs = [krackhardt(layer, seed=seed) for seed in range(60)]

    errors = np.array([run.least_upper_boundedness - exact for run in runs])
    stated = np.array([run.least_upper_bound_error for run in runs])
    assert abs(errors.mean()) < 3 * errors.std() / np.sqrt(60)
    assert 0.7 < np.sqrt((stated**2).mean()) / errors.std() < 1.6
