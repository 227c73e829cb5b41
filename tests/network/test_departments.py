"""Ties and people moved between departments, counted over by hand."""

import networkx as nx
import numpy as np

from influence.network.analysis import analyse
from influence.network.departments import moved_between, ties_between
from influence.network.exchange import from_networkx
from influence.network.kept import kept_sets
from influence.network.model import AnalysisInput, Parameters, Relation, Ties
from tests.network.networks import people_of_chart


def test_ties_and_namers_are_counted_by_pair_of_departments():
    graph = nx.gnp_random_graph(30, 0.2, seed=1, directed=True)
    layer, _ = from_networkx(graph)
    department = np.arange(30, dtype=np.int32) % 4 - 1

    found = ties_between(layer, department)

    expected = {}
    for source, target in graph.edges:
        pair = (department[source], department[target])
        if min(pair) >= 0:
            expected.setdefault(pair, []).append(source)
    rows = zip(found.source, found.target, found.ties, found.namers, strict=True)
    assert {(s, t): (ties, namers) for s, t, ties, namers in rows} == {
        pair: (len(sources), len(set(sources))) for pair, sources in expected.items()
    }


def test_no_ties_and_no_departments_give_nothing():
    layer, _ = from_networkx(nx.empty_graph(3, create_using=nx.DiGraph))
    assert ties_between(layer, np.array([-1, -1, -1], np.int32)).ties.size == 0


def test_people_moved_are_those_of_the_kept_sets():
    random = np.random.default_rng(5)
    n, department = 40, np.arange(40, dtype=np.int32) % 3
    source, target = random.integers(0, n, (2, 160))
    apart = source != target
    ties = Ties(
        source[apart].astype(np.int32), target[apart].astype(np.int32), np.zeros(apart.sum(), np.int32),
        np.ones(apart.sum()), np.zeros(apart.sum(), np.bool_),
    )  # fmt: skip
    people = people_of_chart([-1] + [0] * (n - 1), department, ("A", "B", "C"))
    top = np.zeros(1, np.int32)
    data = AnalysisInput(people, (Relation("influence"),), ties, top, top, np.ones(n, np.bool_), False)
    kept = analyse(data, Parameters(resamples=0)).samples

    found = dict(zip(zip(*(a.tolist() for a in moved_between(kept, department)[:2]), strict=True),
                     moved_between(kept, department)[2], strict=True))  # fmt: skip

    sets = kept_sets(kept)
    expected = np.zeros((3, 3))
    for number in range(sets.sets):
        root = number // sets.per_root
        for place in range(sets.set_indptr[number], sets.set_indptr[number + 1]):
            member = sets.members[place]
            if member != root and sets.flags[place] & 2:
                expected[department[member], department[root]] += 1 / sets.per_root
    assert found.keys() == set(zip(*(a.tolist() for a in np.nonzero(expected)), strict=True))
    assert all(abs(found[pair] - expected[pair]) < 1e-6 for pair in found)
