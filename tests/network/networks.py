"""Random networks, and the published ones, for the tests of the measures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from influence.network.graph import Layer
from influence.network.hierarchy import build_hierarchy
from influence.network.model import People

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

# Kernels are compiled in the first example, so that a deadline would measure the compiler.
few_examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STRENGTHS = (0.1, 0.25, 0.5, 0.7, 1.0)


@st.composite
def weighted_networks(draw, fewest=0, most=12):
    """Draw a directed network with strengths, often disconnected, with ties to oneself."""
    n = draw(st.integers(fewest, most))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    if n:
        person = st.integers(0, n - 1)
        ties = draw(st.lists(st.tuples(person, person, st.sampled_from(STRENGTHS)), max_size=4 * n))
        graph.add_weighted_edges_from(ties)
    return graph


def without_self_ties(graph: nx.DiGraph) -> nx.DiGraph:
    """Copy a network without the ties to oneself, which no layer keeps."""
    clean = graph.copy()
    clean.remove_edges_from(list(nx.selfloop_edges(clean)))
    return clean


def by_node(figures, layer: Layer) -> np.ndarray:
    """Put a mapping of people 0..n-1 to figures in the order of a layer; missing is NaN."""
    values = [figures.get(person) for person in range(layer.n)]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def assert_equal(ours, reference, tolerance=1e-9) -> None:
    """Compare figures, undefined ones included."""
    np.testing.assert_allclose(ours, reference, rtol=0, atol=tolerance, equal_nan=True)


def people_of_chart(manager, department=None, names=()) -> People:
    """Make the people of a whole chart, everybody in scope."""
    chart = build_hierarchy(manager)
    n = len(chart.level)
    return People(
        ids=tuple(f"P{person:04d}" for person in range(n)),
        manager=np.asarray(manager, np.int32),
        line_start=chart.line_start,
        line_end=chart.line_end,
        department=np.full(n, -1, np.int32) if department is None else np.asarray(department, np.int32),
        department_names=tuple(names),
    )


def read_rows(*path: str) -> list[dict[str, str]]:
    """Read a table of the published data, or skip the test where the data are not there."""
    file = DATA.joinpath(*path)
    if not file.exists():
        pytest.skip(f"the published data are not at {file.parent}")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_summary(folder: str) -> dict:
    """Read a folder's reference figures, or skip the test where the data are not there."""
    file = DATA / folder / "reference" / "summary.json"
    if not file.exists():
        pytest.skip(f"the published data are not at {file.parent}")
    return json.loads(file.read_text())


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    """Read one column of figures; an empty cell is NaN."""
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])
