"""Standing that depends on the standing of those who name one: PageRank and HITS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from influence.network.graph import Layer
from influence.network.measures.naming import out_strength
from influence.network.model import FloatArray, NetworkError

# Sums of absolute errors over all people; 1e-9 is promised, the rest is margin.
PAGERANK_ERROR = 1e-11
AUTHORITY_ERROR = 1e-11
# The basis that authority is looked for in: at most so many columns, fewer where they would
# take more than 100 MB; a quarter is kept when it is full.
MOST_COLUMNS, FEWEST_COLUMNS, MOST_NUMBERS = 80, 24, 12_000_000
MOST_RESTARTS = 200


def pagerank(layer: Layer, damping: float = 0.85) -> FloatArray:
    """Give the share of attention each person receives when attention is passed on.

    Being named by people who are themselves much named counts more. PR = (1 - d) / n +
    d x (sum over v of PR[v] x S[v, u] / sum of v's strengths, and the PR of those who
    name nobody spread evenly over all).

    Parameters
    ----------
    layer : Layer
        The nominations; v passes attention to u.
    damping : float
        d, in [0, 1); 0.85 as in the paper.

    Returns
    -------
    float64 array, n
        Shares, summing to 1 (empty for nobody). Sum of absolute errors below 1e-9.

    Raises
    ------
    NetworkError
        A damping outside [0, 1).

    Notes
    -----
    Power iteration until the bound d / (1 - d) x change is below the error.

    References
    ----------
    Brin, S., Page, L. (1998). The anatomy of a large-scale hypertextual web search
    engine. Computer Networks 30, 107-117, section 2.1.1. doi:10.1016/S0169-7552(98)00110-X

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> pagerank(layer_from_arrays(2, source=[0, 1], target=[1, 0])).round(3).tolist()
    [0.5, 0.5]
    """
    if not 0 <= damping < 1:
        raise NetworkError(f"The damping is {damping}; it must be at least 0 and below 1.")
    if layer.n == 0:
        return np.empty(0)
    given = out_strength(layer)
    names = given > 0
    share = np.divide(damping, given, out=np.zeros(layer.n), where=names)
    named_by = _named_by(layer)
    rank = np.full(layer.n, 1 / layer.n)
    change = np.inf
    while change * damping > PAGERANK_ERROR * (1 - damping):
        spread = (1 - damping + damping * rank[~names].sum()) / layer.n
        following = named_by @ (share * rank) + spread
        change = np.abs(following - rank).sum()
        rank = following
    rank /= rank.sum()
    return rank


def authority(layer: Layer) -> FloatArray:
    """Give each person's HITS authority: being named by those who name the right people.

    The vector a with a proportional to S'S a: hubs name good authorities, authorities are
    named by good hubs.

    Parameters
    ----------
    layer : Layer
        The nominations, weighted by strength.

    Returns
    -------
    float64 array, n
        Shares, summing to 1; all 0 where nobody is named.

    Notes
    -----
    Where several vectors solve the equation (separate groups of the same strength), the
    one that power iteration from equal values tends to is given: the projection of the
    vector of ones. It is found in the Krylov space of that vector, by Lanczos with full
    orthogonalisation and thick restarts (Wu, Simon 2000), since plain power iteration
    takes very long where two groups are almost equally strong. The error is bounded by
    residual / distance to the next eigenvalue.

    References
    ----------
    Kleinberg, J. (1999). Authoritative sources in a hyperlinked environment. Journal of
    the ACM 46, 604-632, section 3. doi:10.1145/324133.324140

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> authority(layer_from_arrays(4, source=[0, 1, 1], target=[2, 2, 3])).round(3).tolist()
    [0.0, 0.0, 0.618, 0.382]
    """
    if layer.entries == 0:
        return np.zeros(layer.n)
    vector: FloatArray = np.abs(_dominant_vector(layer.matrix, _named_by(layer)))
    vector /= vector.sum()
    return vector


def _named_by(layer: Layer) -> sparse.csr_array:
    """The transpose of S by rows, so that a product reads each person's namers in one run."""
    arrays = (layer.reverse_strength, layer.reverse_indices, layer.reverse_indptr)
    return sparse.csr_array(arrays, shape=(layer.n, layer.n))


def _dominant_vector(names: sparse.csr_array, named_by: sparse.csr_array) -> FloatArray:
    """Find the dominant eigenvector of S'S with a part in the vector of ones."""
    n = names.shape[0]
    columns = min(MOST_COLUMNS, max(FEWEST_COLUMNS, MOST_NUMBERS // n), n)
    basis = np.zeros((columns + 1, n))
    projected = np.zeros((len(basis), len(basis)))
    basis[0] = 1 / np.sqrt(n)
    values, size = np.full(1, np.inf), 0
    for _ in range(MOST_RESTARTS):
        while size < columns:
            step = named_by @ (names @ basis[size])
            length = _extend(basis, projected, size, step)
            size += 1
            if size % 4 and size < columns and length > 1e-6 * values[-1]:
                continue
            values, vectors = np.linalg.eigh(projected[:size, :size])
            if _is_converged(values, abs(length * vectors[-1, -1])):
                return vectors[:, -1] @ basis[:size]
        size = _restart(basis, projected, values, vectors, length)
    best: FloatArray = basis[size - 1]
    return best


def _extend(basis: FloatArray, projected: FloatArray, size: int, step: FloatArray) -> float:
    """Take the step's part outside the basis as its next column; return that part's length."""
    known = basis[: size + 1]
    inside = known @ step
    outside = step - inside @ known
    again = known @ outside
    outside -= again @ known
    projected[: size + 1, size] = projected[size, : size + 1] = inside + again
    length = float(np.linalg.norm(outside))
    if length > 0:
        basis[size + 1] = outside / length
    return length


def _is_converged(values: NDArray[np.float64], residual: float) -> bool:
    largest = values[-1]
    gap = largest - values[-2] if values.size > 1 else largest
    return bool(residual <= max(AUTHORITY_ERROR * gap, 1e-14 * largest))


def _restart(
    basis: FloatArray, projected: FloatArray, values: FloatArray, vectors: FloatArray, length: float
) -> int:
    """Keep the best columns and the open direction; return the number of columns kept."""
    kept = max(values.size // 4, 1)
    basis[:kept] = vectors[:, -kept:].T @ basis[: values.size]
    basis[kept] = basis[values.size]
    projected[:] = 0
    projected[:kept, :kept] = np.diag(values[-kept:])
    projected[kept, :kept] = projected[:kept, kept] = length * vectors[-1, -kept:]
    return kept
