"""A log's file becomes columns of codes, or faults. Writes nothing; a log is never held as text."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from influence.eventlogs.timestamps import day_bounds, microseconds, parse_moment
from orgchart.faults import FaultList, FileRefused, refuse

FIELDS = ("case_id", "activity", "timestamp", "resource")
FAULTS_KEPT = 1000
MOST_EVENTS = 20_000_000
MOST_EVENTS_OF_A_CASE = 100_000
MOST_ACTIVITIES = 10_000
MOST_RESOURCES = 200_000
TELL_EVERY = 20_000
Progress = Callable[[float, str], None]
LongArray = NDArray[np.int64]


@dataclass(frozen=True)
class LogOptions:
    """How a log is to be read: columns by field where they are not found by name, and the zone it is in.

    ``needs_zone`` says that more than the order of events depends on it.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    zone: datetime.tzinfo | None = None
    needs_zone: bool = False


@dataclass
class Moments:
    """The column of timestamps, as microseconds since 1970 (UTC), and what is wrong with it."""

    faults: FaultList
    zone: datetime.tzinfo | None = None
    needs_zone: bool = False
    month_first: bool = False
    column: str = ""
    values: array = field(default_factory=lambda: array("q"))
    bad: int = 0
    missing: int = 0
    without_zone: int = 0
    first_without_zone: tuple[int, str] = (0, "")

    def add(self, row: int, text: str) -> None:
        """Take the timestamp of one row; an unreadable one is noted."""
        try:
            moment = parse_moment(text, month_first=self.month_first)
            if moment.tzinfo is None:
                moment = self._in_zone(moment, row, text)
            self.values.append(microseconds(moment))
        except (ValueError, OverflowError):
            self.values.append(0)
            self._note_bad(row, text)

    def _in_zone(self, moment: datetime.datetime, row: int, text: str) -> datetime.datetime:
        if self.zone is None:
            if not self.without_zone:
                self.first_without_zone = (row, text)
            self.without_zone += 1
        return moment.replace(tzinfo=self.zone or datetime.UTC)

    def _note_bad(self, row: int, text: str) -> None:
        self.bad += 1
        self.missing += not text
        if self.bad <= FAULTS_KEPT:
            self.faults.error(
                "bad_date",
                "This is no date and time." if text else "There is no date and time.",
                "Write it as 2026-03-31T14:05:00+02:00.",
                row=row,
                column=self.column,
                value=text,
            )

    def judge(self) -> None:
        """Ask for a zone where timestamps have none: an error only where something hangs on it."""
        if not self.without_zone:
            return
        row, text = self.first_without_zone
        where = {"row": row, "column": self.column, "value": text}
        if self.needs_zone or self.without_zone + self.bad < len(self.values):
            self.faults.error(
                "bad_date",
                f"{self.without_zone:,} of {len(self.values):,} timestamps do not say in which time zone.",
                "Name the zone (for example Europe/Amsterdam) with the file, or export it with one.",
                **where,
            )
        else:
            self.faults.warn(
                "unparsable_date",
                "The timestamps do not say in which time zone; they are read as UTC.",
                "Ties do not depend on it. To choose a time window, name the zone, for example "
                "Europe/Amsterdam.",
                **where,
            )

    @property
    def all_missing(self) -> bool:
        """Whether no event says when it happened."""
        return self.missing == len(self.values) > 0

    def within(
        self, first: datetime.date | None, last: datetime.date | None, zone: datetime.tzinfo | None
    ) -> NDArray[np.bool_]:
        """Which moments lie in a window of whole days, open where a day is None."""
        time = self.as_array()
        begin, end = day_bounds(first, last, zone or datetime.UTC)
        chosen = np.ones(len(time), bool)
        if begin is not None:
            chosen &= time >= begin
        if end is not None:
            chosen &= time < end
        return chosen

    def as_array(self) -> LongArray:
        """All moments."""
        return np.frombuffer(self.values, np.int64)


@dataclass
class EventLogFile:
    """Every event of a log as codes into names; ``first_rows`` says where a resource first occurs."""

    options: LogOptions = field(default_factory=LogOptions)
    progress: Progress = lambda share, message: None
    faults: FaultList = field(default_factory=FaultList)
    format: str = ""
    header: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    activities: dict[str, int] = field(default_factory=dict)
    resources: dict[str, int] = field(default_factory=dict)
    first_rows: list[int] = field(default_factory=list)
    case: array = field(default_factory=lambda: array("i"))
    activity: array = field(default_factory=lambda: array("i"))
    resource: array = field(default_factory=lambda: array("i"))

    def __post_init__(self) -> None:
        self.moments = Moments(self.faults, self.options.zone, self.options.needs_zone)

    def __len__(self) -> int:
        return len(self.case)

    def add(self, row: int, case: str, activity: str, moment: str, resource: str) -> None:
        """Take one event."""
        self.case.append(self.cases.setdefault(case, len(self.cases)))
        self.activity.append(self.activities.setdefault(activity, len(self.activities)))
        code = self.resources.setdefault(resource, len(self.resources))
        if code == len(self.first_rows):
            self.first_rows.append(row)
        self.resource.append(code)
        self.moments.add(row, moment)
        if len(self.case) > MOST_EVENTS:
            raise refuse(
                "too_large", f"The log has more than {MOST_EVENTS:,} events.", "Export a shorter period."
            )

    def judge(self) -> None:
        """Note what is wrong with the log as a whole."""
        if not len(self):
            self.faults.error(
                "empty_file", "There is no event in it.", "Export the log again; check its filter."
            )
            return
        self.moments.judge()
        if not any(self.resources):
            self.faults.error(
                "missing_column",
                "No event says who did it.",
                "Export the log with the resource of each event (org:resource), or say what holds it; events "
                f"have {', '.join(self.header[:12]) or 'nothing else'}.",
                value="resource",
            )
        self._judge_sizes()
        self.faults.sort()

    def _judge_sizes(self) -> None:
        sizes = np.bincount(np.frombuffer(self.case, np.int32))
        if sizes.max() > MOST_EVENTS_OF_A_CASE:
            self._too_large(
                "case_id",
                f"The case has {sizes.max():,} events; more than {MOST_EVENTS_OF_A_CASE:,} are no case.",
                "Name the column that tells the cases apart.",
                list(self.cases)[sizes.argmax()],
            )
        if len(self.activities) > MOST_ACTIVITIES:
            self._too_large(
                "activity",
                f"The log names {len(self.activities):,} activities; at most {MOST_ACTIVITIES:,} are read.",
                "Name the column that holds what was done, not an identifier of the event.",
            )
        if len(self.resources) > MOST_RESOURCES:
            self._too_large(
                "resource",
                f"The log names {len(self.resources):,} resources; at most {MOST_RESOURCES:,} are read.",
                "Name the column that holds who did it, not an identifier of the event.",
            )

    def _too_large(self, field: str, message: str, remedy: str, value: str = "") -> None:
        self.faults.error("too_large", message, remedy, column=self.columns.get(field, ""), value=value)


def read_event_log(
    file: BinaryIO, options: LogOptions | None = None, progress: Progress | None = None
) -> EventLogFile:
    """Read a log in any of the formats; what is wrong is in ``faults``."""
    from influence.eventlogs.opening import open_log
    from influence.eventlogs.tables import read_table_log
    from influence.eventlogs.xes import looks_like_xml, read_xes

    log = EventLogFile(options or LogOptions(), progress or (lambda share, message: None))
    try:
        stream = open_log(file)
        read = read_xes if looks_like_xml(stream) else read_table_log
        read(stream, log)
        if not log.faults.errors or len(log):
            log.judge()
    except FileRefused as refused:
        log.faults.extend(refused.faults)
    return log
