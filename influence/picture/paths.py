"""How two people hang together: the shortest chain of ties between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from influence.picture.stored import Picture

NOWHERE = -9999


@dataclass(frozen=True)
class Step:
    """From one person to the next: both by index, with the relation, and who of the two names the other."""

    one: int
    other: int
    relations: tuple[str, ...]
    names: bool
    is_named: bool


def shortest_path(picture: Picture, one: int, other: int) -> list[Step] | None:
    """The fewest ties that lead from one person to another, whichever way they point; None where none do."""
    n = picture.n
    ones = np.ones(picture.source.size, np.int8)
    graph = sparse.csr_array((ones, (picture.source, picture.target)), shape=(n, n))
    _, before = csgraph.breadth_first_order(graph, one, directed=False)
    if other != one and before[other] == NOWHERE:
        return None
    people = [other]
    while people[-1] != one:
        people.append(int(before[people[-1]]))
    people.reverse()
    return [_step(picture, *pair) for pair in pairwise(people)]


def _step(picture: Picture, one: int, other: int) -> Step:
    forth = (picture.source == one) & (picture.target == other)
    back = (picture.source == other) & (picture.target == one)
    codes = np.unique(picture.relation[forth | back])
    names = tuple(picture.relations[codes].tolist())
    return Step(one, other, names, bool(forth.any()), bool(back.any()))
