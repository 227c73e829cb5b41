"""What an analysis says beside its scores: silence, plain choices, whom to ask to lead; ready to be shown."""

from __future__ import annotations

from typing import Any

from influence.models import Analysis
from influence.sampling import NoSamples, what_if
from influence.telling import FEWEST_IN_SECRET
from influence.words import about, percent
from surveys.promises import Promise

OBJECTIVES = {
    "direct": ("Name at least one champion", "Enough where hearing of it once is enough."),
    "redundant": ("Name at least two champions", "For changes that people take up only when several do."),
}


def explained(analysis: Analysis, promise: Promise) -> dict[str, Any]:
    """The sentences and rows of a finished analysis; empty lists where it was made before they were kept."""
    results = analysis.results
    return {
        "notes": results.get("notes", []),
        "silence": results.get("silence", {}).get("sentences", []),
        "rates": _rates_sentence(results.get("figures", {}), analysis),
        "objectives": objectives_of(analysis),
        "sponsors": sponsors(analysis, promise),
    }


def _rates_sentence(figures: dict[str, Any], analysis: Analysis) -> str:
    changed, chosen = figures.get("champions_changed_by_rates"), analysis.champions.count()
    if changed is None or not chosen:
        return ""
    return (
        f"If people moved each other a third less or more readily than assumed, up to {changed:.0f} of the "
        f"{chosen} champions would be others."
    )


def objectives_of(analysis: Analysis) -> list[dict[str, Any]]:
    """Champions chosen by plain counting: whom they reach directly, and whom at least twice."""
    return [_objective(name, found) for name, found in analysis.results.get("objectives", {}).items()]


def _objective(name: str, found: dict[str, Any]) -> dict[str, Any]:
    word, text = OBJECTIVES[name]
    marks = [
        {
            "share": percent(mark["share"]),
            "chosen": mark["chosen"],
            "reached": mark["reached"],
            "proven": percent(mark["proven"]),
        }
        for mark in found["marks"]
    ]
    return {"word": word, "help": text, "marks": marks}


def sponsors(analysis: Analysis, promise: Promise) -> dict[str, Any] | None:
    """The managers whom to ask to lead, with what they reach together; None where that was not kept."""
    found = analysis.results.get("sponsors")
    if not found:
        return None
    ids = [row["employee_id"] for row in found["people"]]
    named = {
        score.person.employee_id: score
        for score in analysis.scores.filter(person__employee_id__in=ids).select_related("person")
    }
    chosen = [named[one] for one in ids if one in named]
    return {
        "scores": chosen,
        "sentence": ""
        if promise.ties_hidden and len(chosen) < FEWEST_IN_SECRET
        else _reach_sentence(analysis, [score.person_id for score in chosen]),
        "proven": percent(found["guarantee"]["share"]),
    }


def _reach_sentence(analysis: Analysis, person_ids: list[int]) -> str:
    try:
        both = what_if(analysis, person_ids, with_leaders=False).reach["both"]
    except NoSamples:
        return ""
    return (
        f"Together they would reach about {about(both.people)} of the {analysis.people_count:,} people "
        f"through both layers ({about(both.low)} to {about(both.high)} over the rates)."
    )
