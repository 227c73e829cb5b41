"""The independent cascade: with which probability one person moves another, and what follows.

Someone who is moved gets one chance at each person who looks to them; a chance that
succeeds moves that person too (Kempe, Kleinberg and Tardos 2003,
doi:10.1145/956750.956769). The same process, drawn beforehand, is a world in which
every tie is live or not, and whoever can be reached over live ties is moved (their
Claim 2.3); everything else in the engine works on such worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from influence.network.graph import Layer
from influence.network.model import BoolArray, FloatArray, IntArray, NetworkError, People
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks, uniform

RATE_LIMIT = 0.95
"""From here on a cascade would not die out: the mean number moved per person nears one."""


@dataclass(frozen=True, eq=False)
class Chances:
    """With which probability each person is moved by each person they look to.

    Row v lists those who can move v; ``probability`` is p(u -> v). ``kept`` marks the
    entries that stay when v's own answers are taken away (seen in the work, or formal).
    """

    n: int
    indptr: NDArray[np.int64]
    indices: IntArray
    probability: FloatArray
    kept: BoolArray

    @cached_property
    def survival(self) -> FloatArray:
        """Per entry: the probability that it and all entries before it in its row are not live.

        One random number then finds the first live entry of a row, and most rows need no second.
        """
        return row_survival(self.indptr, self.probability)

    @cached_property
    def none_live(self) -> FloatArray:
        """Per person: the probability that nobody moves them directly, 1 without ties."""
        rows, ends = np.diff(self.indptr) > 0, self.indptr[1:] - 1
        none = np.ones(self.n)
        none[rows] = self.survival[ends[rows]]
        return none

    @cached_property
    def _reverse(self) -> sparse.csc_array:
        matrix = sparse.csr_array((self.probability, self.indices, self.indptr), shape=(self.n, self.n))
        return matrix.tocsc()

    @cached_property
    def moved_indptr(self) -> NDArray[np.int64]:
        """Row pointers of the reverse: whom each person can move."""
        return self._reverse.indptr.astype(np.int64)

    @cached_property
    def moved_indices(self) -> IntArray:
        """The people whom u can move, ascending."""
        return self._reverse.indices.astype(np.int32)

    @cached_property
    def moved_probability(self) -> FloatArray:
        """p(u -> v) per entry of the reverse."""
        return self._reverse.data


def check_rates(theta: float, line: float) -> None:
    """Refuse rates under which a cascade never starts or never dies out."""
    if not (np.isfinite(theta) and theta > 0):
        raise NetworkError(
            f"The persuasion rate theta is {theta}; give a number above 0, for example 0.4 (the default)."
        )
    if not (np.isfinite(line) and line >= 0):
        raise NetworkError(
            f"The line rate is {line}; give a number of at least 0, for example 0.3 (the default)."
        )
    if theta + line >= RATE_LIMIT:
        raise NetworkError(
            f"theta {theta:g} and line {line:g} add up to {theta + line:g}; their sum must stay below "
            f"{RATE_LIMIT:g}, because above 1 a cascade never dies out. Lower one of them."
        )


def influence_probabilities(layer: Layer, theta: float) -> Chances:
    """Spread a person's openness theta over those they named, by strength (DESIGN 5.4).

    p(u -> v) = theta * S[v, u] / (sum of S[v, u'] over all u' whom v named).

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> layer = layer_from_arrays(3, source=[0, 0], target=[1, 2], strength=[0.75, 0.25])
    >>> influence_probabilities(layer, 0.4).probability.round(3).tolist()
    [0.3, 0.1]
    """
    totals = np.add.reduceat(np.append(layer.strength, 0.0), layer.indptr[:-1]) if layer.n else np.empty(0)
    probability = theta * layer.strength / totals[layer.source] if layer.entries else np.empty(0)
    return Chances(layer.n, layer.indptr, layer.indices, probability, layer.observed)


def leadership_probabilities(people: People, layer: Layer, line: float) -> Chances:
    """Spread the line rate over the manager and those named on leadership (DESIGN 5.6).

    All of it lies on the manager where the person named nobody; otherwise half on the
    manager and half on those named, by strength, added where they coincide; all of it
    on those named where there is no manager in scope. Every entry is kept when answers
    are resampled: silence is about the influence layer.
    """
    n = len(people)
    manager = np.where(people.manager == np.arange(n), -1, people.manager)
    has_manager, names_someone = manager >= 0, np.diff(layer.indptr) > 0
    managed = np.flatnonzero(has_manager)
    on_manager = line * np.where(names_someone, 0.5, 1.0)
    named = influence_probabilities(layer, line)
    on_named = named.probability * np.where(has_manager, 0.5, 1.0)[layer.source]
    rows = np.concatenate([managed, layer.source])
    columns = np.concatenate([manager[managed], layer.indices])
    matrix = sparse.coo_array(
        (np.concatenate([on_manager[managed], on_named]), (rows, columns)), shape=(n, n)
    ).tocsr()
    matrix.sort_indices()
    kept = np.ones(matrix.nnz, np.bool_)
    return Chances(n, matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data, kept)


@njit(cache=True, nogil=True)
def row_survival(indptr, probability):
    """Running product of (1 - p) within each row."""
    survival = np.empty(probability.size, np.float64)
    for row in range(indptr.size - 1):
        still = 1.0
        for entry in range(indptr[row], indptr[row + 1]):
            still *= 1.0 - probability[entry]
            survival[entry] = still
    return survival


@njit(cache=True, nogil=True)
def next_live(entry, end, before, survival, state):
    """The first live entry from ``entry`` on, or ``end``.

    ``before`` is the survival ahead of ``entry`` (1 at the start of a row). With x
    uniform below it, the first live entry is the first whose survival is at most x.
    """
    if entry >= end:
        return end
    draw = uniform(state) * before
    if draw < survival[end - 1]:
        return end
    while survival[entry] > draw:
        entry += 1
    return entry


@njit(cache=True, nogil=True)
def _forward_block(seeds, worlds, indptr, indices, probability, n, seed_state):
    """Run cascades from the seeds; give everyone moved, world by world."""
    state = seed_state.copy()
    sizes = np.zeros(worlds, np.int32)
    moved = np.empty(worlds * (seeds.size + 2), np.int32)
    active = np.zeros(n, np.bool_)
    count = 0
    for world in range(worlds):
        start = count
        if moved.size - count < n:
            larger = np.empty(2 * moved.size + n, np.int32)
            larger[:count] = moved[:count]
            moved = larger
        for seed in seeds:
            active[seed] = True
            moved[count] = seed
            count += 1
        head = start
        while head < count:
            mover = moved[head]
            head += 1
            for entry in range(indptr[mover], indptr[mover + 1]):
                person = indices[entry]
                if not active[person] and uniform(state) < probability[entry]:
                    active[person] = True
                    moved[count] = person
                    count += 1
        for position in range(start, count):
            active[moved[position]] = False
        sizes[world] = count - start
    return sizes, moved[:count].copy()


def cascades(
    chances: Chances,
    seeds: IntArray,
    worlds: int,
    *,
    seed: int = 0,
    stage: int = 0,
    threads: int | None = None,
) -> tuple[NDArray[np.int64], IntArray]:
    """Simulate cascades forward from the seeds, all starting at once.

    Returns
    -------
    indptr, members
        World i moved ``members[indptr[i]:indptr[i + 1]]``, the seeds first.
    """
    seeds = np.unique(np.asarray(seeds, np.int32))
    bounds = block_bounds(worlds, 1, 5_000)
    states = block_states(seed, Stream.CASCADES, len(bounds), stage)
    calls = [
        (
            seeds,
            end - start,
            chances.moved_indptr,
            chances.moved_indices,
            chances.moved_probability,
            chances.n,
            state,
        )
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    parts = list(run_blocks(_forward_block, calls, threads=threads))
    sizes = np.concatenate([part[0] for part in parts])
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]), np.concatenate(
        [part[1] for part in parts]
    )
