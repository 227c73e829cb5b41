"""Load a log under a label: read, count, store; whole or not at all. Page, API, command and job alike."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.eventlogs.collaboration import count_interactions, read_interactions
from influence.eventlogs.counting import Counted, count_log
from influence.eventlogs.models import EventLog, LogResource, ResourceAlias
from influence.eventlogs.noticing import NotSwitchedOn, check_switched_on
from influence.eventlogs.options import LogChoices, choices_from
from influence.eventlogs.reading import FAULTS_KEPT, LogOptions, read_event_log
from influence.loading import replace_ties
from influence.models import TieSet
from initiatives.models import Initiative, Relation
from orgchart.faults import Fault
from orgchart.models import Person

READING_ENDS_AT = 0.8
Progress = Callable[[float, str], None]
Kind = EventLog.Kind


@dataclass(frozen=True)
class LogReport:
    """What a log brought; ``written`` is false where an error stopped it."""

    counted: Counted
    written: bool
    log: EventLog | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as commands and the API give it."""
        counted = self.counted
        cases = {} if self.log and self.log.kind == Kind.COLLABORATION else {"cases": counted.cases}
        return {
            "people": len(counted.people),
            "ties": len(counted.ties),
            "events": counted.events,
            **cases,
            "written": self.written,
            **counted.faults.as_dict(),
        }

    @property
    def errors(self) -> list[Fault]:
        """What stopped it."""
        return self.counted.faults.errors

    @property
    def warnings(self) -> list[Fault]:
        """What to know; nothing was stopped by it."""
        return self.counted.faults.warnings

    def sentence(self) -> str:
        """What was loaded, in words."""
        counted = self.counted
        return (
            f"Loaded {len(counted.ties):,} ties from {counted.events:,} events, with {len(counted.people):,} "
            f"people recognised, as “{self.log.label}”."
        )


def load_event_log(
    initiative: Initiative,
    file: BinaryIO,
    *,
    file_name: str,
    label: str | None = None,
    choices: LogChoices | None = None,
    kind: str = Kind.PROCESS,
    user=None,
    progress: Progress | None = None,
) -> LogReport:
    """Read a log in this process and store what it says; nothing is written where it has an error."""
    check_switched_on(initiative, kind)
    choices = choices or LogChoices()
    counted = read_and_count(file, initiative, kind, choices, progress)
    if counted.faults.errors:
        return LogReport(counted, written=False)
    log = new_log(initiative, file, file_name, label, choices, kind, user)
    store(log, counted)
    return LogReport(counted, written=True, log=log)


def submit_event_log(
    initiative: Initiative,
    file: BinaryIO,
    *,
    file_name: str,
    label: str | None = None,
    choices: LogChoices | None = None,
    kind: str = Kind.PROCESS,
    user=None,
) -> EventLog:
    """Keep a log's file and have it read by a job."""
    check_switched_on(initiative, kind)
    with transaction.atomic():
        clear_failed(initiative, label or file_name)
        log = new_log(initiative, file, file_name, label, choices or LogChoices(), kind, user)
        enqueue(log, user)
    return log


def clear_failed(initiative: Initiative, label: str) -> None:
    """Forget files of a label that could not be read; whatever counts stays until it is replaced."""
    never_read = initiative.event_logs.filter(label=label[:255], read_at=None)
    never_read.exclude(job__state__in=Job.UNFINISHED).delete()


def read_again(log: EventLog, choices: LogChoices, user) -> EventLog:
    """Have a log read again with other choices; its present ties count until that has succeeded."""
    with transaction.atomic():
        log.options = choices.as_dict()
        log.save(update_fields=["options"])
        if log.job and log.job.is_unfinished:
            log.job.cancel()
        enqueue(log, user)
    return log


def decide(log: EventLog, decisions: Mapping[str, Person | None], user) -> None:
    """Remember who resources are (None: nobody, left out), and read the logs that name them again."""
    with transaction.atomic():
        for resource, person in decisions.items():
            ResourceAlias.objects.update_or_create(
                resource=resource, defaults={"person": person, "decided_by": user}
            )
        _read_those_naming(log.initiative, list(decisions), user)


def forget(log: EventLog, resource: str, user) -> None:
    """Drop what was decided by hand about a resource, and read the logs that name it again."""
    with transaction.atomic():
        ResourceAlias.objects.filter(resource=resource).delete()
        _read_those_naming(log.initiative, [resource], user)


def _read_those_naming(initiative: Initiative, resources: list[str], user) -> None:
    named = LogResource.objects.filter(log__initiative=initiative, name__in=resources).values("log")
    for one in initiative.event_logs.filter(pk__in=named).exclude(stored_file=""):
        read_again(one, choices_from(one.options), user)


def remove(log: EventLog) -> None:
    """Take a log, its file and its ties away."""
    if log.job and log.job.is_unfinished:
        log.job.cancel()
    if log.tie_set:
        log.tie_set.delete()  # takes the log along
    else:
        log.delete()


def forget_old_files(older_than: datetime.timedelta) -> int:
    """Delete uploaded logs after their retention time; what was counted stays."""
    logs = EventLog.objects.exclude(stored_file="").filter(created_at__lt=timezone.now() - older_than)
    for log in logs:
        log.stored_file.delete(save=True)
    return len(logs)


def new_log(
    initiative: Initiative, file: BinaryIO, file_name: str, label: str | None, choices: LogChoices, kind, user
) -> EventLog:
    """The row of a log, with its file stored out of reach of the web server."""
    log = EventLog(
        initiative=initiative,
        kind=kind,
        label=(label or file_name)[:255],
        file_name=file_name[-255:],
        options=choices.as_dict(),
        uploaded_by=user,
    )
    file.seek(0)
    log.stored_file.save("log", File(file), save=False)
    log.save()
    return log


def enqueue(log: EventLog, user) -> Job:
    """Have the log's stored file read by a job."""
    log.job = Job.enqueue(
        "event_log",
        {"event_log_id": log.pk},
        asked_by=user,
        about=f"{log.get_kind_display()} “{log.label}” of {log.initiative.name}",
        url=log.get_absolute_url(),
        key=f"event_log:{log.pk}",
    )
    log.save(update_fields=["job"])
    return log.job


def read_and_count(
    file: BinaryIO, initiative: Initiative, kind: str, choices: LogChoices, progress: Progress | None = None
) -> Counted:
    """Read a log's file and count what it says; writes nothing."""
    told = progress or (lambda share, message: None)
    options = LogOptions(choices.mapping, choices.timezone, needs_zone=choices.has_window)

    def reading(share: float, message: str) -> None:
        told(READING_ENDS_AT * share, message)

    if kind == Kind.COLLABORATION:
        return count_interactions(read_interactions(file, options, reading), initiative, choices)
    log = read_event_log(file, options, reading)
    if log.faults.errors:
        return Counted(
            faults=log.faults,
            events=len(log),
            cases=len(log.cases),
            found={"format": log.format, "header": log.header[:200], "columns": log.columns},
        )
    told(READING_ENDS_AT, "Counting ties")
    return count_log(log, initiative, choices)


def run_reading(log: EventLog, run: Run) -> dict[str, Any]:
    """What the job does: read the stored file, count, store. May be repeated at any point."""
    if not (log.stored_file and log.stored_file.storage.exists(log.stored_file.name)):
        raise JobFault("The file is no longer kept. Send it again.")
    check_in_job(log)
    with log.stored_file.open("rb") as file:
        counted = read_and_count(file, log.initiative, log.kind, choices_from(log.options), _reporter(run))
    run.progress(95, 100, "Storing ties")
    if counted.faults.errors:
        note_faults(log, counted)
        log.save()
        count = len(counted.faults.errors)
        what = "One error stops" if count == 1 else f"{count:,} errors stop"
        errors = [fault.as_dict() for fault in counted.faults.errors[:FAULTS_KEPT]]
        raise JobFault(f"{what} the file; nothing was changed.", errors)
    store(log, counted)
    return {"event_log": log.pk, "ties": len(counted.ties)}


def check_in_job(log: EventLog) -> None:
    """As ``check_switched_on``, said as a job says it."""
    try:
        check_switched_on(log.initiative, log.kind)
    except NotSwitchedOn as refusal:
        raise JobFault(str(refusal)) from None


def _reporter(run: Run) -> Progress:
    def report(share: float, message: str) -> None:
        run.progress(round(95 * share), 100, message)

    return report


def store(log: EventLog, counted: Counted) -> None:
    """Put what was counted in the place of what the label brought, in one transaction."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **counted.matrices)
    former = log.matrices.name
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=log.initiative_id)
        log.initiative.event_logs.filter(label=log.label).exclude(pk=log.pk).delete()
        log.tie_set = replace_ties(
            log.initiative,
            log.label,
            counted.ties,
            origin=TieSet.Origin.EVENT_LOG,
            user=log.uploaded_by,
            flow=Relation.Flow.BOTH,
        )
        log.read_at = timezone.now()
        log.events_count, log.cases_count = counted.events, counted.cases
        log.people_count, log.figures = len(counted.people), counted.figures
        note_faults(log, counted)
        log.matrices.save("matrices.npz", ContentFile(packed.getvalue()), save=False)
        log.save()
        log.resources.all().delete()
        for row in counted.resources:
            row.log = log
        LogResource.objects.bulk_create(counted.resources, batch_size=500)
    if former and former != log.matrices.name:
        log.matrices.storage.delete(former)


def note_faults(log: EventLog, counted: Counted) -> None:
    """Write down what was found and what is wrong, without saving."""
    log.found = counted.found
    lists = (("errors", counted.faults.errors), ("warnings", counted.faults.warnings))
    log.faults = {severity: [fault.as_dict() for fault in found[:FAULTS_KEPT]] for severity, found in lists}
    log.fault_counts = {severity: _counts(found) for severity, found in lists}


def _counts(faults: list[Fault]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fault in faults:
        counts[fault.kind] = counts.get(fault.kind, 0) + 1
    return counts
