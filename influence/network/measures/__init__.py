"""The classical measures of one layer: arrays in, one figure per person out."""

from __future__ import annotations

from influence.network.graph import Layer
from influence.network.measures.communities import community, modularity
from influence.network.measures.contacts import (
    clustering,
    constraint,
    core,
    effective_size,
    ei_index,
    ei_index_of_network,
    ties_among_contacts,
)
from influence.network.measures.naming import (
    in_degree,
    in_strength,
    out_degree,
    out_strength,
    own_reciprocity,
    reciprocity,
)
from influence.network.measures.paths import (
    Sampled,
    betweenness,
    betweenness_block,
    betweenness_of,
    harmonic,
    harmonic_block,
    harmonic_of,
    two_step_reach,
)
from influence.network.measures.standing import authority, pagerank
from influence.network.model import FloatArray, People, Progress

__all__ = [
    "Sampled",
    "authority",
    "betweenness",
    "betweenness_block",
    "betweenness_of",
    "classical_measures",
    "clustering",
    "community",
    "constraint",
    "core",
    "effective_size",
    "ei_index",
    "ei_index_of_network",
    "harmonic",
    "harmonic_block",
    "harmonic_of",
    "in_degree",
    "in_strength",
    "modularity",
    "out_degree",
    "out_strength",
    "own_reciprocity",
    "pagerank",
    "reciprocity",
    "standing_measures",
    "ties_among_contacts",
    "two_step_reach",
]


def classical_measures(
    people: People,
    layer: Layer,
    *,
    seed: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, FloatArray]:
    """Compute every classical measure of a layer under the names that the API uses.

    Parameters
    ----------
    people : People
        The n people; their departments are needed.
    layer : Layer
        The nominations.
    seed : int
        For communities, and for sources where a measure is sampled.
    threads : int
        Threads for the measures over paths; the figures do not depend on it.
    progress : callable or None
        Told the share done and a message between the slow measures; may raise to stop.

    Returns
    -------
    dict of str to float64 array, n
        ``in_degree, in_strength, out_degree, reciprocity, pagerank, authority, core,
        clustering, constraint, effective_size, ei_index, two_step_reach, community,
        betweenness, betweenness_se, harmonic, harmonic_se``; NaN where a measure is
        undefined for a person.
    """
    scores = standing_measures(people, layer, seed=seed, progress=progress)
    between = betweenness(layer, seed=seed, threads=threads)
    near = harmonic(layer, seed=seed, threads=threads)
    return scores | {
        "betweenness": between.values,
        "betweenness_se": between.standard_error,
        "harmonic": near.values,
        "harmonic_se": near.standard_error,
    }


def standing_measures(
    people: People, layer: Layer, *, seed: int = 0, progress: Progress | None = None
) -> dict[str, FloatArray]:
    """Compute the classical measures but for those over paths, as ``classical_measures`` does."""
    tell = progress or _say_nothing
    tell(0.0, "Naming and standing")
    scores = {
        "in_degree": in_degree(layer),
        "in_strength": in_strength(layer),
        "out_degree": out_degree(layer),
        "reciprocity": own_reciprocity(layer),
        "pagerank": pagerank(layer),
        "authority": authority(layer),
    }
    tell(0.4, "Cores, gaps and departments")
    scores |= {
        "core": core(layer),
        "clustering": clustering(layer),
        "constraint": constraint(layer),
        "effective_size": effective_size(layer),
        "ei_index": ei_index(layer, people.department),
        "two_step_reach": two_step_reach(layer),
    }
    tell(0.6, "Communities")
    scores["community"] = community(layer, seed=seed)
    tell(1.0, "Communities")
    return scores


def _say_nothing(share: float, message: str) -> None:
    """Stand in where nobody wants to be told."""
