"""How often people are named, how often they name, and how much of it is returned."""

from __future__ import annotations

import numpy as np

from influence.network.graph import Layer
from influence.network.model import BoolArray, FloatArray


def in_degree(layer: Layer) -> FloatArray:
    """Count the distinct people who name each person.

    The plainest sign of influence: how many colleagues turn to someone.

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        People, 0 to n - 1.

    References
    ----------
    Freeman, L. (1978). Centrality in social networks: conceptual clarification.
    Social Networks 1, 215-239. doi:10.1016/0378-8733(78)90021-7

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> in_degree(layer_from_arrays(3, source=[0, 1], target=[2, 2])).tolist()
    [0.0, 0.0, 2.0]
    """
    return np.bincount(layer.indices, minlength=layer.n).astype(np.float64)


def in_strength(layer: Layer) -> FloatArray:
    """Add up the strength of the nominations that each person receives.

    As the count of namers, with strong nominations weighing more: sum over v of S[v, u].

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        Strength, 0 to n - 1.

    References
    ----------
    Barrat, A. et al. (2004). The architecture of complex weighted networks.
    PNAS 101, 3747-3752, equation 2. doi:10.1073/pnas.0400087101

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> in_strength(layer_from_arrays(3, source=[0, 1], target=[2, 2], strength=[0.5, 1.0])).tolist()
    [0.0, 0.0, 1.5]
    """
    return np.bincount(layer.indices, layer.strength, layer.n).astype(np.float64)


def out_degree(layer: Layer) -> FloatArray:
    """Count the distinct people whom each person names.

    Someone with 0 is silent: nobody can move them over this layer.

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        People, 0 to n - 1.

    References
    ----------
    Freeman, L. (1978). Social Networks 1, 215-239. doi:10.1016/0378-8733(78)90021-7

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> out_degree(layer_from_arrays(3, source=[0, 0], target=[1, 2])).tolist()
    [2.0, 0.0, 0.0]
    """
    return np.diff(layer.indptr).astype(np.float64)


def out_strength(layer: Layer) -> FloatArray:
    """Add up the strength of the nominations that each person gives: sum over u of S[v, u].

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        Strength, 0 to n - 1.

    References
    ----------
    Barrat, A. et al. (2004). PNAS 101, 3747-3752, equation 2. doi:10.1073/pnas.0400087101

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> out_strength(layer_from_arrays(2, source=[0], target=[1], strength=[0.25])).tolist()
    [0.25, 0.0]
    """
    return np.bincount(layer.source, layer.strength, layer.n).astype(np.float64)


def reciprocity(layer: Layer) -> float:
    """Give the share of all nominations that are returned.

    Near 1 people name each other, near 0 the naming goes one way, as it does towards
    recognised experts.

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float
        0 to 1; NaN in a layer without nominations.

    References
    ----------
    Wasserman, S., Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 13.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> reciprocity(layer_from_arrays(3, source=[0, 1, 2], target=[1, 0, 0])).__round__(3)
    0.667
    """
    return float(_is_returned(layer).mean()) if layer.entries else float("nan")


def own_reciprocity(layer: Layer) -> FloatArray:
    """Give the share of each person's nominations, given and received, that are mutual.

    2 x (people one names and is named by) / (people one names + people who name one).

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        0 to 1; NaN for a person without nominations.

    References
    ----------
    Wasserman, S., Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 13; as ``networkx.reciprocity`` of one node.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> own_reciprocity(layer_from_arrays(3, source=[0, 1, 2], target=[1, 0, 0])).tolist()
    [0.6666666666666666, 1.0, 0.0]
    """
    mutual = np.bincount(layer.source, _is_returned(layer), layer.n)
    total = in_degree(layer) + out_degree(layer)
    share = np.full(layer.n, np.nan)
    np.divide(2 * mutual, total, out=share, where=total > 0)
    return share


def _is_returned(layer: Layer) -> BoolArray:
    """Say for each entry v -> u whether u names v too; both lists of pairs are ascending."""
    forward = layer.source.astype(np.int64) * layer.n + layer.indices
    backward = layer.indices.astype(np.int64) * layer.n + layer.source
    place = np.searchsorted(forward, backward)
    place[place == forward.size] = 0
    return forward[place] == backward if forward.size else np.zeros(0, np.bool_)
