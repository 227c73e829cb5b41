"""One run cut into blocks that any process may compute, in any order, on any machine.

Each block is one thread's work of a few seconds and depends on the input, the parameters and
its own number alone, never on who computes it. ``analysis.join`` puts the blocks together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence.network.cascade import influence_probabilities
from influence.network.confidence import chosen_in_word, resampled_word, rounds_of_choice, words_of
from influence.network.graph import build_layers
from influence.network.measures import betweenness_block, harmonic_block, standing_measures
from influence.network.measures.paths import BLOCKS
from influence.network.model import AnalysisInput, Progress
from influence.network.rates import sets_at_rates
from influence.network.rates import sets_per_root as rated_sets_per_root
from influence.network.reverse import reverse_samples
from influence.network.run import Run, reach_sets_per_root
from influence.network.silence import (
    HIDDEN_SHARES,
    can_be_checked,
    hidden_spheres,
    reconstructed_spheres,
)
from influence.network.spheres import sets_per_root as sphere_sets_per_root
from influence.network.spheres import sphere_counts

Arrays = dict[str, NDArray[Any]]

CUT_ABOVE = 5_000
"""Up to so many people a step whose sets are cut by root is one block."""


@dataclass(frozen=True, order=True)
class Block:
    """One block of a run: a step, and which of its blocks."""

    step: str
    number: int

    def __str__(self) -> str:
        return f"{self.step}-{self.number:03d}"


@dataclass(frozen=True)
class Step:
    """One step: into how many blocks it is cut, how one is computed, and its share of the run's work."""

    title: str
    share: float
    blocks: Callable[[Run], int]
    compute: Callable[[Run, int, Progress | None], Arrays]


def plan(run: Run) -> dict[Block, float]:
    """Every block of the run, with its share of the work of all."""
    counts = {name: step.blocks(run) for name, step in STEPS.items()}
    whole = sum(STEPS[name].share for name, count in counts.items() if count)
    return {
        Block(name, number): STEPS[name].share / count / whole
        for name, count in counts.items()
        for number in range(count)
    }


def compute(run: Run, block: Block, progress: Progress | None = None) -> Arrays:
    """Compute one block on this thread; ``progress`` is told its own share and may raise to stop it."""
    return STEPS[block.step].compute(run, block.number, progress)


def _parts(run: Run, sets: int, most: int) -> int:
    n = len(run.data.people)
    return 1 if n <= CUT_ABOVE else int(np.clip(np.ceil(n * sets / most), 2, 200))


def _world_parts(run: Run) -> int:
    return _parts(run, reach_sets_per_root(len(run.data.people)), 2_000_000)


def _worlds(run: Run, number: int, progress: Progress | None) -> Arrays:
    n = len(run.data.people)
    return reverse_samples(
        run.leadership, run.influence, reach_sets_per_root(n), seed=run.parameters.seed,
        part=(number, _world_parts(run)), threads=1, progress=progress,
    ).to_arrays()  # fmt: skip


def _sphere_parts(run: Run) -> int:
    return _parts(run, sphere_sets_per_root(len(run.data.people)), 8_000_000)


def _spheres(run: Run, number: int, progress: Progress | None) -> Arrays:
    people = run.data.people
    counts = sphere_counts(
        people, run.influence, per_root=sphere_sets_per_root(len(people)), seed=run.parameters.seed,
        part=(number, _sphere_parts(run)), threads=1, progress=progress,
    )  # fmt: skip
    return {"counts": counts}


def _rate_parts(run: Run) -> int:
    return _parts(run, rated_sets_per_root(len(run.data.people)), 200_000)


def _rates(run: Run, number: int, progress: Progress | None) -> Arrays:
    n, rates = len(run.data.people), (run.parameters.theta, run.parameters.line)
    indptr, members, masks = sets_at_rates(
        (run.leadership, run.influence), rates, rated_sets_per_root(n), seed=run.parameters.seed,
        part=(number, _rate_parts(run)), threads=1, progress=progress,
    )  # fmt: skip
    return {"indptr": indptr, "members": members, "masks": masks}


def _standing(run: Run, number: int, progress: Progress | None) -> Arrays:
    layer = run.layers["influence"]
    return dict(standing_measures(run.data.people, layer, seed=run.parameters.seed, progress=progress))


def _path_blocks(run: Run) -> int:
    return BLOCKS if len(run.data.people) > CUT_ABOVE else 1


def _paths(one_block: Callable[..., NDArray[np.float64]]) -> Callable[[Run, int, Progress | None], Arrays]:
    def sums(run: Run, number: int, progress: Progress | None) -> Arrays:
        layer, few = run.layers["influence"], _path_blocks(run) == 1
        found = {}
        for block in range(BLOCKS) if few else (number,):
            found[str(block)] = one_block(layer, block, seed=run.parameters.seed)
            if progress is not None:
                progress((len(found)) / (BLOCKS if few else 1), "Shortest ways through the network")
        return found

    return sums


def _rank_words(run: Run) -> int:
    return words_of(run.parameters.resamples) if run.data.respondents.any() else 0


def _ranks(run: Run, number: int, progress: Progress | None) -> Arrays:
    seed = run.parameters.seed
    counts = resampled_word(run.influence, run.rounds, number, seed=seed, threads=1, progress=progress)
    return {"counts": counts}


def _choice_words(run: Run) -> int:
    if not (_rank_words(run) and run.choice.k):
        return 0
    return words_of(rounds_of_choice(len(run.data.people), run.parameters.resamples))


def _stays(run: Run, number: int, progress: Progress | None) -> Arrays:
    chosen = chosen_in_word(
        (run.leadership, run.influence), run.data.leaders, run.choice, run.rounds, number,
        seed=run.parameters.seed, progress=progress,
    )  # fmt: skip
    return {"chosen": chosen}


def _hidings(run: Run) -> int:
    return len(HIDDEN_SHARES) if can_be_checked(run.data.respondents) else 0


def _hiding(run: Run, number: int, progress: Progress | None) -> Arrays:
    counts = hidden_spheres(
        run.influence, run.data.respondents, HIDDEN_SHARES[number], seed=run.parameters.seed, threads=1,
        progress=progress,
    )  # fmt: skip
    return {"counts": counts}


def _reconstructions(run: Run) -> int:
    some_answered = can_be_checked(run.data.respondents) and not run.data.respondents.all()
    return int(some_answered and run.parameters.silence == "as_answered")


def _reconstruction(run: Run, number: int, progress: Progress | None) -> Arrays:
    def chances_of(data: AnalysisInput) -> Any:
        layers = build_layers(data.people, data.relations, data.ties)
        return influence_probabilities(layers["influence"], run.parameters.theta)

    counts = reconstructed_spheres(
        run.data, chances_of, seed=run.parameters.seed, threads=1, progress=progress
    )
    return {"counts": counts}


# In the order in which they are begun: what takes longest for one block first.
STEPS = {
    "standing": Step("Naming, standing and communities", 0.06, lambda run: 1, _standing),
    "stays": Step("Choosing champions anew", 0.04, _choice_words, _stays),
    "harmonic": Step("Nearness to all others", 0.22, _path_blocks, _paths(harmonic_block)),
    "betweenness": Step("Brokers between others", 0.16, _path_blocks, _paths(betweenness_block)),
    "worlds": Step("Drawing random worlds", 0.2, _world_parts, _worlds),
    "spheres": Step("Estimating spheres of influence", 0.16, _sphere_parts, _spheres),
    "ranks": Step("Drawing the respondents anew", 0.08, _rank_words, _ranks),
    "rates": Step("Trying other rates", 0.02, _rate_parts, _rates),
    "hiding": Step("Hiding answers to test the network", 0.05, _hidings, _hiding),
    "reconstruction": Step("Returning ties to the silent", 0.01, _reconstructions, _reconstruction),
}
