"""Where people stood period by period, from the days on which they reached stages.

Stages are ordered: whoever is at one has come as far as all before it, whether or not that was
recorded. Of the events of one day the furthest counts; a later event at an earlier stage is a fall
back, which ends being there and never undoes having been there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence.network.graph import Layer
from influence.network.hazard import Contacts, History
from influence.network.model import IntArray, People

NEVER_DAY = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Journeys:
    """Everybody's way through the stages 1..S over the periods 0..T-1.

    ``standing`` (n x T) is the stage at the end of each period, 0 for none. ``reached`` (n x S) is the
    first period in which somebody had come as far as each stage, -1 for never, and ``day`` (n x S) the
    day of that as an ordinal, ``NEVER_DAY`` for never.
    """

    standing: NDArray[np.uint8]
    reached: IntArray
    day: IntArray

    @property
    def periods(self) -> int:
        return int(self.standing.shape[1])

    @property
    def stages(self) -> int:
        return int(self.reached.shape[1])


def follow_events(
    person: IntArray, day: IntArray, period: IntArray, stage: IntArray, *, people: int, stages: int
) -> Journeys:
    """Turn events (parallel arrays, in any order) into everybody's way; periods count from 0.

    Examples
    --------
    >>> one = np.zeros(3, np.int32)
    >>> day, stage = np.array([5, 1, 9], np.int32), np.array([3, 1, 2], np.int32)
    >>> found = follow_events(one, day, day // 5, stage, people=1, stages=3)
    >>> found.standing.tolist(), found.reached.tolist(), found.day.tolist()
    ([[1, 2]], [[0, 1, 1]], [[1, 5, 5]])
    """
    periods = int(period.max()) + 1 if period.size else 0
    order = np.lexsort((stage, day, person))
    person, day, period, stage = person[order], day[order], period[order], stage[order]
    latest = np.full((people, periods), -1, np.int32)
    latest[person, period] = np.arange(person.size, dtype=np.int32)  # of several the last one stands
    np.maximum.accumulate(latest, axis=1, out=latest)
    with_none = np.append(stage, 0).astype(np.uint8)
    reached = np.full((people, stages), NEVER_DAY, np.int32)
    first = reached.copy()
    for number in range(stages):
        as_far = stage > number
        np.minimum.at(reached[:, number], person[as_far], period[as_far])
        np.minimum.at(first[:, number], person[as_far], day[as_far])
    reached[reached == NEVER_DAY] = -1
    return Journeys(with_none[latest], reached, first)


def history_of(journeys: Journeys, stage: int) -> tuple[int, History]:
    """One stage (from 1), from the period in which the first came as far to that of the last.

    Returns
    -------
    first : int
        The period that is period 0 of the history.
    history : History
        Without periods where nobody ever came as far.
    """
    reached = journeys.reached[:, stage - 1]
    came = reached[reached >= 0]
    if not came.size:
        return 0, History(reached.copy(), np.zeros((reached.size, 0), np.uint8))
    first, last = int(came.min()), int(came.max())
    there = (journeys.standing[:, first : last + 1] >= stage).astype(np.uint8)
    return first, History(np.where(reached >= 0, reached - first, -1).astype(np.int32), there)


def counts_by_group(journeys: Journeys, group: IntArray, groups: int) -> NDArray[np.int64]:
    """How many stood at least at each stage at the end of each period, by group (groups x S x T).

    People whose group is -1 are counted nowhere.
    """
    inside = group >= 0
    standing, group = journeys.standing[inside], group[inside].astype(np.int64)
    shape = (groups, journeys.periods, journeys.stages + 1)
    cell = (group[:, None] * shape[1] + np.arange(shape[1])) * shape[2] + standing
    exact = np.bincount(cell.ravel(), minlength=int(np.prod(shape))).reshape(shape)
    at_least = exact[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    return np.ascontiguousarray(at_least[:, :, 1:].transpose(0, 2, 1))


def last_moves(journeys: Journeys, group: IntArray, groups: int) -> IntArray:
    """The last period in which somebody of each group came further than ever before; -1 for never."""
    found = np.full(groups, -1, np.int32)
    inside = group >= 0
    np.maximum.at(found, group[inside], journeys.reached[inside].max(axis=1))
    return found


def who_they_look_to(people: People, layers: Mapping[str, Layer]) -> dict[str, Contacts]:
    """Whom each person looks to: those named as leading, else the manager; and those named otherwise."""
    influence, leadership = layers["influence"], layers["leadership"]
    manager = np.where(people.manager == np.arange(len(people)), -1, people.manager)
    names = np.diff(leadership.indptr)
    stands_in = (names == 0) & (manager >= 0)
    indptr = np.concatenate([[0], np.cumsum(names + stands_in)]).astype(np.int64)
    indices = np.empty(int(indptr[-1]), np.int32)
    alone = indptr[:-1][stands_in]
    named = np.ones(indices.size, np.bool_)
    named[alone] = False
    indices[alone], indices[named] = manager[stands_in], leadership.indices
    return {
        "leadership": Contacts(indptr, indices),
        "influence": Contacts(influence.indptr, influence.indices),
    }
