"""An initiative's sources side by side: whom each covers, and what it shares with what people said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.models import TieSet
from influence.network.agreement import Agreement, Source, agreement
from influence.network.model import Relation
from influence.recipes import recipe_of
from influence.sources.loaded import loaded_ties
from influence.sources.survey import survey_ties
from initiatives.models import Initiative

if TYPE_CHECKING:
    from collections.abc import Callable

SURVEYS = "Surveys"
COLUMNS = ("tie_set__label", "tie_set__origin", "relation_id", "source_id", "target_id")
ORIGINS = dict(TieSet.Origin.choices)


@dataclass(frozen=True, eq=False)
class ShownSource:
    """What one label brought of one relation, among the people in scope."""

    label: str
    origin: str
    relation: Relation
    ties: Source

    @property
    def is_seen(self) -> bool:
        """Whether it was seen in the work, not said."""
        return self.origin == TieSet.Origin.EVENT_LOG

    @property
    def origin_word(self) -> str:
        return ORIGINS[self.origin]


class Sources:
    """Everything that an initiative knows about who is tied to whom, source by source."""

    def __init__(self, initiative: Initiative):
        self.people = sorted(initiative.positions().values_list("person_id", flat=True))
        self.recipe = recipe_of(initiative)
        self.shown = list(_shown(initiative, self.people, self.recipe))

    def said(self) -> Source:
        """What people said, all together, leadership aside."""
        return self._joined(lambda one: not one.is_seen and one.relation.layer == "influence")

    def seen(self) -> Source:
        """What was seen in the work, all together, leadership aside."""
        return self._joined(lambda one: one.is_seen and one.relation.layer == "influence")

    def _joined(self, wanted: Callable[[ShownSource], bool]) -> Source:
        nothing = np.zeros(0, np.int32)
        ends = [one.ties.ends() for one in self.shown if wanted(one)]
        return Source(
            len(self.people),
            np.concatenate([nothing, *(source for source, _ in ends)]),
            np.concatenate([nothing, *(target for _, target in ends)]),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Each source with the people it covers, and what it shares with what people said."""
        said = self.said()
        return [self._row(one, said) for one in self.shown]

    def _row(self, one: ShownSource, said: Source) -> dict[str, Any]:
        compared = one.is_seen and one.relation.layer == "influence" and len(said) > 0
        found = agreement(one.ties, said) if compared else None
        return {
            "label": one.label,
            "origin": one.origin_word,
            "relation": one.relation.name,
            "layer": one.relation.layer,
            "ties": len(one.ties),
            "people": len(one.ties.people),
            "people_share": _percent(len(one.ties.people), len(self.people)),
            "agreement": found and _agreement_words(found, one.ties, said),
        }

    def tie_counts(self) -> dict[str, int]:
        """How many ties there are of each relation."""
        counts: dict[str, int] = {}
        for one in self.shown:
            counts[one.relation.name] = counts.get(one.relation.name, 0) + len(one.ties)
        return counts


def _agreement_words(found: Agreement, own: Source, said: Source) -> dict[str, Any]:
    return {
        "shared": found.shared,
        "own_share": _percent(found.shared, len(own.pairs)),
        "said_share": _percent(found.shared, len(said.pairs)),
        "rank": found.rank,
        "people": found.people,
    }


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _shown(initiative: Initiative, people: list[int], recipe: dict[int, Relation]) -> Iterator[ShownSource]:
    index = {person: place for place, person in enumerate(people)}
    found: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    for label, origin, relation, source, target in _all_rows(initiative):
        if source in index and target in index:
            found.setdefault((label, origin, relation), []).append((index[source], index[target]))
    for (label, origin, relation), rows in sorted(found.items(), key=_said_first):
        source, target = np.array(rows, np.int32).T
        ties = Source(len(people), source, target, mutual=recipe[relation].flow == "both")
        yield ShownSource(label, origin, recipe[relation], ties)


def _said_first(item: tuple[tuple[str, str, int], Any]) -> tuple:
    (label, origin, relation), _ = item
    return list(ORIGINS).index(origin), label, relation


def _all_rows(initiative: Initiative) -> Iterator[tuple[str, str, int, int, int]]:
    for said in survey_ties(initiative):
        yield SURVEYS, TieSet.Origin.SURVEY, said.relation, said.source, said.target
    yield from loaded_ties(initiative).order_by("pk").values_list(*COLUMNS).iterator(chunk_size=10_000)
