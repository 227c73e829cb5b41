"""Which sets of people totals were told of, so that no two of them can be subtracted to single people.

Under *scores only* a total is told of at least five people beside the leaders, and only where the set differs
by at least five people from every set that was told before: what-ifs, and the champions of each analysis,
whose reach is published step by step. The same set may be asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from influence.models import Analysis, ChosenChampion, Score, ToldSet
from influence.words import number_of
from initiatives.models import Initiative

FEWEST_IN_SECRET = 5
MOST_TOLD = 100


def why_untold(analysis: Analysis, people: Iterable[Score]) -> str:
    """Why the totals of these people stay untold, in words; where they may be told, it is written down."""
    leaders = set(analysis.results.get("leaders", []))
    asked = {one.person_id for one in people if one.person.employee_id not in leaders}
    if len(asked) < FEWEST_IN_SECRET:
        return f"The survey promised totals only, for at least {FEWEST_IN_SECRET} people beside the leaders."
    with transaction.atomic():
        initiative = Initiative.objects.select_for_update().get(pk=analysis.initiative_id)
        told = [set(one) for one in initiative.told_sets.values_list("people", flat=True)]
        nearest = min(len(asked ^ one) for one in [*told, *_published(initiative)])
        if nearest == 0:
            return ""
        if nearest < FEWEST_IN_SECRET:
            return _too_near(nearest)
        if len(told) >= MOST_TOLD:
            return f"Totals of {MOST_TOLD} sets were told, as many as the survey's promise bears."
        ToldSet.objects.create(initiative=initiative, people=sorted(asked))
    return ""


def _published(initiative: Initiative) -> list[set[int]]:
    """The leaders alone, and the champions of each analysis, one more at a time."""
    found: list[set[int]] = [set()]
    rows = ChosenChampion.objects.filter(analysis__initiative=initiative).order_by("analysis", "rank")
    before = None
    for analysis, person in rows.values_list("analysis_id", "person_id"):
        found.append({person} if analysis != before else {*found[-1], person})
        before = analysis
    return found


def _too_near(people: int) -> str:
    return (
        f"This set differs by {number_of(people, 'person', 'people')} from one whose totals were told: "
        "subtracted, they would tell of single people, and the survey promised that nothing does. "
        f"Change at least {number_of(FEWEST_IN_SECRET - people, 'person', 'people')} more."
    )
