"""How far two sources say the same: which pairs of people both show, and whom both put first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.network.model import IntArray
from influence.network.scores import mid_rank_percentile

FEWEST_PEOPLE = 5


@dataclass(frozen=True, eq=False)
class Source:
    """The ties of one source among n people.

    ``mutual`` says that a tie counts in both directions (contact), not for its target alone.
    """

    n: int
    source: IntArray
    target: IntArray
    mutual: bool = False

    def __len__(self) -> int:
        return len(self.source)

    @property
    def people(self) -> IntArray:
        """Who has a tie."""
        return np.unique(np.concatenate([self.source, self.target]))

    @property
    def pairs(self) -> IntArray:
        """Every pair of people with a tie, once, as a key."""
        low, high = np.minimum(self.source, self.target), np.maximum(self.source, self.target)
        return np.unique(low.astype(np.int64) * self.n + high)

    def ends(self) -> tuple[IntArray, IntArray]:
        """Source and target of every tie, mutual ones in both directions."""
        if not self.mutual:
            return self.source, self.target
        return np.concatenate([self.source, self.target]), np.concatenate([self.target, self.source])

    def named_by(self) -> IntArray:
        """How many different people have a tie to each."""
        source, target = self.ends()
        keys = np.unique(target.astype(np.int64) * self.n + source)
        return np.bincount(keys // max(self.n, 1), minlength=self.n).astype(np.int32)


@dataclass(frozen=True)
class Agreement:
    """What two sources share: pairs of people, and the order in which they put those whom both cover."""

    shared: int
    rank: float | None
    people: int


def agreement(first: Source, second: Source) -> Agreement:
    """Compare two sources.

    Parameters
    ----------
    first, second : Source
        Ties among the same n people.

    Returns
    -------
    Agreement
        ``shared`` pairs of people that have a tie in both, whatever its direction; ``rank`` Spearman's
        correlation, from -1 to 1, of how many people have a tie to each of the ``people`` whom both
        sources cover; None below five of them, or where one source puts everybody level.

    Examples
    --------
    >>> ties = np.array([0, 1, 2]), np.array([1, 2, 0])
    >>> agreement(Source(3, *ties), Source(3, *ties)).shared
    3
    """
    shared = len(np.intersect1d(first.pairs, second.pairs, assume_unique=True))
    both = np.intersect1d(first.people, second.people, assume_unique=True)
    return Agreement(shared, rank_correlation(first.named_by()[both], second.named_by()[both]), len(both))


def rank_correlation(first: IntArray, second: IntArray) -> float | None:
    """Spearman's correlation with mid-ranks; None where it is not defined or rests on too few."""
    if len(first) < FEWEST_PEOPLE or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(mid_rank_percentile(first), mid_rank_percentile(second))[0, 1])
