"""In from NetworkX and out to it, so that anyone can check a figure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import networkx as nx
import numpy as np

from influence.network.graph import Layer, layer_from_arrays


def from_networkx(graph: nx.Graph, weight: str | None = "weight") -> tuple[Layer, tuple[Hashable, ...]]:
    """Read a NetworkX graph as a layer; an edge v -> u is "v names u".

    An undirected edge counts in both directions. Edges to oneself are left out; of
    parallel edges the strongest counts.

    Parameters
    ----------
    graph : networkx.Graph
        Any of its kinds.
    weight : str or None
        Edge attribute that holds the strength, in (0, 1]; 1 where it is missing or None.

    Returns
    -------
    layer : Layer
    nodes : tuple
        The node that stands behind each index.

    Raises
    ------
    NetworkError
        A strength outside (0, 1].

    Examples
    --------
    >>> layer, nodes = from_networkx(nx.DiGraph([("Ann", "Bo"), ("Cy", "Bo")]))
    >>> nodes, layer.reverse_indices.tolist()
    (('Ann', 'Bo', 'Cy'), [0, 2])
    """
    nodes = tuple(graph)
    index = {node: position for position, node in enumerate(nodes)}
    directed = graph if graph.is_directed() else graph.to_directed(as_view=True)
    edges = [
        (index[v], index[u], 1.0 if weight is None else data.get(weight, 1.0))
        for v, u, data in directed.edges(data=True)
    ]
    source, target, strength = zip(*edges, strict=True) if edges else ((), (), ())
    return layer_from_arrays(len(nodes), source, target, np.asarray(strength, np.float64)), nodes


def to_networkx(layer: Layer, nodes: Sequence[Hashable] | None = None) -> nx.DiGraph[Any]:
    """Write a layer as a NetworkX graph; an edge v -> u is "v names u", its weight the strength.

    Examples
    --------
    >>> layer = layer_from_arrays(2, source=[0], target=[1], strength=[0.5])
    >>> list(to_networkx(layer, nodes=("Ann", "Bo")).edges(data=True))
    [('Ann', 'Bo', {'weight': 0.5})]
    """
    names = tuple(range(layer.n)) if nodes is None else tuple(nodes)
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(
        (names[v], names[u], float(strength))
        for v, u, strength in zip(layer.source, layer.indices, layer.strength, strict=True)
    )
    return graph
