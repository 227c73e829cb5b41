"""Ties seen in the work itself: who hands work to whom, from the events of a process.

Van der Aalst, Reijers and Song (2005). Discovering social networks from event logs. Computer
Supported Cooperative Work 14, 549-593. doi:10.1007/s10606-005-9005-9
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from influence.network.model import FloatArray, IntArray

LongArray = NDArray[np.int64]
CELLS_AT_ONCE = 4_000_000
NEGLIGIBLE = 1e-10


@dataclass(frozen=True)
class Events:
    """Events case by case, each case in time order.

    ``case``, ``activity`` and ``person`` are codes from 0; person -1 is nobody on the org chart. Such
    an event keeps its place, so that no handover bridges it.
    """

    case: IntArray
    activity: IntArray
    person: IntArray
    people: int
    activities: int

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True)
class Pairs:
    """Pairs of people, each once: how often they were seen, and the weight of that."""

    source: LongArray
    target: LongArray
    count: LongArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.source)

    def of_two(self) -> Pairs:
        """The pairs of two different people: those that can become ties."""
        return self.where(self.source != self.target)

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.source[chosen], self.target[chosen], self.count[chosen], self.weight[chosen])

    def strength(self) -> FloatArray:
        """Each pair's weight as a share of the largest."""
        return self.weight / self.weight.max() if len(self) else self.weight


def ordered_events(
    case: ArrayLike, time: ArrayLike, activity: ArrayLike, person: ArrayLike, people: int, activities: int
) -> Events:
    """Put events into the order of each case's time; equal times keep the order of the file.

    Parameters
    ----------
    case, activity, person : int array
        Codes from 0; person -1 is nobody known.
    time : int array
        Any unit.
    people, activities : int
        How many codes there are.

    Returns
    -------
    Events

    Examples
    --------
    >>> events = ordered_events([0, 1, 0], [5, 1, 2], [0, 0, 1], [7, 8, 9], 10, 2)
    >>> events.person.tolist()
    [9, 7, 8]
    """
    order = np.lexsort((np.asarray(time), np.asarray(case)))
    case, activity, person = (np.asarray(part, np.int32)[order] for part in (case, activity, person))
    return Events(case, activity, person, people, activities)


def handovers(events: Events, depth: int = 1, fading: float = 1.0) -> Pairs:
    """Count who hands work over to whom.

    Event k of a case is A's, event k + 1 is B's: A hands over to B. With a depth of d, B may come up
    to d events later; a distance of j weighs fading to the power of j - 1. Every pair of events
    counts, A = B included.

    Parameters
    ----------
    events : Events
        The events.
    depth : int, optional
        How many events later a handover is still seen; 1 is direct handover.
    fading : float, optional
        In (0, 1]: what a further step leaves of the weight.

    Returns
    -------
    Pairs
        From A to B; ``count`` pairs of events, ``weight`` their faded sum (the count where direct).

    References
    ----------
    Van der Aalst, W., Reijers, H., Song, M. (2005). doi:10.1007/s10606-005-9005-9, section 4.1.

    Examples
    --------
    >>> pairs = handovers(ordered_events([0, 0, 0], [1, 2, 3], [0, 0, 0], [0, 1, 0], 2, 1), 2, 0.5)
    >>> list(zip(pairs.source.tolist(), pairs.target.tolist(), pairs.weight.tolist()))
    [(0, 0, 0.5), (0, 1, 1.0), (1, 0, 1.0)]
    """
    found = []
    for distance in range(1, min(depth, len(events) - 1) + 1):
        weight = fading ** (distance - 1)
        same_case = events.case[:-distance] == events.case[distance:]
        if weight < NEGLIGIBLE or not same_case.any():
            break
        keys, counts = _counted(events.person[:-distance], events.person[distance:], same_case, events.people)
        found.append((keys, counts, np.asarray(counts * weight, np.float64)))
    return _summed(found, events.people)


def handovers_by_activity(events: Events) -> tuple[IntArray, Pairs]:
    """Count direct handovers for each activity that is handed on.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    activity : int32 array
        The activity after which the work was handed over, one entry per pair.
    pairs : Pairs
        From who did it to who did the next event, handing on to oneself included.
    """
    same_case = events.case[:-1] == events.case[1:]
    known = same_case & (events.person[:-1] >= 0) & (events.person[1:] >= 0)
    n = max(events.people, 1)
    key = (events.activity[:-1][known].astype(np.int64) * n + events.person[:-1][known]) * n
    keys, counts = np.unique(key + events.person[1:][known], return_counts=True)
    activity = (keys // (n * n)).astype(np.int32)
    return activity, Pairs(keys // n % n, keys % n, counts, counts.astype(np.float64))


def working_together(events: Events) -> Pairs:
    """Find who works on the same cases.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    Pairs
        Unordered (source < target); ``count`` the cases in which both appear, ``weight`` their share
        of the cases in which either does (Jaccard).

    References
    ----------
    Van der Aalst, W., Reijers, H., Song, M. (2005). doi:10.1007/s10606-005-9005-9, section 4.2.

    Examples
    --------
    >>> pairs = working_together(ordered_events([0, 0, 1], [1, 2, 3], [0, 0, 0], [0, 1, 0], 2, 1))
    >>> pairs.count.tolist(), pairs.weight.tolist()
    ([1], [0.5])
    """
    case, person = events.case[events.person >= 0], events.person[events.person >= 0]
    keys = np.unique(case.astype(np.int64) * max(events.people, 1) + person)
    case, person = keys // max(events.people, 1), keys % max(events.people, 1)
    shape = (int(case.max(initial=-1)) + 1, events.people)
    present = sparse.csr_array((np.ones(len(keys), np.int64), (case, person)), shape=shape)
    both = sparse.triu(present.T @ present, k=1, format="coo")
    own = np.bincount(person, minlength=events.people)
    source, target, count = both.row.astype(np.int64), both.col.astype(np.int64), both.data
    order = np.lexsort((target, source))
    source, target, count = source[order], target[order], count[order]
    return Pairs(source, target, count, count / np.maximum(own[source] + own[target] - count, 1))


def subcontracting(events: Events) -> Pairs:
    """Count who gives work to somebody and takes it back.

    Three consecutive events of a case are A's, B's and A's again: A subcontracts to B. Every
    occurrence counts.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    Pairs
        From A to B, two different people.

    References
    ----------
    Van der Aalst, W., Reijers, H., Song, M. (2005). doi:10.1007/s10606-005-9005-9, section 4.1.

    Examples
    --------
    >>> pairs = subcontracting(ordered_events([0] * 4, [1, 2, 3, 4], [0] * 4, [0, 1, 0, 1], 2, 1))
    >>> list(zip(pairs.source.tolist(), pairs.target.tolist(), pairs.count.tolist()))
    [(0, 1, 1), (1, 0, 1)]
    """
    first, middle, last = events.person[:-2], events.person[1:-1], events.person[2:]
    returned = (events.case[:-2] == events.case[2:]) & (first == last) & (first != middle)
    keys, counts = _counted(first, middle, returned, events.people)
    return _summed([(keys, counts, counts.astype(np.float64))], events.people)


def activity_counts(events: Events) -> sparse.csr_array:
    """Count how often each person did each activity.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    sparse array, people x activities
    """
    known = events.person >= 0
    ones = np.ones(int(known.sum()), np.int64)
    places = (events.person[known], events.activity[known])
    counts = sparse.csr_array((ones, places), shape=(events.people, events.activities))
    counts.sum_duplicates()
    return counts


def similar_activities(events: Events, at_least: float = 0.0, nearest: int | None = None) -> Pairs:
    """Find who does the same kinds of activity, whether or not on the same cases.

    Pearson's correlation of two people's counts over all activities of the log.

    Parameters
    ----------
    events : Events
        The events.
    at_least : float, optional
        The smallest correlation that is given.
    nearest : int, optional
        Give each person's so many most similar alone.

    Returns
    -------
    Pairs
        Unordered (source < target); ``weight`` the correlation, ``count`` the activities that both do.
        People who do everything equally often have no correlation.

    References
    ----------
    Van der Aalst, W., Reijers, H., Song, M. (2005). doi:10.1007/s10606-005-9005-9, section 4.3.
    """
    counts = activity_counts(events)
    mean = counts.sum(axis=1) / max(events.activities, 1)
    squares = counts.multiply(counts).sum(axis=1)
    spread = squares - events.activities * mean**2
    varied = np.flatnonzero(spread > NEGLIGIBLE * squares).astype(np.int64)
    profile = counts[varied].astype(np.float64)
    keys, weight = _most_similar(profile, mean[varied], spread[varied], at_least, nearest)
    source, target = varied[keys // max(len(varied), 1)], varied[keys % max(len(varied), 1)]
    does = counts.astype(bool).astype(np.int64)
    return Pairs(source, target, does[source].multiply(does[target]).sum(axis=1), weight)


@dataclass(frozen=True)
class Crossings:
    """How many handovers between two people stay inside a department, and inside a reporting line."""

    handovers: int
    inside_line: int
    with_departments: int
    inside_department: int


def crossings(pairs: Pairs, department: IntArray, line_start: LongArray, line_end: LongArray) -> Crossings:
    """Count the handovers inside and across departments and reporting lines.

    Inside a reporting line means that one of the two is somewhere above the other.

    Parameters
    ----------
    pairs : Pairs
        Handovers.
    department : int32 array
        Code of each person's department, -1 for none.
    line_start, line_end : int64 array
        Each person's preorder interval in the chart; -1 for people who are not on it.

    Returns
    -------
    Crossings

    Examples
    --------
    >>> pairs = Pairs(*(np.array(part) for part in ([0, 1], [1, 2], [5, 2], [5.0, 2.0])))
    >>> crossings(pairs, np.array([0, 0, 1]), np.array([0, 1, 2]), np.array([2, 1, 2])).inside_line
    5
    """
    pairs = pairs.of_two()
    a, b, count = pairs.source, pairs.target, pairs.count
    on_chart = (line_start[a] >= 0) & (line_start[b] >= 0)
    above = (line_start[a] <= line_start[b]) & (line_start[b] <= line_end[a])
    below = (line_start[b] <= line_start[a]) & (line_start[a] <= line_end[b])
    named = (department[a] >= 0) & (department[b] >= 0)
    return Crossings(
        handovers=int(count[on_chart].sum()),
        inside_line=int(count[on_chart & (above | below)].sum()),
        with_departments=int(count[named].sum()),
        inside_department=int(count[named & (department[a] == department[b])].sum()),
    )


def _counted(
    first: IntArray, second: IntArray, chosen: NDArray[np.bool_], people: int
) -> tuple[LongArray, LongArray]:
    """Distinct pairs of known people among the chosen, as keys, and how often each occurs."""
    known = chosen & (first >= 0) & (second >= 0)
    return np.unique(first[known].astype(np.int64) * people + second[known], return_counts=True)


def _summed(found: list[tuple[LongArray, LongArray, FloatArray]], people: int) -> Pairs:
    """Join the counts of several distances."""
    if not found:
        nothing = np.zeros(0, np.int64)
        return Pairs(nothing, nothing, nothing, np.zeros(0))
    keys, place = np.unique(np.concatenate([part[0] for part in found]), return_inverse=True)
    count = np.zeros(len(keys), np.int64)
    np.add.at(count, place, np.concatenate([part[1] for part in found]))
    weight = np.zeros(len(keys), np.float64)
    np.add.at(weight, place, np.concatenate([part[2] for part in found]))
    return Pairs(keys // max(people, 1), keys % max(people, 1), count, weight)


def _most_similar(
    profile: sparse.csr_array, mean: FloatArray, spread: FloatArray, at_least: float, nearest: int | None
) -> tuple[LongArray, FloatArray]:
    """Keys of the pairs whose correlation is large enough, and the correlations, block by block."""
    n, activities = profile.shape
    block = max(1, CELLS_AT_ONCE // max(n, 1))
    keys, weights = [np.zeros(0, np.int64)], [np.zeros(0)]
    for start in range(0, n, block):
        rows = np.arange(start, min(start + block, n))
        likeness = (profile[rows] @ profile.T).toarray() - activities * np.outer(mean[rows], mean)
        likeness /= np.sqrt(np.outer(spread[rows], spread))
        likeness[rows - start, rows] = -np.inf
        if nearest is not None and nearest < n:
            smallest = np.partition(likeness, n - nearest, axis=1)[:, n - nearest]
            likeness[likeness < smallest[:, None]] = -np.inf
        row, column = np.nonzero(likeness >= at_least)
        weights.append(likeness[row, column])
        row = row + start
        keys.append(np.minimum(row, column) * n + np.maximum(row, column))
    found, first = np.unique(np.concatenate(keys), return_index=True)
    return found, np.concatenate(weights)[first]
