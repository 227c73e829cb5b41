"""Random numbers that depend on the seed alone, never on the number of threads.

A run is cut into blocks. Every block has a generator of its own, seeded from the
run's seed, the purpose and the block's number by NumPy's ``SeedSequence``; the
generator is xoshiro256++ (Blackman and Vigna 2021, doi:10.1145/3460772), written
out so that compiled kernels can run it without the interpreter lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from influence.network.model import Progress


class Stream(IntEnum):
    """What random numbers are for; each purpose has a stream of its own."""

    REACH = 1
    SPHERES = 2
    TYPICAL = 3
    RATES = 4
    RANDOM_SETS = 5
    FOLLOWS = 6
    RESAMPLES = 7
    RANKS = 8
    CONFIDENCE = 9
    CASCADES = 10
    SILENCE = 11
    RETURNED = 12
    LAYOUT = 13
    ABSENCE = 14


def block_states(seed: int, stream: Stream, blocks: int, stage: int = 0) -> NDArray[np.uint64]:
    """One generator state (4 words) per block."""
    root = np.random.SeedSequence(seed, spawn_key=(int(stream), stage))
    states = [child.generate_state(4, np.uint64) for child in root.spawn(blocks)]
    return np.array(states, np.uint64).reshape(blocks, 4)


def block_bounds(items: int, cost: int, budget: int = 40_000) -> list[tuple[int, int]]:
    """Cut ``items`` of ``cost`` each into ranges of about ``budget``; the cut depends on nothing else."""
    width = max(1, budget // max(cost, 1))
    return [(start, min(start + width, items)) for start in range(0, items, width)]


def some_of(items: Sequence[Any], part: tuple[int, int]) -> Sequence[Any]:
    """The items of part (number, of how many), in order; all parts together are all items."""
    number, parts = part
    return items[len(items) * number // parts : len(items) * (number + 1) // parts]


def run_blocks(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    message: str = "",
) -> Iterator[Any]:
    """Call the function for every block on a few threads and give the results in order.

    ``progress`` is told the share of blocks done; when it raises, the blocks not
    begun are dropped and the exception goes on. At most a few results wait at a time.
    """
    workers = min(threads or os.cpu_count() or 1, max(len(calls), 1))
    if workers == 1:
        for done, call in enumerate(calls, 1):
            yield function(*call)
            if progress is not None:
                progress(done / len(calls), message)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[Future[Any]] = []
        try:
            for done in range(len(calls)):
                while len(waiting) < 2 * workers and done + len(waiting) < len(calls):
                    waiting.append(pool.submit(function, *calls[done + len(waiting)]))
                yield waiting.pop(0).result()
                if progress is not None:
                    progress((done + 1) / len(calls), message)
        finally:
            for future in waiting:
                future.cancel()


@njit(cache=True, nogil=True)
def uniform(state: NDArray[np.uint64]) -> float:
    """The next number in [0, 1) of a xoshiro256++ generator; changes the state."""
    first, second, third, fourth = state[0], state[1], state[2], state[3]
    total = first + fourth
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + first
    shifted = second << np.uint64(17)
    third ^= first
    fourth ^= second
    second ^= third
    first ^= fourth
    third ^= shifted
    state[0], state[1], state[2] = first, second, third
    state[3] = (fourth << np.uint64(45)) | (fourth >> np.uint64(19))
    return float(result >> np.uint64(11)) * (1.0 / 9007199254740992.0)
