"""The formal hierarchy: levels, spans, who is below whom, and how tree-like a network is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph

from influence.network.bits import count_bits
from influence.network.graph import Layer
from influence.network.model import FloatArray, IntArray, NetworkError

LUB_EXACT_UP_TO = 3_000
LUB_SAMPLE = 1_000


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Each person's place in a whole chart.

    Attributes
    ----------
    level : int32 array
        1 for a top, one more for each step down.
    span : int32 array
        Direct reports.
    headcount : int64 array
        Everyone below, without oneself.
    line_start, line_end : int64 array
        Preorder interval: v is below u exactly when
        ``line_start[u] < line_start[v] <= line_end[u]``.
    """

    level: IntArray
    span: IntArray
    headcount: NDArray[np.int64]
    line_start: NDArray[np.int64]
    line_end: NDArray[np.int64]


@dataclass(frozen=True)
class Dimensions:
    """Krackhardt's four dimensions, 0 to 1; all are 1 in an out-tree only. NaN where undefined.

    ``least_upper_bound_error`` is the standard error of the last one where pairs were
    sampled, else 0.
    """

    connectedness: float
    hierarchy: float
    efficiency: float
    least_upper_boundedness: float
    least_upper_bound_error: float = 0.0


def find_cycles(manager: ArrayLike) -> list[list[int]]:
    """List the people who are, over some steps, their own manager.

    Parameters
    ----------
    manager : int array, n
        Index of each person's manager, -1 for a top.

    Returns
    -------
    list of list of int
        The members of each cycle, ascending; people below a cycle are not part of it.

    Raises
    ------
    NetworkError
        A manager who is not among the people.

    Examples
    --------
    >>> find_cycles([-1, 2, 1, 2])
    [[1, 2]]
    """
    managers = _checked(manager)
    label = _cycle_labels(managers)
    members = np.flatnonzero(label >= 0)
    if members.size == 0:
        return []
    members = members[np.argsort(label[members], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[members])) + 1
    return sorted(part.tolist() for part in np.split(members, cuts))


def build_hierarchy(manager: ArrayLike, order: ArrayLike | None = None) -> Hierarchy:
    """Give every person of a chart their level, span, headcount and preorder interval.

    Parameters
    ----------
    manager : int array, n
        Index of each person's manager in the whole chart, -1 for a top.
    order : int array, n, optional
        Siblings stand in the ascending order of these numbers (the rank of their id);
        the order of the indices where left out.

    Returns
    -------
    Hierarchy
        Arrays of length n.

    Raises
    ------
    NetworkError
        A manager who is not among the people, or a cycle.

    Examples
    --------
    >>> chart = build_hierarchy([-1, 0, 0, 1])
    >>> chart.level.tolist(), chart.span.tolist(), chart.headcount.tolist()
    ([1, 2, 2, 3], [2, 1, 0, 0], [3, 1, 0, 0])
    >>> chart.line_start.tolist(), chart.line_end.tolist()
    ([0, 1, 3, 2], [3, 2, 3, 2])
    """
    managers = _checked(manager)
    n = managers.size
    rank = np.arange(n) if order is None else np.asarray(order)
    if rank.size != n:
        raise NetworkError(f"There are {rank.size} places in the order of {n} people; give one each.")
    by_manager = np.lexsort((rank, managers)).astype(np.int64)
    first_report = np.searchsorted(managers[by_manager], np.arange(-1, n + 1)).astype(np.int64)
    level, headcount, start, reached = _walk_down(by_manager, first_report)
    if reached < n:
        raise NetworkError(
            f"{len(find_cycles(managers))} cycle(s) in the chart: someone is their own manager over some "
            "steps; find_cycles lists them."
        )
    span = np.diff(first_report)[1:].astype(np.int32)
    return Hierarchy(level, span, headcount, start, start + headcount)


def krackhardt_of_chart(manager: ArrayLike) -> Dimensions:
    """Give the four dimensions of a chart, whose ties go from manager to report.

    A chart without cycles falls short of an out-tree only where it has several tops.

    Parameters
    ----------
    manager : int array, n
        Index of each person's manager, -1 for a top.

    Returns
    -------
    Dimensions
        As `krackhardt` gives for the same ties, in linear time.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley, K., Prietula, M. (eds), Computational Organization Theory. Erlbaum, 89-111.

    Examples
    --------
    >>> krackhardt_of_chart([-1, 0, 0, -1]).connectedness
    0.5
    """
    chart = build_hierarchy(manager)
    sizes = chart.headcount[chart.level == 1] + 1.0
    has_ties = bool((sizes > 1).any())
    one = 1.0 if has_ties else float("nan")
    return Dimensions(_connectedness(sizes), one, one, one)


def krackhardt(layer: Layer, *, seed: int = 0) -> Dimensions:
    """Give the four dimensions that tell how close a directed network is to an out-tree.

    *Connectedness*: pairs joined by ties of any direction / all pairs. *Hierarchy*: of
    the pairs of whom one reaches the other, the share where not both do. *Efficiency*:
    1 - ties beyond a spanning tree / most such ties, within components. *Least upper
    boundedness*: the share of pairs with a closest common superior, someone who reaches
    both and is reached by everyone else who reaches both.

    Parameters
    ----------
    layer : Layer
        Ties as named: the source is taken to stand above the target.
    seed : int
        Chooses the people whose pairs are looked at above 3,000 people.

    Returns
    -------
    Dimensions
        NaN where there is nothing to divide by: connectedness below two people, the
        others without ties.

    Notes
    -----
    Efficiency counts undirected ties. A component where no tie or pair can be in excess
    counts as perfect. Least upper boundedness: violations / sum over components of
    (size - 1) (size - 2) / 2, as in the paper; above 3,000 people from the pairs among
    1,000 sampled people.

    References
    ----------
    Krackhardt, D. (1994). Graph theoretical dimensions of informal organizations. In
    Carley, K., Prietula, M. (eds), Computational Organization Theory. Erlbaum, 89-111.

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> krackhardt(layer_from_arrays(3, source=[0, 0, 1], target=[1, 2, 0])).hierarchy.__round__(3)
    0.667
    """
    _, component = csgraph.connected_components(layer.matrix, directed=False)
    sizes = np.bincount(component).astype(np.float64) if layer.n else np.zeros(0)
    connected = _connectedness(sizes)
    if layer.entries == 0:
        return Dimensions(connected, float("nan"), float("nan"), float("nan"))
    flow = _Condensation.of(layer)
    above = flow.ancestors()
    bounded, error = _least_upper_boundedness(flow, above, component, sizes, seed)
    return Dimensions(
        connected,
        _hierarchy(flow, above),
        _efficiency(layer.contacts.indices.size / 2, sizes),
        bounded,
        error,
    )


def _checked(manager: ArrayLike) -> NDArray[np.int64]:
    managers = np.asarray(manager, np.int64).reshape(-1)
    wrong = (managers < -1) | (managers >= managers.size)
    if wrong.any():
        person = int(np.argmax(wrong))
        raise NetworkError(f"Person {person} has the manager {managers[person]}, who is not in the chart.")
    return managers


def _pairs(size: FloatArray | float) -> FloatArray | float:
    return size * (size - 1.0) / 2


def _connectedness(sizes: FloatArray) -> float:
    possible = _pairs(sizes.sum())
    return float(np.sum(_pairs(sizes)) / possible) if possible else float("nan")


def _efficiency(ties: float, sizes: FloatArray) -> float:
    needed = np.sum(sizes - 1)
    most = np.sum(_pairs(sizes)) - needed
    return float(1 - (ties - needed) / most) if most else 1.0


@dataclass(frozen=True, eq=False)
class _Condensation:
    """Groups of people who all reach each other, numbered so that ties lead to higher numbers."""

    group: IntArray
    size: NDArray[np.int64]
    indptr: NDArray[np.int64]
    indices: IntArray

    @classmethod
    def of(cls, layer: Layer) -> _Condensation:
        groups, label = csgraph.connected_components(layer.matrix, directed=True, connection="strong")
        ties = _ties_between(label[layer.source], label[layer.indices], groups)
        number = _topological(ties.indptr.astype(np.int64), ties.indices.astype(np.int32))
        group = number[label]
        # Rows are the groups named; entries the groups that name them, which come before.
        above = _ties_between(group[layer.indices], group[layer.source], groups)
        return cls(group, np.bincount(group), above.indptr.astype(np.int64), above.indices.astype(np.int32))

    def ancestors(self) -> NDArray[np.int64]:
        """Count the people who reach each group, its own members included."""
        return _count_ancestors(self.indptr, self.indices, self.size)


def _ties_between(source: IntArray, target: IntArray, groups: int) -> sparse.csr_array:
    other = source != target
    pairs = (np.ones(int(other.sum()), np.int8), (source[other], target[other]))
    ties = sparse.coo_array(pairs, shape=(groups, groups)).tocsr()
    ties.sum_duplicates()
    return ties


def _hierarchy(flow: _Condensation, above: NDArray[np.int64]) -> float:
    """V is the pairs within groups; MaxV those plus the pairs of different groups in one direction."""
    mutual = float(np.sum(_pairs(flow.size.astype(np.float64))))
    one_way = float(np.sum(flow.size * (above - flow.size)))
    return 1 - mutual / (mutual + one_way)


def _least_upper_boundedness(
    flow: _Condensation, above: NDArray[np.int64], component: IntArray, sizes: FloatArray, seed: int
) -> tuple[float, float]:
    most = np.sum((sizes - 1) * (sizes - 2)) / 2
    if not most:
        return 1.0, 0.0
    n = component.size
    people = np.arange(n)
    if n > LUB_EXACT_UP_TO:
        random = np.random.default_rng(np.random.SeedSequence(seed))
        people = np.sort(random.choice(n, LUB_SAMPLE, replace=False))
    violations, pairs, own = _unbounded_pairs(flow, above, component, people)
    if n <= LUB_EXACT_UP_TO:
        return float(1 - violations / most), 0.0
    if pairs == 0:
        return float("nan"), float("nan")
    # A pair's verdict depends on both its people, so the error is that of the means by person.
    scale = float(np.sum(_pairs(sizes)) / most)
    share = violations / pairs
    error = 2 * np.sqrt(np.sum((own[:, 0] - share * own[:, 1]) ** 2)) / (2 * pairs)
    return float(1 - scale * share), float(scale * error)


def _unbounded_pairs(
    flow: _Condensation, above: NDArray[np.int64], component: IntArray, people: NDArray[np.int64]
) -> tuple[float, float, FloatArray]:
    """Count the pairs of a component without a closest common superior, and the pairs.

    The last array has both counts for each of the people.
    """
    groups, place, count = np.unique(flow.group[people], return_inverse=True, return_counts=True)
    # A superior's own superiors are superiors too; so the closest one is the one with the
    # most, and it is closest for all exactly when these are all there are.
    order = np.argsort(-above, kind="stable").astype(np.int64)
    bits = _ancestor_bits(flow.indptr, flow.indices, groups.astype(np.int64), np.argsort(order))
    group_component = np.zeros(flow.size.size, np.int64)
    group_component[flow.group] = component
    own = _judge_pairs(bits, above[order], flow.size[order], group_component[groups], count.astype(np.int64))
    totals = (own * count[:, None]).sum(axis=0) / 2
    return float(totals[0]), float(totals[1]), own[place]


@njit(cache=True, nogil=True)
def _cycle_labels(manager: NDArray[np.int64]) -> NDArray[np.int64]:
    """Walk up from everybody; a walk that meets itself has found a cycle."""
    n = manager.size
    walk = np.full(n, -1, np.int64)
    label = np.full(n, -1, np.int64)
    for person in range(n):
        at = person
        while at >= 0 and walk[at] < 0:
            walk[at] = person
            at = manager[at]
        if at >= 0 and walk[at] == person:
            while label[at] < 0:
                label[at] = person
                at = manager[at]
    return label


@njit(cache=True, nogil=True)
def _walk_down(
    by_manager: NDArray[np.int64], first_report: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], int]:
    """Go down level by level, up again for headcounts, down again for the intervals."""
    n = by_manager.size
    level = np.zeros(n, np.int32)
    headcount = np.zeros(n, np.int64)
    start = np.zeros(n, np.int64)
    order = np.empty(n, np.int64)
    found = first_report[1] - first_report[0]
    order[:found] = by_manager[first_report[0] : first_report[1]]
    level[order[:found]] = 1
    at = 0
    while at < found:
        person = order[at]
        for entry in range(first_report[person + 1], first_report[person + 2]):
            report = by_manager[entry]
            level[report] = level[person] + 1
            order[found] = report
            found += 1
        at += 1
    for at in range(found - 1, -1, -1):
        person = order[at]
        for entry in range(first_report[person + 1], first_report[person + 2]):
            headcount[person] += headcount[by_manager[entry]] + 1
    following = 0
    for entry in range(first_report[0], first_report[1]):
        start[by_manager[entry]] = following
        following += headcount[by_manager[entry]] + 1
    for at in range(found):
        person = order[at]
        following = start[person] + 1
        for entry in range(first_report[person + 1], first_report[person + 2]):
            start[by_manager[entry]] = following
            following += headcount[by_manager[entry]] + 1
    return level, headcount, start, found


@njit(cache=True, nogil=True)
def _topological(indptr: NDArray[np.int64], indices: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number the groups so that every tie leads to a higher number (Kahn 1962)."""
    n = indptr.size - 1
    open_ = np.zeros(n, np.int64)
    for entry in range(indices.size):
        open_[indices[entry]] += 1
    order = np.empty(n, np.int64)
    number = np.empty(n, np.int32)
    found = 0
    for group in range(n):
        if open_[group] == 0:
            order[found] = group
            found += 1
    for at in range(n):
        group = order[at]
        number[group] = at
        for entry in range(indptr[group], indptr[group + 1]):
            open_[indices[entry]] -= 1
            if open_[indices[entry]] == 0:
                order[found] = indices[entry]
                found += 1
    return number


@njit(cache=True, nogil=True)
def _count_ancestors(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], size: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Let 64 groups at a time run down the ties, a bit each."""
    groups = size.size
    above = np.zeros(groups, np.int64)
    reached = np.empty(groups, np.uint64)
    for first in range(0, groups, 64):
        last = min(first + 64, groups)
        are_single = size[first:last].sum() == last - first
        reached[first:] = 0
        for group in range(first, groups):
            word = np.uint64(0)
            for entry in range(indptr[group], indptr[group + 1]):
                if indices[entry] >= first:
                    word |= reached[indices[entry]]
            if group < last:
                word |= np.uint64(1) << np.uint64(group - first)
            reached[group] = word
            above[group] += count_bits(word) if are_single else _weigh(word, size[first:last])
    return above


@njit(cache=True, nogil=True)
def _weigh(word: np.uint64, size: NDArray[np.int64]) -> int:
    """Add the sizes of the groups whose bits are set."""
    total = 0
    for place in range(size.size):
        if (word >> np.uint64(place)) & np.uint64(1):
            total += size[place]
    return total


@njit(cache=True, nogil=True)
def _ancestor_bits(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    wanted: NDArray[np.int64],
    place: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Mark for each wanted group all groups that reach it, at their place in the order."""
    groups = indptr.size - 1
    bits = np.zeros((wanted.size, (groups + 63) // 64), np.uint64)
    met = np.full(groups, -1, np.int64)
    stack = np.empty(groups, np.int64)
    for row in range(wanted.size):
        stack[0] = wanted[row]
        met[wanted[row]] = row
        left = 1
        while left:
            left -= 1
            group = stack[left]
            bits[row, place[group] >> 6] |= np.uint64(1) << np.uint64(place[group] & 63)
            for entry in range(indptr[group], indptr[group + 1]):
                if met[indices[entry]] != row:
                    met[indices[entry]] = row
                    stack[left] = indices[entry]
                    left += 1
    return bits


@njit(cache=True, nogil=True)
def _judge_pairs(
    bits: NDArray[np.uint64],
    above: NDArray[np.int64],
    size: NDArray[np.int64],
    component: NDArray[np.int64],
    count: NDArray[np.int64],
) -> NDArray[np.float64]:
    """For one person of each row: pairs without a closest common superior, and pairs, with all others."""
    rows = bits.shape[0]
    own = np.zeros((rows, 2))
    for row in range(rows):
        own[row, 1] += count[row] - 1
        for other in range(row + 1, rows):
            if component[row] != component[other]:
                continue
            own[row, 1] += count[other]
            own[other, 1] += count[row]
            if not _is_bounded(bits[row], bits[other], above, size):
                own[row, 0] += count[other]
                own[other, 0] += count[row]
    return own


@njit(cache=True, nogil=True)
def _is_bounded(
    first: NDArray[np.uint64],
    second: NDArray[np.uint64],
    above: NDArray[np.int64],
    size: NDArray[np.int64],
) -> bool:
    """Ask whether the common superior with the most superiors has all the others above them."""
    closest = -1
    common = 0
    for word in range(first.size):
        both = first[word] & second[word]
        place = word * 64
        while both:
            if both & np.uint64(1):
                if closest < 0:
                    closest = place
                common += size[place]
                if common > above[closest]:
                    return False
            both >>= np.uint64(1)
            place += 1
    return closest >= 0
