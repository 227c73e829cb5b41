"""Two analyses of one initiative: who rose, who fell, what the reach did, which ties came and went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F, FilteredRelation, Q, QuerySet
from numpy.typing import NDArray

from influence.confidentiality import LOW_GROUPS, named_scores
from influence.models import Analysis, Group, Score
from influence.picture.packing import pack
from influence.picture.stored import Picture
from influence.presenting import reaches
from influence.words import number, percent
from surveys.promises import Promise

Array = NDArray[Any]
RESPONSE_APART = 0.10
SURE = 1.96
ROWS = 25
PEOPLE_WITH_ALL_TIES = 5_000
TIES_MOST = 20_000
CHANGES_LISTED = 40
SAME_STRENGTH = 0.02
STATES = ("new", "gone", "stronger", "weaker", "same")
NEW, GONE, STRONGER, WEAKER, SAME = range(5)


def why_no_verdict(before: Analysis, after: Analysis) -> str:
    """Why the two must not be judged against each other, in a sentence; empty where they may."""
    rates = [analysis.summary.get("response_rate") for analysis in (before, after)]
    if rates[0] is None and rates[1] is None:
        return ""
    if None in rates:
        return "One of the two rests on a survey and the other does not, so a difference says little."
    apart = abs(rates[0] - rates[1])
    if apart <= RESPONSE_APART + 1e-9:
        return ""
    return (
        f"{percent(rates[0])} answered before and {percent(rates[1])} after: {100 * apart:.0f} points apart. "
        "Reach and ranks fall with silence, so no verdict is given."
    )


def reach_rows(before: Analysis, after: Analysis, *, judged: bool) -> list[dict[str, Any]]:
    """The reaches side by side as shares, with a verdict where the errors allow one."""
    pairs = zip(reaches(before.summary), reaches(after.summary), strict=True)
    return [
        {"word": a.word, "name": a.name, "before": a, "after": b, "verdict": _verdict(a, b) if judged else ""}
        for a, b in pairs
    ]


def _verdict(before: Any, after: Any) -> str:
    error = np.hypot(before.se / max(before.everybody, 1), after.se / max(after.everybody, 1))
    change = after.share - before.share
    if abs(change) <= SURE * error:
        return "no clear change"
    return f"{'up' if change > 0 else 'down'} by {100 * abs(change):.1f} points"


def group_rows(before: Analysis, after: Analysis) -> list[dict[str, Any]]:
    """How many stand in each group, before and after."""
    was, now = before.summary["groups"], after.summary["groups"]
    return [
        {"name": group.value, "word": group.label, "before": was[group.value], "after": now[group.value]}
        for group in Group
    ]


def in_both(before: Analysis, after: Analysis, promise: Promise) -> QuerySet[Score]:
    """The figures after of those who are named in both, with the ranks before as ``was``."""
    rows = named_scores(after.scores, promise).annotate(
        was=FilteredRelation("person__scores", condition=Q(person__scores__analysis=before))
    )
    rows = rows.filter(was__isnull=False).select_related("person")
    if promise.low_groups_counted:
        rows = rows.exclude(was__group__in=LOW_GROUPS)
    return rows.annotate(
        rank_before=F("was__influence_rank"), low_before=F("was__influence_rank_low"),
        high_before=F("was__influence_rank_high"),
    )  # fmt: skip


def risen(before: Analysis, after: Analysis, promise: Promise) -> QuerySet[Score]:
    """Whose whole interval of influence rank lies above the one before, largest steps first."""
    share = after.people_count / max(before.people_count, 1)
    rows = in_both(before, after, promise).filter(influence_rank_high__lt=F("low_before") * share)
    return rows.annotate(step=F("rank_before") - F("influence_rank")).order_by("-step", "influence_rank")


def fallen(before: Analysis, after: Analysis, promise: Promise) -> QuerySet[Score]:
    """Whose whole interval lies below the one before."""
    share = after.people_count / max(before.people_count, 1)
    rows = in_both(before, after, promise).filter(influence_rank_low__gt=F("high_before") * share)
    return rows.annotate(step=F("influence_rank") - F("rank_before")).order_by("-step", "influence_rank")


def champion_changes(before: Analysis, after: Analysis) -> Mapping[str, list[str]]:
    """The names of the champions chosen anew, again and no more."""
    sets = [dict(analysis.champions.values_list("person_id", "person__name")) for analysis in (before, after)]
    was, now = sets
    return {
        "new": [name for pk, name in now.items() if pk not in was],
        "again": [name for pk, name in now.items() if pk in was],
        "gone": [name for pk, name in was.items() if pk not in now],
    }


@dataclass(frozen=True, eq=False)
class TieChanges:
    """The ties of two pictures over the people of both; each with its strength before and after (0: none)."""

    people: Array
    place: Array
    source: Array
    target: Array
    relation: Array
    relations: tuple[str, ...]
    before: Array
    after: Array
    state: Array

    @property
    def counts(self) -> dict[str, int]:
        found = np.bincount(self.state, minlength=len(STATES))
        return {name: int(count) for name, count in zip(STATES, found, strict=True)}


def tie_changes(before: Picture, after: Picture) -> TieChanges:
    """Match the ties of two pictures by people and relation, and say what became of each."""
    people = np.union1d(before.people, after.people)
    relations = np.union1d(before.relations, after.relations)
    keys = [_keys(picture, people, relations) for picture in (before, after)]
    every = np.union1d(*keys)
    strength = np.zeros((2, every.size), np.float32)
    for side, (key, picture) in enumerate(zip(keys, (before, after), strict=True)):
        strength[side, np.searchsorted(every, key)] = picture.strength
    couple = every // relations.size
    return TieChanges(
        people=people,
        place=_places(people, before, after),
        source=(couple // people.size).astype(np.int32),
        target=(couple % people.size).astype(np.int32),
        relation=(every % relations.size).astype(np.uint16),
        relations=tuple(relations.tolist()),
        before=strength[0],
        after=strength[1],
        state=_states(*strength),
    )


def _keys(picture: Picture, people: Array, relations: Array) -> Array:
    number_of = np.searchsorted(people, picture.people)
    relation_of = np.searchsorted(relations, picture.relations)
    couple = number_of[picture.source].astype(np.int64) * people.size + number_of[picture.target]
    return couple * relations.size + relation_of[picture.relation]


def _states(before: Array, after: Array) -> Array:
    change = after - before
    state = np.full(before.size, SAME, np.uint8)
    state[change > SAME_STRENGTH] = STRONGER
    state[change < -SAME_STRENGTH] = WEAKER
    state[before == 0] = NEW
    state[after == 0] = GONE
    return state


def _places(people: Array, before: Picture, after: Picture) -> Array:
    """Where everybody stands now; those who are gone stand where they stood."""
    place = np.zeros((people.size, 2), np.float32)
    for picture in (before, after):
        place[np.searchsorted(people, picture.people)] = picture.place
    return place


def packed_changes(changes: TieChanges, names: Mapping[int, tuple[str, str]]) -> bytes:
    """The changes for the page's script; of a large organisation only the ties that changed."""
    order = np.lexsort((-np.abs(changes.after - changes.before), changes.state == SAME))
    if changes.people.size > PEOPLE_WITH_ALL_TIES:
        order = order[changes.state[order] != SAME]
    order = order[:TIES_MOST]
    named = np.array([pk in names for pk in changes.people.tolist()], np.bool_)
    order = order[named[changes.source[order]] & named[changes.target[order]]]
    kept = named if changes.people.size <= PEOPLE_WITH_ALL_TIES else np.zeros_like(named)
    kept[changes.source[order]] = kept[changes.target[order]] = True
    number_of = (np.cumsum(kept) - 1).astype(np.int32)
    shown = changes.people[kept].tolist()
    return pack(
        {"kind": "changes", "ids": [names[pk][0] for pk in shown], "names": [names[pk][1] for pk in shown],
         "states": list(STATES), "counts": changes.counts, "relations": list(changes.relations)},
        {"x": np.ascontiguousarray(changes.place[kept, 0]), "y": np.ascontiguousarray(changes.place[kept, 1]),
         "source": number_of[changes.source[order]], "target": number_of[changes.target[order]],
         "relation": changes.relation[order], "state": changes.state[order],
         "before": changes.before[order], "after": changes.after[order]},
    )  # fmt: skip


def listed_changes(changes: TieChanges, names: Mapping[int, tuple[str, str]]) -> list[dict[str, str]]:
    """The largest changes, for the table."""
    order = np.argsort(-np.abs(changes.after - changes.before), kind="stable")
    order = order[changes.state[order] != SAME][:CHANGES_LISTED]
    rows = []
    for tie in order.tolist():
        source, target = (int(changes.people[end[tie]]) for end in (changes.source, changes.target))
        if source in names and target in names:
            rows.append({
                "source": names[source][1], "target": names[target][1],
                "state": STATES[changes.state[tie]],
                "relation": changes.relations[changes.relation[tie]],
                "before": number(float(changes.before[tie]), 2),
                "after": number(float(changes.after[tie]), 2),
            })  # fmt: skip
    return rows
