"""What a reach would lose without one person."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.cascade import Chances
from influence.network.model import IntArray
from influence.network.randomness import Stream, block_states, uniform

Whom = tuple[NDArray[np.int64], IntArray, NDArray[np.float64]]
DRAWS = 30_000_000
FEWEST_WORLDS, MOST_WORLDS = 60, 4_000


def loss_without(
    leadership: Chances, influence: Chances, starters: IntArray, person: int, *, seed: int = 0
) -> tuple[float, float, float]:
    """How many fewer people the starters reach through both layers where one person takes no part.

    In every random world the cascade runs to its end around the person; then the person joins in, if
    anybody moved them or they start themselves, and whoever is moved only now is what would be lost.
    Both halves share their world, so that little is left to chance.

    Parameters
    ----------
    leadership, influence : Chances
        Who moves whom with which probability; a tie of either layer may be live.
    starters : int32 array
        Leaders and champions; the person may be among them.
    person : int
        Who is taken away.
    seed : int
        Decides the worlds.

    Returns
    -------
    loss, error, reach : float
        People lost, the person included, its standard error, and the reach with everybody.
    """
    entries = leadership.indices.size + influence.indices.size + influence.n
    worlds = int(np.clip(DRAWS / max(entries, 1), FEWEST_WORLDS, MOST_WORLDS))
    state = block_states(seed, Stream.ABSENCE, 1)[0]
    lost, reached = _worlds(
        _whom(leadership), _whom(influence),
        np.unique(np.asarray(starters, np.int32)), person, worlds, state,
    )  # fmt: skip
    return float(lost.mean()), float(lost.std(ddof=1) / np.sqrt(worlds)), float(reached.mean())


def _whom(layer: Chances) -> Whom:
    return layer.moved_indptr, layer.moved_indices, layer.moved_probability


@njit(cache=True, nogil=True)
def _worlds(
    line: Whom, ties: Whom, starters: IntArray, person: int, worlds: int, state: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per world: how many are moved only because of the person, and how many in all."""
    n = line[0].size - 1
    lost, reached = np.zeros(worlds, np.int64), np.zeros(worlds, np.int64)
    moved, waiting = np.zeros(n, np.bool_), np.empty(n, np.int32)
    for world in range(worlds):
        # Marked as moved, the person passes nothing on while the others run to their end.
        moved[person] = True
        count, is_moved = 0, False
        for starter in starters:
            if starter == person:
                is_moved = True
            else:
                moved[starter] = True
                waiting[count] = starter
                count += 1
        without, is_moved = _run(line, ties, moved, waiting, 0, count, person, is_moved, state)
        count = without
        if is_moved:
            waiting[count] = person
            count, _ = _run(line, ties, moved, waiting, count, count + 1, person, is_moved, state)
        lost[world], reached[world] = count - without, count
        moved[waiting[:count]] = False
        moved[person] = False
    return lost, reached


@njit(cache=True, nogil=True)
def _run(
    line: Whom, ties: Whom, moved: NDArray[np.bool_], waiting: IntArray, head: int, count: int,
    person: int, is_moved: bool, state: NDArray[np.uint64],
) -> tuple[int, bool]:  # fmt: skip
    while head < count:
        mover = waiting[head]
        head += 1
        count, is_moved = _ask(line, mover, moved, waiting, count, person, is_moved, state)
        count, is_moved = _ask(ties, mover, moved, waiting, count, person, is_moved, state)
    return count, is_moved


@njit(cache=True, nogil=True)
def _ask(
    layer: Whom, mover: int, moved: NDArray[np.bool_], waiting: IntArray, count: int,
    person: int, is_moved: bool, state: NDArray[np.uint64],
) -> tuple[int, bool]:  # fmt: skip
    """One mover's chance at everybody who looks to them on one layer."""
    start, people, chance = layer
    for entry in range(start[mover], start[mover + 1]):
        other = people[entry]
        if other == person and not is_moved:
            is_moved = uniform(state) < chance[entry]
        elif not moved[other] and uniform(state) < chance[entry]:
            moved[other] = True
            waiting[count] = other
            count += 1
    return count, is_moved
