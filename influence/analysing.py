"""Request an analysis, run it, keep what it gives.

An analysis is visible only once ``finished_at`` is set. Its rows are written
in small transactions before that, so that no reader waits and a run that dies
leaves nothing that anybody sees; the next attempt begins by clearing it away.
"""

from __future__ import annotations

import io
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.adoption.studying import study_adoption
from influence.freshness import basis_of
from influence.gathering import Gathered, gather, input_hash
from influence.models import Analysis, ChosenChampion, Group, Score
from influence.network.model import PARTS, AnalysisResult, Estimate, NetworkError, Parameters
from influence.parameters import checked_parameters
from influence.picture.stored import keep_picture
from influence.sources.loaded import loaded_ties
from influence.sources.survey import has_survey_ties
from initiatives.models import Initiative, Relation
from orgchart.models import OrgChart, Person

ROWS_PER_TRANSACTION = 500
UNFINISHED = ("queued", "running")
COMPUTING_ENDS_AT = 90
SCORES_END_AT = 97
PART_FIELDS = {
    "by_leadership_only": "leadership_only",
    "by_influence_only": "influence_only",
    "by_either": "either",
    "only_together": "only_together",
    "not_reached": "not_reached",
}
WHOLE_NUMBERS = (
    "in_degree", "core", "community", "leadership_rank", "influence_rank",
    "leadership_rank_low", "leadership_rank_high", "influence_rank_low", "influence_rank_high",
)  # fmt: skip
FIGURES = (
    "positional_authority", "exercised_leadership", "leadership", "influence", "pagerank", "authority",
    "betweenness", "harmonic", "constraint", "effective_size", "ei_index", "sphere", "sphere_se",
    "sphere_outside_line", "sphere_outside_department", "group_confidence",
    "exercised_own_reports", "exercised_elsewhere", "own_reports_share",
)  # fmt: skip


class CannotAnalyse(ValueError):
    """Why this initiative cannot be analysed now, and what to do about it."""


def request_analysis(initiative: Initiative, parameters: Mapping[str, Any], user=None) -> Analysis:
    """Ask for an analysis; the same request while one is under way gives that one.

    Raises ``InvalidParameters`` (sentences by name) or ``CannotAnalyse`` (a sentence).
    """
    values = checked_parameters(parameters)
    values["cut"] = values["cut"] or initiative.cut
    chart = _chart_to_analyse(initiative)
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=initiative.pk)
        running = initiative.analyses.filter(
            parameters=values, chart=chart, finished_at=None, job__state__in=UNFINISHED
        ).first()
        return running or _enqueue(initiative, chart, values, user)


def _enqueue(initiative: Initiative, chart: OrgChart, values: dict[str, Any], user) -> Analysis:
    analysis = Analysis.objects.create(
        initiative=initiative, chart=chart, parameters=values, requested_by=user
    )
    analysis.job = Job.enqueue(
        "analysis",
        {"analysis_id": analysis.pk},
        asked_by=user,
        about=f"Analysis {analysis.pk} of {initiative.name}",
        url=analysis.get_absolute_url(),
        key=f"analysis:{analysis.pk}",
    )
    analysis.save(update_fields=["job"])
    return analysis


def _chart_to_analyse(initiative: Initiative) -> OrgChart:
    chart = OrgChart.objects.current()
    if chart is None:
        raise CannotAnalyse("There is no active org chart yet; load and activate one first.")
    if not initiative.positions(chart).exists():
        raise CannotAnalyse(
            "Nobody on the current org chart is in the scope of this initiative; "
            "change the scope in its settings."
        )
    if not (loaded_ties(initiative).exists() or has_survey_ties(initiative)):
        raise CannotAnalyse("Nobody has named anybody yet; load ties, or ask people in a survey first.")
    return chart


def run_analysis(analysis: Analysis, run: Run) -> dict[str, Any]:
    """Compute one analysis and store it; what was stored by an earlier, broken attempt is replaced."""
    if analysis.finished_at:
        return {"analysis": analysis.pk}
    from influence.network.analysis import analyse  # the compiler behind it costs every other process 2 s

    run.progress(0, 100, "Collecting people and ties")
    basis = basis_of(analysis.initiative)
    gathered = gather(analysis.initiative, analysis.chart)
    try:
        result = analyse(gathered.data, _engine_parameters(analysis), _reporter(run))
    except NetworkError as refusal:
        raise JobFault(str(refusal)) from refusal
    _clear(analysis)
    _store_scores(analysis, gathered, result, run)
    _study_adoption(analysis, gathered, result, run)
    _finish(analysis, gathered, result, basis)
    return {"analysis": analysis.pk}


def _engine_parameters(analysis: Analysis) -> Parameters:
    return Parameters(**analysis.parameters)


def _reporter(run: Run):
    def report(share: float, message: str) -> None:
        run.progress(round(COMPUTING_ENDS_AT * share), 100, message)

    return report


def _clear(analysis: Analysis) -> None:
    analysis.scores.all().delete()
    analysis.champions.all().delete()
    for file in (analysis.samples, analysis.picture):
        if file:
            file.delete(save=False)


def _store_scores(analysis: Analysis, gathered: Gathered, result: AnalysisResult, run: Run) -> None:
    columns = _score_columns(result)
    total = len(gathered.positions)
    for start in range(0, total, ROWS_PER_TRANSACTION):
        rows = range(start, min(start + ROWS_PER_TRANSACTION, total))
        Score.objects.bulk_create(_score(analysis, gathered.positions[i], columns, i) for i in rows)
        run.progress(
            COMPUTING_ENDS_AT + round((SCORES_END_AT - COMPUTING_ENDS_AT) * rows.stop / total),
            100,
            "Storing scores",
        )


def _study_adoption(analysis: Analysis, gathered: Gathered, result: AnalysisResult, run: Run) -> None:
    """Count adoption on this network too, so that its evidence is there when the analysis is."""

    def report(share: float, message: str) -> None:
        run.progress(min(99, round(SCORES_END_AT + (100 - SCORES_END_AT) * share)), 100, message)

    champions = [gathered.positions[champion.person].person_id for champion in result.champions]
    study_adoption(analysis.initiative, gathered, analysis, champions=champions, report=report)


def _score_columns(result: AnalysisResult) -> dict[str, list[Any]]:
    columns = {name: _nullable(result.scores[name]) for name in FIGURES}
    for name in WHOLE_NUMBERS:
        columns[name] = [None if value is None else round(value) for value in _nullable(result.scores[name])]
    columns["group"], columns["corner"] = list(result.groups), list(result.corners)
    for field, part in PART_FIELDS.items():
        columns[field] = result.part_probabilities[:, PARTS.index(part)].tolist()
    return columns


def _nullable(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in np.asarray(values, dtype=np.float64).tolist()]


def _score(analysis: Analysis, position, columns: dict[str, list[Any]], i: int) -> Score:
    return Score(
        analysis=analysis,
        person_id=position.person_id,
        name=position.name,
        title=position.title,
        department=position.department,
        location=position.location,
        level=position.level,
        span=position.span,
        headcount=position.headcount,
        **{name: column[i] for name, column in columns.items()},
    )


def _finish(analysis: Analysis, gathered: Gathered, result: AnalysisResult, basis: dict[str, Any]) -> None:
    people = [position.person for position in gathered.positions]
    samples = io.BytesIO()
    np.savez_compressed(samples, **result.samples)
    analysis.samples.save(f"analysis-{analysis.pk}.npz", ContentFile(samples.getvalue()), save=False)
    keep_picture(analysis, gathered, result)
    analysis.people_count = len(people)
    analysis.ties_count = len(gathered.data.ties.source)
    analysis.recipe = list(Relation.objects.values("name", "layer", "weight", "flow"))
    analysis.versions = engine_versions()
    analysis.input_hash = input_hash(gathered.data)
    analysis.summary = _summary(gathered, result)
    analysis.results = {**_results(gathered, result, people), "basis": basis}
    analysis.finished_at = timezone.now()
    with transaction.atomic():
        ChosenChampion.objects.bulk_create(_champions(analysis, gathered, result, people))
        analysis.save()


def engine_versions() -> dict[str, str]:
    """The versions that the figures depend on."""
    libraries = ("numpy", "scipy", "numba", "networkx", "graspologic-native")
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def _summary(gathered: Gathered, result: AnalysisResult) -> dict[str, Any]:
    guarantee = result.guarantee
    return {
        "people": len(gathered.positions),
        "response_rate": gathered.response_rate,
        "groups": {group: result.groups.count(group) for group in Group.values},
        "reach": {name: _estimate(estimate) for name, estimate in result.reach.items()},
        "split": {name: _estimate(result.split[name]) for name in PARTS},
        "silent": result.silent,
        "baselines": {name: {"people": e.people, "se": e.se} for name, e in result.baselines.items()},
        "guarantee": guarantee
        and {"share": guarantee.share, "confidence": guarantee.confidence, "method": guarantee.method},
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"people": estimate.people, "se": estimate.se, "low": estimate.low, "high": estimate.high}


def _results(gathered: Gathered, result: AnalysisResult, people: list[Person]) -> dict[str, Any]:
    columns = (*PARTS, "reach", "se")
    return {
        "curve": [
            {"champions": k, **dict(zip(columns, row, strict=True))}
            for k, row in enumerate(result.curve.tolist())
        ],
        "department_parts": _department_parts(gathered, result),
        "first_followers": [
            {
                "leader": people[f.leader].employee_id,
                "person": people[f.person].employee_id,
                "rank": f.rank,
                "probability": f.probability,
                "extra_reach": f.extra_reach,
            }
            for f in result.first_followers
        ],
        "notes": list(result.notes),
        "figures": result.network_figures,
        "leaders": [people[i].employee_id for i in gathered.data.leaders],
        "leaders_stand_in": gathered.leaders_stand_in,
    }


def _department_parts(gathered: Gathered, result: AnalysisResult) -> dict[str, dict[str, float]]:
    departments = gathered.data.people.department
    return {
        name: {
            "people": int((departments == code).sum()),
            **dict(zip(PARTS, result.department_parts[code].tolist(), strict=True)),
        }
        for code, name in enumerate(gathered.data.people.department_names)
    }


def _champions(analysis: Analysis, gathered: Gathered, result: AnalysisResult, people: list[Person]):
    names = gathered.data.people.department_names
    for champion in result.champions:
        yield ChosenChampion(
            analysis=analysis,
            person=people[champion.person],
            rank=champion.rank,
            marginal_reach=champion.marginal_reach,
            cumulative_reach=champion.cumulative_reach,
            confidence=champion.confidence,
            follows=None if champion.follows is None else people[champion.follows],
            follows_probability=champion.follows_probability,
            sphere_by_department={names[code]: size for code, size in champion.sphere_by_department.items()},
            why=champion.why,
        )
