"""The four groups of the map, and the four corners of position and exercise: sizes, advice, first people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from influence.models import Analysis, Corner, Group, Score
from influence.words import people_words

PEOPLE_OF_A_GROUP = 6
GROUP_OF_ONE = {
    Group.LEADING_INFLUENCER: "Leading influencer",
    Group.LEADER_WITHOUT_REACH: "Leader without reach",
    Group.HIDDEN_INFLUENCER: "Hidden influencer",
    Group.AUDIENCE: "Audience",
}
GROUP_OF_ONE_HELP = {
    Group.LEADING_INFLUENCER: "Leads and moves others: ask this person to speak first.",
    Group.LEADER_WITHOUT_REACH: "Leads, but few follow beyond the line: pair with somebody who moves others.",
    Group.HIDDEN_INFLUENCER: "Moves others without leading: win this person early.",
    Group.AUDIENCE: "Is moved rather than moves others: reach this person through the others.",
}
GROUP_HELP = {
    Group.LEADING_INFLUENCER: "Lead and move others. Ask them to speak first.",
    Group.LEADER_WITHOUT_REACH: "Lead, but few follow beyond the line. Pair with somebody who moves others.",
    Group.HIDDEN_INFLUENCER: "Move others without leading. Win them early.",
    Group.AUDIENCE: "Are moved rather than move. Reach them through the others.",
}
CORNER_HELP = {
    Corner.MANAGES_AND_LEADS: "High by position and named as leading.",
    Corner.MANAGES_WITHOUT_LEADING: "High by position, seldom named: title without lead.",
    Corner.LEADS_WITHOUT_MANAGING: "Named as leading, low by position: lead without title.",
    Corner.NEITHER: "Neither high by position nor often named.",
}


def groups(summary: Mapping[str, Any], scores: QuerySet[Score]) -> list[dict[str, Any]]:
    """The four groups with their size, advice and, except for the audience, their first people."""
    shown = [group for group in Group if group is not Group.AUDIENCE]
    first = any_of([scores.filter(group=group)[:PEOPLE_OF_A_GROUP] for group in shown])
    return [
        {
            "name": group.value,
            "word": group.label,
            "help": GROUP_HELP[group],
            "count": summary["groups"][group.value],
            "more": summary["groups"][group.value] - PEOPLE_OF_A_GROUP,
            "people": [score for score in first if score.group == group],
        }
        for group in Group
    ]


def any_of(slices: Iterable[QuerySet[Score]]) -> list[Score]:
    """The scores in any of some sliced queries, in one query, most influential first."""
    wanted = reduce(or_, (Q(pk__in=one.values("pk")) for one in slices))
    found = Score.objects.filter(wanted).select_related("person")
    return list(found.order_by("influence_rank", "person__employee_id"))


def corner_counts(scores: QuerySet[Score]) -> dict[str, int]:
    """How many people stand in each corner of position and exercise; empty where nobody was asked."""
    if not scores.filter(exercised_leadership__isnull=False).exists():
        return {}
    return counts_by(scores, "corner", Corner.values)


def cut_of(analysis: Analysis) -> float:
    """From where on a score counts as high in an analysis."""
    return analysis.parameters.get("cut") or analysis.initiative.cut


def counts_by(rows: QuerySet[Score], field: str, names: Iterable[str]) -> dict[str, int]:
    """How many people have each value of a field."""
    found = dict(rows.order_by().values_list(field).annotate(Count("pk")))
    return {name: found.get(name, 0) for name in names}


def map_title(groups: Mapping[str, int], where: str = "") -> str:
    """The finding that stands above the map; ``where`` is what the filter leaves, in words."""
    hidden, without = groups["hidden_influencer"], groups["leader_without_reach"]
    moving = f"{people_words(hidden)} {_verb(hidden, 'move')} others without leading"
    title = f"{moving}; {people_words(without)} {_verb(without, 'lead')} without reach"
    return f"{where}: {title}" if where else title


def corner_title(rows: QuerySet[Score]) -> str:
    """The finding that stands above the map of position and exercise."""
    counts = counts_by(rows, "corner", Corner.values)
    title, lead = counts["manages_without_leading"], counts["leads_without_managing"]
    manages = f"{people_words(title)} {_verb(title, 'manage')} without being named as leading"
    return f"{manages}; {people_words(lead)} {_verb(lead, 'lead')} without managing"


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb
