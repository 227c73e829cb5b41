"""With which probability people move each other, from the ties that an analysis's picture keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from influence.models import Analysis
from influence.network.graph import Layer, build_layers
from influence.network.model import People, Relation, Ties
from influence.picture.stored import Picture

if TYPE_CHECKING:
    from influence.network.cascade import Chances

Array = NDArray[Any]


def people_of(picture: Picture) -> People:
    """The people of the picture as the engine knows them, their lines left out."""
    nowhere = np.zeros(picture.n, np.int64)
    names = tuple(picture.departments.tolist())
    return People(("",) * picture.n, picture.manager, nowhere, nowhere, picture.department, names)


def layers_of(analysis: Analysis, picture: Picture) -> dict[str, Layer]:
    """Both layers of the picture's ties, by the analysis's own recipe."""
    weights = {one["name"]: one["weight"] for one in analysis.recipe}
    listed = zip(picture.relations.tolist(), picture.layers.tolist(), picture.mutual, strict=True)
    relations = [
        Relation(name, layer, weights.get(name, 1.0), "both" if mutual else "to_source")
        for name, layer, mutual in listed
    ]
    ties = Ties(
        source=picture.source,
        target=picture.target,
        relation=picture.relation.astype(np.int32),
        strength=picture.strength.astype(np.float64),
        observed=np.zeros(picture.source.size, np.bool_),
    )
    return build_layers(people_of(picture), relations, ties)


def both_chances(analysis: Analysis, picture: Picture) -> tuple[Chances, Chances]:
    """Leadership and influence layer of the picture's ties, at the analysis's rates."""
    from influence.network.cascade import influence_probabilities, leadership_probabilities

    layers, rates = layers_of(analysis, picture), analysis.parameters
    return (
        leadership_probabilities(people_of(picture), layers["leadership"], rates.get("line", 0.3)),
        influence_probabilities(layers["influence"], rates.get("theta", 0.4)),
    )


def chances_of(analysis: Analysis, picture: Picture, moved: Array) -> Chances:
    """Who moves these people, by index, with which probability; the rows of others are not to be read."""
    from influence.network.cascade import influence_probabilities

    layers = layers_of(analysis, _ties_of(picture, moved))
    return influence_probabilities(layers["influence"], analysis.parameters.get("theta", 0.4))


def _ties_of(picture: Picture, people: Array) -> Picture:
    """The picture with everything that these people name alone."""
    asked = np.zeros(picture.n, np.bool_)
    asked[people] = True
    return picture.ties(asked[picture.source] | (picture.mutual[picture.relation] & asked[picture.target]))


def direct_followers(analysis: Analysis, picture: Picture, leaders: Array) -> dict[int, dict[int, float]]:
    """Per leader whom they move directly, over the line or a tie, with the probability; by index."""
    from influence.network.followers import direct_chances

    leads = np.zeros(picture.n + 1, np.bool_)  # the last place: nobody above
    leads[leaders] = True
    mutual = picture.mutual[picture.relation]
    moved = np.concatenate([
        picture.source[leads[picture.target]], picture.target[mutual & leads[picture.source]],
        np.flatnonzero(leads[picture.manager]),
    ])  # fmt: skip
    chances = direct_chances(*both_chances(analysis, _ties_of(picture, moved)))
    return {leader: _column(chances, leader) for leader in leaders.tolist()}


def _column(chances: Any, leader: int) -> dict[int, float]:
    start, end = chances.indptr[leader : leader + 2].tolist()
    return dict(zip(chances.indices[start:end].tolist(), chances.data[start:end].tolist(), strict=True))


def chances_around(
    analysis: Analysis, picture: Picture, person: int
) -> tuple[dict[int, float], dict[int, float]]:
    """Whom the person would follow, and who would follow them: by index, with the probability."""
    naming = picture.source[picture.target == person]
    named_mutually = picture.target[(picture.source == person) & picture.mutual[picture.relation]]
    others = np.setdiff1d(np.concatenate([naming, named_mutually]), [person])
    chances = chances_of(analysis, picture, np.append(others, person))
    followed = _row(chances, person)
    followers = {other: _row(chances, other).get(person, 0.0) for other in others.tolist()}
    return followed, {other: chance for other, chance in followers.items() if chance > 0}


def _row(chances: Chances, moved: int) -> dict[int, float]:
    start, end = chances.indptr[moved : moved + 2].tolist()
    return dict(
        zip(chances.indices[start:end].tolist(), chances.probability[start:end].tolist(), strict=True)
    )
