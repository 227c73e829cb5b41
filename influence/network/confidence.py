"""How sure the answer is: ranks, groups and champions had others answered (DESIGN 5.9).

The respondents are drawn anew with replacement, round by round. Who is not drawn is silent
in that round and cannot be moved over the influence layer; who is drawn m times counts m
times as a person reached and once as a link. Ties seen in the work stay. A machine word
carries 64 rounds: in one random world a person reaches the root in those rounds in which
everybody on the way has answered, so one search serves them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from influence.network.cascade import Chances
from influence.network.champions import Choice, choose_from
from influence.network.graph import Layer
from influence.network.masked import EVERY_BIT, append_set, draw_ties, make_scratch, spread_bits
from influence.network.model import AnalysisInput, BoolArray, FloatArray, IntArray, Parameters, Progress
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks
from influence.network.reverse import rows_of
from influence.network.samples import sets_of_people
from influence.network.scores import GROUPS, positional_authority

WORD = 64
"""Rounds in a machine word."""

INTERVAL = (0.05, 0.95)
FEWER_ROUNDS_ABOVE = 20_000
FEWER_ROUNDS = 50
PEOPLE_AT_ONCE = 10_000


@dataclass(frozen=True, eq=False)
class Rounds:
    """The respondents drawn in each round.

    Attributes
    ----------
    times : uint8 array, n x rounds
        How often each person was drawn; 1 for people who were never asked.
    """

    times: NDArray[np.uint8]

    @property
    def count(self) -> int:
        """Number of rounds."""
        return int(self.times.shape[1])

    def word(self, number: int) -> NDArray[np.uint8]:
        """The times of 64 rounds; rounds beyond the last are empty."""
        part = self.times[:, number * WORD : (number + 1) * WORD]
        return np.ascontiguousarray(np.pad(part, ((0, 0), (0, WORD - part.shape[1]))))


def draw_rounds(respondents: BoolArray, count: int, *, seed: int = 0) -> Rounds:
    """Draw as many respondents as there are, with replacement, in every round."""
    asked = np.flatnonzero(respondents)
    times = np.ones((respondents.size, count), np.uint8)
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(Stream.RESAMPLES),)))
    for number in range(count if asked.size else 0):
        drawn = np.bincount(random.integers(0, asked.size, asked.size), minlength=asked.size)
        times[asked, number] = np.minimum(drawn, 255)
    return Rounds(times)


@dataclass(frozen=True, eq=False)
class Confidence:
    """How sure ranks, groups and champions are; empty where there was nothing to draw anew.

    Attributes
    ----------
    ranks : dict of str to float64 array, n x 2
        For ``leadership`` and ``influence`` the smallest and largest rank of the 90% interval.
    groups : float64 array, n x 4
        Share of rounds in each of the four groups, in the order of ``GROUPS``.
    champions : float64 array, n
        Share of rounds in which the person is chosen.
    """

    ranks: dict[str, FloatArray]
    groups: FloatArray | None
    champions: FloatArray | None

    def interval(self, axis: str, rank: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The interval of each person's rank, widened to hold the rank itself; NaN without rounds."""
        if axis not in self.ranks:
            nothing = np.full(rank.size, np.nan)
            return nothing, nothing.copy()
        found = self.ranks[axis]
        return np.minimum(found[:, 0], rank), np.maximum(found[:, 1], rank)

    def of_groups(self, names: Sequence[str]) -> FloatArray:
        """Probability of each group; certainty for the own one without rounds."""
        if self.groups is not None:
            return self.groups
        return np.array([[float(name == group) for group in GROUPS] for name in names]).reshape(-1, 4)

    def of_own_group(self, names: Sequence[str]) -> FloatArray:
        """Probability of the group that each person is in; NaN without rounds."""
        if self.groups is None:
            return np.full(len(names), np.nan)
        own = np.array([GROUPS.index(name) for name in names])
        return self.groups[np.arange(own.size), own]

    def of_champion(self, person: int) -> float | None:
        """Share of rounds in which the person is chosen; None without rounds."""
        return None if self.champions is None else float(self.champions[person])


def words_of(count: int) -> int:
    """How many machine words carry so many rounds."""
    return -(-count // WORD)


def rounds_of_choice(n: int, resamples: int) -> int:
    """In how many rounds champions are chosen anew: all up to 20,000 people, the first 50 above."""
    return resamples if n <= FEWER_ROUNDS_ABOVE else min(resamples, FEWER_ROUNDS)


def confidence_of(
    data: AnalysisInput,
    parameters: Parameters,
    leadership_layer: Layer,
    rounds: Rounds,
    reached: Iterable[NDArray[np.int32]],
    chosen: NDArray[np.int64],
    *,
    threads: int | None = None,
    tell: Callable[[float], None] | None = None,
) -> Confidence:
    """Ranks, groups and champions over all rounds.

    Parameters
    ----------
    leadership_layer : Layer
        The leadership nominations, for the leadership score.
    reached : int32 arrays, n x 64 each
        The words of ``resampled_word``, in order.
    chosen : int64 array, n
        The sum of ``chosen_in_word``.
    tell : callable, optional
        Told the share done after every word; may raise to stop.
    """
    leading = leadership_words(data, parameters, leadership_layer, rounds, threads=threads)
    say = tell or (lambda share: None)
    ranks: dict[str, FloatArray] = {}
    high: dict[str, BoolArray] = {}
    axes: dict[str, Iterable[NDArray[Any]]] = {"leadership": leading, "influence": reached}
    for half, (axis, words) in enumerate(axes.items()):
        told = _telling(words, say, 0.5 * half, words_of(rounds.count))
        ranks[axis], high[axis] = _ranks_of_rounds(told, rounds, parameters.cut, threads)
    shares = chosen / rounds_of_choice(len(data.people), rounds.count)
    return Confidence(ranks, _group_shares(high["leadership"], high["influence"]), shares)


def resampled_spheres(
    influence: Chances,
    rounds: Rounds,
    *,
    per_root: int | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> NDArray[np.int32]:
    """Spheres without oneself in every round, as counts over all sets: n x rounds.

    Divided by the sets per root they are people. Every word of rounds walks the same worlds.
    """
    words = [
        resampled_word(influence, rounds, word, per_root=per_root, seed=seed, threads=threads)
        for word in range(words_of(rounds.count))
    ]
    return np.concatenate(words, axis=1)[:, : rounds.count]


def resampled_word(
    influence: Chances,
    rounds: Rounds,
    word: int,
    *,
    per_root: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int32]:
    """Spheres in the 64 rounds of one word: n x 64."""
    times = rounds.word(word)
    return masked_spheres(
        influence, times, _mask(times), Stream.RANKS,
        per_root=per_root, seed=seed, threads=threads, progress=progress,
        message="Drawing the respondents anew",
    )  # fmt: skip


def ranking_sets(n: int) -> int:
    """Sets of each root that are enough to rank people by: 200,000 in all, 10 to 5,000 each."""
    return int(np.clip(200_000 // n, 10, 5_000))


def masked_spheres(
    influence: Chances,
    times: NDArray[np.uint8],
    answered: NDArray[np.uint64],
    stream: Stream,
    *,
    per_root: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
    message: str = "",
) -> NDArray[np.int32]:
    """Spheres without oneself, as counts over all sets, in up to 64 variants of the same worlds.

    Parameters
    ----------
    times : uint8 array, n x 64
        How often each person counts as somebody reached.
    answered : uint64 array, n
        A bit for each variant in which the person has answered.
    """
    n = influence.n
    per_root = per_root or ranking_sets(n)
    bounds = block_bounds(n, per_root, max(100_000, n * per_root // 4))
    states = block_states(seed, stream, len(bounds))
    none = _nothing(n)
    layers = (rows_of(none), rows_of(influence))
    calls = [
        (start, end, per_root, *layers, (none.kept, influence.kept), n, times, answered, state)
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    counts = np.zeros((n, WORD), np.int32)
    blocks = run_blocks(_resampled_sphere_block, calls, threads=threads, progress=progress, message=message)
    for block in blocks:
        counts += block
    return counts


def _nothing(n: int) -> Chances:
    empty = np.empty(0, np.float64)
    return Chances(n, np.zeros(n + 1, np.int64), np.empty(0, np.int32), empty, np.empty(0, np.bool_))


def _mask(times: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Per person one bit a round: whether they answered in it."""
    bits = np.uint64(1) << np.arange(WORD, dtype=np.uint64)
    return ((times > 0) * bits).sum(axis=1, dtype=np.uint64)


def leadership_words(
    data: AnalysisInput, parameters: Parameters, layer: Layer, rounds: Rounds, *, threads: int | None = None
) -> Iterator[FloatArray]:
    """The weighted mean behind the leadership score in every round, word by word: n x 64 each.

    A nomination counts in the rounds in which its respondent is drawn, once as a link.
    """
    n = len(data.people)
    position = positional_authority(data.people)
    if not data.leadership_asked:
        yield from (np.broadcast_to(position[:, None], (n, WORD)) for _ in range(words_of(rounds.count)))
        return
    answers = np.where(layer.observed, 0.0, layer.strength)
    said = sparse.csr_array((answers, layer.indices, layer.indptr), shape=(n, n)).T.tocsr()
    seen = np.bincount(layer.indices, layer.strength - answers, n)
    weight, standing = parameters.position_weight, rank_and_percentile(position)[1]
    leading = np.empty((WORD, n))

    def of_round(number: int) -> None:
        named = said @ (rounds.times[:, number] > 0).astype(np.float64) + seen
        exercise: FloatArray = rank_and_percentile(np.round(named, 9))[1]
        leading[number % WORD] = np.round(weight * standing + (1 - weight) * exercise, 9)

    with ThreadPoolExecutor(threads) as pool:
        for word in range(words_of(rounds.count)):
            list(pool.map(of_round, range(word * WORD, min((word + 1) * WORD, rounds.count))))
            yield leading.T


def _telling(
    words: Iterable[NDArray[Any]], tell: Callable[[float], None], begin: float, count: int
) -> Iterator[NDArray[Any]]:
    """The words, telling before each what share of two rounds through them is done."""
    for number, word in enumerate(words):
        tell(begin + 0.5 * number / count)
        yield word


def _ranks_of_rounds(
    words: Iterable[NDArray[Any]], rounds: Rounds, cut: float, threads: int | None
) -> tuple[FloatArray, BoolArray]:
    """The 90% interval of each person's rank, and in which rounds their percentile reaches the cut."""
    n, count = rounds.times.shape
    ranks, high = np.empty((count, n), np.int32), np.empty((count, n), np.bool_)

    def one_round(number: int, values: NDArray[Any]) -> None:
        ranks[number], percentile = rank_and_percentile(values.astype(np.float64))
        high[number] = percentile >= cut

    with ThreadPoolExecutor(threads) as pool:
        for word, values in enumerate(words):
            numbers = range(word * WORD, min((word + 1) * WORD, count))
            list(pool.map(one_round, numbers, values.T))
    low, top = (min(int(share * count), count - 1) for share in INTERVAL)
    bounds = np.empty((n, 2))
    for start in range(0, n, PEOPLE_AT_ONCE):
        some = slice(start, start + PEOPLE_AT_ONCE)
        bounds[some] = np.partition(ranks[:, some], (low, top), axis=0)[[low, top]].T
    return bounds, high


@njit(cache=True, nogil=True)
def rank_and_percentile(values):
    """Rank (1 is highest, equal values share the smallest number) and mid-rank percentile."""
    n = values.size
    order = np.argsort(values)
    ranks, percentiles = np.empty(n, np.int32), np.empty(n, np.float64)
    start = 0
    while start < n:
        end = start + 1
        while end < n and values[order[end]] == values[order[start]]:
            end += 1
        for position in range(start, end):
            ranks[order[position]] = n - end + 1
            percentiles[order[position]] = 50.0 * (start + end) / n
        start = end
    return ranks, percentiles


def _group_shares(leading: BoolArray, moving: BoolArray) -> FloatArray:
    """Share of rounds in each group, in the order of GROUPS: both, first only, second only, neither."""
    both = (leading & moving).mean(axis=0)
    first, second = leading.mean(axis=0), moving.mean(axis=0)
    shares = np.column_stack([both, first - both, second - both, 1.0 - first - second + both])
    return np.clip(shares, 0.0, 1.0)


def chosen_in_word(
    layers: tuple[Chances, Chances],
    leaders: IntArray,
    choice: Choice,
    rounds: Rounds,
    word: int,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """In how many rounds of one word the greedy choice on that round's sets takes each person: n."""
    n = layers[0].n
    start = word * WORD
    count = min(rounds_of_choice(n, rounds.count) - start, WORD)
    if choice.k == 0 or count <= 0:
        return np.zeros(n, np.int64)
    per_root = int(np.clip(60_000 // n, 6, 5_000))
    times = rounds.word(word)[:, :count]
    return _choose_in_rounds(layers, times, np.asarray(leaders, np.int32), choice, per_root, seed, progress)


def _choose_in_rounds(
    layers: tuple[Chances, Chances],
    times: NDArray[np.uint8],
    leaders: IntArray,
    choice: Choice,
    per_root: int,
    seed: int,
    progress: Progress | None,
) -> NDArray[np.int64]:
    """How often each person is chosen in up to 64 rounds; every word of rounds walks the same worlds."""
    n = layers[0].n
    set_indptr, members, masks = resampled_sets(layers, times, per_root, seed=seed)
    everything = np.ones(set_indptr.size - 1, np.bool_)
    where = sets_of_people(set_indptr, members, everything, choice.allowed)
    chosen = np.zeros(n, np.int64)
    for number in range(times.shape[1]):
        weights = np.repeat(times[:, number], per_root)
        found = choose_from((set_indptr, members, masks), where, weights, leaders, choice, number, False)
        chosen[found.people] += 1
        if progress is not None:
            progress((number + 1) / times.shape[1], "Choosing champions anew")
    return chosen


def resampled_sets(
    layers: tuple[Chances, Chances], times: NDArray[np.uint8], per_root: int, *, seed: int = 0
) -> tuple[NDArray[np.int64], IntArray, NDArray[np.uint64]]:
    """Reverse-reachable sets of both layers with one bit a round for every member."""
    n = layers[0].n
    answered = _mask(np.pad(times, ((0, 0), (0, WORD - times.shape[1]))))
    bounds = block_bounds(n, per_root)
    states = block_states(seed, Stream.CONFIDENCE, len(bounds))
    leadership, influence = layers
    rows = (rows_of(leadership), rows_of(influence), (leadership.kept, influence.kept))
    parts = [
        _resampled_set_block(start, end, per_root, rows[0], rows[1], rows[2], n, answered, state)
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    sizes = np.concatenate([np.zeros(1, np.int32), *(part[0] for part in parts)])
    members, masks = (np.concatenate([part[column] for part in parts]) for column in (1, 2))
    return np.cumsum(sizes, dtype=np.int64), members, masks


@njit(cache=True, nogil=True)
def _resampled_sphere_block(
    first, last, per_root, leadership, influence, kept, n, times, answered, seed_state
):
    state = seed_state.copy()
    counts = np.zeros((n, 64), np.int32)
    scratch = make_scratch(n, leadership[1].size + influence[1].size)
    members, masks = scratch[0], scratch[1]
    for root in range(first, last):
        weight = times[root].astype(np.int32)
        for _ in range(per_root):
            size = _resampled_set(root, leadership, influence, kept, answered, scratch, state)
            for place in range(1, size):
                _add_rounds(counts, members[place], masks[place], weight)
    return counts


@njit(cache=True, nogil=True)
def _add_rounds(counts, person, mask, weight):
    for number in range(64):
        counts[person, number] += weight[number] * np.int32((mask >> np.uint64(number)) & np.uint64(1))


@njit(cache=True, nogil=True)
def _resampled_set_block(first, last, per_root, leadership, influence, kept, n, answered, seed_state):
    state = seed_state.copy()
    sizes = np.empty((last - first) * per_root, np.int32)
    members = np.empty(4 * sizes.size + n, np.int32)
    masks = np.empty(members.size, np.uint64)
    scratch = make_scratch(n, leadership[1].size + influence[1].size)
    count, number = 0, 0
    for root in range(first, last):
        for _ in range(per_root):
            size = _resampled_set(root, leadership, influence, kept, answered, scratch, state)
            members, masks = append_set(members, masks, count, scratch, size)
            sizes[number] = size
            count += size
            number += 1
    return sizes, members[:count].copy(), masks[:count].copy()


@njit(cache=True, nogil=True)
def _resampled_set(root, leadership, influence, kept, answered, scratch, state):
    """One world: everyone who reaches the root, and the rounds in which they do.

    Leadership ties pass every round, influence ties those in which the person answered.
    """
    scratch[0][0], scratch[1][0], scratch[2][root] = root, EVERY_BIT, 0
    head, size, live = 0, 1, 0
    formal, said = kept
    while head < size:
        person = scratch[0][head]
        size, live = draw_ties(head, leadership, EVERY_BIT, EVERY_BIT, formal, scratch, size, live, state)
        size, live = draw_ties(head, influence, answered[person], EVERY_BIT, said, scratch, size, live, state)
        head += 1
    spread_bits(scratch, size, live)
    return size
