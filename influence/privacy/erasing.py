"""Erasing one person (GDPR article 17) from rows, files and what was written down about them.

Rows go with the person's own row. Analyses stay, and say how many people were erased from them; the samples
they keep number people, so those files go. What names a person in a file or a list of faults goes too. The
audit log keeps the id. A backup made earlier still holds the person: `erasures.jsonl` in DATA_DIR remembers
a keyed digest of each erased id, and restoring a backup erases them again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from bpm_influence.jobs.models import Job
from influence.keeping import delete_arrays
from influence.models import Analysis, EventLog, TieUpload
from orgchart.models import OrgChart, Person, RememberedDecision
from surveys.mail_ways import mails_are_files

LIST_NAME = "erasures.jsonl"
FAULT_LISTS = (
    (OrgChart, "faults"), (EventLog, "faults"), (TieUpload, "report"), (Job, "faults"), (Job, "result"),
)  # fmt: skip


@dataclass(frozen=True)
class Erasure:
    """What went."""

    rows: int
    analyses: int
    files: int


def erase_person(person: Person) -> Erasure:
    """Erase everything that is kept of the person; return how much that was."""
    marks = {mark for mark in (person.employee_id, person.name, person.email) if mark}
    files = list(_files_with(person))
    _remember(person)
    with transaction.atomic():
        analyses = Analysis.objects.filter(scores__person=person)
        touched = Analysis.objects.filter(pk__in=analyses.values("pk")).update(
            erased_count=F("erased_count") + 1
        )
        _forget_in_results(analyses, person)
        _forget_in_lists(person, marks)
        numbered = list(analyses)
        arrays = [file.name for one in numbered for file in (one.samples, one.picture) if file]
        rows, _ = person.delete()
        Analysis.objects.filter(pk__in=[analysis.pk for analysis in numbered]).update(samples="", picture="")
        transaction.on_commit(lambda: _delete(files, arrays))
    return Erasure(rows=rows, analyses=touched, files=len(files) + len(arrays) + _delete_mails(person))


def erase_again() -> int:
    """Erase those whom a restored backup brought back; return how many that were."""
    erased = set(_remembered())
    again = [person for person in Person.objects.iterator() if _digest(person.employee_id) in erased]
    for person in again:
        erase_person(person)
    return len(again)


def _files_with(person: Person) -> Iterator[Any]:
    """The uploads that hold the person: charts by their rows, logs by their resources.

    Of files of ties only those are kept that were not loaded; as nobody knows whom they name, all go.
    """
    for chart in OrgChart.objects.filter(positions__person=person).exclude(stored_file=""):
        yield chart.stored_file
    for log in EventLog.objects.filter(resources__person=person).exclude(stored_file="").distinct():
        yield log.stored_file
    for upload in TieUpload.objects.exclude(stored_file=""):
        yield upload.stored_file


def _delete(files: list[Any], arrays: list[str]) -> None:
    for file in files:
        file.storage.delete(file.name)
    for name in arrays:
        delete_arrays(name)
    cache.clear()  # answers kept for a day hold names


def _delete_mails(person: Person) -> int:
    """Delete the mails to the person where mails are files."""
    if not person.email or not mails_are_files():
        return 0
    gone = 0
    for path in Path(settings.EMAIL_FILE_PATH).glob("*"):
        if path.is_file() and _is_to(path, person.email.lower()):
            path.unlink()
            gone += 1
    return gone


def _is_to(path: Path, address: str) -> bool:
    head = path.read_text(errors="replace").partition("\n\n")[0]
    lines = [line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("to:")]
    return any(found.lower() == address for _, found in getaddresses(lines))


def _forget_in_results(analyses: Any, person: Person) -> None:
    for analysis in analyses:
        kept = _without(analysis.results, {person.employee_id, person.name})
        if kept != analysis.results:
            Analysis.objects.filter(pk=analysis.pk).update(results=kept)


def _forget_in_lists(person: Person, marks: set[str]) -> None:
    for model, field in FAULT_LISTS:
        for row in model.objects.only("pk", field).iterator():
            value = getattr(row, field)
            kept = _without(value, marks)
            if kept != value:
                model.objects.filter(pk=row.pk).update(**{field: kept})
    about = Q(value__in=marks) | Q(employee_id=person.employee_id) | Q(decision=f"to:{person.employee_id}")
    RememberedDecision.objects.filter(about).delete()


def _without(value: Any, marks: set[str]) -> Any:
    """The same structure without the entries of lists and mappings that name the person."""
    if isinstance(value, dict):
        return {key: _without(part, marks) for key, part in value.items() if key not in marks}
    if isinstance(value, list):
        return [_without(part, marks) for part in value if not _names(part, marks)]
    return value


def _names(value: Any, marks: set[str]) -> bool:
    if isinstance(value, dict):
        return any(_names(part, marks) for part in value.values() if isinstance(part, str))
    return isinstance(value, str) and value in marks


def _digest(employee_id: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), employee_id.encode(), hashlib.sha256).hexdigest()


def _remember(person: Person) -> None:
    line = {"digest": _digest(person.employee_id), "at": timezone.now().isoformat(timespec="seconds")}
    with (settings.DATA_DIR / LIST_NAME).open("a") as file:
        file.write(json.dumps(line) + "\n")


def _remembered() -> Iterator[str]:
    path = settings.DATA_DIR / LIST_NAME
    for line in path.read_text().splitlines() if path.exists() else []:
        yield json.loads(line)["digest"]
