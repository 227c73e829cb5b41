"""What HR decides about a file: its columns and its known faults, both remembered for the next file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from bpm_influence.jobs.models import Job
from orgchart.columns import header_key
from orgchart.models import OrgChart, RememberedDecision, RememberedMapping
from orgchart.people_files import PeopleFile

ONE_BY_ONE = {
    "unknown_manager": ("top", "drop", "former"),
    "ambiguous_manager": ("top",),
    "self_manager": ("top",),
    "duplicate_id": ("first", "last", "dotted"),
}

WORDS = {
    "top": "at the top",
    "drop": "one level up",
    "former": "keeps the former manager",
    "first": "the first row counts",
    "last": "the last row counts",
    "dotted": "the second row's manager as dotted line",
}


class CannotChange(Exception):
    """An upload cannot be changed now; the text says why."""


def job_key(chart: OrgChart) -> str:
    """What the jobs that read one chart have in common."""
    return f"org_chart_import:{chart.pk}"


def reading_job(chart: OrgChart) -> Job | None:
    """The newest job that reads or read this chart."""
    return Job.objects.filter(key=job_key(chart)).order_by("-pk").first()


def enqueue_reading(chart: OrgChart, *, user) -> Job:
    """Have an upload read, or read again after its mapping or decisions changed."""
    OrgChart.objects.filter(pk=chart.pk).update(state=OrgChart.State.QUEUED)
    return Job.enqueue(
        "org_chart_import",
        {"chart_id": chart.pk},
        asked_by=user,
        about=f"Reading {chart.file_name}",
        url=chart.get_absolute_url(),
        key=job_key(chart),
    )


def change_columns(
    chart: OrgChart, mapping: Mapping[str, str], kept: Sequence[str] = (), *, user, seen: str = ""
) -> None:
    """Take over columns chosen by hand, remember them for files with this header, and read again."""
    with transaction.atomic():
        chart = _changeable(chart, seen)
        chart.mapping, chart.kept_columns = dict(mapping), list(kept)
        chart.save(update_fields=["mapping", "kept_columns"])
        RememberedMapping.objects.update_or_create(
            header_hash=header_key(chart.found.get("header", [])),
            defaults={"mapping": chart.mapping, "kept": chart.kept_columns},
        )
        enqueue_reading(chart, user=user)


def decide(
    chart: OrgChart, policies: Mapping[str, str], single: Mapping[str, str], *, user, seen: str = ""
) -> None:
    """Take over decisions about known faults, remember them for the next file, and read again.

    ``policies`` decide about all faults of a kind, ``single`` about one, by its row. ``seen`` names the
    reading (``reading_mark``) whose faults were looked at: where somebody had the file read again
    meanwhile, nothing is changed.
    """
    with transaction.atomic():
        chart = _changeable(chart, seen)
        faults = {str(fault["row"]): fault for fault in chart.faults.get("errors", [])}
        for row, decision in single.items():
            fault = faults.get(row, {})
            if fault.get("employee_id") and is_offered(fault, decision):
                _remember([(fault["employee_id"], fault["value"], decision)], user)
        chosen = {name: value for name, value in policies.items() if value}
        chart.policies = {**chart.policies, **chosen, "by_hand": True}
        chart.save(update_fields=["policies"])
        enqueue_reading(chart, user=user)


def is_offered(fault: Mapping, decision: str) -> bool:
    """Whether a decision is one of those that fit the fault."""
    meant = {f"to:{one['employee_id']}" for one in fault.get("candidates", [])}
    return decision in ONE_BY_ONE.get(fault["kind"], ()) or decision in meant


def in_words(decision: str) -> str:
    """A decision as pages write it."""
    return WORDS.get(decision) or f"reports to {decision.removeprefix('to:')}"


def reading_mark(chart: OrgChart) -> str:
    """What changes whenever a chart's file is read again."""
    job = reading_job(chart)
    return f"{job.pk}.{job.attempt}" if job else ""


def remember_decided(chart: OrgChart, file: PeopleFile) -> None:
    """Remember what a policy chosen by hand has decided about each person."""
    if chart.policies.get("by_hand"):
        _remember([(who, value, decision) for _, who, value, decision in file.decided], chart.uploaded_by)


def remembered_decisions() -> dict[tuple[str, str], str]:
    """Every decision by employee id and the faulty value it was about."""
    rows = RememberedDecision.objects.values_list("employee_id", "value", "decision")
    return {(employee_id, value): decision for employee_id, value, decision in rows}


def remembered_columns() -> dict[str, tuple[dict[str, str], list[str]]]:
    """Mapping and kept columns chosen by hand, by the header they were chosen for."""
    rows = RememberedMapping.objects.values_list("header_hash", "mapping", "kept")
    return {key: (mapping, kept) for key, mapping, kept in rows}


def _remember(decisions: Iterable[tuple[str, str, str]], user) -> None:
    rows = {
        (who, value): RememberedDecision(employee_id=who, value=value, decision=decision, decided_by=user)
        for who, value, decision in decisions
        if len(value) <= RememberedDecision._meta.get_field("value").max_length
    }
    RememberedDecision.objects.bulk_create(
        rows.values(),
        batch_size=200,
        update_conflicts=True,
        unique_fields=["employee_id", "value"],
        update_fields=["decision", "decided_by", "changed_at"],
    )


def _changeable(chart: OrgChart, seen: str) -> OrgChart:
    """The chart, locked; refused where it is being read, was ever current, or was read again meanwhile."""
    chart = OrgChart.objects.select_for_update().get(pk=chart.pk)
    job = reading_job(chart)
    if chart.activated_at:
        raise CannotChange("A chart that has been current stays as it is; upload the file again instead.")
    if job and job.is_unfinished:
        raise CannotChange("The file is being read at this moment; change it when that is done.")
    if not chart.stored_file:
        raise CannotChange("The uploaded file was deleted after its retention time; upload it again.")
    if seen and seen != reading_mark(chart):
        raise CannotChange("Somebody had this file read again meanwhile. Look at it as it is now.")
    return chart
