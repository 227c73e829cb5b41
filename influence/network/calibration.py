"""Rates from what happened: the cascade in discrete time, fitted by maximum likelihood.

One step a period: whoever reached the stage in a period has one chance, in the next, at each person
who looks to them and is not there yet. Besides, everybody may move of their own accord with the same
small chance in every period. The likelihood of such records is Saito, Nakano and Kimura's (2008,
doi:10.1007/978-3-540-85567-5_9), with the chance of moving of one's own accord added, because in a firm
many do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtri

from influence.network.cascade import Chances
from influence.network.model import FloatArray, IntArray
from influence.network.randomness import Stream, block_states, run_blocks, uniform

FEWEST_EVENTS = 10
DEFAULTS = (0.4, 0.3)
RATE_NAMES = ("theta", "line", "spontaneous")
LARGEST = 0.999
SMALLEST = 1e-9
MOST_STEPS = 100
SMALLEST_GAIN = 1e-9
INTERVAL_ERROR = 1e-5
HALF_DROP = float(chdtri(1, 0.05)) / 2
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Rate:
    """One estimated rate with its 95% interval (profile likelihood); null where nothing bears on it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Calibration:
    """The rates of one stage, and how well they fit beside the default ones.

    ``expected`` and ``default_expected`` are the moves that each pair of rates would have led to among
    the people and periods that had a chance; ``observed`` is how many there were. The default's own
    accord is chosen as favourably as can be.
    """

    theta: Rate
    line: Rate
    spontaneous: Rate
    observed: int = 0
    expected: float = 0.0
    default_expected: float = 0.0
    log_likelihood: float = 0.0
    default_log_likelihood: float = 0.0
    refusal: str = ""


@dataclass(frozen=True)
class Trials:
    """Person-periods with somebody newly there around them, in rows; and how many had nobody.

    Row i has the entries ``indptr[i]`` to ``indptr[i + 1]``: the weights of those newly there in the
    influence and in the leadership layer, at rate 1.
    """

    indptr: NDArray[np.int64]
    influence: FloatArray
    leadership: FloatArray
    moved: NDArray[np.uint8]
    alone_moved: int
    alone_waited: int


def calibrate(
    influence: Chances,
    leadership: Chances,
    reached: IntArray,
    periods: int,
    defaults: tuple[float, float] = DEFAULTS,
) -> Calibration:
    """Estimate persuasion rate, line rate and the chance to move of one's own accord.

    Parameters
    ----------
    influence, leadership : Chances
        Both layers at rate 1 (``influence_probabilities(layer, 1.0)``).
    reached : int32 array, n
        First period there, -1 for never; those of period 0 are where the cascade begins.
    periods : int
        How many periods were watched.

    Returns
    -------
    Calibration
        With a ``refusal`` in words where fewer than 10 moves had anybody newly there around them.
    """
    trials = gather_trials(influence, leadership, reached, periods)
    observed = int(trials.moved.sum())
    if observed < FEWEST_EVENTS:
        refusal = (
            f"Only {observed:,} people moved just after somebody they look to; at least {FEWEST_EVENTS} are "
            "needed to estimate rates."
        )
        return Calibration(
            Rate(reason=refusal), Rate(reason=refusal), Rate(reason=refusal), observed, refusal=refusal
        )
    free = np.array([trials.influence.any(), trials.leadership.any(), True])
    start = np.where(free, [0.2, 0.2, max(_alone_share(trials), 1e-4)], 0.0)
    best, value = _maximum(trials, start, free)
    theta, line, own = (_rate(trials, place, best, value, free) for place in range(3))
    usual = np.array([*defaults, best[2]]) * free
    usual, usual_value = _maximum(
        trials, np.clip(usual, SMALLEST, LARGEST) * free, np.array([False, False, True])
    )
    return Calibration(
        theta,
        line,
        own,
        observed=observed,
        expected=expected_moves(trials, best),
        default_expected=expected_moves(trials, usual),
        log_likelihood=value,
        default_log_likelihood=usual_value,
    )


def gather_trials(influence: Chances, leadership: Chances, reached: IntArray, periods: int) -> Trials:
    """Line up, for each waiting person and period, those around them who were newly there."""
    parts = []
    for place, layer in enumerate((influence, leadership)):
        person = np.repeat(np.arange(layer.n), np.diff(layer.indptr))
        when = reached[layer.indices] + 1
        fires = (reached[layer.indices] >= 0) & (when < periods)
        fires &= (reached[person] < 0) | (reached[person] >= when)
        fires &= layer.probability > 0
        weights = np.zeros((int(fires.sum()), 2))
        weights[:, place] = layer.probability[fires]
        parts.append((person[fires].astype(np.int64) * periods + when[fires], weights))
    keys = np.concatenate([key for key, _ in parts])
    weights = np.vstack([weight for _, weight in parts])
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    rows, first = np.unique(keys, return_index=True)
    moved = (reached[rows // periods] == rows % periods).astype(np.uint8)
    waits = np.where(reached < 0, periods - 1, reached)
    moves = int((reached >= 1).sum())
    return Trials(
        indptr=np.append(first, keys.size).astype(np.int64),
        influence=np.ascontiguousarray(weights[:, 0]),
        leadership=np.ascontiguousarray(weights[:, 1]),
        moved=moved,
        alone_moved=moves - int(moved.sum()),
        alone_waited=int(waits.sum()) - moves - int((moved == 0).sum()),
    )


def _alone_share(trials: Trials) -> float:
    return trials.alone_moved / max(trials.alone_moved + trials.alone_waited, 1)


def _maximum(trials: Trials, start: FloatArray, free: NDArray[np.bool_]) -> tuple[FloatArray, float]:
    """The rates of largest likelihood among those that are free, by Newton's method within the bounds."""
    rates = np.where(free, np.clip(start, SMALLEST, LARGEST), start)
    value, slope, curve = log_likelihood(trials, rates)
    for _ in range(MOST_STEPS):
        held = ((rates <= SMALLEST) & (slope <= 0)) | ((rates >= LARGEST) & (slope >= 0))
        places = np.flatnonzero(free & ~held)
        if not places.size:
            break
        sizes, directions = np.linalg.eigh(-curve[np.ix_(places, places)])
        step = np.zeros(3)
        # Where the curve bends the wrong way, the size of the bend still says how far to go.
        step[places] = directions @ ((directions.T @ slope[places]) / np.maximum(np.abs(sizes), 1e-12))
        before = value
        for halving in range(30):
            moved = np.where(free, np.clip(rates + 0.5**halving * step, SMALLEST, LARGEST), rates)
            value, slope, curve = log_likelihood(trials, moved)
            if value >= before:
                break
        rates = moved
        if value - before < SMALLEST_GAIN:
            break
    return rates, value


def _rate(trials: Trials, place: int, best: FloatArray, value: float, free: NDArray[np.bool_]) -> Rate:
    if not free[place]:
        layer = "influence" if place == 0 else "leadership"
        return Rate(reason=f"Nobody newly there stood before anybody on a tie of {layer}.")
    others = free.copy()
    others[place] = False
    near = [best]

    def excess(rate: float) -> float:
        """How far the profile likelihood has fallen, as a distance: nearly straight in the rate."""
        held = near[0].copy()
        held[place] = rate
        near[0], fallen = _maximum(trials, held, others)
        return float(np.sqrt(max(value - fallen, 0.0)) - np.sqrt(HALF_DROP))

    _, _, curve = log_likelihood(trials, best)
    step = np.sqrt(2 * HALF_DROP / max(-curve[place, place], 1e-12))
    return Rate(float(best[place]), *_limits(excess, float(best[place]), float(step)))


def _limits(excess: Callable[[float], float], centre: float, step: float) -> tuple[float, float]:
    """Where the profile likelihood has fallen by half a chi-square quantile, on both sides."""
    low, high = _limit(excess, centre, -step, SMALLEST), _limit(excess, centre, step, LARGEST)
    return (0.0 if low <= SMALLEST else low), high


def _limit(excess: Callable[[float], float], centre: float, step: float, end: float) -> float:
    """Go out in growing steps until it has fallen far enough, then find where; else the end."""
    inside = centre
    while True:
        outside = max(inside + step, end) if step < 0 else min(inside + step, end)
        if excess(outside) > 0:
            return float(brentq(excess, inside, outside, xtol=INTERVAL_ERROR))
        if outside == end:
            return end
        inside, step = outside, 2 * step


def log_likelihood(trials: Trials, rates: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood of theta, line and own accord, with its slope and its second derivatives."""
    value, slope, curve = _log_likelihood(
        trials.indptr, trials.influence, trials.leadership, trials.moved, rates[0], rates[1], rates[2]
    )
    own = min(max(float(rates[2]), SMALLEST), LARGEST)
    value += trials.alone_moved * np.log(own) + trials.alone_waited * np.log1p(-own)
    slope[2] += trials.alone_moved / own - trials.alone_waited / (1 - own)
    curve[2, 2] -= trials.alone_moved / own**2 + trials.alone_waited / (1 - own) ** 2
    return float(value), slope, curve


@njit(cache=True, nogil=True)
def _log_likelihood(indptr, influence, leadership, moved, theta, line, own):
    value = 0.0
    slope, curve = np.zeros(3), np.zeros((3, 3))
    by, bend = np.zeros(3), np.zeros(3)
    for row in range(indptr.size - 1):
        stay = np.log1p(-own)
        by[:], bend[:] = 0.0, 0.0
        by[2] = -1.0 / (1.0 - own)
        bend[2] = -by[2] * by[2]
        for entry in range(indptr[row], indptr[row + 1]):
            if influence[entry] > 0.0:
                pull = influence[entry] / (1.0 - theta * influence[entry])
                stay += np.log1p(-theta * influence[entry])
                by[0] -= pull
                bend[0] -= pull * pull
            if leadership[entry] > 0.0:
                pull = leadership[entry] / (1.0 - line * leadership[entry])
                stay += np.log1p(-line * leadership[entry])
                by[1] -= pull
                bend[1] -= pull * pull
        factor, square = 1.0, 0.0
        if moved[row]:
            chance = max(-np.expm1(stay), 1e-300)
            value += np.log(chance)
            factor = -np.exp(stay) / chance
            square = factor - factor * factor
        else:
            value += stay
        for i in range(3):
            slope[i] += factor * by[i]
            curve[i, i] += factor * bend[i]
            for j in range(3):
                curve[i, j] += square * by[i] * by[j]
    return value, slope, curve


def expected_moves(trials: Trials, rates: FloatArray) -> float:
    return float(
        _expected_moves(trials.indptr, trials.influence, trials.leadership, rates[0], rates[1], rates[2])
    )


@njit(cache=True, nogil=True)
def _expected_moves(indptr, influence, leadership, theta, line, own):
    total = 0.0
    for row in range(indptr.size - 1):
        stay = 1.0 - own
        for entry in range(indptr[row], indptr[row + 1]):
            stay *= (1.0 - theta * influence[entry]) * (1.0 - line * leadership[entry])
        total += 1.0 - stay
    return total


def expected_curve(
    influence: Chances,
    leadership: Chances,
    rates: tuple[float, float, float],
    reached: IntArray,
    start: int,
    periods: int,
    *,
    worlds: int = 200,
    seed: int = 0,
    threads: int | None = None,
) -> FloatArray:
    """How many people the cascade expects to be there at the end of each period, from ``start`` on.

    It begins with everybody who was there by the end of the period ``start``; those who came in that
    period have their chance next.

    Returns
    -------
    array, 3 x (periods - start)
        The 5%, 50% and 95% quantiles over the worlds.
    """
    states = block_states(seed, Stream.CASCADES, worlds, stage=7)
    begun = ((reached >= 0) & (reached <= start)).astype(np.uint8)
    newest = np.flatnonzero(reached == start).astype(np.int32)
    layers = [
        (layer.moved_indptr, layer.moved_indices, layer.moved_probability * rate)
        for layer, rate in ((influence, rates[0]), (leadership, rates[1]))
    ]
    calls = [(*layers[0], *layers[1], rates[2], begun, newest, periods - start, state) for state in states]
    counts = np.array(list(run_blocks(_one_world, calls, threads=threads)))
    return np.asarray(np.quantile(counts, QUANTILES, axis=0))


def simulate_history(
    influence: Chances,
    leadership: Chances,
    rates: tuple[float, float, float],
    seeds: IntArray,
    periods: int,
    *,
    seed: int = 0,
) -> IntArray:
    """One world: the period in which each person is first there, -1 for never; the seeds in period 0."""
    state = block_states(seed, Stream.CASCADES, 1, stage=8)[0]
    begun = np.zeros(influence.n, np.uint8)
    begun[seeds] = 1
    first, second = (
        (layer.moved_indptr, layer.moved_indices, layer.moved_probability * rate)
        for layer, rate in ((influence, rates[0]), (leadership, rates[1]))
    )
    reached = np.where(begun, 0, -1).astype(np.int32)
    _spread(*first, *second, rates[2], begun, np.asarray(seeds, np.int32), periods, state, reached)
    return reached


@njit(cache=True, nogil=True)
def _one_world(i1, j1, p1, i2, j2, p2, own, begun, newest, periods, seed_state):
    reached = np.full(begun.size, -1, np.int32)
    return _spread(i1, j1, p1, i2, j2, p2, own, begun.copy(), newest, periods, seed_state.copy(), reached)


@njit(cache=True, nogil=True)
def _spread(i1, j1, p1, i2, j2, p2, own, there, newest, periods, state, reached):
    """Run one world period by period; gives how many are there at the end of each."""
    n = there.size
    counts = np.zeros(periods, np.int64)
    total = 0
    for person in range(n):
        total += there[person]
    counts[0] = total
    queue, fresh = newest.copy(), np.empty(n, np.int32)
    for period in range(1, periods):
        size = 0
        for mover in queue:
            size = _chances(mover, i1, j1, p1, there, fresh, size, period, reached, state)
            size = _chances(mover, i2, j2, p2, there, fresh, size, period, reached, state)
        size = _own_accord(own, there, fresh, size, period, reached, state)
        total += size
        counts[period] = total
        queue = fresh[:size].copy()
    return counts


@njit(cache=True, nogil=True)
def _chances(mover, indptr, indices, probability, there, fresh, size, period, reached, state):
    for entry in range(indptr[mover], indptr[mover + 1]):
        person = indices[entry]
        if not there[person] and uniform(state) < probability[entry]:
            there[person] = 1
            reached[person] = period
            fresh[size] = person
            size += 1
    return size


@njit(cache=True, nogil=True)
def _own_accord(own, there, fresh, size, period, reached, state):
    """Everybody's own chance; the steps between successes are drawn, so that few numbers are needed."""
    if own <= 1e-8:
        return size
    log_stay = np.log1p(-own)
    person = int(np.log(1.0 - uniform(state)) / log_stay)
    while person < there.size:
        if not there[person]:
            there[person] = 1
            reached[person] = period
            fresh[size] = person
            size += 1
        person += 1 + int(np.log(1.0 - uniform(state)) / log_stay)
    return size
