"""The measures against the reference files beside the published data, to 1e-6."""

import numpy as np
import pytest

from influence.network import measures
from influence.network.graph import layer_from_arrays
from influence.network.hierarchy import build_hierarchy, krackhardt, krackhardt_of_chart
from tests.network.networks import assert_equal, column, read_rows, read_summary

NETWORKS = [
    ("krackhardt-hightech", "advice"),
    ("krackhardt-hightech", "trust"),
    ("medical-innovation", "advice"),
    ("medical-innovation", "discussion"),
    ("medical-innovation", "trust"),
    ("medical-innovation", "union"),
    ("event-log-receipt", "handover"),
    ("event-log-running-example", "handover"),
]


def read_network(folder, relation):
    """Read the reference figures and the layer of one published network."""
    nodes = read_rows(folder, "reference", f"nodes_{relation}.csv")
    where = ("reference", f"ties_{relation}.csv") if folder.startswith("event-log") else ("ties.csv",)
    rows = [row for row in read_rows(folder, *where) if relation in (row["relation"], "union")]
    index = {row["employee_id"]: person for person, row in enumerate(nodes)}
    source = [index[row["source"]] for row in rows]
    target = [index[row["target"]] for row in rows]
    return nodes, layer_from_arrays(len(nodes), source, target, [float(row["strength"]) for row in rows])


def departments_of(nodes, folder):
    """Number the departments of the people in the order of the reference file."""
    names = {row["employee_id"]: row.get("department", "") for row in read_rows(folder, "people.csv")}
    codes = {name: code for code, name in enumerate(sorted(set(names.values()) - {""}))}
    return np.array([codes.get(names[row["employee_id"]], -1) for row in nodes])


@pytest.mark.parametrize(("folder", "relation"), NETWORKS)
def test_scores_equal_the_reference_file(folder, relation):
    nodes, layer = read_network(folder, relation)

    ours = {
        "in_degree": measures.in_degree(layer),
        "out_degree": measures.out_degree(layer),
        "degree_undirected": layer.contacts.degree,
        "in_strength": measures.in_strength(layer),
        "out_strength": measures.out_strength(layer),
        "pagerank_weighted": measures.pagerank(layer),
        "hits_authority_weighted": measures.authority(layer),
        "betweenness": measures.betweenness(layer).values,
        "harmonic_in": measures.harmonic(layer).values,
        "core": measures.core(layer),
        "constraint_directed_weighted": measures.constraint(layer),
        "effective_size": measures.effective_size(layer),
    }
    for name, values in ours.items():
        assert_equal(values, column(nodes, name), 1e-6)


@pytest.mark.parametrize(("folder", "relation"), NETWORKS[:6])
def test_ei_index_equals_the_reference_file(folder, relation):
    nodes, layer = read_network(folder, relation)

    ours = measures.ei_index(layer, departments_of(nodes, folder))

    assert_equal(ours, column(nodes, "ei_index_neighbours"), 1e-6)


@pytest.mark.parametrize("relation", ["advice", "trust"])
def test_figures_of_the_whole_network_equal_the_summary(relation):
    _, layer = read_network("krackhardt-hightech", relation)
    reference = read_summary("krackhardt-hightech")[relation]

    assert layer.entries == reference["ties"]
    assert measures.reciprocity(layer) == pytest.approx(reference["reciprocity"], abs=1e-9)
    average = measures.clustering(layer).mean()
    assert average == pytest.approx(reference["average_clustering_undirected"], abs=1e-9)
    for ours, key in ((layer, "as_named"), (layer.turned, "reversed")):
        expected = reference[f"krackhardt_gtd_arcs_{key}"]
        found = krackhardt(ours)
        assert_equal(
            [found.connectedness, found.hierarchy, found.efficiency, found.least_upper_boundedness],
            [expected[name] for name in ("connectedness", "hierarchy", "efficiency_undirected", "lubness")],
        )


@pytest.mark.parametrize("folder", ["krackhardt-hightech", "medical-innovation"])
def test_hierarchy_equals_the_reference_file(folder):
    rows = read_rows(folder, "reference", "hierarchy.csv")
    index = {row["employee_id"]: person for person, row in enumerate(rows)}
    manager = [index.get(row["manager_id"], -1) for row in rows]

    chart = build_hierarchy(manager)

    assert chart.level.tolist() == column(rows, "level").tolist()
    assert chart.span.tolist() == column(rows, "span").tolist()
    assert chart.headcount.tolist() == column(rows, "headcount_below").tolist()


def test_chart_of_the_managers_is_a_perfect_out_tree():
    rows = read_rows("krackhardt-hightech", "people.csv")
    index = {row["employee_id"]: person for person, row in enumerate(rows)}

    found = krackhardt_of_chart([index.get(row["manager_id"], -1) for row in rows])

    figures = (found.connectedness, found.hierarchy, found.efficiency, found.least_upper_boundedness)
    assert figures == (1.0, 1.0, 1.0, 1.0)
