"""Communities: circles of people tied more closely among themselves than to others."""

from __future__ import annotations

import graspologic_native
import numpy as np

from influence.network.graph import Layer
from influence.network.model import FloatArray

ITERATIONS = 2


def community(layer: Layer, *, seed: int = 0, resolution: float = 1.0) -> FloatArray:
    """Number the communities that Leiden finds in the layer, 0 for the largest.

    People of one community are tied more closely among themselves than chance would tie
    them; champions from one community alone leave the others untouched.

    Parameters
    ----------
    layer : Layer
        The nominations without direction, both strengths added.
    seed : int
        Random seed; the same seed gives the same communities.
    resolution : float
        Above 1 more and smaller communities, below 1 fewer and larger ones.

    Returns
    -------
    float64 array, n
        Whole numbers from 0, ordered by size, then by the first member. A person without
        contacts is a community of their own.

    References
    ----------
    Traag, V., Waltman, L., van Eck, N. (2019). From Louvain to Leiden: guaranteeing
    well-connected communities. Scientific Reports 9, 5233. doi:10.1038/s41598-019-41695-z
    Newman, M., Girvan, M. (2004). Finding and evaluating community structure in networks.
    Physical Review E 69, 026113, equation 5. doi:10.1103/PhysRevE.69.026113

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> community(layer_from_arrays(5, source=[0, 1, 2, 3], target=[1, 2, 0, 4])).tolist()
    [0.0, 0.0, 0.0, 1.0, 1.0]
    """
    if layer.entries == 0:
        return np.arange(layer.n, dtype=np.float64)
    contacts = layer.contacts
    _, found = graspologic_native.leiden_csr(
        contacts.indptr,
        contacts.indices,
        contacts.weight,
        layer.n,
        resolution=resolution,
        iterations=ITERATIONS,
        seed=seed,
    )
    members = np.fromiter(found.keys(), np.int64, len(found))
    label = np.arange(layer.n, 2 * layer.n, dtype=np.int64)
    label[members] = np.fromiter(found.values(), np.int64, len(found))
    alone = contacts.degree == 0
    label[alone] = np.arange(layer.n, 2 * layer.n)[alone]
    return _numbered_by_size(label)


def modularity(layer: Layer, communities: FloatArray) -> float:
    """Give how much more weight lies inside the communities than chance would put there.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> layer = layer_from_arrays(4, source=[0, 2], target=[1, 3])
    >>> modularity(layer, np.array([0, 0, 1, 1]))
    0.5
    """
    contacts = layer.contacts
    total = contacts.weight.sum()
    if total == 0:
        return float("nan")
    label = np.asarray(communities, np.int64)
    own = np.repeat(label, contacts.degree)
    inside = contacts.weight[own == label[contacts.indices]].sum()
    weight = np.bincount(own, contacts.weight)
    return float(inside / total - ((weight / total) ** 2).sum())


def _numbered_by_size(label: np.ndarray) -> FloatArray:
    _, first, place, size = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    number = np.empty(order.size)
    number[order] = np.arange(order.size)
    return number[place]
