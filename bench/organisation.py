"""A synthetic organisation of any size, made by formula from a seed: no file, no network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence.network.graph import Layer, layer_from_arrays
from influence.network.hierarchy import build_hierarchy
from influence.network.model import People

SPAN = 8
DEPARTMENT_SIZE = 300
# Where nominations go: to the own team, the own department, and to well-known people anywhere.
TEAM, DEPARTMENT = 0.5, 0.3
STRENGTHS = np.array([0.25, 0.5, 0.75, 1.0])


def organisation(n: int, ties: int, seed: int = 0) -> tuple[People, Layer]:
    """Make n people in a tree of span 8 and about so many distinct nominations among them."""
    random = np.random.default_rng(np.random.SeedSequence(seed))
    manager = (np.arange(n, dtype=np.int32) - 1) // SPAN
    department = departments(n)
    pairs = np.empty(0, np.int64)
    while pairs.size < ties:
        source = random.integers(0, n, ties - pairs.size + ties // 20)
        target = _targets(source, department, random)
        fresh = (source * n + target)[source != target]
        pairs = np.unique(np.concatenate([pairs, fresh]))
    pairs = np.sort(random.permutation(pairs)[:ties])
    strength = random.choice(STRENGTHS, ties)
    chart = build_hierarchy(manager)
    people = People(
        ids=tuple(f"{person:07d}" for person in range(n)),
        manager=manager,
        line_start=chart.line_start,
        line_end=chart.line_end,
        department=department,
        department_names=tuple(f"Department {code}" for code in range(department.max() + 1)),
    )
    return people, layer_from_arrays(n, pairs // n, pairs % n, strength)


def departments(n: int) -> NDArray[np.int32]:
    """Give everyone the subtree of about 300 people they sit in; those above have none."""
    first, heads = 0, 1
    while n / heads > DEPARTMENT_SIZE:
        first, heads = first + heads, heads * SPAN
    head = np.arange(n)
    while (head >= first + heads).any():
        head = np.where(head >= first + heads, (head - 1) // SPAN, head)
    return np.where(head >= first, head - first, -1).astype(np.int32)


def _targets(
    source: NDArray[np.int64], department: NDArray[np.int32], random: np.random.Generator
) -> NDArray[np.int64]:
    n = department.size
    by_department = np.argsort(department, kind="stable")
    place = np.empty(n, np.int64)
    place[by_department] = np.arange(n)
    start = np.searchsorted(department[by_department], department)
    size = np.bincount(department + 1)[department + 1]
    step = random.geometric(0.1, source.size) * random.choice([-1, 1], source.size)
    near = (place[source] - start[source] + step) % size[source] + start[source]
    inside = start[source] + random.integers(0, size[source])
    known = random.permutation(n)[(n * random.random(source.size) ** 3).astype(np.int64)]
    kind = random.random(source.size)
    local = np.where(kind < TEAM, near, inside)
    return np.where(kind < TEAM + DEPARTMENT, by_department[local], known)
