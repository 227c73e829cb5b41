"""Survey against behaviour: who is named but not seen in the work, and the reverse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.models import Group
from influence.network.agreement import agreement
from influence.network.scores import mid_rank_percentile
from influence.results import newest_analysis, scores
from influence.sources.side_by_side import Sources
from initiatives.models import Initiative
from orgchart.models import Position
from surveys.models import Survey
from surveys.promises import Promise

SHOWN = 8
FEWEST = 3
FAR_APART = 40.0


@dataclass(frozen=True)
class Differing:
    """Somebody whom people and work put in very different places."""

    position: Position
    named_by: int
    works_with: int


@dataclass(frozen=True)
class SaidAndSeen:
    """What both kinds of source say of people; ``withheld`` says in words why nothing is shown."""

    rank: float | None = None
    people: int = 0
    named_not_seen: tuple[Differing, ...] = ()
    seen_not_named: tuple[Differing, ...] = ()
    unnamed: int = 0
    withheld: str = ""


def said_and_seen(initiative: Initiative, sources: Sources, promise: Promise) -> SaidAndSeen | None:
    """Compare what people said with what was seen in the work; None where one of the two is missing."""
    said, seen = sources.said(), sources.seen()
    if not len(said) or not len(seen):
        return None
    if promise.ties_hidden and _still_open(initiative):
        return SaidAndSeen(
            withheld="The survey promised that nobody sees who named whom. This comparison is shown once "
            "it has closed, so that no single answer can be read from a change."
        )
    named, works = said.named_by(), seen.named_by()
    found = agreement(said, seen)
    apart = mid_rank_percentile(named.astype(float)) - mid_rank_percentile(works.astype(float))
    order = np.argsort(-apart, kind="stable")
    much_named = [one for one in order if named[one] >= FEWEST and apart[one] >= FAR_APART]
    much_seen = [one for one in order[::-1] if works[one] >= FEWEST and -apart[one] >= FAR_APART]
    shown = _Shown(initiative, sources, promise)
    return SaidAndSeen(
        rank=found.rank,
        people=found.people,
        named_not_seen=tuple(shown.rows(much_named, named, works)),
        seen_not_named=tuple(shown.rows(much_seen, named, works)),
        unnamed=shown.unnamed,
    )


def _still_open(initiative: Initiative) -> bool:
    return Survey.objects.counted_in(initiative).filter(state=Survey.State.OPEN).exists()


class _Shown:
    """Names people as the survey's promise allows, and counts those it does not."""

    def __init__(self, initiative: Initiative, sources: Sources, promise: Promise):
        self.sources = sources
        self.positions = initiative.positions().select_related("person")
        self.named = self._who_may_be_named(initiative) if promise.low_groups_counted else None
        self.unnamed = 0

    def _who_may_be_named(self, initiative: Initiative) -> set[int]:
        analysis = newest_analysis(initiative)
        high = (Group.LEADING_INFLUENCER, Group.HIDDEN_INFLUENCER)
        rows = scores(analysis).filter(group__in=high) if analysis else None
        return set() if rows is None else set(rows.values_list("person_id", flat=True))

    def rows(self, places: list[int], named: np.ndarray, works: np.ndarray) -> list[Differing]:
        keys = {self.sources.people[one]: one for one in places}
        allowed = [pk for pk in keys if self.named is None or pk in self.named]
        self.unnamed += len(keys) - len(allowed)
        shown = allowed[:SHOWN]
        found = {one.person_id: one for one in self.positions.filter(person__in=shown)}
        return [
            Differing(found[pk], int(named[keys[pk]]), int(works[keys[pk]])) for pk in shown if pk in found
        ]
