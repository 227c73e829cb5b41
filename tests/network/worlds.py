"""Exact answers on networks of a few ties, from every world of live and dead ties."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from influence.network.cascade import Chances, influence_probabilities, leadership_probabilities
from influence.network.graph import layer_from_arrays
from tests.network.networks import people_of_chart


@dataclass(frozen=True)
class Worlds:
    """Every world of two layers: its probability, and who reaches whom in it.

    The layers and ``both`` are worlds x people x people: [w, u, v] is true where u moves v.
    """

    probability: NDArray[np.float64]
    leadership: NDArray[np.bool_]
    influence: NDArray[np.bool_]
    both: NDArray[np.bool_]


def all_worlds(leadership: Chances, influence: Chances) -> Worlds:
    """Enumerate the worlds; 2 to the number of ties, so keep them few."""
    ties = [
        (layer, *tie) for layer, chances in enumerate((leadership, influence)) for tie in ties_of(chances)
    ]
    count = 1 << len(ties)
    live = (np.arange(count)[:, None] >> np.arange(len(ties))) & 1 == 1
    chance = np.array([tie[3] for tie in ties])
    probability = np.where(live, chance, 1 - chance).prod(axis=1) if ties else np.ones(1)
    steps = np.zeros((2, count, influence.n, influence.n), np.bool_)
    for number, (layer, mover, person, _) in enumerate(ties):
        steps[layer, :, mover, person] |= live[:, number]
    return Worlds(probability, closure(steps[0]), closure(steps[1]), closure(steps[0] | steps[1]))


def ties_of(chances: Chances) -> list[tuple[int, int, float]]:
    """The ties of a layer as (who moves, whom, with which probability)."""
    persons = np.repeat(np.arange(chances.n), np.diff(chances.indptr))
    return list(zip(chances.indices.tolist(), persons.tolist(), chances.probability.tolist(), strict=True))


def closure(steps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Who reaches whom over any number of steps, oneself included."""
    reached = steps | np.eye(steps.shape[1], dtype=np.bool_)
    for _ in range(max(1, steps.shape[1].bit_length())):
        reached = (reached.astype(np.uint8) @ reached.astype(np.uint8)) > 0
    return reached


def exact_sphere(worlds: Worlds) -> NDArray[np.float64]:
    """Expected number of people moved over the influence layer, per person."""
    return np.einsum("w,wuv->u", worlds.probability, worlds.influence)


def exact_parts(worlds: Worlds, starters: list[int]) -> NDArray[np.float64]:
    """Probability of the five parts per person, for cascades from the starters."""
    a, b, u = (
        layer[:, starters, :].any(axis=1) for layer in (worlds.leadership, worlds.influence, worlds.both)
    )
    parts = (a & ~b, b & ~a, a & b, u & ~a & ~b, ~u)
    return np.array([worlds.probability @ part for part in parts]).T


def exact_reach(worlds: Worlds, starters: list[int]) -> float:
    """Expected number of people reached through both layers."""
    return float(worlds.probability @ worlds.both[:, starters, :].any(axis=1).sum(axis=1))


def best_gain(worlds: Worlds, leaders: list[int], eligible: list[int], k: int) -> float:
    """The largest gain over the leaders alone that k eligible people can bring."""
    alone = exact_reach(worlds, leaders)
    return max(exact_reach(worlds, [*leaders, *chosen]) - alone for chosen in combinations(eligible, k))


@st.composite
def small_organisations(draw, most_people=6, most_ties=12):
    """Draw people with managers and both layers' chances, with at most 12 ties in all."""
    n = draw(st.integers(2, most_people))
    manager = [draw(st.integers(-1, person - 1)) for person in range(n)]
    manager[0] = -1
    room = most_ties - (n - 1)
    person = st.integers(0, n - 1)
    named = draw(st.lists(st.tuples(person, person), unique=True, max_size=room))
    split = draw(st.integers(0, min(2, len(named))))
    strengths = st.sampled_from((0.25, 0.5, 1.0))
    layers = [
        layer_from_arrays(n, [t[0] for t in ties], [t[1] for t in ties], [draw(strengths) for _ in ties])
        for ties in (named[:split], named[split:])
    ]
    people = people_of_chart(manager)
    theta, line = draw(st.sampled_from(((0.4, 0.3), (0.6, 0.3), (0.5, 0.0))))
    return (
        people,
        leadership_probabilities(people, layers[0], line),
        influence_probabilities(layers[1], theta),
    )
