"""Turn what a run gives into rows, a summary and files: the form in which an analysis is kept."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from influence.gathering import Gathered
from influence.keeping import delete_arrays, save_arrays
from influence.models import Analysis, ChosenChampion, Group, Score
from influence.network.direct import direct_curve
from influence.network.explaining import silence_sentences
from influence.network.model import PARTS, AnalysisResult, Estimate, Guarantee
from influence.network.objectives import PlainReach, Sponsors
from influence.network.silence import Silence
from influence.picture.stored import keep_picture
from orgchart.bulk import insert_rows
from orgchart.models import Person

ROWS_PER_TRANSACTION = 500
FROM_POSITION = ("name", "title", "department", "location", "level", "span", "headcount")
CURVE_POINTS, NAMES_KEPT = 100, 50
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


def clear(analysis: Analysis) -> None:
    """Take away what an earlier, broken attempt has stored."""
    analysis.scores.all().delete()
    analysis.champions.all().delete()
    delete_arrays(analysis.samples.name)
    if analysis.picture:
        analysis.picture.delete(save=False)


def store_scores(
    analysis: Analysis,
    gathered: Gathered,
    result: AnalysisResult,
    progress: Callable[[float], None],
    hold: Callable[[], None],
) -> None:
    """Write the scores in small transactions; nobody sees them before the analysis is finished.

    ``hold`` ends a transaction whose job another worker has taken over.
    """
    columns = score_columns(result)
    fields = ("analysis", "person", "place", *FROM_POSITION, *columns)
    total = len(gathered.positions)
    for start in range(0, total, ROWS_PER_TRANSACTION):
        end = min(start + ROWS_PER_TRANSACTION, total)
        with transaction.atomic():
            hold()
            insert_rows(Score, fields, list(_score_rows(analysis, gathered, columns, start, end)))
        progress(end / total)


def _score_rows(
    analysis: Analysis, gathered: Gathered, columns: dict[str, list[Any]], start: int, end: int
) -> Iterator[tuple]:
    figures = zip(*(column[start:end] for column in columns.values()), strict=True)
    for place, own in enumerate(figures, start):
        position = gathered.positions[place]
        described = (getattr(position, name) for name in FROM_POSITION)
        yield (analysis.pk, position.person_id, place, *described, *own)


def score_columns(result: AnalysisResult) -> dict[str, list[Any]]:
    """The figures of all people under the names of ``Score``'s fields, None where undefined."""
    columns = {name: _nullable(result.scores[name]) for name in FIGURES}
    for name in WHOLE_NUMBERS:
        columns[name] = [None if value is None else round(value) for value in _nullable(result.scores[name])]
    columns["group"], columns["corner"] = list(result.groups), list(result.corners)
    for field, part in PART_FIELDS.items():
        columns[field] = result.part_probabilities[:, PARTS.index(part)].tolist()
    return columns


def _nullable(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in np.asarray(values, dtype=np.float64).tolist()]


def finish(
    analysis: Analysis,
    gathered: Gathered,
    result: AnalysisResult,
    basis: dict[str, Any],
    hold: Callable[[], None],
) -> None:
    """Write everything else, and last the row that makes the analysis one that is seen.

    ``basis`` marks what the figures follow from, to tell later whether it has changed.
    """
    people = [position.person for position in gathered.positions]
    analysis.samples.name = save_arrays(analysis.samples.name, result.samples)
    keep_picture(analysis, gathered, result)
    analysis.people_count = len(people)
    analysis.ties_count = len(gathered.data.ties.source)
    analysis.recipe = [vars(relation) for relation in gathered.data.relations]
    analysis.versions = engine_versions()
    analysis.summary = summary_dict(gathered, result)
    analysis.results = {**results_dict(gathered, result), "basis": basis}
    analysis.finished_at = timezone.now()
    with transaction.atomic():
        hold()
        ChosenChampion.objects.bulk_create(_champions(analysis, gathered, result, people))
        analysis.save()


def engine_versions() -> dict[str, str]:
    """The versions that the figures depend on."""
    libraries = ("numpy", "scipy", "numba", "networkx", "graspologic-native")
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def summary_dict(gathered: Gathered, result: AnalysisResult) -> dict[str, Any]:
    """The key figures, as the API gives them."""
    return {
        "people": len(result.groups),
        "response_rate": gathered.response_rate,
        "groups": {group: result.groups.count(group) for group in Group.values},
        "reach": {name: estimate_dict(estimate) for name, estimate in result.reach.items()},
        "split": {name: estimate_dict(result.split[name]) for name in PARTS},
        "silent": result.silent,
        "baselines": {name: {"people": e.people, "se": e.se} for name, e in result.baselines.items()},
        "guarantee": guarantee_dict(result.guarantee),
    }


def estimate_dict(estimate: Estimate) -> dict[str, float]:
    """A number of people with its error and its range."""
    return {"people": estimate.people, "se": estimate.se, "low": estimate.low, "high": estimate.high}


def guarantee_dict(guarantee: Guarantee | None) -> dict[str, Any] | None:
    """A proven share; None where nobody may be chosen."""
    if guarantee is None:
        return None
    return {"share": guarantee.share, "confidence": guarantee.confidence, "method": guarantee.method}


def results_dict(gathered: Gathered, result: AnalysisResult) -> dict[str, Any]:
    """What pages show beyond the summary; people by employee id."""
    ids = gathered.data.people.ids
    columns = (*PARTS, "reach", "se")
    points = zip(result.curve.tolist(), _direct(gathered, result), strict=True)
    return {
        "curve": [
            {"champions": k, **dict(zip(columns, row, strict=True)), "direct": direct}
            for k, (row, direct) in enumerate(points)
        ],
        "departments": list(gathered.data.people.department_names),
        "department_parts": _department_parts(gathered, result),
        "first_followers": [
            {
                "leader": ids[f.leader],
                "person": ids[f.person],
                "rank": f.rank,
                "probability": f.probability,
                "extra_reach": f.extra_reach,
            }
            for f in result.first_followers
        ],
        "baselines": {name: estimate_dict(estimate) for name, estimate in result.baselines.items()},
        "notes": list(result.notes),
        "figures": result.network_figures,
        "leaders": [ids[i] for i in gathered.data.leaders],
        "leaders_stand_in": gathered.leaders_stand_in,
        "terms": _terms_dict(gathered),
        "sponsors": _sponsors_dict(result.sponsors, ids),
        "objectives": {name: _objective_dict(found, ids) for name, found in result.plain_reach.items()},
        "silence": _silence_dict(result.silence),
    }


def _direct(gathered: Gathered, result: AnalysisResult) -> list[int]:
    """How many people name a leader or one of the first 0, 1, 2, ... champions."""
    chosen = np.array([champion.person for champion in result.champions], np.int32)
    people = len(gathered.data.people.ids)
    return direct_curve(gathered.data.ties, people, gathered.data.leaders, chosen).tolist()


def _department_parts(gathered: Gathered, result: AnalysisResult) -> dict[str, dict[str, float]]:
    departments = gathered.data.people.department
    return {
        name: {
            "people": int((departments == code).sum()),
            **dict(zip(PARTS, result.department_parts[code].tolist(), strict=True)),
        }
        for code, name in enumerate(gathered.data.people.department_names)
    }


def _terms_dict(gathered: Gathered) -> dict[str, Any]:
    people, rules = gathered.data.people, gathered.data.rules
    return {
        "fixed": [people.ids[i] for i in rules.fixed],
        "excluded": [people.ids[i] for i in rules.excluded],
        "limits": {people.department_names[code]: list(limit) for code, limit in rules.limits.items()},
    }


def _sponsors_dict(sponsors: Sponsors | None, ids: tuple[str, ...]) -> dict[str, Any] | None:
    if sponsors is None:
        return None
    reached = zip(sponsors.people.tolist(), sponsors.reach.tolist(), sponsors.se.tolist(), strict=True)
    return {
        "people": [{"employee_id": ids[i], "reach": reach, "se": se} for i, reach, se in reached],
        "guarantee": guarantee_dict(sponsors.guarantee),
    }


def _objective_dict(found: PlainReach, ids: tuple[str, ...]) -> dict[str, Any]:
    """The first people chosen, the marks, and the curve at no more points than a picture shows."""
    points = np.unique(np.linspace(0, found.curve.size - 1, CURVE_POINTS).astype(int))
    return {
        "people": [ids[i] for i in found.people[:NAMES_KEPT]],
        "marks": [vars(mark) for mark in found.marks],
        "curve": [{"chosen": int(k), "reached": int(found.curve[k])} for k in points],
    }


def _silence_dict(silence: Silence) -> dict[str, Any]:
    return {
        "hidings": [vars(hiding) for hiding in silence.hidings],
        "reconstruction": silence.reconstruction and vars(silence.reconstruction),
        "tolerance": silence.tolerance,
        "sentences": list(silence_sentences(silence)),
    }


def _champions(
    analysis: Analysis, gathered: Gathered, result: AnalysisResult, people: list[Person]
) -> Iterator[ChosenChampion]:
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
