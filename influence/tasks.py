"""The long work of this room, as jobs."""

from __future__ import annotations

from typing import Any

from bpm_influence.jobs.registry import Run, job_kind
from influence.analysing import run_analysis
from influence.models import Analysis


@job_kind("analysis", title="Analysis")
def analysis_job(run: Run, *, analysis_id: int) -> dict[str, Any]:
    return run_analysis(Analysis.objects.select_related("initiative", "chart").get(pk=analysis_id), run)
