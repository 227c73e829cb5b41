"""Adoption by department, level and group; no group that is too small, nor one that would tell of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings

from influence.adoption.models import AdoptionSeries
from influence.adoption.reading import Record
from influence.gathering import Gathered
from influence.models import Analysis, Group
from influence.network.model import IntArray
from influence.network.stages import counts_by_group, last_moves
from surveys.small_groups import shown_counts, units_of

RESTS_AFTER = {"week": 4, "month": 2, "quarter": 2, "year": 2}
"""Periods without a move after which a group counts as stalled."""
Kind = AdoptionSeries.Kind


@dataclass(frozen=True)
class Split:
    """Everybody by one property: a code per person (-1: none), and the codes that make up each unit."""

    kind: str
    code: IntArray
    units: Mapping[str, Sequence[int]]

    @property
    def codes(self) -> int:
        return 1 + max((code for codes in self.units.values() for code in codes), default=-1)


def splits(gathered: Gathered, analysis: Analysis | None) -> Iterator[Split]:
    """Everybody, by department with the units above, by level, and by group where there is an analysis."""
    people = gathered.data.people
    yield Split(Kind.EVERYBODY, np.zeros(len(people), np.int32), {"": [0]})
    units: dict[str, list[int]] = {}
    for code, name in enumerate(people.department_names):
        for unit in units_of(name):
            units.setdefault(unit, []).append(code)
    yield Split(Kind.DEPARTMENT, people.department, units)
    levels = np.array([position.level for position in gathered.positions], np.int32)
    yield Split(Kind.LEVEL, levels, {str(level): [level] for level in np.unique(levels).tolist()})
    if analysis is not None:
        yield _by_group(gathered, analysis)


def _by_group(gathered: Gathered, analysis: Analysis) -> Split:
    group = dict(analysis.scores.values_list("person_id", "group"))
    names = list(Group.values)
    codes = [names.index(group[p.person_id]) if p.person_id in group else -1 for p in gathered.positions]
    return Split(Kind.GROUP, np.array(codes, np.int32), {name: [code] for code, name in enumerate(names)})


def series_of(split: Split, record: Record) -> Iterator[AdoptionSeries]:
    """The series of those units that may be shown."""
    journeys, codes = record.journeys, split.codes
    counts = counts_by_group(journeys, split.code, codes)
    moves = last_moves(journeys, split.code, codes)
    sizes = np.bincount(split.code[split.code >= 0], minlength=codes)
    for unit in shown_units(split, record):
        of_unit = list(split.units[unit])
        people, own = int(sizes[of_unit].sum()), counts[of_unit].sum(axis=0)
        latest = int(moves[of_unit].max())
        yield AdoptionSeries(
            kind=split.kind,
            name=unit,
            people=people,
            counts=own.tolist(),
            now=own[:, -1].tolist(),
            last_move=journeys.periods - 1 - latest if latest >= 0 else None,
            is_stalled=has_stalled(record, latest, int(own[record.watched - 1, -1]), people),
        )


def has_stalled(record: Record, latest: int, there: int, people: int) -> bool:
    """Whether nobody came further for a while though not everybody is at the stage looked at."""
    return record.journeys.periods - 1 - latest >= RESTS_AFTER[record.period] and there < people


def shown_units(split: Split, record: Record) -> list[str]:
    """The units large enough, the next smallest hidden with those that are not.

    Where a survey brought stages, as many people must be known, so that no answer stands alone.
    """
    if split.kind == Kind.EVERYBODY:
        return [""]
    shown = _large_enough(split, split.code)
    if record.from_surveys:
        shown &= _large_enough(split, split.code[record.known])
    return [unit for unit in split.units if unit in shown]


def _large_enough(split: Split, code: IntArray) -> set[str]:
    sizes = np.bincount(code[code >= 0], minlength=split.codes)
    leaves = leaf_units(split)
    counts = {unit: int(sizes[code]) for code, unit in leaves.items() if sizes[code]}
    return {
        unit
        for unit, count in shown_counts(counts, settings.SMALLEST_GROUP).items()
        if count is not None and unit in split.units
    }


def leaf_units(split: Split) -> dict[int, str]:
    """The unit that each code names itself: of those that hold it the longest."""
    leaves: dict[int, str] = {}
    for unit, codes in split.units.items():
        for code in codes:
            leaves[code] = max(leaves.get(code, ""), unit, key=len)
    return leaves
