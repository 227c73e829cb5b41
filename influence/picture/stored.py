"""The network of one analysis as it was, with where everybody stands; kept beside the analysis as a file.

Ties are kept because what is loaded later replaces them, and two analyses are to be compared.
People are kept by primary key, and whoever has no score any more (erased) is left out when it is read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.files.base import ContentFile
from numpy.typing import NDArray

from influence.models import Analysis
from influence.network.graph import LAYERS, build_layers

if TYPE_CHECKING:
    from influence.gathering import Gathered
    from influence.network.model import AnalysisResult, Ties

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Picture:
    """People by index; a tie's source names its target. Departments are codes, -1 for none.

    ``influence_pairs`` and ``leadership_pairs`` hold one row per pair of departments with ties:
    source, target, ties, namers. ``moved_pairs`` (source, target) and ``moved`` say how many
    people of the target the people of the source move. Names are arrays of text.
    """

    people: Array
    place: Array
    manager: Array
    department: Array
    departments: Array
    relations: Array
    layers: Array
    mutual: Array
    source: Array
    target: Array
    relation: Array
    strength: Array
    influence_pairs: Array
    leadership_pairs: Array
    moved_pairs: Array
    moved: Array

    @property
    def n(self) -> int:
        """Number of people."""
        return int(self.people.size)

    def below(self, person: int) -> Array:
        """Who stands below somebody, by index, as a mask."""
        found = np.zeros(self.n + 1, np.bool_)  # the last place: nobody above
        found[person] = True
        count = 1
        while True:
            found[:-1] |= found[self.manager]
            if count == (count := int(found.sum())):
                break
        found[person] = False
        return found[:-1]

    def ties(self, chosen: Array) -> Picture:
        """The same picture with some of its ties (a mask or indices)."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in TIE_FIELDS})

    def only(self, kept: Array) -> Picture:
        """The same picture without the people outside the mask ``kept``, nor their ties."""
        if kept.all():
            return self
        fewer = self.ties(kept[self.source] & kept[self.target])
        number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
        manager = np.where(self.manager >= 0, number[self.manager], -1).astype(np.int32)
        return replace(
            fewer,
            people=self.people[kept],
            place=self.place[kept],
            manager=manager[kept],
            department=self.department[kept],
            source=number[fewer.source],
            target=number[fewer.target],
        )


TIE_FIELDS = ("source", "target", "relation", "strength")


def keep_picture(analysis: Analysis, gathered: Gathered, result: AnalysisResult) -> None:
    """Draw the picture and put it beside the analysis; the caller saves the row."""
    content = io.BytesIO()
    picture = draw(gathered, result, seed=int(analysis.parameters.get("seed", 0)))
    np.savez(content, **{field.name: getattr(picture, field.name) for field in fields(Picture)})
    analysis.picture.save(f"picture-{analysis.pk}.npz", ContentFile(content.getvalue()), save=False)


def draw(gathered: Gathered, result: AnalysisResult, *, seed: int) -> Picture:
    """The picture of what was analysed."""
    from influence.network.departments import moved_between, ties_between
    from influence.network.layout import layout

    data = gathered.data
    layers = build_layers(data.people, data.relations, data.ties)
    pairs = {name: ties_between(layers[name], data.people.department) for name in LAYERS}
    source, target, moved = moved_between(result.samples, data.people.department)
    source_of, target_of, relation, strength = strongest_each(data.ties)
    return Picture(
        people=np.array([position.person_id for position in gathered.positions], np.int64),
        place=layout(data.people, layers, seed=seed).astype(np.float32),
        manager=data.people.manager.astype(np.int32),
        department=data.people.department.astype(np.int32),
        departments=np.array(data.people.department_names, np.str_),
        relations=np.array([one.name for one in data.relations], np.str_),
        layers=np.array([one.layer for one in data.relations], np.str_),
        mutual=np.array([one.flow == "both" for one in data.relations], np.bool_),
        source=source_of, target=target_of, relation=relation, strength=strength,
        influence_pairs=_rows(pairs["influence"]),
        leadership_pairs=_rows(pairs["leadership"]),
        moved_pairs=np.column_stack([source, target]),
        moved=moved.astype(np.float32),
    )  # fmt: skip


def _rows(pairs: Any) -> Array:
    return np.column_stack([pairs.source, pairs.target, pairs.ties, pairs.namers]).astype(np.int32)


def strongest_each(ties: Ties) -> tuple[Array, Array, Array, Array]:
    """Of several ties of one relation between two people the strongest; sources in order."""
    order = np.lexsort((-ties.strength, ties.relation, ties.target, ties.source))
    same = [np.diff(column[order], prepend=-1) == 0 for column in (ties.source, ties.target, ties.relation)]
    first = order[~(same[0] & same[1] & same[2])]
    return (
        ties.source[first].astype(np.int32),
        ties.target[first].astype(np.int32),
        ties.relation[first].astype(np.uint16),
        ties.strength[first].astype(np.float32),
    )


def read_picture(analysis: Analysis) -> Picture | None:
    """The picture kept with an analysis; None where it was made before pictures were kept."""
    if not analysis.picture:
        return None
    with analysis.picture.open("rb") as file, np.load(file) as arrays:
        picture = Picture(**{field.name: arrays[field.name] for field in fields(Picture)})
    if analysis.scores.count() == picture.n:
        return picture
    return picture.only(np.isin(picture.people, list(analysis.scores.values_list("person_id", flat=True))))
