"""Request an analysis, run it, keep what it gives.

An analysis is visible only once ``finished_at`` is set. Its rows are written
in small transactions before that, so that no reader waits and a run that dies
leaves nothing that anybody sees; the next attempt begins by clearing it away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.adoption.studying import study_adoption
from influence.blocks import Blocks, begin, forget_blocks
from influence.freshness import basis_of
from influence.gathering import Gathered, gather, input_hash
from influence.models import Analysis
from influence.network.model import AnalysisResult, NetworkError, Parameters
from influence.parameters import checked_parameters
from influence.sources.loaded import loaded_ties
from influence.sources.survey import has_survey_ties
from initiatives.models import Initiative
from orgchart.models import OrgChart

if TYPE_CHECKING:
    from influence.network.run import Run as Prepared

UNFINISHED = ("queued", "running")
COMPUTING_ENDS_AT = 90
SCORES_END_AT = 97


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
        initiative=initiative,
        chart=chart,
        parameters=values,
        requested_by=user,
        samples=f"samples/{secrets.token_hex(16)}.npz",
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
    from influence.network.run import prepare  # the compiler behind it costs every other process 2 s
    from influence.storing import clear, finish, store_scores

    run.progress(0, 100, "Collecting people and ties")
    basis = basis_of(analysis.initiative)
    gathered = gather(analysis.initiative, analysis.chart)
    try:
        prepared = prepare(gathered.data, Parameters(**analysis.parameters))
    except NetworkError as refusal:
        raise JobFault(str(refusal)) from refusal
    result = _compute(analysis, prepared, input_hash(gathered.data), run)
    clear(analysis)
    store_scores(analysis, gathered, result, _storing(run), run.hold)
    _study_adoption(analysis, gathered, result, run)
    finish(analysis, gathered, result, basis, run.hold)
    forget_blocks(analysis)
    return {"analysis": analysis.pk}


def _compute(analysis: Analysis, prepared: Prepared, fingerprint: str, run: Run) -> AnalysisResult:
    """Have the blocks computed, then join them; goes on from what an earlier attempt has finished."""
    from influence.network.analysis import BLOCKS_SHARE, join

    report = _reporter(run)
    begin(analysis, prepared.data, fingerprint)
    blocks = Blocks(analysis, prepared, run)
    blocks.compute(lambda share, message: report(BLOCKS_SHARE * share, message))
    return join(prepared, blocks.fetch, report)


def _reporter(run: Run):
    def report(share: float, message: str) -> None:
        run.progress(round(COMPUTING_ENDS_AT * share), 100, message)

    return report


def _storing(run: Run):
    def report(share: float) -> None:
        done = COMPUTING_ENDS_AT + round((SCORES_END_AT - COMPUTING_ENDS_AT) * share)
        run.progress(done, 100, "Storing scores")

    return report


def _study_adoption(analysis: Analysis, gathered: Gathered, result: AnalysisResult, run: Run) -> None:
    """Count adoption on this network too, so that its evidence is there when the analysis is."""

    def report(share: float, message: str) -> None:
        run.progress(min(99, round(SCORES_END_AT + (100 - SCORES_END_AT) * share)), 100, message)

    champions = [gathered.positions[champion.person].person_id for champion in result.champions]
    study_adoption(analysis.initiative, gathered, analysis, champions=champions, report=report)
