"""What a survey's promise takes out of results before anybody sees them.

Under *scores only* nothing says who named whom, nor lets it be told: no ties, no first followers, no leader
whom somebody follows except along the reporting line, no probabilities for single people.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from django.db.models import QuerySet

from influence.models import Analysis, Group, Score
from influence.recipes import leadership_relations
from influence.sources.loaded import loaded_ties
from initiatives.models import Initiative
from orgchart.models import Position
from surveys.models import Nomination
from surveys.promises import Promise, promise_of

__all__ = ["Promise", "promise_of"]

LOW_GROUPS = (Group.LEADER_WITHOUT_REACH, Group.AUDIENCE)


def named_scores(rows: QuerySet[Score], promise: Promise) -> QuerySet[Score]:
    """The scores that may be shown with a name."""
    return rows.exclude(group__in=LOW_GROUPS) if promise.low_groups_counted else rows


def champions_as_promised(
    rows: list[dict[str, Any]], promise: Promise, analysis: Analysis
) -> list[dict[str, Any]]:
    """The champion list without what the promise withholds.

    What each adds is told as far as the list goes the analysis's own way: added to a list of one's choice,
    anybody would show by how much others move them already.
    """
    if promise.ties_hidden:
        chosen = analysis.champions.order_by("rank").values_list("person__employee_id", flat=True)
        own = [row["employee_id"] for row in rows]
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(own, chosen, strict=False)))
        for row in rows[same:]:
            row["marginal_reach"] = row["cumulative_reach"] = None
        lines = lines_between({(row["follows"], row["employee_id"]) for row in rows}, analysis.chart_id)
        for row in rows:
            along_the_line = (row["follows"], row["employee_id"]) in lines
            if not along_the_line:
                row["follows"] = row["follows_name"] = None
            row["follows_probability"] = None
    if promise.low_groups_counted:
        for row in rows:
            if row["group"] in LOW_GROUPS:
                row["group"] = row["sphere"] = None
    return rows


def stages_are_named(initiative: Initiative, user) -> bool:
    """Whether the user sees at which stage single people are: where every promise allowed named use."""
    return bool(user.can_manage_initiatives) and not promise_of(initiative).stages_hidden


def lines_between(pairs: set[tuple[str | None, str]], chart_id: int) -> set[tuple[str, str]]:
    """Of pairs of employee ids, those in which the first stands above the second on the chart."""
    ids = {one for pair in pairs for one in pair if one}
    rows = Position.objects.filter(chart=chart_id, person__employee_id__in=ids)
    places = {one: (lft, rgt) for one, lft, rgt in rows.values_list("person__employee_id", "lft", "rgt")}
    return {
        (above, below)
        for above, below in pairs
        if above in places and below in places and places[above][0] < places[below][0] <= places[above][1]
    }


def split_is_shown(analysis: Analysis, score: Score, promise: Promise) -> bool:
    """Whether it may be said from where somebody's exercised leadership comes: from five answers on."""
    if not promise.ties_hidden:
        return True
    named_by = leadership_namers(analysis.initiative, score.person_id)
    reports = set(
        Position.objects.filter(chart=analysis.chart_id, manager=score.person_id).values_list(
            "person", flat=True
        )
    )
    parts = (len(named_by & reports), len(named_by - reports))
    return all(part == 0 or part >= promise.smallest_group for part in parts) and any(parts)


def leadership_namers(initiative: Initiative, person_id: int) -> set[int]:
    """Who names the person as somebody they take direction from, in files and surveys."""
    relations = leadership_relations(initiative)
    ties = loaded_ties(initiative).filter(relation__in=relations, target=person_id)
    answers = Nomination.objects.counted_in(initiative).filter(
        answer__question__relation__in=relations, target=person_id
    )
    return set(ties.values_list("source", flat=True)) | set(
        answers.values_list("answer__invitation__person", flat=True)
    )
