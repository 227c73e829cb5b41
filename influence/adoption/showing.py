"""What is shown of an initiative's adoption: the same for pages, API and commands."""

from __future__ import annotations

import time
from typing import Any

from bpm_influence.jobs.models import Job, Worker
from influence.adoption.models import AdoptionStudy
from influence.adoption.studying import pending_study
from influence.adoption.wording import EXPOSURES, stage_sentence
from initiatives.models import Initiative

LOOK_EVERY = 0.2
AGAIN = "The evidence is being computed anew, since adoption data changed; ask again in a moment."


def study_of(initiative: Initiative) -> AdoptionStudy | None:
    """What is kept of the initiative's adoption."""
    return (
        AdoptionStudy.objects.filter(initiative=initiative)
        .select_related("initiative", "analysis__initiative")
        .first()
    )


def fresh_study(initiative: Initiative, seconds: float) -> tuple[AdoptionStudy | None, Job | None]:
    """What is kept, and the job that still counts changes once it has been given so many seconds."""
    until = time.monotonic() + seconds
    job = pending_study(initiative)
    while job and job.is_unfinished and time.monotonic() < until and Worker.answers():
        time.sleep(LOOK_EVERY)
        job = pending_study(initiative)
    return study_of(initiative), job


def evidence(initiative: Initiative, study: AdoptionStudy | None, job: Job | None) -> dict[str, Any]:
    """The evidence as the API gives it; while a job is under way nothing but its reason."""
    names = list(initiative.stages.values_list("name", flat=True))
    if job is not None:
        reason = AGAIN if job.is_unfinished else f"The evidence could not be computed: {job.fault}"
        return {"stages": [_unknown(name, reason) for name in _recorded(initiative)]}
    entries = study.evidence if study else []
    return {"stages": [_stage(names[entry["stage"] - 1], entry, study.period) for entry in entries]}


def _recorded(initiative: Initiative) -> list[str]:
    """The stages of which anything is recorded, in their order."""
    events = initiative.adoption_events.standing()
    return list(initiative.stages.filter(pk__in=events.values("stage")).values_list("name", flat=True))


def _stage(name: str, entry: dict[str, Any], period: str) -> dict[str, Any]:
    return {
        "stage": name,
        "period": period,
        "events": entry["events"],
        "odds_ratios": [_odds_ratio(exposure, entry["terms"][exposure]) for exposure in EXPOSURES],
        "sentence": stage_sentence(name, entry),
    }


def _odds_ratio(exposure: str, term: dict[str, Any]) -> dict[str, Any]:
    figures = {name: term.get(name) for name in ("odds_ratio", "low", "high", "p_permutation")}
    return {"exposure": exposure, **figures, "reason": term.get("reason") or None}


def _unknown(name: str, reason: str) -> dict[str, Any]:
    return {
        "stage": name,
        "period": None,
        "events": None,
        "odds_ratios": [_odds_ratio(exposure, {"reason": reason}) for exposure in EXPOSURES],
        "sentence": reason,
    }
