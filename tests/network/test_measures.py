"""The classical measures against graphs solved by hand and against NetworkX."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given

from influence.network import measures
from influence.network.exchange import from_networkx
from influence.network.graph import layer_from_arrays
from influence.network.model import NetworkError
from tests.network.networks import (
    assert_equal,
    by_node,
    few_examples,
    people_of_chart,
    weighted_networks,
    without_self_ties,
)

PATH = layer_from_arrays(4, [0, 1, 2], [1, 2, 3])
STAR = layer_from_arrays(5, [1, 2, 3, 4], [0, 0, 0, 0])
CYCLE = layer_from_arrays(4, [0, 1, 2, 3], [1, 2, 3, 0])
COMPLETE = from_networkx(nx.complete_graph(4))[0]
NAN = float("nan")


@pytest.mark.parametrize(
    ("measure", "path", "star", "cycle", "complete"),
    [
        (measures.in_degree, [0, 1, 1, 1], [4, 0, 0, 0, 0], [1] * 4, [3] * 4),
        (measures.out_degree, [1, 1, 1, 0], [0, 1, 1, 1, 1], [1] * 4, [3] * 4),
        (measures.own_reciprocity, [0] * 4, [0] * 5, [0] * 4, [1] * 4),
        (measures.authority, [0, 1 / 3, 1 / 3, 1 / 3], [1, 0, 0, 0, 0], [0.25] * 4, [0.25] * 4),
        (measures.core, [1] * 4, [1] * 5, [2] * 4, [3] * 4),
        (measures.clustering, [0] * 4, [0] * 5, [0] * 4, [1] * 4),
        (measures.effective_size, [1, 2, 2, 1], [4, 1, 1, 1, 1], [2] * 4, [1] * 4),
        (measures.constraint, [1, 0.5, 0.5, 1], [0.25, 1, 1, 1, 1], [0.5] * 4, [3 * (5 / 9) ** 2] * 4),
        (measures.two_step_reach, [0, 1, 2, 2], [4, 0, 0, 0, 0], [2] * 4, [3] * 4),
        (lambda layer: measures.betweenness(layer).values, [0, 1 / 3, 1 / 3, 0], [0] * 5, [0.5] * 4, [0] * 4),
        (
            lambda layer: measures.harmonic(layer).values,
            [0, 1, 1.5, 11 / 6],
            [4, 0, 0, 0, 0],
            [11 / 6] * 4,
            [3] * 4,
        ),
    ],
)
def test_measure_on_graphs_solved_by_hand(measure, path, star, cycle, complete):
    for layer, expected in ((PATH, path), (STAR, star), (CYCLE, cycle), (COMPLETE, complete)):
        assert_equal(measure(layer), expected)


def test_pagerank_of_a_star_is_the_solved_equation():
    leaf = 0.15 / (5 * (1 - 0.85 / 5 - 0.85 * 0.85 * 4 / 5))
    centre_by_leaf = 1 + 4 * 0.85

    assert_equal(measures.pagerank(STAR), [leaf * centre_by_leaf, leaf, leaf, leaf, leaf])


def test_undefined_figures_are_nan_for_one_person():
    alone = layer_from_arrays(1, [], [])

    scores = measures.classical_measures(people_of_chart([-1], [0], ["A"]), alone)

    undefined = {name for name, values in scores.items() if np.isnan(values).any()}
    assert undefined == {"reciprocity", "constraint", "effective_size", "ei_index"}
    assert scores["pagerank"].tolist() == [1.0]


def test_nobody_has_empty_figures():
    scores = measures.classical_measures(people_of_chart([]), layer_from_arrays(0, [], []))

    assert {values.size for values in scores.values()} == {0}


def test_classical_measures_have_the_names_of_the_api():
    scores = measures.classical_measures(people_of_chart([-1] * 4), PATH)

    assert list(scores) == [
        "in_degree",
        "in_strength",
        "out_degree",
        "reciprocity",
        "pagerank",
        "authority",
        "core",
        "clustering",
        "constraint",
        "effective_size",
        "ei_index",
        "two_step_reach",
        "community",
        "betweenness",
        "betweenness_se",
        "harmonic",
        "harmonic_se",
    ]
    assert {(values.dtype, values.shape) for values in scores.values()} == {(np.dtype(np.float64), (4,))}


def test_progress_is_told_and_may_stop_the_run():
    told = []

    measures.classical_measures(people_of_chart([-1] * 4), PATH, progress=lambda share, _: told.append(share))

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


@few_examples
@given(weighted_networks())
def test_degrees_and_strengths_equal_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)

    assert_equal(measures.in_degree(layer), by_node(dict(clean.in_degree), layer))
    assert_equal(measures.out_degree(layer), by_node(dict(clean.out_degree), layer))
    assert_equal(measures.in_strength(layer), by_node(dict(clean.in_degree(weight="weight")), layer))
    assert_equal(measures.out_strength(layer), by_node(dict(clean.out_degree(weight="weight")), layer))


@few_examples
@given(weighted_networks())
def test_pagerank_equals_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)

    assert_equal(measures.pagerank(layer), by_node(nx.pagerank(clean, tol=1e-12, max_iter=1000), layer))


@pytest.mark.parametrize("damping", [-0.1, 1.0, NAN])
def test_pagerank_damping_out_of_range_is_refused(damping):
    with pytest.raises(NetworkError, match=r"^The damping is"):
        measures.pagerank(PATH, damping)


@few_examples
@given(weighted_networks(fewest=1))
def test_authority_is_the_limit_of_power_iteration(graph):
    layer = from_networkx(graph)[0]
    assume(layer.entries)
    dense = layer.matrix.toarray()
    values, vectors = np.linalg.eigh(dense.T @ dense)
    gaps = 1 - values / values[-1]
    assume(not ((gaps > 1e-12) & (gaps < 1e-4)).any())
    dominant = vectors[:, gaps <= 1e-12]
    limit = dominant @ dominant.sum(axis=0)

    assert_equal(measures.authority(layer), limit / limit.sum())


@few_examples
@given(weighted_networks(fewest=3))
def test_authority_equals_networkx_where_only_one_answer_exists(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)
    assume(layer.entries)
    singular = np.linalg.svd(layer.matrix.toarray(), compute_uv=False)
    assume(singular[1] < 0.99 * singular[0])

    assert_equal(measures.authority(layer), by_node(nx.hits(clean, max_iter=1000, tol=1e-12)[1], layer), 1e-6)


def test_authority_of_two_equal_groups_is_shared_equally():
    group = nx.gnp_random_graph(12, 0.4, directed=True, seed=7)
    layer, _ = from_networkx(nx.disjoint_union(group, group))

    authority = measures.authority(layer)

    assert_equal(authority[:12], authority[12:])
    assert_equal(authority.sum(), 1.0)


def test_authority_converges_where_groups_are_almost_equally_strong():
    layer, _ = from_networkx(nx.path_graph(300))
    dense = layer.matrix.toarray()
    values, vectors = np.linalg.eigh(dense.T @ dense)
    dominant = vectors[:, values > values[-1] * (1 - 1e-9)]
    limit = dominant @ dominant.sum(axis=0)

    assert_equal(measures.authority(layer), limit / limit.sum())


def test_authority_without_ties_is_zero():
    assert measures.authority(layer_from_arrays(3, [], [])).tolist() == [0.0, 0.0, 0.0]


@few_examples
@given(weighted_networks())
def test_betweenness_equals_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)

    assert_equal(measures.betweenness(layer).values, by_node(nx.betweenness_centrality(clean), layer))


@few_examples
@given(weighted_networks())
def test_harmonic_equals_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)

    assert_equal(measures.harmonic(layer).values, by_node(nx.harmonic_centrality(clean), layer))


@pytest.mark.parametrize("n", [63, 64, 65, 256, 257, 600])
def test_paths_equal_networkx_around_the_size_of_a_word(n):
    graph = nx.gnp_random_graph(n, 3 / n, directed=True, seed=n)
    layer, _ = from_networkx(graph)

    assert_equal(measures.harmonic(layer).values, by_node(nx.harmonic_centrality(graph), layer))
    assert_equal(measures.betweenness(layer).values, by_node(nx.betweenness_centrality(graph), layer))


@pytest.mark.parametrize("measure", [measures.betweenness, measures.harmonic])
def test_sampled_paths_are_off_by_their_standard_error(measure):
    layer, _ = from_networkx(nx.gnp_random_graph(400, 0.01, directed=True, seed=1))
    exact = measure(layer)

    runs = [measure(layer, sources=200, seed=seed) for seed in range(40)]

    errors = np.array([run.values - exact.values for run in runs])
    stated = np.array([run.standard_error for run in runs])
    assert (exact.is_exact, exact.standard_error.max()) == (True, 0.0)
    assert {(run.is_exact, run.sources) for run in runs} == {(False, 200)}
    assert np.sqrt((errors**2).mean() / (stated**2).mean()) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("measure", [measures.betweenness, measures.harmonic])
def test_paths_do_not_depend_on_threads_and_follow_the_seed(measure):
    layer, _ = from_networkx(nx.gnp_random_graph(200, 0.03, directed=True, seed=2))

    alone, together = measure(layer, sources=50, seed=1), measure(layer, sources=50, seed=1, threads=2)

    assert alone.values.tolist() == together.values.tolist()
    assert alone.values.tolist() != measure(layer, sources=50, seed=2).values.tolist()


@few_examples
@given(weighted_networks())
def test_two_step_reach_counts_who_is_within_two_steps(graph):
    layer, turned = from_networkx(graph)[0], graph.reverse()
    reach = {u: len(nx.single_source_shortest_path_length(turned, u, cutoff=2)) - 1 for u in turned}

    assert_equal(measures.two_step_reach(layer), by_node(reach, layer))


@few_examples
@given(weighted_networks())
def test_core_and_clustering_equal_networkx(graph):
    layer, simple = from_networkx(graph)[0], without_self_ties(graph).to_undirected()

    assert_equal(measures.core(layer), by_node(nx.core_number(simple), layer))
    assert_equal(measures.clustering(layer), by_node(nx.clustering(simple), layer))


@few_examples
@given(weighted_networks())
def test_reciprocity_equals_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)
    tied = [person for person in clean if clean.degree(person)]

    assert_equal(measures.own_reciprocity(layer), by_node(nx.reciprocity(clean, tied), layer))
    expected = nx.overall_reciprocity(clean) if clean.edges else NAN
    assert_equal(measures.reciprocity(layer), expected)


@few_examples
@given(weighted_networks())
def test_constraint_equals_networkx(graph):
    layer, clean = from_networkx(graph)[0], without_self_ties(graph)
    expected = nx.constraint(clean, weight="weight") if clean.edges else {}

    assert_equal(measures.constraint(layer), by_node(expected, layer))


@few_examples
@given(weighted_networks())
def test_effective_size_is_burts_formula(graph):
    layer, simple = from_networkx(graph)[0], nx.Graph(without_self_ties(graph).edges)
    expected = {}
    for person in simple:
        contacts = list(simple[person])
        among = simple.subgraph(contacts).number_of_edges()
        expected[person] = len(contacts) - 2 * among / len(contacts)

    assert_equal(measures.effective_size(layer), by_node(expected, layer))


@few_examples
@given(weighted_networks())
def test_ei_index_counts_distinct_contacts_in_either_direction(graph):
    layer, simple = from_networkx(graph)[0], nx.Graph(without_self_ties(graph).edges)
    department = np.array([person % 3 - 1 for person in range(layer.n)], np.int32)
    expected = {}
    for person in simple:
        signs = [
            -1 if department[other] == department[person] else 1
            for other in simple[person]
            if department[other] >= 0 and department[person] >= 0
        ]
        expected[person] = sum(signs) / len(signs) if signs else None

    assert_equal(measures.ei_index(layer, department), by_node(expected, layer))


def test_ei_index_with_everyone_in_one_department_is_minus_one():
    assert measures.ei_index(CYCLE, np.zeros(4, np.int32)).tolist() == [-1.0] * 4


def test_ei_index_with_too_few_departments_is_refused():
    with pytest.raises(NetworkError, match=r"^There are 2 departments for 4 people"):
        measures.ei_index(PATH, np.zeros(2, np.int32))


@few_examples
@given(weighted_networks())
def test_communities_are_numbered_by_size_and_lie_within_components(graph):
    layer, _ = from_networkx(graph)
    community = measures.community(layer, seed=5)

    sizes = np.unique(community, return_counts=True)
    assert sizes[0].tolist() == list(range(len(sizes[0])))
    assert sizes[1].tolist() == sorted(sizes[1], reverse=True)
    for source, target in zip(*np.triu_indices(layer.n, 1), strict=True):
        if community[source] == community[target]:
            assert nx.has_path(graph.to_undirected(as_view=True), source, target)
    assert community.tolist() == measures.community(layer, seed=5).tolist()


def test_communities_of_the_karate_club_are_the_known_best():
    club = nx.karate_club_graph()
    layer, _ = from_networkx(club, weight=None)

    community = measures.community(layer)

    assert measures.modularity(layer, community) == pytest.approx(0.4197896, abs=1e-6)
    parts = [set(np.flatnonzero(community == number)) for number in range(4)]
    assert nx.community.modularity(club, parts, weight=None) == pytest.approx(0.4197896, abs=1e-6)


def test_inputs_are_never_changed():
    layer, _ = from_networkx(nx.gnp_random_graph(30, 0.2, directed=True, seed=3))
    before = [array.copy() for array in (layer.indptr, layer.indices, layer.strength)]

    measures.classical_measures(people_of_chart([-1] * 30), layer)

    for array, old in zip((layer.indptr, layer.indices, layer.strength), before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_numbering_of_people_does_not_matter():
    graph = nx.gnp_random_graph(40, 0.1, directed=True, seed=4)
    shuffled = np.random.default_rng(0).permutation(40)
    first = measures.classical_measures(people_of_chart([-1] * 40), from_networkx(graph)[0])
    turned = nx.DiGraph()
    turned.add_nodes_from(range(40))
    turned.add_edges_from((shuffled[v], shuffled[u]) for v, u in graph.edges)
    second = measures.classical_measures(people_of_chart([-1] * 40), from_networkx(turned)[0])

    for name in set(first) - {"community"}:
        assert_equal(second[name][shuffled], first[name])
