"""What each person's contacts look like when direction is left aside: cores, gaps, departments."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.graph import Layer
from influence.network.model import FloatArray, IntArray, NetworkError, People


def core(layer: Layer) -> FloatArray:
    """Give the largest k such that a person belongs to a group all with k contacts inside it.

    High values lie in the dense middle of the network, low ones at its edge.

    Parameters
    ----------
    layer : Layer
        The nominations, taken without direction and strength.

    Returns
    -------
    float64 array, n
        Whole numbers from 0.

    References
    ----------
    Seidman, S. (1983). Network structure and minimum degree. Social Networks 5, 269-287.
    doi:10.1016/0378-8733(83)90028-X
    Batagelj, V., Zaversnik, M. (2011). Fast algorithms for determining (generalized) core
    groups in social networks. ADAC 5, 129-145. doi:10.1007/s11634-010-0079-y

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> core(layer_from_arrays(4, source=[0, 1, 2, 3], target=[1, 2, 0, 0])).tolist()
    [2.0, 2.0, 2.0, 1.0]
    """
    contacts = layer.contacts
    return _cores(contacts.indptr, contacts.indices)


def clustering(layer: Layer) -> FloatArray:
    """Give the share of pairs of a person's contacts who are in contact themselves.

    2t / (d (d - 1)), with d contacts and t ties among them.

    Parameters
    ----------
    layer : Layer
        The nominations, taken without direction and strength.

    Returns
    -------
    float64 array, n
        0 to 1; 0 below two contacts.

    References
    ----------
    Watts, D., Strogatz, S. (1998). Collective dynamics of small-world networks. Nature
    393, 440-442. doi:10.1038/30918

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> clustering(layer_from_arrays(4, source=[0, 1, 2, 3], target=[1, 2, 0, 0])).round(2).tolist()
    [0.33, 1.0, 1.0, 0.0]
    """
    degree = layer.contacts.degree
    pairs = degree * (degree - 1.0)
    return np.divide(2 * ties_among_contacts(layer), pairs, out=np.zeros(layer.n), where=pairs > 0)


def effective_size(layer: Layer) -> FloatArray:
    """Give the number of a person's contacts less what is redundant among them.

    d - 2t / d, with d contacts and t ties among them: contacts who know each other bring
    the same news twice.

    Parameters
    ----------
    layer : Layer
        The nominations, taken without direction and strength.

    Returns
    -------
    float64 array, n
        Contacts, 1 to d; NaN without contacts.

    Notes
    -----
    This is the formula of the book. ``networkx.effective_size`` takes different ways with
    and without its argument ``nodes`` and is no reference where they differ.

    References
    ----------
    Burt, R. (1992). Structural Holes. Harvard University Press, chapter 2; in this form
    Borgatti, S. (1997). Structural holes: unpacking Burt's redundancy measures.
    Connections 20, 35-38.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> effective_size(layer_from_arrays(4, source=[0, 1, 2], target=[1, 2, 0])).tolist()
    [1.0, 1.0, 1.0, nan]
    """
    degree = layer.contacts.degree
    size = np.full(layer.n, np.nan)
    np.divide(2 * ties_among_contacts(layer), degree, out=size, where=degree > 0)
    np.subtract(degree, size, out=size)
    return size


def constraint(layer: Layer) -> FloatArray:
    """Give how much a person's contacts hold each other, and so the person, in one circle.

    Low values mean freedom to broker between circles. The sum over contacts j of
    (p_ij + sum over q of p_iq p_qj) squared, with p_ij = (a_ij + a_ji) / sum over k of
    (a_ik + a_ki).

    Parameters
    ----------
    layer : Layer
        The nominations; a is their strength.

    Returns
    -------
    float64 array, n
        Above 0, about 1 for a single contact; NaN without contacts.

    Notes
    -----
    j runs over direct contacts only, as in ``networkx.constraint``.

    References
    ----------
    Burt, R. (2004). Structural holes and good ideas. American Journal of Sociology 110,
    349-399, appendix. doi:10.1086/421787

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> constraint(layer_from_arrays(4, source=[0, 1], target=[1, 2])).tolist()
    [1.0, 0.5, 1.0, nan]
    """
    contacts = layer.contacts
    return _constraints(contacts.indptr, contacts.indices, contacts.weight)


def ei_index(layer: Layer, department: IntArray) -> FloatArray:
    """Give how far a person's contacts lie outside rather than inside the own department.

    (external - internal) / all over distinct contacts in either direction: 1 means all
    outside, -1 all inside.

    Parameters
    ----------
    layer : Layer
        The nominations, taken without direction and strength.
    department : int array, n
        A code per person, -1 for none.

    Returns
    -------
    float64 array, n
        -1 to 1; NaN for a person without a department or without contacts.

    Raises
    ------
    NetworkError
        Another number of departments than people.

    Notes
    -----
    Contacts without a department are neither inside nor outside and do not count.

    References
    ----------
    Krackhardt, D., Stern, R. (1988). Informal networks and organizational crises. Social
    Psychology Quarterly 51, 123-140. doi:10.2307/2786835

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> layer = layer_from_arrays(3, source=[0, 0], target=[1, 2])
    >>> ei_index(layer, np.array([0, 0, 1])).tolist()
    [0.0, -1.0, 1.0]
    """
    department = np.asarray(department)
    if department.size != layer.n:
        raise NetworkError(f"There are {department.size} departments for {layer.n} people; give one each.")
    contacts = layer.contacts
    own = np.repeat(department, contacts.degree)
    other = department[contacts.indices]
    person = np.repeat(np.arange(layer.n), contacts.degree)
    known = (own >= 0) & (other >= 0)
    sign = np.where(own == other, -1.0, 1.0)
    total = np.bincount(person[known], minlength=layer.n)
    balance = np.bincount(person[known], sign[known], layer.n)
    index = np.full(layer.n, np.nan)
    np.divide(balance, total, out=index, where=total > 0)
    return index


def ei_index_of_network(layer: Layer, people: People) -> float:
    """Give the E-I index of all nominations together: (external - internal) / all.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> from influence.network.model import People
    >>> none = np.zeros(0, np.int64)
    >>> people = People(("a", "b", "c"), none, none, none, np.array([0, 0, 1]), ("X", "Y"))
    >>> ei_index_of_network(layer_from_arrays(3, source=[0, 0, 1], target=[1, 2, 2]), people).__round__(3)
    0.333
    """
    own, other = people.department[layer.source], people.department[layer.indices]
    known = (own >= 0) & (other >= 0)
    if not known.any():
        return float("nan")
    return float(np.where(own == other, -1.0, 1.0)[known].mean())


def ties_among_contacts(layer: Layer) -> FloatArray:
    """Count, for each person, the pairs of contacts who are in contact themselves.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> ties_among_contacts(layer_from_arrays(4, source=[0, 1, 2, 3], target=[1, 2, 0, 0])).tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    contacts = layer.contacts
    return _triangles(contacts.indptr, contacts.indices)


@njit(cache=True, nogil=True)
def _cores(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.float64]:
    """For k = 0, 1, ... take away whoever has k contacts left, and whom that brings down to k.

    Contacts are counted down to k but no further, so that what is left at the end is the
    core. Looking through all people for each k reads memory in order, which is faster
    than keeping them in buckets.
    """
    n = indptr.size - 1
    left = np.empty(n, np.int32)
    for person in range(n):
        left[person] = indptr[person + 1] - indptr[person]
    order = np.empty(n + 1, np.int32)
    taken, k = 0, 0
    while taken < n:
        found = taken
        for person in range(n):
            if left[person] == k:
                order[found] = person
                found += 1
        while taken < found:
            person = order[taken]
            taken += 1
            for entry in range(indptr[person], indptr[person + 1]):
                other = indices[entry]
                # Without branches, which would be guessed wrong half of the time.
                is_left = left[other] > k
                left[other] -= is_left
                order[found] = other
                found += is_left & (left[other] == k)
        k += 1
    return left.astype(np.float64)


@njit(cache=True, nogil=True)
def _triangles(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.float64]:
    """Find each triangle once, from its corner of lowest degree (Latapy 2008)."""
    n = indptr.size - 1
    found = np.zeros(n)
    upward_indptr, upward, _ = _upward(indptr, indices)
    marked_by = np.full(n, -1, np.int32)
    for person in range(n):
        for entry in range(upward_indptr[person], upward_indptr[person + 1]):
            marked_by[upward[entry]] = person
        for entry in range(upward_indptr[person], upward_indptr[person + 1]):
            other = upward[entry]
            for further in range(upward_indptr[other], upward_indptr[other + 1]):
                third = upward[further]
                if marked_by[third] == person:
                    found[person] += 1
                    found[other] += 1
                    found[third] += 1
    return found


@njit(cache=True, nogil=True)
def _upward(
    indptr: NDArray[np.int64], indices: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Keep of each tie the direction to the end with more contacts (or the higher index).

    Gives rows, the people they lead to, and the entry of the tie in the whole.
    """
    n = indptr.size - 1
    upward_indptr = np.zeros(n + 1, np.int64)
    upward = np.empty(indices.size // 2, np.int32)
    upward_entry = np.empty(indices.size // 2, np.int64)
    kept = 0
    for person in range(n):
        degree = indptr[person + 1] - indptr[person]
        for entry in range(indptr[person], indptr[person + 1]):
            other = indices[entry]
            other_degree = indptr[other + 1] - indptr[other]
            if other_degree > degree or (other_degree == degree and other > person):
                upward[kept], upward_entry[kept] = other, entry
                kept += 1
        upward_indptr[person + 1] = kept
    return upward_indptr, upward, upward_entry


@njit(cache=True, nogil=True)
def _constraints(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """With w_ij = a_ij + a_ji and W_i their sum, p_ij + sum over q of p_iq p_qj is h_ij / W_i, where

    h_ij = w_ij + sum over q of w_iq w_qj / W_q is the same in both directions.
    """
    n = indptr.size - 1
    total = np.zeros(n)
    for person in range(n):
        for entry in range(indptr[person], indptr[person + 1]):
            total[person] += weight[entry]
    upward_indptr, upward, entry_of = _upward(indptr, indices)
    held = _hold_through_triangles(upward_indptr, upward, weight[entry_of], total)
    result = np.zeros(n)
    for person in range(n):
        for at in range(upward_indptr[person], upward_indptr[person + 1]):
            squared = held[at] ** 2
            result[person] += squared
            result[upward[at]] += squared
    for person in range(n):
        result[person] = result[person] / total[person] ** 2 if total[person] > 0 else np.nan
    return result


@njit(cache=True, nogil=True)
def _hold_through_triangles(
    upward_indptr: NDArray[np.int64],
    upward: NDArray[np.int32],
    weight: NDArray[np.float64],
    total: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Meet each triangle a, b, c once; each of its ties is held through the third corner."""
    n = upward_indptr.size - 1
    held = weight.copy()
    place_to = np.full(n, -1, np.int32)
    for a in range(n):
        begin, end = upward_indptr[a], upward_indptr[a + 1]
        for at in range(begin, end):
            place_to[upward[at]] = at
        through_a = 1.0 / total[a] if end > begin else 0.0
        for ab in range(begin, end):
            b = upward[ab]
            by_a, by_b, more = weight[ab] * through_a, weight[ab] / total[b], 0.0
            for bc in range(upward_indptr[b], upward_indptr[b + 1]):
                c = upward[bc]
                ac = place_to[c]
                if ac >= 0:
                    more += weight[ac] * weight[bc] / total[c]
                    held[ac] += by_b * weight[bc]
                    held[bc] += by_a * weight[ac]
            held[ab] += more
        for at in range(begin, end):
            place_to[upward[at]] = -1
    return held
