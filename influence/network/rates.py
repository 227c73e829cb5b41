"""How much the answer depends on the model's rates: theta and lambda from 2/3 to 4/3 of their values.

All pairs of rates share their luck: worlds are drawn at the highest rates, and each live tie
gets one random number that says down to which rate it stays live. So a world at lower rates
is part of the world at higher ones, and what differs between two pairs is the rates alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.cascade import RATE_LIMIT, Chances, next_live
from influence.network.champions import Choice, choose_from
from influence.network.kept import Kept
from influence.network.masked import append_set, make_scratch, note_tie, spread_bits
from influence.network.model import PARTS, FloatArray, IntArray, Progress
from influence.network.randomness import Stream, block_bounds, block_states, run_blocks, some_of, uniform
from influence.network.reach import RANDOM_SETS, REACHES, random_sets
from influence.network.reverse import rows_of
from influence.network.samples import sets_of_people

FACTORS = (2 / 3, 1.0, 4 / 3)
PAIRS = len(FACTORS) ** 2
CENTRE = PAIRS // 2
LARGEST_SUM = RATE_LIMIT - 0.001

BASELINES = ("leaders", "champions", "random_champions")
FIGURES = (*PARTS, *REACHES, *BASELINES)

MaskedSets = tuple[NDArray[np.int64], IntArray, NDArray[np.uint32]]


@dataclass(frozen=True, eq=False)
class RateRange:
    """How far each reach, part and baseline moves over the rates, from its value at the run's own.

    ``below`` and ``above`` are people, 0 or more; ``changed`` is the largest number of champions
    that a choice at other rates replaces.
    """

    below: dict[str, float]
    above: dict[str, float]
    changed: int
    people: int

    def around(self, name: str, value: float) -> tuple[float, float]:
        """Smallest and largest value of a figure, given its value at the run's own rates."""
        low, high = value - self.below[name], value + self.above[name]
        return min(value, max(0.0, low)), max(value, min(float(self.people), high))


def rates_around(theta: float, line: float) -> list[tuple[float, float]]:
    """The nine pairs of rates, the given one in the middle; a sum of 0.95 or more is scaled down."""
    pairs = [(theta * one, line * two) for one in FACTORS for two in FACTORS]
    capped = [(pair, min(1.0, LARGEST_SUM / sum(pair))) for pair in pairs]
    return [(pair[0] * scale, pair[1] * scale) for pair, scale in capped]


def sets_per_root(n: int) -> int:
    """Sets of each root: about 60,000 in all, at least 6 each."""
    return max(6, 60_000 // max(n, 1))


def rate_range(
    sets: MaskedSets,
    leaders: IntArray,
    champions: IntArray,
    choice: Choice,
    *,
    alike: IntArray | None = None,
    seed: int = 0,
    threads: int | None = None,
) -> RateRange:
    """Estimate everything for the same champions at nine pairs of rates, and choose anew at each.

    Parameters
    ----------
    sets : MaskedSets
        What ``sets_at_rates`` drew, of all roots.
    """
    n = choice.slot.size
    per_root = (sets[0].size - 1) // n
    together = people_at_rates(sets, [leaders, champions], per_root, threads)
    baselines = [
        people_at_rates(sets, [leaders], per_root, threads)[:, 7],
        people_at_rates(sets, [champions], per_root, threads)[:, 7],
        _random_at_rates(sets, leaders, choice, len(champions), per_root, seed, threads),
    ]
    moved = np.column_stack([together, *baselines])
    moved -= moved[CENTRE]
    changed = _changed_champions(sets, leaders, choice, alike, threads)
    below, above = -moved.min(axis=0), moved.max(axis=0)
    return RateRange(
        below=dict(zip(FIGURES, below.tolist(), strict=True)),
        above=dict(zip(FIGURES, above.tolist(), strict=True)),
        changed=changed,
        people=n,
    )


def sets_at_rates(
    layers: tuple[Chances, Chances],
    rates: tuple[float, float],
    per_root: int,
    *,
    seed: int = 0,
    part: tuple[int, int] = (0, 1),
    threads: int | None = None,
    progress: Progress | None = None,
) -> MaskedSets:
    """Reverse-reachable sets at all nine pairs of rates at once.

    Per member a mask: bit g where the person reaches the root through both layers at pair g,
    bit 9 + g through leadership alone, bit 18 + g through influence alone.
    """
    n = layers[0].n
    pairs = np.array(rates_around(*rates))
    highest = pairs.max(axis=0)
    leadership = _scaled(layers[0], highest[1] / rates[1] if rates[1] else 0.0)
    influence = _scaled(layers[1], highest[0] / rates[0])
    lives = pairs / np.where(highest > 0, highest, 1.0)
    bounds = block_bounds(n, per_root)
    states = block_states(seed, Stream.RATES, len(bounds))
    calls = [
        (start, end, per_root, rows_of(leadership), rows_of(influence), lives, n, state)
        for (start, end), state in zip(bounds, states, strict=True)
    ]
    message = "Trying other rates"
    calls = list(some_of(calls, part))
    parts = list(run_blocks(_rated_block, calls, threads=threads, progress=progress, message=message))
    sizes = np.concatenate([np.zeros(1, np.int32), *(part[0] for part in parts)])
    return (
        np.cumsum(sizes, dtype=np.int64),
        np.concatenate([np.empty(0, np.int32), *(part[1] for part in parts)]),
        np.concatenate([np.empty(0, np.uint32), *(part[2].astype(np.uint32) for part in parts)]),
    )


def joined_sets(parts: Sequence[Kept]) -> MaskedSets:
    """Put the sets of consecutive roots, as the blocks give them, behind each other."""
    starts = np.cumsum([0, *(part["members"].size for part in parts)])
    pointers = [part["indptr"][1:] + start for part, start in zip(parts, starts, strict=False)]
    return (
        np.concatenate([np.zeros(1, np.int64), *pointers]),
        np.concatenate([part["members"] for part in parts]),
        np.concatenate([part["masks"] for part in parts]),
    )


def kept_rates(sets: MaskedSets) -> dict[str, NDArray[np.generic]]:
    """The sets as arrays to keep, for the range of whatever is asked later."""
    return {"rated_indptr": sets[0], "rated_members": sets[1], "rated_masks": sets[2]}


def rated_sets(kept: Kept) -> MaskedSets:
    """The sets as they were kept."""
    return (
        np.asarray(kept["rated_indptr"], np.int64),
        np.asarray(kept["rated_members"], np.int32),
        np.asarray(kept["rated_masks"], np.uint32),
    )


def _scaled(chances: Chances, factor: float) -> Chances:
    return replace(chances, probability=chances.probability * factor)


def people_at_rates(
    sets: MaskedSets, starters: list[IntArray], per_root: int, threads: int | None
) -> FloatArray:
    """People in the five parts and three reaches, for every pair of rates: 9 x 8."""
    starts = np.zeros((sets[0].size - 1) // per_root, np.bool_)
    for people in starters:
        starts[people] = True
    bounds = block_bounds(sets[0].size - 1, 1, 400_000)
    calls = [(start, end, *sets, starts) for start, end in bounds]
    counts = sum(run_blocks(_count_at_rates, calls, threads=threads))
    return np.asarray(counts / per_root, np.float64)


def _random_at_rates(
    sets: MaskedSets,
    leaders: IntArray,
    choice: Choice,
    size: int,
    per_root: int,
    seed: int,
    threads: int | None,
) -> FloatArray:
    draws = random_sets(choice.allowed, size, seed)
    reached = [people_at_rates(sets, [leaders, drawn], per_root, threads)[:, 7] for drawn in draws]
    return np.sum(reached, axis=0) / RANDOM_SETS


def _changed_champions(
    sets: MaskedSets, leaders: IntArray, choice: Choice, alike: IntArray | None, threads: int | None
) -> int:
    """The most champions that a choice at another pair of rates replaces, on the same worlds."""
    everything = np.ones(sets[0].size - 1, np.bool_)
    where = sets_of_people(sets[0], sets[1], everything, choice.allowed)
    weights = everything.astype(np.uint8)
    calls = [(sets, where, weights, leaders, choice, pair, False, alike) for pair in range(PAIRS)]
    chosen = [selection.people for selection in run_blocks(choose_from, calls, threads=threads)]
    return int(max(np.sum(~np.isin(chosen[CENTRE], other)) for other in chosen))


@njit(cache=True, nogil=True)
def _rated_block(first, last, per_root, leadership, influence, lives, n, seed_state):
    state = seed_state.copy()
    sizes = np.empty((last - first) * per_root, np.int32)
    members = np.empty(4 * sizes.size + n, np.int32)
    masks = np.empty(members.size, np.uint64)
    scratch = make_scratch(n, leadership[1].size + influence[1].size)
    count, number = 0, 0
    for root in range(first, last):
        for _ in range(per_root):
            size = _rated_set(root, leadership, influence, lives, scratch, state)
            members, masks = append_set(members, masks, count, scratch, size)
            sizes[number] = size
            count += size
            number += 1
    return sizes, members[:count].copy(), masks[:count].copy()


@njit(cache=True, nogil=True)
def _rated_set(root, leadership, influence, lives, scratch, state):
    """One world at the highest rates, with the bits of all lower ones."""
    scratch[0][0], scratch[1][0], scratch[2][root] = root, np.uint64(2**27 - 1), 0
    head, size, live = 0, 1, 0
    while head < size:
        size, live = _rated_ties(head, leadership, lives[:, 1], 9, scratch, size, live, state)
        size, live = _rated_ties(head, influence, lives[:, 0], 18, scratch, size, live, state)
        head += 1
    spread_bits(scratch, size, live)
    return size


@njit(cache=True, nogil=True)
def _rated_ties(head, layer, lives, alone, scratch, size, live, state):
    """Draw one person's live ties; each passes the pairs of rates at which it is still live."""
    indptr, indices, survival = layer
    person = scratch[0][head]
    end = indptr[person + 1]
    entry = next_live(indptr[person], end, 1.0, survival, state)
    while entry < end:
        luck, bits = uniform(state), np.uint64(0)
        for pair in range(lives.size):
            if luck < lives[pair]:
                bits |= np.uint64(1) << np.uint64(pair)
        size = note_tie(head, indices[entry], bits | (bits << np.uint64(alone)), scratch, size, live)
        live += 1
        entry = next_live(entry + 1, end, survival[entry], survival, state)
    return size, live


@njit(cache=True, nogil=True)
def _count_at_rates(first, last, set_indptr, members, masks, starts):
    """Per pair of rates: sets in each of the five parts, then in each of the three reaches."""
    counts = np.zeros((9, 8), np.int64)
    for number in range(first, last):
        found = np.uint64(0)
        for place in range(set_indptr[number], set_indptr[number + 1]):
            if starts[members[place]]:
                found |= np.uint64(masks[place])
        for pair in range(9):
            in_u = (found >> np.uint64(pair)) & np.uint64(1) != np.uint64(0)
            in_a = (found >> np.uint64(9 + pair)) & np.uint64(1) != np.uint64(0)
            in_b = (found >> np.uint64(18 + pair)) & np.uint64(1) != np.uint64(0)
            counts[pair, 5] += in_a
            counts[pair, 6] += in_b
            counts[pair, 7] += in_u
            if in_a:
                counts[pair, 2 if in_b else 0] += 1
            elif in_b:
                counts[pair, 1] += 1
            else:
                counts[pair, 3 if in_u else 4] += 1
    return counts
