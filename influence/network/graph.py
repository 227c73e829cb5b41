"""The two layers of an initiative's network as sparse matrices: who names whom, how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from influence.network.model import (
    BoolArray,
    FloatArray,
    IntArray,
    LayerName,
    NetworkError,
    People,
    Relation,
    Ties,
)

PointerArray = NDArray[np.int64]

LAYERS: tuple[LayerName, ...] = ("influence", "leadership")


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of the network: the nomination matrix S in compressed rows.

    Row v lists the distinct people whom v names, in ascending order, without v.
    Influence flows the other way, from the named to the namer. The arrays are
    never changed after the layer is made, so that views of it can be kept.

    Attributes
    ----------
    n : int
        Number of people.
    indptr : int64 array, n + 1
        Row v is the entries ``indptr[v]`` to ``indptr[v + 1]``.
    indices : int32 array
        The person named, per entry.
    strength : float64 array
        S[v, u] in (0, 1], per entry.
    observed : bool array
        True where a tie seen in the work (an event log) stands behind the entry.
    """

    n: int
    indptr: PointerArray
    indices: IntArray
    strength: FloatArray
    observed: BoolArray

    @property
    def entries(self) -> int:
        """Number of ordered pairs of people with a nomination."""
        return int(self.indices.size)

    @cached_property
    def source(self) -> IntArray:
        """The namer, per entry."""
        people = np.arange(self.n, dtype=np.int32)
        return np.repeat(people, np.diff(self.indptr))

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """S as a SciPy matrix, n x n, rows are namers."""
        return sparse.csr_array((self.strength, self.indices, self.indptr), shape=(self.n, self.n))

    @cached_property
    def _reverse(self) -> sparse.csc_array:
        entry = np.arange(self.entries, dtype=np.int64)
        return sparse.csr_array((entry, self.indices, self.indptr), shape=(self.n, self.n)).tocsc()

    @cached_property
    def reverse_indptr(self) -> PointerArray:
        """Row u of the reverse is the entries ``reverse_indptr[u]`` to ``reverse_indptr[u + 1]``."""
        indptr: PointerArray = self._reverse.indptr.astype(np.int64)
        return indptr

    @cached_property
    def reverse_indices(self) -> IntArray:
        """The people who name u, ascending."""
        indices: IntArray = self._reverse.indices.astype(np.int32)
        return indices

    @cached_property
    def reverse_entry(self) -> PointerArray:
        """The forward entry that each reverse entry mirrors."""
        entry: PointerArray = self._reverse.data
        return entry

    @cached_property
    def reverse_strength(self) -> FloatArray:
        """S[v, u] per reverse entry."""
        return self.strength[self.reverse_entry]

    @cached_property
    def turned(self) -> Layer:
        """The same layer with every nomination turned round: influence's own direction."""
        return Layer(
            self.n,
            self.reverse_indptr,
            self.reverse_indices,
            self.reverse_strength,
            self.observed[self.reverse_entry],
        )

    @cached_property
    def contacts(self) -> Contacts:
        """The same people without direction, with both strengths added."""
        both = sparse.csr_array(self.matrix + self.matrix.T)
        both.sort_indices()
        return Contacts(
            self.n, both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data.astype(np.float64)
        )


@dataclass(frozen=True, eq=False)
class Contacts:
    """A layer without direction: two people are in contact where either names the other.

    Row i lists i's contacts in ascending order; ``weight`` is S[i, j] + S[j, i].
    """

    n: int
    indptr: PointerArray
    indices: IntArray
    weight: FloatArray

    @cached_property
    def degree(self) -> NDArray[np.int64]:
        """Number of distinct contacts of each person."""
        return np.diff(self.indptr)


def build_layers(people: People, relations: Sequence[Relation], ties: Ties) -> dict[str, Layer]:
    """Combine stored ties into the influence layer and the leadership layer.

    Of several ties of one relation between two people the strongest counts; the
    relations of a layer are added by weight and capped: S = min(1, sum of weight x
    strength). Ties of a relation with flow ``both`` count in both directions with the
    larger strength. Ties to oneself and relations of weight 0 are left out.

    Parameters
    ----------
    people : People
        The n people in scope.
    relations : sequence of Relation
        The recipe; ``ties.relation`` indexes it.
    ties : Ties
        Any number of ties, also none.

    Returns
    -------
    dict of str to Layer
        ``influence`` and ``leadership``, always both.

    Raises
    ------
    NetworkError
        A strength that is not in (0, 1], a weight that is negative or no number, a
        person or relation that does not exist, arrays of different lengths.
    """
    check_relations(relations)
    check_ties(ties, n=len(people), relations=len(relations))
    return {name: _build_layer(len(people), relations, ties, name) for name in LAYERS}


def check_relations(relations: Sequence[Relation]) -> None:
    """Refuse a recipe with a weight that is negative or no number."""
    for relation in relations:
        if not (np.isfinite(relation.weight) and relation.weight >= 0):
            raise NetworkError(
                f"The weight of relation '{relation.name}' is {relation.weight}; "
                "it must be a number of at least 0 (0 leaves the relation out)."
            )


def check_ties(ties: Ties, *, n: int, relations: int) -> None:
    """Refuse ties that no network can hold, naming the first one (counted from 0)."""
    columns = (ties.source, ties.target, ties.relation, ties.strength, ties.observed)
    if len({len(column) for column in columns}) > 1:
        raise NetworkError(
            "The columns of the ties differ in length; each tie needs a value in every column."
        )
    _check_index("source", ties.source, n, "people in the scope")
    _check_index("target", ties.target, n, "people in the scope")
    _check_index("relation", ties.relation, relations, "relations of the recipe")
    wrong = ~((ties.strength > 0) & (ties.strength <= 1))
    if wrong.any():
        tie = int(np.argmax(wrong))
        raise NetworkError(
            f"Tie {tie} has the strength {ties.strength[tie]}; a strength must be above 0 and at most 1."
        )


def _check_index(column: str, values: NDArray[np.generic], size: int, what: str) -> None:
    numbers = np.asarray(values)
    wrong = (numbers < 0) | (numbers >= size)
    if wrong.any():
        tie = int(np.argmax(wrong))
        raise NetworkError(f"Tie {tie} has the {column} {numbers[tie]}, which is none of the {size} {what}.")


def _build_layer(n: int, relations: Sequence[Relation], ties: Ties, name: LayerName) -> Layer:
    parts = [
        _relation_entries(n, relation, ties, index)
        for index, relation in enumerate(relations)
        if relation.layer == name and relation.weight > 0
    ]
    pairs = np.concatenate([np.empty(0, np.int64), *(part[0] for part in parts)])
    strength = np.concatenate([np.empty(0, np.float64), *(part[1] for part in parts)])
    observed = np.concatenate([np.empty(0, np.bool_), *(part[2] for part in parts)])
    pairs, (strength, observed) = _merge(pairs, (np.add, strength), (np.logical_or, observed))
    return layer_from_pairs(n, pairs, np.minimum(strength, 1.0), observed)


def _relation_entries(
    n: int, relation: Relation, ties: Ties, index: int
) -> tuple[PointerArray, FloatArray, BoolArray]:
    chosen = (ties.relation == index) & (ties.source != ties.target)
    source = ties.source[chosen].astype(np.int64)
    target = ties.target[chosen].astype(np.int64)
    pairs = source * n + target
    strength = ties.strength[chosen].astype(np.float64)
    observed = ties.observed[chosen]
    if relation.flow == "both":
        pairs = np.concatenate([pairs, target * n + source])
        strength, observed = np.tile(strength, 2), np.tile(observed, 2)
    pairs, (strength, observed) = _merge(pairs, (np.maximum, strength), (np.logical_or, observed))
    return pairs, relation.weight * strength, observed


def _merge(
    pairs: PointerArray, *columns: tuple[np.ufunc, NDArray[Any]]
) -> tuple[PointerArray, list[NDArray[Any]]]:
    """Sort by pair and reduce what stands at one pair by the column's own operation."""
    if pairs.size == 0:
        return pairs, [values for _, values in columns]
    order = np.argsort(pairs, kind="stable")
    sorted_pairs = pairs[order]
    first = np.flatnonzero(np.r_[True, sorted_pairs[1:] != sorted_pairs[:-1]])
    return sorted_pairs[first], [reduce.reduceat(values[order], first) for reduce, values in columns]


def layer_from_pairs(n: int, pairs: PointerArray, strength: FloatArray, observed: BoolArray) -> Layer:
    """Make a layer from distinct ascending pairs ``source * n + target``."""
    source = pairs // max(n, 1)
    indices = (pairs - source * n).astype(np.int32)
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=n), out=indptr[1:])
    return Layer(n, indptr, indices, strength, observed)


def layer_from_arrays(
    n: int,
    source: Sequence[int] | NDArray[np.integer],
    target: Sequence[int] | NDArray[np.integer],
    strength: Sequence[float] | FloatArray | None = None,
) -> Layer:
    """Make a layer from nominations alone: one relation, weight 1, nothing observed.

    Examples
    --------
    >>> layer = layer_from_arrays(3, source=[0, 1, 1], target=[1, 2, 1])
    >>> layer.indptr.tolist(), layer.indices.tolist()
    ([0, 1, 2, 2], [1, 2])
    """
    namers = np.asarray(source, np.int32)
    size = namers.size
    ties = Ties(
        source=namers,
        target=np.asarray(target, np.int32),
        relation=np.zeros(size, np.int32),
        strength=np.ones(size) if strength is None else np.asarray(strength, np.float64),
        observed=np.zeros(size, np.bool_),
    )
    check_ties(ties, n=n, relations=1)
    return _build_layer(n, (Relation("influence"),), ties, "influence")
