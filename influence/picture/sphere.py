"""One person's sphere as a picture: who moves with them, how surely, through whom, and who typically does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence.models import Analysis, Score
from influence.picture.chances import chances_of
from influence.picture.stored import Picture
from influence.sampling import kept_samples, kept_typical_places

Array = NDArray[Any]
PEOPLE_DRAWN = 20
WORLDS = 1_000
THROUGH_OTHERS = -1


@dataclass(frozen=True)
class Moved:
    """Somebody who moves with the person: by index, how likely, through whom, how many steps on.

    ``is_typical`` says whether the typical sphere holds them.
    """

    person: int
    probability: float
    through: int
    steps: int
    is_typical: bool = False


@dataclass(frozen=True)
class Sphere:
    """The surest people of a sphere in the order of a tree, and how many there are.

    ``typical`` counts the typical sphere without the person; ``stability`` is the expected Jaccard distance
    of a random cascade to it.
    """

    people: list[Moved]
    size: int
    typical: int
    stability: float


def sphere_of(analysis: Analysis, picture: Picture, score: Score) -> Sphere:
    """The sphere of anybody, with the typical set as kept or computed now; raises ``NoSamples``."""
    from influence.network.kept import moved_by

    arrays = kept_samples(analysis)
    person = score.place  # the picture and the samples number people alike
    moved, probability = moved_by(arrays, person)
    near = chances_of(analysis, picture, moved)
    members, stability = kept_typical_places(arrays, person) or _computed(analysis, near, person)
    others = np.argsort(-probability, kind="stable")
    others = others[moved[others] != person]
    surest = others[:PEOPLE_DRAWN]
    listed = list(zip(moved[surest].tolist(), probability[surest].tolist(), strict=True))
    tree = _tree(near, person, listed, set(members.tolist()))
    return Sphere(tree, others.size, members.size - 1, stability)


def _computed(analysis: Analysis, near, person: int) -> tuple[Array, float]:
    from influence.network.spheres import typical_sphere

    found = typical_sphere(near, person, worlds=WORLDS, seed=int(analysis.parameters.get("seed", 0)))
    return found.members, found.stability


def _tree(near, person: int, surest: list[tuple[int, float]], typical: set[int]) -> list[Moved]:
    """Each under who most likely passes it on to them: the person, or somebody surer than they are."""
    sure = {person: 1.0}
    found = {person: Moved(person, 1.0, person, 0)}
    below: dict[int, list[Moved]] = {}
    for other, probability in surest:
        start, end = near.indptr[other : other + 2].tolist()
        ways = zip(near.indices[start:end].tolist(), near.probability[start:end].tolist(), strict=True)
        passed = {way: sure[way] * chance for way, chance in ways if way in sure}
        through = max(passed, key=lambda way: passed[way]) if passed else THROUGH_OTHERS
        steps = found[through].steps + 1 if passed else 1
        found[other] = Moved(other, probability, through, steps, other in typical)
        below.setdefault(through, []).append(found[other])
        sure[other] = probability
    return [*_under(below, person), *_under(below, THROUGH_OTHERS)]


def _under(below: dict[int, list[Moved]], person: int) -> list[Moved]:
    return [one for child in below.get(person, []) for one in (child, *_under(below, child.person))]
