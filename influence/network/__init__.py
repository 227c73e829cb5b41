"""Who leads and who moves others: measures of a network of nominations.

Arrays in, arrays out; no database, no web. A layer comes from stored ties
(`build_layers`), from plain arrays (`layer_from_arrays`) or from NetworkX
(`from_networkx`); every measure takes a layer::

    from influence import network

    layer, nodes = network.from_networkx(graph)
    network.pagerank(layer)

Names are looked up on first use, so that importing the package does not load the
compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from influence.network.analysis import analyse
    from influence.network.cascade import influence_probabilities, leadership_probabilities
    from influence.network.exchange import from_networkx, to_networkx
    from influence.network.graph import Layer, build_layers, layer_from_arrays
    from influence.network.hierarchy import (
        Dimensions,
        Hierarchy,
        build_hierarchy,
        find_cycles,
        krackhardt,
        krackhardt_of_chart,
    )
    from influence.network.measures import (
        Sampled,
        authority,
        betweenness,
        classical_measures,
        clustering,
        community,
        constraint,
        core,
        effective_size,
        ei_index,
        ei_index_of_network,
        harmonic,
        in_degree,
        in_strength,
        modularity,
        out_degree,
        out_strength,
        own_reciprocity,
        pagerank,
        reciprocity,
        ties_among_contacts,
        two_step_reach,
    )
    from influence.network.objectives import plain_reach
    from influence.network.reach import reach_of
    from influence.network.replanning import choose_sponsors_kept, extend, replan
    from influence.network.scores import (
        Leadership,
        corners,
        groups,
        leadership_scores,
        mid_rank_percentile,
        positional_authority,
        rank,
    )
    from influence.network.silence import reconstruct
    from influence.network.spheres import expected_spheres, typical_sphere
    from influence.network.whatif import what_if

_MODULES = (
    "graph",
    "exchange",
    "hierarchy",
    "scores",
    "measures",
    "cascade",
    "spheres",
    "champions",
    "reach",
    "objectives",
    "silence",
    "whatif",
    "replanning",
    "analysis",
)

__all__ = [
    "Dimensions",
    "Hierarchy",
    "Layer",
    "Leadership",
    "Sampled",
    "analyse",
    "authority",
    "betweenness",
    "build_hierarchy",
    "build_layers",
    "choose_sponsors_kept",
    "classical_measures",
    "clustering",
    "community",
    "constraint",
    "core",
    "corners",
    "effective_size",
    "ei_index",
    "ei_index_of_network",
    "expected_spheres",
    "extend",
    "find_cycles",
    "from_networkx",
    "groups",
    "harmonic",
    "in_degree",
    "in_strength",
    "influence_probabilities",
    "krackhardt",
    "krackhardt_of_chart",
    "layer_from_arrays",
    "leadership_probabilities",
    "leadership_scores",
    "mid_rank_percentile",
    "modularity",
    "out_degree",
    "out_strength",
    "own_reciprocity",
    "pagerank",
    "plain_reach",
    "positional_authority",
    "rank",
    "reach_of",
    "reciprocity",
    "reconstruct",
    "replan",
    "ties_among_contacts",
    "to_networkx",
    "two_step_reach",
    "typical_sphere",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            home = import_module(f"{__name__}.{module}")
            if hasattr(home, name):
                return getattr(home, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
