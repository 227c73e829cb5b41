"""Compute a finished analysis once more and compare every figure with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from influence.freshness import changes_since
from influence.gathering import Gathered, gather, input_hash
from influence.models import Analysis
from influence.network.model import AnalysisResult, ChampionRules, Parameters
from influence.storing import engine_versions, score_columns, summary_dict

TOLERANCE = 1e-9
"""Relative; other versions of the libraries or another processor may differ in the last digits."""


class CannotVerify(ValueError):
    """Why the analysis cannot be computed again, in a sentence."""


def verify(analysis: Analysis, progress: Callable[[float, str], None] | None = None) -> list[str]:
    """Compute again from the same data, parameters and seed; say in words what differs.

    Raises
    ------
    CannotVerify
        The analysis is not finished, or what it rests on has changed.
    """
    if not analysis.finished_at:
        raise CannotVerify(f"Analysis {analysis.pk} is not finished; there is nothing to compare with.")
    from influence.network.analysis import analyse

    gathered = _as_it_was(analysis)
    result = analyse(gathered.data, Parameters(**analysis.parameters), progress)
    return [
        *_other_scores(analysis, result),
        *_other_champions(analysis, gathered, result),
        *_other_summary(analysis.summary, summary_dict(gathered, result)),
    ]


def _as_it_was(analysis: Analysis) -> Gathered:
    """The input, which must be what the analysis was computed from; its champion rules are kept with it."""
    gathered = gather(analysis.initiative, analysis.chart)
    people, terms = gathered.data.people, analysis.results["terms"]
    index = {employee_id: place for place, employee_id in enumerate(people.ids)}
    codes = {name: code for code, name in enumerate(people.department_names)}
    rules = ChampionRules(
        fixed=tuple(index[one] for one in terms["fixed"] if one in index),
        excluded=tuple(index[one] for one in terms["excluded"] if one in index),
        limits={codes[name]: tuple(limit) for name, limit in terms["limits"].items() if name in codes},
    )
    gathered = replace(gathered, data=replace(gathered.data, rules=rules))
    if input_hash(gathered.data) != analysis.input_hash:
        changed = "; ".join(changes_since(analysis)) or "people, ties, roles or relations are others now"
        raise CannotVerify(
            f"Analysis {analysis.pk} rests on other data than there are today ({changed}). "
            "Start a new analysis instead."
        )
    return gathered


def other_versions(analysis: Analysis) -> Iterator[str]:
    """What has another version now than when the analysis was made."""
    for name, now in engine_versions().items():
        then = analysis.versions.get(name)
        if then != now:
            yield f"{name} is {now} now and was {then}: the last digits may differ."


def _other_scores(analysis: Analysis, result: AnalysisResult) -> Iterator[str]:
    columns = score_columns(result)
    rows = list(analysis.scores.order_by("place").values("place", *columns))
    if len(rows) != len(result.groups):
        yield f"{len(rows):,} people are stored, {len(result.groups):,} were computed."
        return
    for name, computed in columns.items():
        wrong = [row["place"] for row in rows if _differs(row[name], computed[row["place"]])]
        if wrong:
            first = wrong[0]
            yield (
                f"{name}: {len(wrong):,} of {len(rows):,} people differ, first "
                f"{rows[first][name]} stored and {computed[first]} computed."
            )


def _other_champions(analysis: Analysis, gathered: Gathered, result: AnalysisResult) -> Iterator[str]:
    ids = gathered.data.people.ids
    stored = list(analysis.champions.values_list("person__employee_id", "marginal_reach", "confidence"))
    computed = [(ids[one.person], one.marginal_reach, one.confidence) for one in result.champions]
    if [row[0] for row in stored] != [row[0] for row in computed]:
        yield f"champions: {[row[0] for row in stored]} stored, {[row[0] for row in computed]} computed."
    elif any(
        _differs(*pair) for rows in zip(stored, computed, strict=True) for pair in zip(*rows, strict=True)
    ):
        yield "champions: the same people with another reach or confidence."


def _other_summary(stored: Any, computed: Any, name: str = "summary") -> Iterator[str]:
    if isinstance(stored, Mapping) and isinstance(computed, Mapping):
        for key in sorted({*stored, *computed}):
            yield from _other_summary(stored.get(key), computed.get(key), f"{name}.{key}")
    elif _differs(stored, computed):
        yield f"{name}: {stored} stored, {computed} computed."


def _differs(stored: Any, computed: Any) -> bool:
    if isinstance(stored, float) and isinstance(computed, int | float):
        return not np.isclose(stored, computed, rtol=TOLERANCE, atol=0)
    return stored != computed
