"""Who stands where: load adoption events under a label, enter them by hand, correct them; nothing is lost.

An event that a later load of its label no longer holds, or that somebody corrects, is withdrawn: it stays
in the history and no longer counts. ``adoption_changed`` tells other rooms, with the initiative as sender,
once its ``adoption_version`` is raised.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from initiatives.adoption_files import (
    AdoptionFile,
    Reached,
    Rules,
    read_adoption_file,
    read_adoption_rows,
    read_day,
    wrong_day,
)
from initiatives.models import AdoptionEvent, AdoptionPeriod, Initiative, Stage
from orgchart.bulk import insert_rows
from orgchart.faults import Fault
from orgchart.models import Person

ROWS_AT_ONCE = 500
BY_HAND = "By hand"
EVENT_FIELDS = ("initiative", "person", "stage", "date", "label", "origin", "entered_by", "entered_at")

adoption_changed = Signal()


class CannotRecord(ValueError):
    """Why an event cannot be entered so, and what to do."""


@dataclass(frozen=True)
class AdoptionReport:
    """What a load found and did; ``written`` is false where an error stopped it."""

    label: str
    people: int
    events: int
    written: bool
    errors: list[Fault]
    warnings: list[Fault]

    def as_dict(self) -> dict[str, Any]:
        """The report as commands and the API give it."""
        return {
            "people": self.people,
            "events": self.events,
            "written": self.written,
            "errors": [fault.as_dict() for fault in self.errors],
            "warnings": [fault.as_dict() for fault in self.warnings],
        }

    def sentence(self) -> str:
        """What came of the file, in words."""
        return f"Loaded {self.events:,} events of {self.people:,} people as “{self.label}”."


def load_adoption(
    initiative: Initiative,
    content: bytes,
    *,
    file_name: str,
    label: str | None = None,
    mapping: Mapping[str, str] | None = None,
    user=None,
) -> AdoptionReport:
    """Load a file of adoption; the label is the file's name unless given."""
    read = read_adoption_file(content, _rules(initiative), mapping)
    return _load(initiative, read, label or file_name, AdoptionEvent.Origin.FILE, user)


def load_adoption_rows(
    initiative: Initiative, rows: Sequence[Mapping[str, Any]], *, label: str = "api", user=None
) -> AdoptionReport:
    """Load adoption given as objects with employee_id, stage and date."""
    read = read_adoption_rows(rows, _rules(initiative))
    return _load(initiative, read, label, AdoptionEvent.Origin.API, user)


def record_survey_stages(
    initiative: Initiative, label: str, answers: Iterable[tuple[int, int, datetime.date]], user=None
) -> int:
    """Keep the answers to a survey's stage question, (person, stage, day), as the events of that label."""
    events = {Reached(*answer) for answer in answers}
    _replace(initiative, events, label[:255], AdoptionEvent.Origin.SURVEY, user)
    return len(events)


def record_by_hand(
    initiative: Initiative, *, people: Sequence[Person], stage: Stage, day: str | datetime.date, user=None
) -> int:
    """Enter that people reached a stage on a day; who has this very event already is left as they are."""
    day = _possible_day(initiative, day)
    if not people:
        raise CannotRecord("Nobody was chosen; name a person or a department.")
    with transaction.atomic():
        known = set(
            initiative.adoption_events.standing()
            .filter(label=BY_HAND, stage=stage, date=day)
            .values_list("person_id", flat=True)
        )
        new = [Reached(person.pk, stage.pk, day) for person in people if person.pk not in known]
        _insert(initiative, new, BY_HAND, AdoptionEvent.Origin.HAND, user)
        tell_of_change(initiative, user)
    return len(new)


def correct_event(
    event: AdoptionEvent, *, stage: Stage, day: str | datetime.date, user=None
) -> AdoptionEvent:
    """Replace one event by what is right; the old one stays in the history.

    What is right counts as entered by hand: loading the label of the old one again leaves it alone, and
    does not bring the old one back.
    """
    day = _possible_day(event.initiative, day)
    _check_correctable(event)
    with transaction.atomic():
        _withdraw([event.pk], user)
        events = event.initiative.adoption_events.standing()
        right, _ = events.get_or_create(
            person=event.person, stage=stage, date=day, label=BY_HAND,
            defaults={"initiative": event.initiative, "origin": AdoptionEvent.Origin.HAND, "entered_by": user,
                      "corrects": event},
        )  # fmt: skip
        tell_of_change(event.initiative, user)
    return right


def withdraw_event(event: AdoptionEvent, user=None) -> None:
    """Take an event out of the count; it stays in the history."""
    _check_correctable(event)
    with transaction.atomic():
        _withdraw([event.pk], user)
        tell_of_change(event.initiative, user)


def withdraw_label(initiative: Initiative, label: str, user=None) -> int:
    """Take out of the count what one label brought."""
    with transaction.atomic():
        standing = initiative.adoption_events.standing().filter(label=label)
        gone = standing.update(withdrawn_at=timezone.now(), withdrawn_by=user)
        tell_of_change(initiative, user)
    return gone


def choose_period(initiative: Initiative, period: str, user=None) -> None:
    """Look at adoption in weeks, months, quarters or years; an empty text: as the dates are spaced."""
    if period and period not in AdoptionPeriod.values:
        raise CannotRecord(f"“{period}” is no period; use {', '.join(AdoptionPeriod.values)}.")
    with transaction.atomic():
        initiative.adoption_period = period
        initiative.save(update_fields=["adoption_period"])
        tell_of_change(initiative, user)


def tell_of_change(initiative: Initiative, user=None) -> None:
    """Raise the version and tell other rooms that adoption is to be counted anew."""
    Initiative.objects.filter(pk=initiative.pk).update(adoption_version=F("adoption_version") + 1)
    initiative.refresh_from_db(fields=["adoption_version"])
    adoption_changed.send(initiative, user=user)


def _check_correctable(event: AdoptionEvent) -> None:
    if event.withdrawn_at:
        raise CannotRecord("This entry no longer counts; correct the one that took its place.")
    if event.origin == AdoptionEvent.Origin.SURVEY:
        raise CannotRecord(
            "People say in the survey where they stand, and correct it there; record by hand what you know."
        )


def _possible_day(initiative: Initiative, day: str | datetime.date) -> datetime.date:
    if isinstance(day, str):
        try:
            day = read_day(day.strip())
        except ValueError:
            raise CannotRecord(f"“{day}” is not a date; write the day as 2026-03-31.") from None
    wrong = wrong_day(day, initiative.start, timezone.localdate())
    if wrong:
        raise CannotRecord(f"{wrong} Give the day on which it happened.")
    return day


def _rules(initiative: Initiative) -> Rules:
    people = list(Person.objects.values_list("pk", "employee_id", "email"))
    by_email: dict[str, int] = {}
    shared = set()
    for pk, _, email in people:
        key = email.casefold()
        if key in by_email:
            shared.add(key)
        by_email[key] = pk
    return Rules(
        by_id={employee_id: pk for pk, employee_id, _ in people},
        by_email={email: pk for email, pk in by_email.items() if email and email not in shared},
        in_scope=frozenset(initiative.positions().values_list("person_id", flat=True)),
        stages={stage.name.casefold(): stage.pk for stage in initiative.stages.all()},
        start=initiative.start,
        today=timezone.localdate(),
    )


def _load(initiative: Initiative, read: AdoptionFile, label: str, origin: str, user) -> AdoptionReport:
    label = label[:255]
    if not read.faults.errors:
        _replace(initiative, set(read.events), label, origin, user)
    return AdoptionReport(
        label=label,
        people=len({event.person for event in read.events}),
        events=len(read.events),
        written=not read.faults.errors,
        errors=read.faults.errors,
        warnings=read.faults.warnings,
    )


def _replace(initiative: Initiative, events: set[Reached], label: str, origin: str, user) -> None:
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=initiative.pk)
        standing = initiative.adoption_events.standing().filter(label=label)
        there = {
            Reached(person, stage, day): pk
            for pk, person, stage, day in standing.values_list("pk", "person_id", "stage_id", "date")
        }
        _withdraw([pk for event, pk in there.items() if event not in events], user)
        kept_out = there.keys() | _corrected(initiative, label)
        new = sorted(events - kept_out, key=lambda event: (event.date, event.person, event.stage))
        _insert(initiative, new, label, origin, user)
        tell_of_change(initiative, user)


def _corrected(initiative: Initiative, label: str) -> set[Reached]:
    """What the label said and somebody has corrected since."""
    wrong = initiative.adoption_events.filter(label=label, corrections__withdrawn_at=None)
    rows = wrong.exclude(corrections=None).values_list("person_id", "stage_id", "date")
    return {Reached(*row) for row in rows}


def _withdraw(pks: Sequence[int], user) -> None:
    for start in range(0, len(pks), ROWS_AT_ONCE):
        AdoptionEvent.objects.filter(pk__in=pks[start : start + ROWS_AT_ONCE]).update(
            withdrawn_at=timezone.now(), withdrawn_by=user
        )


def _insert(initiative: Initiative, events: Iterable[Reached], label: str, origin: str, user) -> None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rest = (label, str(origin), user and user.pk, now)
    rows = [(initiative.pk, person, stage, day.isoformat(), *rest) for person, stage, day in events]
    insert_rows(AdoptionEvent, EVENT_FIELDS, rows)
