"""Charts in the database: write one under the hood, compare, make it current, roll back.

Rows go in under a chart that is not current, in small transactions, so that web writes
get through on SQLite; one small transaction then makes the chart current. A reader
never sees half a chart, and a chart that a dead import left behind is swept first.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from orgchart.apart import read_people_table
from orgchart.bulk import insert_rows, update_rows
from orgchart.columns import handle
from orgchart.deciding import (
    enqueue_reading,
    reading_job,
    remember_decided,
    remembered_columns,
    remembered_decisions,
)
from orgchart.diff import compare
from orgchart.faults import Fault
from orgchart.identity import CannotActivate, keep_identity
from orgchart.importing import read_people
from orgchart.models import OrgChart, Person, Position
from orgchart.naming import search_form
from orgchart.people_columns import is_private
from orgchart.people_files import ImportOptions, PeopleFile, PersonRow
from orgchart.signals import chart_activated

FAULTS_KEPT = 1000
CIRCLE_SHOWN = 12
COLUMNS_SHOWN = 200
BREATH = 0.002
PERSON_FIELDS = ("employee_id", "name", "email", "search_name")
POSITION_FIELDS = (
    "chart", "person", "manager", "dotted_manager", "name", "email", "title", "department", "location",
    "start_date", "extra", "level", "span", "headcount", "lft", "rgt",
)  # fmt: skip
ANY = object()
Progress = Callable[[int, int, str], None]


@dataclass
class ChartReport:
    """What came of a file: what was read, the chart if one was written, whether it is current."""

    file: PeopleFile
    chart: OrgChart | None = None
    written: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Fault]:
        """What stopped the file."""
        return self.file.faults.errors

    @property
    def warnings(self) -> list[Fault]:
        """What did not stop it."""
        return self.file.faults.warnings

    def as_dict(self) -> dict:
        """The object that the load command prints."""
        return {**self.file.counts(), "written": self.written, **self.file.faults.as_dict()}

    def sentence(self) -> str:
        """How the file was read, and what came of it."""
        file = self.file
        counts = f"{file.people:,} people, {file.tops:,} at the top, {file.max_level} levels."
        ending = "Nothing was written, as asked."
        if self.chart:
            self.chart.refresh_from_db()
            state = "now current" if self.chart.is_current else "not activated"
            ending = f"Written as org chart {self.chart.pk}, {state}."
        return f"{file.found}.\n{counts}\n{ending}"


def load_chart(
    content: bytes,
    *,
    file_name: str,
    as_of: datetime.date | None = None,
    mapping: Mapping[str, str] | None = None,
    unknown_manager: str | None = None,
    duplicate_id: str | None = None,
    user=None,
    activate: bool = True,
    dry_run: bool = False,
    is_demonstration: bool = False,
    progress: Progress | None = None,
) -> ChartReport:
    """Read a people file, write it as a chart and make it current, all in this process.

    Nothing is written where the file has an error or ``dry_run`` is set.
    """
    options = import_options(as_of, mapping or {}, unknown_manager, duplicate_id)
    file = read_people(content, options, reader=read_people_table)
    if dry_run or not file.can_be_written:
        return ChartReport(file)
    chart = new_chart(content, file_name, options, user=user, is_demonstration=is_demonstration)
    OrgChart.objects.filter(pk=chart.pk).update(state=OrgChart.State.RUNNING)
    write_chart(chart, file, progress)
    if activate:
        activate_chart(chart)
    return ChartReport(file, chart, written=True)


def import_options(
    as_of: datetime.date | None,
    mapping: Mapping[str, str],
    unknown_manager: str | None,
    duplicate_id: str | None,
    *,
    kept: Sequence[str] = (),
) -> ImportOptions:
    """Options with what is known from before: former managers, remembered decisions and columns.

    The policy ``error`` wants every fault named; one that is not given leaves those alone that were
    decided about before.
    """
    return ImportOptions(
        as_of=as_of or timezone.localdate(),
        mapping=dict(mapping),
        unknown_manager=unknown_manager or "error",
        duplicate_id=duplicate_id or "error",
        former=former_managers(),
        id_before=id_before,
        decisions={} if "error" in (unknown_manager, duplicate_id) else remembered_decisions(),
        kept=list(kept),
        by_header=remembered_columns(),
    )


def former_managers() -> dict[str, str]:
    """Everybody's manager in the current chart, by employee id."""
    rows = Position.objects.filter(chart__is_current=True, manager__isnull=False)
    return dict(rows.values_list("person__employee_id", "manager__employee_id"))


def id_before(text: str) -> str:
    """Whose employee id has this email or full name in the current chart; empty if not one person's."""
    last, _, first = text.partition(", ")
    named = Q(email__iexact=text) | Q(name__iexact=text) | Q(name__iexact=f"{first} {last}".strip())
    found = Position.objects.filter(named, chart__is_current=True)
    ids = list(found.values_list("person__employee_id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else ""


def new_chart(
    content: bytes, file_name: str, options: ImportOptions, *, user=None, is_demonstration: bool = False
) -> OrgChart:
    """The row of an upload, with its file stored out of reach of the web server."""
    chart = OrgChart(
        state=OrgChart.State.QUEUED,
        is_demonstration=is_demonstration,
        **_sent_fields(content, file_name, options, user),
    )
    chart.stored_file.save("people", ContentFile(content), save=False)
    chart.save()
    return chart


def _sent_fields(content: bytes, file_name: str, options: ImportOptions, user) -> dict:
    """What of a chart was in the request that brought it."""
    return {
        "as_of": options.as_of,
        "file_name": file_name[-255:],
        "file_hash": hashlib.sha256(content).hexdigest(),
        "uploaded_by": user,
        "mapping": dict(options.mapping),
        "policies": {"unknown_manager": options.unknown_manager, "duplicate_id": options.duplicate_id},
    }


def submit_chart(content: bytes, file_name: str, options: ImportOptions, *, user) -> OrgChart:
    """Store an upload and have it read by a job; it is not activated. Sent twice, it is one chart."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        chart = _sent_already(content, file_name, options, user)
        if chart is None:
            chart = new_chart(content, file_name, options, user=user)
            enqueue_reading(chart, user=user)
    return chart


def _sent_already(content: bytes, file_name: str, options: ImportOptions, user) -> OrgChart | None:
    """The newest chart, if it came by the same request and is about to be read, or read and not activated."""
    newest = OrgChart.objects.order_by("-pk").first()
    if newest is None or newest.activated_at or newest.state == OrgChart.State.FAILED:
        return None
    sent = _sent_fields(content, file_name, options, user)
    same = all(getattr(newest, name) == value for name, value in sent.items())
    job = reading_job(newest)
    alive = newest.state == OrgChart.State.DONE or (job is not None and job.is_unfinished)
    return newest if same and alive else None


def read_upload(chart: OrgChart, progress: Progress) -> PeopleFile:
    """Read a stored upload: write its chart where there is no error, else its faults alone.

    May be started anew at any time; a chart that was ever current stays as it is.
    """
    if chart.activated_at:
        return PeopleFile()
    OrgChart.objects.filter(pk=chart.pk).update(state=OrgChart.State.RUNNING)
    progress(0, 1, "Reading the file")
    file = read_stored(chart)
    remember_decided(chart, file)
    if file.can_be_written:
        write_chart(chart, file, progress)
    else:
        Position.objects.filter(chart=chart).delete()
        record_reading(chart, file, OrgChart.State.FAILED)
    return file


def changes_of(chart: OrgChart) -> dict:
    """What a chart changes against the current one, in numbers; worked out anew when that has changed."""
    if not chart.can_be_activated:
        return chart.changes
    current = OrgChart.objects.current()
    if chart.changes.get("against") != (current and current.pk):
        chart.changes = _changes(current, chart)
        chart.save(update_fields=["changes"])
    return chart.changes


def _changes(current: OrgChart | None, chart: OrgChart) -> dict:
    return {"against": current.pk if current else None, **compare(current, chart).summary()}


def same_file(chart: OrgChart) -> OrgChart | None:
    """The newest earlier chart that was read from the very same file."""
    twins = OrgChart.objects.filter(file_hash=chart.file_hash, state=OrgChart.State.DONE, pk__lt=chart.pk)
    return twins.order_by("-pk").first()


def same_files(listed: Iterable[OrgChart]) -> dict[int, int]:
    """For each of these charts the newest earlier one read from the very same file, in one query."""
    hashes = {chart.file_hash for chart in listed}
    read = OrgChart.objects.filter(file_hash__in=hashes, state=OrgChart.State.DONE).order_by("pk")
    by_hash: dict[str, list[int]] = {}
    for key, file_hash in read.values_list("pk", "file_hash"):
        by_hash.setdefault(file_hash, []).append(key)
    earlier = {
        chart.pk: [key for key in by_hash.get(chart.file_hash, []) if key < chart.pk] for chart in listed
    }
    return {key: keys[-1] for key, keys in earlier.items() if keys}


def read_stored(chart: OrgChart) -> PeopleFile:
    """Read an upload's stored file with its options and with what is remembered from earlier files."""
    policies = chart.policies
    options = import_options(
        chart.as_of,
        chart.mapping,
        _chosen(policies.get("unknown_manager")),
        _chosen(policies.get("duplicate_id")),
        kept=chart.kept_columns,
    )
    with chart.stored_file.open("rb") as stored:
        return read_people(stored.read(), options, reader=read_people_table)


def _chosen(policy: str | None) -> str | None:
    """A policy that somebody chose; to stop is what happens where nobody did."""
    return policy if policy != "error" else None


def write_chart(chart: OrgChart, file: PeopleFile, progress: Progress | None = None) -> None:
    """Write a file's people and positions under a chart that is not current, and mark it as read."""
    report = progress or (lambda done, total, message: None)
    Position.objects.filter(chart=chart).delete()
    people = _people_of(file, report)
    total = len(file.persons)
    for done, batch in _batches(_positions(chart, file, people)):
        with transaction.atomic():
            insert_rows(Position, POSITION_FIELDS, batch)
        report(done, total, "Writing positions")
        time.sleep(BREATH)
    record_reading(chart, file, OrgChart.State.DONE)


def record_reading(chart: OrgChart, file: PeopleFile, state: str) -> None:
    """Store what reading a file brought: findings, faults, counts and changes."""
    faults = file.faults
    chart.state = state
    chart.people_count, chart.tops_count, chart.max_level = file.people, file.tops, file.max_level
    chart.found = _findings(file)
    by_row = {person.row: person for person in file.persons}
    chart.faults = {
        severity: [_with_people(fault, by_row, file) for fault in found[:FAULTS_KEPT]]
        for severity, found in (("errors", faults.errors), ("warnings", faults.warnings))
    }
    chart.fault_counts = {"errors": _count(faults.errors), "warnings": _count(faults.warnings)}
    if state == OrgChart.State.DONE:
        chart.changes = _changes(OrgChart.objects.current(), chart)
    chart.save()


def activate_chart(
    chart: OrgChart,
    *,
    user=None,
    against: int | object | None = ANY,
    same_people: Mapping[str, str] | None = None,
) -> OrgChart:
    """Make a chart the current one, in one transaction; also the way back to an earlier one.

    ``against`` is the chart that the changes were looked at against: where another is current by now,
    nothing happens. ``same_people`` gives new employee ids by the old ones of people who kept their identity.
    """
    with transaction.atomic():
        OrgChart.objects.select_for_update().order_by("pk").first()  # one activation at a time
        former = OrgChart.objects.current()
        chart = OrgChart.objects.select_for_update().get(pk=chart.pk)
        if chart.is_current:
            return chart
        if chart.state != OrgChart.State.DONE:
            raise CannotActivate("This file was not read without errors; correct it and upload it again.")
        if against is not ANY and against != (former.pk if former else None):
            raise CannotActivate("Somebody activated another chart meanwhile. Look at the changes again.")
        for old, new in (same_people or {}).items():
            keep_identity(chart, old, new)
        OrgChart.objects.filter(is_current=True).update(is_current=False)
        chart.is_current, chart.replaced = True, former
        chart.activated_at = timezone.now()
        chart.save(update_fields=["is_current", "activated_at", "replaced"])
        _bring_people_up_to_date(chart)
        chart_activated.send(sender=OrgChart, chart=chart, former=former, user=user)
    return chart


def sweep_unread() -> int:
    """Take away the positions of charts whose reading failed; give their number."""
    left_behind = Position.objects.filter(chart__state=OrgChart.State.FAILED)
    return left_behind.delete()[0]


def forget_old_files(older_than: datetime.timedelta) -> int:
    """Delete uploaded files after their retention time; the charts stay."""
    charts = OrgChart.objects.exclude(stored_file="").filter(created_at__lt=timezone.now() - older_than)
    count = 0
    for chart in charts:
        chart.stored_file.delete(save=False)
        chart.save(update_fields=["stored_file"])
        count += 1
    return count


def _with_people(fault: Fault, by_row: Mapping[int, PersonRow], file: PeopleFile) -> dict:
    """A fault with whom it is about, whom a manager's cell may mean, and who stands in a circle."""
    told = fault.as_dict()
    if fault.kind == "duplicate_id":
        told["employee_id"] = fault.value
    elif fault.row in by_row:
        told["employee_id"] = by_row[fault.row].employee_id
    if fault.kind in ("unknown_manager", "ambiguous_manager"):
        told["candidates"] = [
            {"employee_id": one.employee_id, "name": one.name, "row": one.row}
            for one in file.candidates.get(fault.row, [])
        ]
    if fault.kind == "cycle":
        circle = file.circles[fault.row][:CIRCLE_SHOWN]
        told["members"] = [{"row": row, "name": by_row[row].name} for row in circle]
    return told


def _findings(file: PeopleFile) -> dict:
    if not file.table:
        return {}
    columns = {name: handle(file.table.header, place) for name, place in file.columns.items()}
    return {
        **asdict(file.table.found),
        "columns": columns,
        "header": file.table.header,
        "kept": list(file.kept),
        "decided": file.decided[:FAULTS_KEPT],
        "words": str(file.found),
        "samples": [
            [] if is_private(header) else file.table.samples(place)
            for place, header in enumerate(file.table.header[:COLUMNS_SHOWN])
        ],
    }


def _count(faults: Iterable) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fault in faults:
        counts[fault.kind] = counts.get(fault.kind, 0) + 1
    return counts


def _batches(rows: Iterable) -> Iterator[tuple[int, list]]:
    """Rows in batches of the size that the database takes well, with the number done so far."""
    size = 500 if connection.vendor == "sqlite" else 5000
    rows, done = iter(rows), 0
    while batch := list(islice(rows, size)):
        done += len(batch)
        yield done, batch


def _people_of(file: PeopleFile, report: Progress) -> dict[str, int]:
    """Primary keys by employee id; people unknown so far are added."""
    known = dict(Person.objects.values_list("employee_id", "pk"))
    joiners = [person for person in file.persons if person.employee_id not in known]
    for done, batch in _batches(_person(row) for row in joiners):
        _insert_people(batch)
        report(done, len(joiners), "Writing people")
        time.sleep(BREATH)
    return dict(Person.objects.values_list("employee_id", "pk")) if joiners else known


def _insert_people(batch: list[tuple]) -> None:
    """Add people; somebody whom another import added meanwhile stays as they are."""
    try:
        with transaction.atomic():
            insert_rows(Person, PERSON_FIELDS, batch)
    except IntegrityError:
        people = [Person(**dict(zip(PERSON_FIELDS, row, strict=True))) for row in batch]
        Person.objects.bulk_create(people, ignore_conflicts=True)


def _person(row: PersonRow) -> tuple:
    return row.employee_id, row.name, row.email, search_form(row.name)[:700]


def _positions(chart: OrgChart, file: PeopleFile, people: Mapping[str, int]) -> Iterator[tuple]:
    """Every position as the values of ``POSITION_FIELDS``, in preorder."""
    tree = file.tree
    for place in tree.order:
        row = file.persons[place]
        yield (
            chart.pk,
            people[row.employee_id],
            people.get(row.manager_id),
            people.get(row.dotted_manager_id),
            row.name,
            row.email,
            row.title,
            row.department,
            row.location,
            row.start_date and row.start_date.isoformat(),
            json.dumps(row.extra, ensure_ascii=False) if row.extra else "{}",
            tree.level[place],
            tree.span[place],
            tree.headcount[place],
            tree.lft[place],
            tree.rgt[place],
        )


def _bring_people_up_to_date(chart: OrgChart) -> None:
    """Names and emails as the chart has them; identity stays with the employee id."""
    other = ~Q(name=F("person__name")) | ~Q(email=F("person__email"))
    changed = Position.objects.filter(other, chart=chart).values_list("person_id", "name", "email")
    rows = [(key, name, search_form(name)[:700], email) for key, name, email in changed.iterator()]
    update_rows(Person, ("name", "search_name", "email"), rows)
