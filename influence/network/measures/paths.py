"""What lies on the shortest ways through the network: brokers, nearness, two steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.bits import count_bits
from influence.network.graph import Layer
from influence.network.model import FloatArray, IntArray

BETWEENNESS_EXACT_UP_TO = 5_000
BETWEENNESS_SOURCES = 512
HARMONIC_EXACT_UP_TO = 200_000
HARMONIC_SOURCES = 8_192
# Sources are cut into the same blocks however many threads there are, and the blocks are
# added in the same order, so that the figures do not depend on the threads.
BLOCKS = 8
WORDS = 4
BITS = 64 * WORDS
# A step goes out from the active people where they give less than one tie in so many.
FEW = 8


@dataclass(frozen=True)
class Sampled:
    """A figure per person that may rest on a sample of sources.

    ``sources`` is the number of people the paths were started from; ``standard_error``
    is 0 for everybody where that was all of them.
    """

    values: FloatArray
    standard_error: FloatArray
    sources: int

    @property
    def is_exact(self) -> bool:
        """Tell whether every person was a source."""
        return self.sources == self.values.size


def betweenness(layer: Layer, *, seed: int = 0, sources: int | None = None, threads: int = 1) -> Sampled:
    """Give the share of shortest ways between others that lead through each person.

    High values mark brokers: without them groups would lose their shortest link. For
    person u the sum over s, t of (shortest ways s to t through u) / (shortest ways s to
    t), divided by (n - 1)(n - 2). Ways follow the nominations and ignore strength.

    Parameters
    ----------
    layer : Layer
        The nominations.
    seed : int
        Chooses the sources where not everybody is one.
    sources : int or None
        Number of people to start from; None means all up to 5,000 people, else 512.
    threads : int
        Threads to use; the figures do not depend on it.

    Returns
    -------
    Sampled
        Values 0 to 1, their standard errors, and the number of sources.

    Notes
    -----
    Cost: sources x (people + ties). Below 3 people every value is 0. From k sources the
    sum is scaled by n / k; its standard error is that of a sample without replacement. For
    people on hardly any way it is itself a guess, and 0 where no sampled way met them.

    References
    ----------
    Freeman, L. (1977). A set of measures of centrality based on betweenness.
    Sociometry 40, 35-41. doi:10.2307/3033543
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of
    Mathematical Sociology 25, 163-177, theorem 6. doi:10.1080/0022250X.2001.9990249
    Brandes, U., Pich, C. (2007). Centrality estimation in large networks. International
    Journal of Bifurcation and Chaos 17, 2303-2318. doi:10.1142/S0218127407018403

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> betweenness(layer_from_arrays(3, source=[0, 1], target=[1, 2])).values.tolist()
    [0.0, 0.5, 0.0]
    """
    sums = _over_blocks(betweenness_block, layer, seed, sources, threads)
    return betweenness_of(layer, sums, sources=sources)


def betweenness_block(layer: Layer, number: int, *, seed: int = 0, sources: int | None = None) -> FloatArray:
    """Give the sums that one of the ``BLOCKS`` blocks of sources adds, for ``betweenness_of``."""
    sources = _sources(layer.n, sources, BETWEENNESS_EXACT_UP_TO, BETWEENNESS_SOURCES)
    return _dependencies(layer.indptr, layer.indices, _block_of_sources(layer.n, sources, seed, number))


def betweenness_of(layer: Layer, sums: Iterable[FloatArray], *, sources: int | None = None) -> Sampled:
    """Add the blocks up, in order."""
    sources = _sources(layer.n, sources, BETWEENNESS_EXACT_UP_TO, BETWEENNESS_SOURCES)
    if layer.n < 3:
        return Sampled(np.zeros(layer.n), np.zeros(layer.n), sources)
    return _scaled_up(_added(sums), layer.n, sources, 1 / ((layer.n - 1) * (layer.n - 2)))


def harmonic(layer: Layer, *, seed: int = 0, sources: int | None = None, threads: int = 1) -> Sampled:
    """Give how near all others are to each person along the nominations that lead to them.

    The sum over the others v of 1 / (steps from v to u), 0 for those who cannot reach u;
    not divided, so that it reads as "as many as this many people one step away".

    Parameters
    ----------
    layer : Layer
        The nominations.
    seed : int
        Chooses the sources where not everybody is one.
    sources : int or None
        Number of people to start from; None means all up to 200,000 people, else 8,192.
    threads : int
        Threads to use; the figures do not depend on it.

    Returns
    -------
    Sampled
        Values 0 to n - 1, their standard errors, and the number of sources.

    Notes
    -----
    Breadth-first searches from 256 people at once, one bit for each (Then et al. 2014).

    References
    ----------
    Boldi, P., Vigna, S. (2014). Axioms for centrality. Internet Mathematics 10, 222-262,
    equation 3. doi:10.1080/15427951.2013.865686
    Then, M. et al. (2014). The more the merrier: efficient multi-source graph traversal.
    PVLDB 8, 449-460. doi:10.14778/2735496.2735507

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> harmonic(layer_from_arrays(3, source=[0, 1], target=[1, 2])).values.tolist()
    [0.0, 1.0, 1.5]
    """
    sums = _over_blocks(harmonic_block, layer, seed, sources, threads)
    return harmonic_of(layer, sums, sources=sources)


def harmonic_block(layer: Layer, number: int, *, seed: int = 0, sources: int | None = None) -> FloatArray:
    """Give the sums that one of the ``BLOCKS`` blocks of sources adds, for ``harmonic_of``."""
    sources = _sources(layer.n, sources, HARMONIC_EXACT_UP_TO, HARMONIC_SOURCES)
    block = _block_of_sources(layer.n, sources, seed, number)
    return _nearness(layer.indptr, layer.indices, layer.reverse_indptr, layer.reverse_indices, block)


def harmonic_of(layer: Layer, sums: Iterable[FloatArray], *, sources: int | None = None) -> Sampled:
    """Add the blocks up, in order."""
    sources = _sources(layer.n, sources, HARMONIC_EXACT_UP_TO, HARMONIC_SOURCES)
    return _scaled_up(_added(sums), layer.n, sources, 1.0)


def two_step_reach(layer: Layer) -> FloatArray:
    """Count the distinct others within two steps of influence of each person.

    Those who name someone, and those who name one of these: whom a first conversation
    can get to at second hand.

    Parameters
    ----------
    layer : Layer
        The nominations.

    Returns
    -------
    float64 array, n
        People, 0 to n - 1, oneself not counted.

    References
    ----------
    Borgatti, S., Everett, M., Johnson, J. (2018). Analyzing Social Networks, 2nd ed.
    Sage, chapter 10 (k-reach centrality).

    Examples
    --------
    >>> from influence.network.graph import layer_from_arrays
    >>> two_step_reach(layer_from_arrays(4, source=[0, 1, 3], target=[1, 2, 0])).tolist()
    [1.0, 2.0, 2.0, 0.0]
    """
    return _two_steps(layer.reverse_indptr, layer.reverse_indices)


def _sources(n: int, wanted: int | None, exact_up_to: int, above: int) -> int:
    if wanted is None:
        wanted = n if n <= exact_up_to else above
    return min(wanted, n)


def _block_of_sources(n: int, sources: int, seed: int, number: int) -> IntArray:
    if sources >= n:
        chosen = np.arange(n, dtype=np.int32)
    else:
        random = np.random.default_rng(np.random.SeedSequence(seed))
        chosen = np.sort(random.choice(n, size=sources, replace=False)).astype(np.int32)
    return np.ascontiguousarray(np.array_split(chosen, BLOCKS)[number])


def _over_blocks(
    block: Callable[..., FloatArray], layer: Layer, seed: int, sources: int | None, threads: int
) -> Iterator[FloatArray]:
    """Run every block, on as many threads as asked for, and give the sums in order."""
    _ = layer.reverse_indptr, layer.reverse_indices  # made once, before the threads share them

    def run(number: int) -> FloatArray:
        return block(layer, number, seed=seed, sources=sources)

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        yield from pool.map(run, range(BLOCKS))


def _added(sums: Iterable[FloatArray]) -> FloatArray:
    total: FloatArray | None = None
    for block in sums:
        total = block if total is None else total + block
    assert total is not None  # noqa: S101  there are always BLOCKS blocks
    return total


def _scaled_up(sums: FloatArray, n: int, sources: int, scale: float) -> Sampled:
    """Turn sums and sums of squares over the sources into values and standard errors."""
    if sources in (0, n):
        return Sampled(scale * sums[0], np.zeros(n), sources)
    mean = sums[0] / sources
    variance = np.maximum(sums[1] / sources - mean**2, 0) / max(sources - 1, 1)
    error = n * np.sqrt(variance * (1 - sources / n))
    return Sampled(scale * n * mean, scale * error, sources)


@njit(cache=True, nogil=True)
def _dependencies(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], sources: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Sum over the sources each person's dependency, and its square (Brandes 2001)."""
    n = indptr.size - 1
    sums = np.zeros((2, n))
    steps = np.full(n, -1, np.int32)
    ways = np.zeros(n)
    share = np.zeros(n)
    order = np.empty(n, np.int32)
    level = np.empty(n + 2, np.int64)
    for source in sources:
        levels = _search(indptr, indices, source, steps, ways, order, level)
        _accumulate(indptr, indices, ways, share, order, level, levels, sums)
        for place in range(level[levels]):
            steps[order[place]] = -1
    return sums


@njit(cache=True, nogil=True)
def _search(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    source: int,
    steps: NDArray[np.int32],
    ways: NDArray[np.float64],
    order: NDArray[np.int32],
    level: NDArray[np.int64],
) -> int:
    """Search breadth first, counting shortest ways; return the number of levels."""
    order[0], steps[source], ways[source] = source, 0, 1.0
    level[0], level[1] = 0, 1
    depth, found = 0, 1
    while level[depth] < level[depth + 1]:
        for place in range(level[depth], level[depth + 1]):
            person = order[place]
            own = ways[person]
            for entry in range(indptr[person], indptr[person + 1]):
                other = indices[entry]
                step = steps[other]
                if step < 0:
                    steps[other] = depth + 1
                    ways[other] = own
                    order[found] = other
                    found += 1
                elif step == depth + 1:
                    ways[other] += own
        depth += 1
        level[depth + 1] = found
    return depth


@njit(cache=True, nogil=True)
def _accumulate(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    ways: NDArray[np.float64],
    share: NDArray[np.float64],
    order: NDArray[np.int32],
    level: NDArray[np.int64],
    levels: int,
    sums: NDArray[np.float64],
) -> None:
    """Go back level by level; ``share`` is (1 + dependency) / ways one level on, else 0.

    So the inner loop adds without asking which of the named lie one level on.
    """
    for depth in range(levels - 1, 0, -1):
        for place in range(level[depth], level[depth + 1]):
            person = order[place]
            onward = 0.0
            for entry in range(indptr[person], indptr[person + 1]):
                onward += share[indices[entry]]
            dependency = ways[person] * onward
            sums[0, person] += dependency
            sums[1, person] += dependency * dependency
            ways[person] = (1.0 + dependency) / ways[person]
        for place in range(level[depth + 1], level[min(depth + 2, levels)]):
            share[order[place]] = 0.0
        for place in range(level[depth], level[depth + 1]):
            share[order[place]] = ways[order[place]]
    if levels > 1:
        for place in range(level[1], level[2]):
            share[order[place]] = 0.0


@njit(cache=True, nogil=True)
def _nearness(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    reverse_indptr: NDArray[np.int64],
    reverse_indices: NDArray[np.int32],
    sources: NDArray[np.int32],
) -> NDArray[np.float64]:
    """Sum over the sources 1 / steps to each person, and its square.

    A step goes out from the few people whom searches have just come to, or, where they
    are many, collects from the namers of everybody (Beamer et al. 2012). ``front`` holds
    bits for the people in ``active`` only, ``following`` none before a step.
    """
    n = indptr.size - 1
    sums = np.zeros((2, n))
    seen = np.empty((n, WORDS), np.uint64)
    front = np.zeros((n, WORDS), np.uint64)
    following = np.zeros((n, WORDS), np.uint64)
    active, met = np.empty(n, np.int32), np.empty(n, np.int32)
    for start in range(0, sources.size, BITS):
        full = np.zeros(WORDS, np.uint64)
        seen[:] = 0
        count = _set_out(sources[start : start + BITS], front, seen, full, active)
        steps = 1
        while count:
            if _ties_from(indptr, active, count) * FEW < indices.size:
                found = _hand_on(indptr, indices, active, count, front, seen, following, met)
            else:
                found = _collect(reverse_indptr, reverse_indices, full, front, seen, following, met)
            _settle(met, found, following, seen, sums, 1.0 / steps)
            for place in range(count):
                front[active[place]] = 0
            front, following = following, front
            active, met = met, active
            count = found
            steps += 1
    return sums


@njit(cache=True, nogil=True)
def _set_out(
    batch: NDArray[np.int32],
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    full: NDArray[np.uint64],
    active: NDArray[np.int32],
) -> int:
    """Give each source of the batch its bit."""
    for place in range(batch.size):
        bit = np.uint64(1) << np.uint64(place & 63)
        front[batch[place], place >> 6] |= bit
        seen[batch[place], place >> 6] |= bit
        full[place >> 6] |= bit
        active[place] = batch[place]
    return batch.size


@njit(cache=True, nogil=True)
def _ties_from(indptr: NDArray[np.int64], active: NDArray[np.int32], count: int) -> int:
    ties = 0
    for place in range(count):
        ties += indptr[active[place] + 1] - indptr[active[place]]
    return ties


@njit(cache=True, nogil=True)
def _hand_on(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    active: NDArray[np.int32],
    count: int,
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    following: NDArray[np.uint64],
    met: NDArray[np.int32],
) -> int:
    """Let the active people hand their searches on to those they name."""
    found = 0
    for place in range(count):
        person = active[place]
        for entry in range(indptr[person], indptr[person + 1]):
            other = indices[entry]
            before = after = np.uint64(0)
            for word in range(WORDS):
                before |= following[other, word]
                following[other, word] |= front[person, word] & ~seen[other, word]
                after |= following[other, word]
            if after and not before:
                met[found] = other
                found += 1
    return found


@njit(cache=True, nogil=True)
def _collect(
    reverse_indptr: NDArray[np.int64],
    reverse_indices: NDArray[np.int32],
    full: NDArray[np.uint64],
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    following: NDArray[np.uint64],
    met: NDArray[np.int32],
) -> int:
    """Let everybody whom a search is still to come to collect from their namers."""
    missing = np.empty(WORDS, np.uint64)
    new = np.empty(WORDS, np.uint64)
    found = 0
    for person in range(seen.shape[0]):
        open_ = np.uint64(0)
        for word in range(WORDS):
            missing[word] = full[word] & ~seen[person, word]
            open_ |= missing[word]
            new[word] = np.uint64(0)
        if not open_:
            continue
        for entry in range(reverse_indptr[person], reverse_indptr[person + 1]):
            namer = reverse_indices[entry]
            for word in range(WORDS):
                new[word] |= front[namer, word]
        came = np.uint64(0)
        for word in range(WORDS):
            following[person, word] = new[word] & missing[word]
            came |= following[person, word]
        if came:
            met[found] = person
            found += 1
    return found


@njit(cache=True, nogil=True)
def _settle(
    met: NDArray[np.int32],
    found: int,
    following: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    sums: NDArray[np.float64],
    near: float,
) -> None:
    """Count the searches that have come to each person in this step."""
    for place in range(found):
        person = met[place]
        count = np.uint64(0)
        for word in range(WORDS):
            seen[person, word] |= following[person, word]
            count += count_bits(following[person, word])
        sums[0, person] += count * near
        sums[1, person] += count * near * near


@njit(cache=True, nogil=True)
def _two_steps(reverse_indptr: NDArray[np.int64], reverse_indices: NDArray[np.int32]) -> NDArray[np.float64]:
    n = reverse_indptr.size - 1
    reach = np.zeros(n)
    counted_for = np.full(n, -1, np.int32)
    for person in range(n):
        counted_for[person] = person
        count = 0
        for entry in range(reverse_indptr[person], reverse_indptr[person + 1]):
            namer = reverse_indices[entry]
            if counted_for[namer] != person:
                counted_for[namer] = person
                count += 1
            for further in range(reverse_indptr[namer], reverse_indptr[namer + 1]):
                other = reverse_indices[further]
                if counted_for[other] != person:
                    counted_for[other] = person
                    count += 1
        reach[person] = count
    return reach
