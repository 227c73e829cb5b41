"""Where everybody stands in the picture of the network: near those they have ties with.

One layout serves everybody who looks, so it is computed once, from a seed, and stored.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit
from scipy import sparse

from influence.network.graph import Layer
from influence.network.model import FloatArray, People
from influence.network.randomness import Stream, block_states, uniform

LINE_WEIGHT = 0.3
SMOOTHINGS = 60
MOVES_WANTED = 60_000_000
FEWEST_ROUNDS, MOST_ROUNDS = 30, 400
STRANGERS = 5
LONGEST_STEP = 4.0
# Attraction falls and repulsion begins at about half the mean distance: roomy, with visible groups.
WIDTH, STEEPNESS = 0.583, 1.334
CORE, SPARE = 0.99, 0.15
RING_FROM, RING_TO = 1.22, 1.34
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def layout(people: People, layers: Mapping[str, Layer], *, seed: int = 0) -> FloatArray:
    """Place everybody in the plane, so that ties are short and strangers keep apart.

    Ties of both layers and, weaker, reporting lines pull; random pairs push (the
    objective and the sampling of UMAP; McInnes, Healy and Melville 2018,
    arXiv:1802.03426), from a start along the slowest waves of the network.

    Parameters
    ----------
    people : People
        The n people in scope.
    layers : mapping of str to Layer
        As ``build_layers`` gives them.
    seed : int
        Decides the picture; the same network and seed give the same one.

    Returns
    -------
    float64 array, n x 2
        Nearly everybody lies in the unit disc; people without any tie stand in a ring around it.
    """
    n = len(people)
    if n < 2:
        return np.zeros((n, 2))
    pulls = pulls_of(people, layers)
    tied = np.flatnonzero(np.diff(pulls.indptr) > 0)
    place = np.empty((n, 2))
    place[np.setdiff1d(np.arange(n), tied)] = _ring(n - tied.size)
    if tied.size:
        place[tied] = _placed(pulls[tied][:, tied], seed)
    return place


def pulls_of(people: People, layers: Mapping[str, Layer]) -> sparse.csr_array:
    """How strongly each two people pull each other: every row's strongest pull is 1, then made mutual.

    So that somebody with one weak tie still stands beside it, and well-known people do not
    draw everybody onto one heap.
    """
    n = len(people)
    managed = np.flatnonzero(people.manager >= 0)
    line = sparse.csr_array(
        (np.full(managed.size, LINE_WEIGHT), (managed, people.manager[managed])), shape=(n, n)
    )
    total = sparse.csr_array(sum((layer.matrix for layer in layers.values()), start=line))
    both = sparse.csr_array(total + total.T)
    crowd = sparse.dia_array((1 / np.sqrt(np.maximum(np.diff(both.indptr), 1))[None, :], [0]), shape=(n, n))
    shared = sparse.csr_array(both @ crowd)
    largest = np.maximum.reduceat(np.append(shared.data, 0.0), shared.indptr[:-1])
    largest[np.diff(shared.indptr) == 0] = 1.0
    own = sparse.csr_array(sparse.dia_array((1 / largest[None, :], [0]), shape=(n, n)) @ shared)
    mutual = sparse.csr_array(own + own.T - own.multiply(own.T))
    mutual.sort_indices()
    return mutual


def _placed(pulls: sparse.csr_array, seed: int) -> FloatArray:
    upper = sparse.triu(pulls, 1).tocoo()
    every = (1.0 / np.maximum(upper.data, 0.05)).astype(np.float64)
    moves = float((1 / every).sum()) * (1 + STRANGERS)
    rounds = int(np.clip(MOVES_WANTED / max(moves, 1.0), FEWEST_ROUNDS, MOST_ROUNDS))
    place = 10 * _start(pulls, seed)
    state = block_states(seed, Stream.LAYOUT, 1)[0]
    _settle(place, upper.row.astype(np.int32), upper.col.astype(np.int32), every, rounds, state)
    return _framed(place)


def _start(pulls: sparse.csr_array, seed: int) -> FloatArray:
    """Two random waves over the network, smoothed until only its slowest ones are left."""
    n = pulls.shape[0]
    degree = np.asarray(pulls.sum(axis=1)).ravel()
    walk = sparse.dia_array((0.5 / degree[None, :], [0]), shape=(n, n)) @ pulls
    wave = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(Stream.LAYOUT),)))
    waves = wave.standard_normal((n, 2))
    weight = degree / degree.sum()
    for _ in range(SMOOTHINGS):
        waves = walk @ waves + 0.5 * waves
        waves -= weight @ waves
        shared = (weight * waves[:, 0] @ waves[:, 1]) / (weight @ waves[:, 0] ** 2 + 1e-30)
        waves[:, 1] -= shared * waves[:, 0]
        waves /= np.sqrt(weight @ waves**2) + 1e-30
    return np.clip(waves, -3, 3) / 3


def _framed(place: FloatArray) -> FloatArray:
    """Centre it, turn its longer side across, fit nearly all into the unit disc, draw in the rest."""
    place = place - np.median(place, axis=0)
    _, axes = np.linalg.eigh(place.T @ place)
    place = place @ axes[:, ::-1]
    radius = np.hypot(place[:, 0], place[:, 1])
    place /= max(float(np.quantile(radius, CORE)), 1e-9)
    radius = np.hypot(place[:, 0], place[:, 1])
    far = radius > 1
    place[far] *= ((1 + SPARE * np.tanh((radius[far] - 1) / SPARE)) / radius[far])[:, None]
    return place


def _ring(people: int) -> FloatArray:
    turn = np.arange(people) * GOLDEN_ANGLE
    radius = RING_FROM + (RING_TO - RING_FROM) * (np.arange(people) + 0.5) / max(people, 1)
    return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])


@njit(cache=True, nogil=True)
def _settle(place, first, second, every, rounds, state):
    """Pull along each tie as often as it is strong, push random strangers away, in ever smaller steps."""
    n = place.shape[0]
    due = every.copy()
    for turn in range(rounds):
        pace = 1.0 - turn / rounds
        for tie in range(first.size):
            if due[tie] > turn + 1:
                continue
            due[tie] += every[tie]
            _pull(place, first[tie], second[tie], pace)
            for _ in range(STRANGERS):
                stranger = np.int32(uniform(state) * n)
                _push(place, first[tie], stranger, pace)
                stranger = np.int32(uniform(state) * n)
                _push(place, second[tie], stranger, pace)


@njit(cache=True, nogil=True)
def _pull(place, one, other, pace):
    across, up = place[one, 0] - place[other, 0], place[one, 1] - place[other, 1]
    square = across * across + up * up
    if square <= 0.0:
        return
    power = square ** (STEEPNESS - 1.0)
    factor = -2.0 * WIDTH * STEEPNESS * power / (1.0 + WIDTH * power * square)
    across, up = _limited(factor * across) * pace, _limited(factor * up) * pace
    place[one, 0] += across
    place[one, 1] += up
    place[other, 0] -= across
    place[other, 1] -= up


@njit(cache=True, nogil=True)
def _push(place, one, stranger, pace):
    across, up = place[one, 0] - place[stranger, 0], place[one, 1] - place[stranger, 1]
    square = across * across + up * up
    if square <= 0.0:
        return
    factor = 2.0 * STEEPNESS / ((0.001 + square) * (1.0 + WIDTH * square**STEEPNESS))
    place[one, 0] += _limited(factor * across) * pace
    place[one, 1] += _limited(factor * up) * pace


@njit(cache=True, nogil=True)
def _limited(step):
    return min(LONGEST_STEP, max(-LONGEST_STEP, step))
