"""Reverse-reachable sets as they are kept: who would move a person, in many random worlds.

Everybody is root equally often, so that a sum over people has no error from the
choice of roots (stratified sampling), and the own root counts exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.model import BoolArray, IntArray

LEADERSHIP, INFLUENCE, BOTH = np.uint8(1), np.uint8(2), np.uint8(4)
"""How a member reaches the root: over leadership ties alone, influence ties alone, both together."""


@dataclass(frozen=True, eq=False)
class ReverseSamples:
    """Reverse-reachable sets in compressed rows, root by root.

    Attributes
    ----------
    n : int
        People in scope.
    per_root : int
        Sets of each root: set s has the root ``roots[s // per_root]``. The first half of
        a root's sets is for choosing, the second for judging the choice.
    set_indptr : int64 array, sets + 1
        Set s is the entries ``set_indptr[s]`` to ``set_indptr[s + 1]``; the root stands first.
    members : int32 array
        Who reaches the root, per entry.
    flags : uint8 array
        How, per entry: any of LEADERSHIP (1) and INFLUENCE (2), and always BOTH (4).
    """

    n: int
    per_root: int
    set_indptr: NDArray[np.int64]
    members: IntArray
    flags: NDArray[np.uint8]

    @property
    def sets(self) -> int:
        """Number of sets."""
        return int(self.set_indptr.size - 1)

    @property
    def half(self) -> int:
        """Sets of each root that are for choosing."""
        return self.per_root // 2

    @cached_property
    def for_choosing(self) -> BoolArray:
        """True per set that champions may be chosen from; the others judge the choice."""
        return np.arange(self.sets) % self.per_root < self.half

    @classmethod
    def joined(cls, parts: list[ReverseSamples]) -> ReverseSamples:
        """Put the sets of consecutive roots behind each other; empties the list, part by part."""
        n, per_root = parts[0].n, parts[0].per_root
        sets, entries = sum(part.sets for part in parts), sum(part.members.size for part in parts)
        set_indptr = np.zeros(sets + 1, np.int64)
        members, flags = np.empty(entries, np.int32), np.empty(entries, np.uint8)
        number, at = 0, 0
        while parts:
            part = parts.pop(0)
            end = at + part.members.size
            set_indptr[number + 1 : number + part.sets + 1] = part.set_indptr[1:] + at
            members[at:end], flags[at:end] = part.members, part.flags
            number, at = number + part.sets, end
        return cls(n, per_root, set_indptr, members, flags)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """The arrays that ``from_arrays`` reads back."""
        pointer = np.int32 if self.members.size < 2**31 else np.int64
        return {
            "people": np.array(self.n, np.int64),
            "per_root": np.array(self.per_root, np.int64),
            "set_indptr": self.set_indptr.astype(pointer),
            "members": self.members,
            "flags": self.flags,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> ReverseSamples:
        """Read back what ``to_arrays`` gave."""
        return cls(
            n=int(arrays["people"]),
            per_root=int(arrays["per_root"]),
            set_indptr=np.asarray(arrays["set_indptr"], np.int64),
            members=np.asarray(arrays["members"], np.int32),
            flags=np.asarray(arrays["flags"], np.uint8),
        )


@njit(cache=True, nogil=True)
def sets_of_people(set_indptr, members, chosen_sets, people):
    """Turn the sets around: for each of the ``people`` marked, the entries in which they stand.

    Returns row pointers over all n people, and per entry its set and its place in ``members``.
    """
    n = people.size
    indptr = np.zeros(n + 1, np.int64)
    for number in range(set_indptr.size - 1):
        if chosen_sets[number]:
            for place in range(set_indptr[number], set_indptr[number + 1]):
                if people[members[place]]:
                    indptr[members[place] + 1] += 1
    for person in range(n):
        indptr[person + 1] += indptr[person]
    filled = indptr[:-1].copy()
    number_of = np.empty(indptr[n], np.int32)
    place_of = np.empty(indptr[n], np.int64)
    for number in range(set_indptr.size - 1):
        if chosen_sets[number]:
            for place in range(set_indptr[number], set_indptr[number + 1]):
                person = members[place]
                if people[person]:
                    number_of[filled[person]] = number
                    place_of[filled[person]] = place
                    filled[person] += 1
    return indptr, number_of, place_of
