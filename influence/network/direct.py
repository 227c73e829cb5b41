"""Direct reach: who stands next to somebody chosen, before anybody moves anybody further."""

from __future__ import annotations

import numpy as np

from influence.network.model import IntArray, Ties


def direct_curve(ties: Ties, n: int, leaders: IntArray, champions: IntArray) -> IntArray:
    """People who name a leader or one of the first 0, 1, 2, ... champions, those chosen included.

    Parameters
    ----------
    ties : Ties
        All ties of all relations; contact counts as it was given.
    n : int
        People in scope.
    leaders, champions : int32 arrays
        Champions in the order chosen.

    Returns
    -------
    int64 array, champions + 1
        How many people for each number of champions.

    Examples
    --------
    Two people name 0, one names 1, and 3 is not named:

    >>> ties = Ties(*(np.array(x, np.int32) for x in ([1, 2, 3], [0, 0, 1], [0, 0, 0])),
    ...             np.ones(3), np.zeros(3, bool))
    >>> direct_curve(ties, 4, np.array([0]), np.array([1])).tolist()
    [3, 4]
    """
    place = np.full(n, champions.size + 1, np.int64)
    place[champions] = np.arange(1, champions.size + 1)
    place[leaders] = 0
    first = place.copy()
    np.minimum.at(first, ties.source, place[ties.target])
    found = np.bincount(first, minlength=champions.size + 2)[: champions.size + 1]
    return np.cumsum(found)
