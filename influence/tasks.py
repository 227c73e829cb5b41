"""The long work of this room, as jobs."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bpm_influence.jobs.registry import JobFault, Run, job_kind
from influence.adoption.studying import run_study
from influence.analysing import run_analysis
from influence.blocks import compute_for_another
from influence.eventlogs.loading import run_reading
from influence.models import Analysis, EventLog, TieUpload
from influence.privacy.retention import remove_past_retention
from influence.trying import compare_recipes
from influence.uploading import run_upload
from initiatives.models import Initiative


@job_kind("analysis", title="Analysis")
def analysis_job(run: Run, *, analysis_id: int) -> dict[str, Any]:
    return run_analysis(Analysis.objects.select_related("initiative", "chart").get(pk=analysis_id), run)


@job_kind("adoption", title="Adoption")
def adoption_job(run: Run, *, initiative_id: int, version: int) -> dict[str, Any]:
    initiative = Initiative.objects.filter(pk=initiative_id).first()
    if initiative is None:
        raise JobFault("The initiative was deleted before its adoption could be counted.")
    return run_study(initiative, version, run)


@job_kind("analysis_block", title="Part of an analysis")
def analysis_block_job(run: Run, *, analysis_id: int, step: str, number: int) -> dict[str, Any]:
    return compute_for_another(Analysis.objects.get(pk=analysis_id), step, number, run)


@job_kind("ties", title="Ties")
def ties_job(run: Run, *, upload_id: int) -> dict[str, Any]:
    upload = TieUpload.objects.select_related("initiative", "uploaded_by").filter(pk=upload_id).first()
    if upload is None:
        raise JobFault("The file was deleted before it could be read.")
    return run_upload(upload, run)


@job_kind("event_log", title="Event log")
def event_log_job(run: Run, *, event_log_id: int) -> dict[str, Any]:
    log = EventLog.objects.select_related("initiative", "uploaded_by").filter(pk=event_log_id).first()
    if log is None:
        raise JobFault("The log was deleted before it could be read.")
    return run_reading(log, run)


@job_kind("recipe_comparison", title="Comparison of recipes")
def recipe_comparison_job(run: Run, *, initiative_id: int) -> dict[str, Any]:
    initiative = Initiative.objects.filter(pk=initiative_id).first()
    if initiative is None:
        raise JobFault("The initiative was deleted.")
    return compare_recipes(initiative, run)


@shared_task(name="influence.tidy", ignore_result=True)
def tidy() -> None:
    remove_past_retention()
