"""What silence does: the answer had those who did not answer answered, and had fewer answered.

Two treatments of people who did not answer. *As answered*: they name nobody, so that the
influence layer cannot move them. *Reconstructed*: a tie to someone silent is taken as
returned, as often as those who answered return such ties, by relation and strength
(Stork, D., Richards, W. (1992). Nonrespondents in communication network studies. Group &
Organization Management 17, 193-209. doi:10.1177/1059601192172006).

And a check of every network on itself: actual answers are hidden at random, and the
figures without them compared with the figures with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from influence.network.cascade import Chances
from influence.network.confidence import WORD, masked_spheres, rank_and_percentile
from influence.network.model import AnalysisInput, BoolArray, FloatArray, Progress, Ties
from influence.network.randomness import Stream

HIDDEN_SHARES = (0.1, 0.2, 0.3)
HIDINGS = 50
EVERYBODY = HIDINGS
"""The bit in which nobody is hidden, so that both sides of a comparison walk the same worlds."""

FEWEST_RESPONDENTS = 10
FEWEST_TIES = 10
"""Below so many ties of one strength the rate of the whole relation is taken."""

ORDER_STAYS = 0.9
"""From this rank correlation on two orders are taken for the same."""

TREATMENTS = ("as_answered", "reconstructed")


@dataclass(frozen=True)
class Hiding:
    """How much of the order of influence is left when a share of the answers is hidden.

    ``correlation`` is the mean rank correlation (Spearman) with the order of all answers over the
    hidings, ``lowest`` the smallest; ``overlap`` the mean share of the top tenth that stays in it.
    """

    hidden: float
    correlation: float
    lowest: float
    overlap: float


def hidden_rounds(respondents: BoolArray, share: float, *, seed: int = 0) -> NDArray[np.uint64]:
    """Hide a share of the respondents at random, 50 times; a bit is set where a person is not hidden."""
    asked = np.flatnonzero(respondents)
    hidden = round(share * asked.size)
    key = (int(Stream.SILENCE), round(100 * share))
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
    answered = np.full(respondents.size, np.uint64(2**64 - 1))
    for number in range(HIDINGS):
        answered[random.choice(asked, hidden, replace=False)] &= ~(np.uint64(1) << np.uint64(number))
    return answered


def can_be_checked(respondents: BoolArray) -> bool:
    """Whether there are answers enough to hide some."""
    return int(respondents.sum()) >= FEWEST_RESPONDENTS


def hidden_spheres(
    influence: Chances,
    respondents: BoolArray,
    share: float,
    *,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int32]:
    """Spheres without oneself in the 50 hidings of one share, then with all answers: n x 51, as counts."""
    answered = hidden_rounds(respondents, share, seed=seed)
    times = np.ones((influence.n, WORD), np.uint8)
    counts = masked_spheres(
        influence, times, answered, Stream.SILENCE,
        seed=seed, threads=threads, progress=progress, message="Hiding answers to test the network",
    )  # fmt: skip
    return counts[:, : EVERYBODY + 1]


def hiding_of(share: float, counts: NDArray[np.int32]) -> Hiding:
    """Compare every hiding with all answers."""
    columns = np.ascontiguousarray(counts.T.astype(np.float64))
    ranks, percentiles = zip(*(rank_and_percentile(column) for column in columns), strict=True)
    found = [order_agreement(percentiles[EVERYBODY], percentiles[i]) for i in range(HIDINGS)]
    kept = [top_overlap(ranks[EVERYBODY], ranks[i]) for i in range(HIDINGS)]
    return Hiding(share, float(np.mean(found)), float(np.min(found)), float(np.mean(kept)))


def order_agreement(first: FloatArray, second: FloatArray) -> float:
    """Spearman's rank correlation of two arrays of mid-rank percentiles; 1 where neither has an order.

    Examples
    --------
    >>> order_agreement(np.array([10.0, 50.0, 90.0]), np.array([90.0, 50.0, 10.0]))
    -1.0
    """
    one, two = first - first.mean(), second - second.mean()
    lengths = float(np.sqrt((one @ one) * (two @ two)))
    if lengths == 0:
        return 1.0 if np.array_equal(first, second) else 0.0
    return float(one @ two) / lengths


def top_overlap(first: NDArray[np.int32], second: NDArray[np.int32], share: float = 0.1) -> float:
    """How much of the top tenth by the first ranks is in the top tenth by the second.

    Examples
    --------
    >>> top_overlap(np.array([1, 2, 3, 4]), np.array([2, 1, 3, 4]), share=0.5)
    1.0
    """
    size = max(1, round(share * first.size))
    top = first <= size
    return float(np.mean(second[top] <= size)) if top.any() else 1.0


def reconstruct(data: AnalysisInput, *, seed: int = 0) -> AnalysisInput:
    """Add the ties that those who did not answer would likely have given in return.

    Every tie said to a silent person is returned with the strength it has, with a probability:
    the share returned, within the relation, of the ties of that strength between people who both
    answered. One draw, from the seed. Ties of relations that flow both ways are returned already.
    """
    ties, asked = data.ties, data.respondents
    returned: list[NDArray[np.int64]] = []
    for number, relation in enumerate(data.relations):
        said = np.flatnonzero((ties.relation == number) & ~ties.observed & (ties.source != ties.target))
        if relation.flow == "both" or said.size == 0:
            continue
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(Stream.RETURNED), number)))
        luck = random.random(said.size)
        to_silent = ~asked[ties.target[said]]
        chance = return_chances(ties, said, asked, len(data.people))
        returned.append(said[to_silent & (luck < chance)])
    return replace(data, ties=_with_returned(ties, np.concatenate([np.empty(0, np.int64), *returned])))


def return_chances(ties: Ties, said: NDArray[np.int64], asked: BoolArray, n: int) -> FloatArray:
    """For each tie of one relation the share of ties of its strength that are returned."""
    source, target = ties.source[said].astype(np.int64), ties.target[said].astype(np.int64)
    both = asked[source] & asked[target]
    is_returned = np.isin(source * n + target, target * n + source)
    strength, kind = np.unique(np.round(ties.strength[said], 3), return_inverse=True)
    count = np.bincount(kind[both], minlength=strength.size)
    mutual = np.bincount(kind[both], is_returned[both], minlength=strength.size)
    overall = float(is_returned[both].mean()) if both.any() else 0.0
    rate = np.where(count >= FEWEST_TIES, mutual / np.maximum(count, 1), overall)
    chances: FloatArray = rate[kind]
    return chances


def _with_returned(ties: Ties, returned: NDArray[np.int64]) -> Ties:
    return Ties(
        source=np.concatenate([ties.source, ties.target[returned]]),
        target=np.concatenate([ties.target, ties.source[returned]]),
        relation=np.concatenate([ties.relation, ties.relation[returned]]),
        strength=np.concatenate([ties.strength, ties.strength[returned]]),
        observed=np.concatenate([ties.observed, ties.observed[returned]]),
    )


def reconstructed_spheres(
    data: AnalysisInput,
    chances_of: Callable[[AnalysisInput], Chances],
    *,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.int32]:
    """Spheres without oneself as answered and reconstructed, in the same worlds: n x 2, as counts.

    Parameters
    ----------
    chances_of : callable
        Makes the influence layer's chances of an input.
    """
    full = chances_of(reconstruct(data, seed=seed))
    answered = np.where(data.respondents, np.uint64(3), np.uint64(2))
    counts = masked_spheres(
        full, np.ones((full.n, WORD), np.uint8), answered, Stream.SILENCE,
        seed=seed, threads=threads, progress=progress, message="Returning ties to the silent",
    )  # fmt: skip
    return counts[:, :2]


@dataclass(frozen=True)
class Reconstruction:
    """What would differ had the silent answered as the others did, in the order of influence and the spheres.

    ``silent`` people did not answer; ``sphere`` and ``reconstructed`` are mean spheres, oneself included.
    """

    silent: int
    correlation: float
    overlap: float
    sphere: float
    reconstructed: float


def reconstruction_of(data: AnalysisInput, counts: NDArray[np.int32], per_root: int) -> Reconstruction:
    """Compare both treatments."""
    first, second = (rank_and_percentile(counts[:, i].astype(np.float64)) for i in range(2))
    means = 1 + counts.mean(axis=0) / per_root
    return Reconstruction(
        silent=int((~data.respondents).sum()),
        correlation=order_agreement(first[1], second[1]),
        overlap=top_overlap(first[0], second[0]),
        sphere=float(means[0]),
        reconstructed=float(means[1]),
    )


@dataclass(frozen=True)
class Silence:
    """What non-response does to one network: None where there are no answers, or nobody is silent."""

    hidings: tuple[Hiding, ...]
    reconstruction: Reconstruction | None

    @property
    def tolerance(self) -> float | None:
        """The largest share that can be hidden while the order stays; 0 where not even the smallest can."""
        if not self.hidings:
            return None
        return max((h.hidden for h in self.hidings if h.correlation >= ORDER_STAYS), default=0.0)
