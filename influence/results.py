"""What an initiative's newest finished analysis says, in the shape that pages, API and commands share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from influence.confidentiality import Promise, champions_as_promised, named_scores, promise_of
from influence.models import Analysis, ChosenChampion, PlannedChampion, Score
from influence.planning import settings_of
from influence.sampling import extended_champions, plan_reach
from influence.sources.loaded import loaded_ties
from influence.sources.survey import survey_ties
from initiatives.models import Initiative, Relation
from orgchart.models import Person

SCORE_FIELDS = (
    "employee_id", "name", "title", "department", "level", "span", "headcount", "positional_authority",
    "exercised_leadership", "leadership", "in_degree", "pagerank", "authority", "betweenness", "harmonic",
    "core", "constraint", "effective_size", "ei_index", "community", "sphere", "sphere_se",
    "sphere_outside_line", "sphere_outside_department", "influence", "group", "leadership_rank",
    "influence_rank", "influence_rank_low", "influence_rank_high", "group_confidence",
)  # fmt: skip
CHAMPION_FIELDS = (
    "rank", "employee_id", "name", "email", "department", "group", "marginal_reach", "cumulative_reach",
    "sphere", "confidence", "follows", "follows_probability", "state", "why", "analysis",
)  # fmt: skip
EDGE_FIELDS = ("source", "target", "relation", "strength", "count")


class NoResults(LookupError):
    """There is no finished analysis yet; says what to do."""


class HeldBack(NoResults):
    """The champions are not shown yet; says until when."""


def newest_analysis(initiative: Initiative) -> Analysis | None:
    """The analysis that the initiative shows: its newest finished one."""
    return initiative.analyses.finished().order_by("-finished_at", "-pk").first()


def analysis_to_show(initiative: Initiative) -> Analysis:
    """The newest finished analysis; raises ``NoResults`` in words where there is none."""
    analysis = newest_analysis(initiative)
    if analysis is None:
        raise NoResults(
            f"“{initiative.name}” has no finished analysis yet; "
            "load ties, then start an analysis and wait for it to end."
        )
    return analysis


def summary(initiative: Initiative) -> dict[str, Any]:
    """The key figures of the newest finished analysis, as the API gives them."""
    analysis = analysis_to_show(initiative)
    return {**analysis.summary, "analysis": analysis.pk}


def scores(analysis: Analysis, promise: Promise | None = None) -> QuerySet[Score]:
    """The figures of everybody who may be named in one analysis, most influential first.

    Who has read the promise already passes it on.
    """
    named = named_scores(analysis.scores, promise or promise_of(analysis.initiative))
    return named.select_related("person").order_by("influence_rank", "person__employee_id")


def score_dict(score: Score) -> dict[str, Any]:
    """One person's figures under the names of the API."""
    own = {"employee_id": score.person.employee_id}
    return {field: own.get(field, getattr(score, field, None)) for field in SCORE_FIELDS}


def champions(initiative: Initiative, k: int | None = None, state: str | None = None) -> list[dict[str, Any]]:
    """The champion list: the plan where there is one, else the newest analysis's champion set.

    ``k`` gives the first k, extended from the stored samples where the analysis chose
    fewer; ``state`` keeps those in one state of the plan. Raises ``HeldBack`` where they are kept back.
    """
    analysis = analysis_to_show(initiative)
    if settings_of(initiative).is_held_back:
        raise HeldBack(
            "The champions are kept back until the sponsors have written down whom they would pick."
        )
    plan = list(initiative.champion_plan.select_related("person"))
    rows = champion_list(analysis, plan, promise_of(initiative), k)
    wanted = [row for row in rows if state in (None, row["state"])]
    return [{field: row[field] for field in CHAMPION_FIELDS} for row in wanted]


def champion_list(
    analysis: Analysis, plan: Sequence[PlannedChampion], promise: Promise, k: int | None = None
) -> list[dict[str, Any]]:
    """The champion list from what has been read already: analysis, plan (with its people) and promise.

    Beside the fields of the API each row holds the person's ``score`` and the name of whom they follow.
    """
    rows = _planned_rows(analysis, plan) if plan else _chosen_rows(analysis, k)
    return champions_as_promised(rows if k is None else rows[:k], promise, analysis)


def edges(initiative: Initiative) -> Iterator[dict[str, Any]]:
    """Every tie between people in scope, in its own direction; none where a survey hides them."""
    if promise_of(initiative).ties_hidden:
        return iter(())
    return chain(_loaded_edges(initiative), _survey_edges(initiative))


def _loaded_edges(initiative: Initiative) -> Iterator[dict[str, Any]]:
    inside = initiative.positions().values("person_id")
    ties = loaded_ties(initiative).filter(source__in=inside, target__in=inside)
    rows = ties.order_by("source__employee_id", "target__employee_id", "relation__name", "pk").values_list(
        "source__employee_id", "target__employee_id", "relation__name", "strength", "count"
    )
    return (dict(zip(EDGE_FIELDS, row, strict=True)) for row in rows.iterator(chunk_size=2000))


def _survey_edges(initiative: Initiative) -> Iterator[dict[str, Any]]:
    ids = dict(initiative.positions().values_list("person_id", "person__employee_id"))
    relations = dict(Relation.objects.values_list("pk", "name"))
    for tie in survey_ties(initiative):
        if tie.source in ids and tie.target in ids:
            row = (ids[tie.source], ids[tie.target], relations[tie.relation], tie.strength, None)
            yield dict(zip(EDGE_FIELDS, row, strict=True))


def _chosen_rows(analysis: Analysis, k: int | None) -> list[dict[str, Any]]:
    chosen = list(analysis.champions.select_related("person", "follows"))
    if k is not None and k > len(chosen):
        chosen += extended_champions(analysis, chosen, k)
    scored = _scores_of(analysis, [champion.person for champion in chosen])
    return [
        _champion_row(champion, scored[champion.person_id], PlannedChampion.State.PROPOSED)
        for champion in chosen
    ]


def _planned_rows(analysis: Analysis, plan: Sequence[PlannedChampion]) -> list[dict[str, Any]]:
    chosen = {c.person_id: c for c in analysis.champions.select_related("person", "follows")}
    scored = _scores_of(analysis, [entry.person for entry in plan])
    marginal, cumulative = plan_reach(analysis, [entry.person_id for entry in plan])
    rows = []
    for place, entry in enumerate(plan):
        champion = chosen.get(entry.person_id) or ChosenChampion(
            analysis=analysis, person=entry.person, why="Added to the plan by hand."
        )
        champion.rank, champion.marginal_reach, champion.cumulative_reach = (
            place + 1,
            marginal[place],
            cumulative[place],
        )
        rows.append(_champion_row(champion, scored.get(entry.person_id), entry.state))
    return rows


def _scores_of(analysis: Analysis, people: list[Person]) -> dict[int, Score]:
    return {score.person_id: score for score in analysis.scores.filter(person__in=people)}


def _champion_row(champion: ChosenChampion, score: Score | None, state: str) -> dict[str, Any]:
    return {
        "rank": champion.rank,
        "employee_id": champion.person.employee_id,
        "name": champion.person.name,
        "email": champion.person.email,
        "department": score.department if score else "",
        "group": score.group if score else None,
        "marginal_reach": champion.marginal_reach,
        "cumulative_reach": champion.cumulative_reach,
        "sphere": score.sphere if score else None,
        "confidence": champion.confidence,
        "follows": champion.follows.employee_id if champion.follows else None,
        "follows_probability": champion.follows_probability,
        "state": str(state),
        "why": champion.why,
        "analysis": champion.analysis_id,
        "score": score,
        "follows_name": champion.follows.name if champion.follows else None,
    }
