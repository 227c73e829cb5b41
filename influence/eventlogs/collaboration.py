"""Who interacts with whom in a BPM suite or a social network beside it: comments, mentions, messages.

Only who, whom, what kind and when are read; a file's other columns are passed over unread.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from influence.eventlogs.counting import Counted, propose, warn_about
from influence.eventlogs.models import LogResource
from influence.eventlogs.opening import LogStream, open_log
from influence.eventlogs.options import COLLABORATION, LogChoices
from influence.eventlogs.reading import TELL_EVERY, LogOptions, Moments, Progress
from influence.eventlogs.recognising import Identified, Recogniser, resource_name
from influence.eventlogs.tables import month_first, open_table, picked
from initiatives.models import Initiative
from orgchart.columns import Field, Layout, assign
from orgchart.faults import FaultList, FileRefused

INTERACTIONS = Layout(
    fields=(
        Field(
            "from",
            ("source", "sender", "author", "user", "actor", "from user", "from email",
             "created by", "organizer"),
            required=True,
        ),
        Field(
            "to",
            ("target", "recipient", "recipients", "receiver", "mentioned", "to user", "to email", "addressee",
             "attendee", "attendees"),
            required=True,
        ),
        Field("kind", ("type", "interaction", "action", "event", "channel", "activity")),
        Field("timestamp", ("time", "date", "datetime", "created at", "sent at", "when", "start"),
              required=True),
    )
)  # fmt: skip
FIELDS = ("from", "to", "kind", "timestamp")
DEFAULT_KIND = "message"
Match = LogResource.Match


@dataclass
class InteractionFile:
    """Every interaction as codes into names and kinds."""

    options: LogOptions
    progress: Progress
    faults: FaultList = field(default_factory=FaultList)
    format: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    first_rows: list[int] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    source: array = field(default_factory=lambda: array("i"))
    target: array = field(default_factory=lambda: array("i"))
    kind: array = field(default_factory=lambda: array("i"))

    def __post_init__(self) -> None:
        self.moments = Moments(self.faults, self.options.zone, self.options.needs_zone)

    def __len__(self) -> int:
        return len(self.source)

    def add(self, row: int, source: str, targets: str, kind: str, moment: str) -> None:
        """Take one row; several recipients, separated by semicolons, are as many interactions."""
        for target in filter(None, map(str.strip, targets.split(";"))):
            self.source.append(self._name(row, source))
            self.target.append(self._name(row, target))
            text = " ".join(kind.lower().split())[:60] or DEFAULT_KIND
            self.kind.append(self.kinds.setdefault(text, len(self.kinds)))
            self.moments.add(row, moment)

    def _name(self, row: int, text: str) -> int:
        code = self.names.setdefault(text, len(self.names))
        if code == len(self.first_rows):
            self.first_rows.append(row)
        return code


def read_interactions(
    file: BinaryIO, options: LogOptions | None = None, progress: Progress | None = None
) -> InteractionFile:
    """Read a table of interactions; what is wrong is in ``faults``."""
    read = InteractionFile(options or LogOptions(), progress or (lambda share, message: None))
    try:
        _read_rows(open_log(file), read)
    except FileRefused as refused:
        read.faults.extend(refused.faults)
    return read


def _read_rows(stream: LogStream, read: InteractionFile) -> None:
    mapping = {name: column for name, column in read.options.mapping.items() if column and name in FIELDS}
    table, rows = open_table(stream, INTERACTIONS, mapping)
    columns = assign(INTERACTIONS, table.header, mapping)
    read.format = str(table.found)
    read.columns = {name: table.header[place] for name, place in columns.items()}
    for name in INTERACTIONS.required:
        if name not in columns:
            read.faults.error(
                "missing_column",
                f"There is no column “{name}”.",
                "The file needs the columns from, to, kind and timestamp.",
                row=table.header_row,
                value=name,
            )
    if read.faults.errors:
        return
    read.moments.column = read.columns["timestamp"]
    read.moments.month_first = month_first(stream, INTERACTIONS, mapping, table, columns["timestamp"])
    places = [columns.get(name, len(table.header)) for name in FIELDS]
    for number, (row, cells) in enumerate(rows):
        read.add(row, *picked(cells, places))
        if number % TELL_EVERY == 0:
            read.progress(stream.share, f"Reading interactions: {number:,}")
    read.moments.judge()
    if not len(read):
        read.faults.error("empty_file", "There is no interaction in it.", "Give at least one row.")


def count_interactions(read: InteractionFile, initiative: Initiative, choices: LogChoices) -> Counted:
    """Recognise people and count their interactions, each kind with its weight."""
    counted = Counted(faults=read.faults, events=len(read))
    counted.found = {"format": read.format, "columns": read.columns}
    if read.faults.errors:
        return counted
    recogniser = Recogniser(initiative)
    names = [resource_name(text) for text in read.names]
    identified = [recogniser.identify(name) for name in names]
    chosen = read.moments.within(choices.first, choices.last, choices.timezone)
    source, target, kind = (
        np.frombuffer(part, np.int32)[chosen] for part in (read.source, read.target, read.kind)
    )
    counted.events = int(chosen.sum())
    counted.found["kinds"] = [
        [name, int(number), choices.weights.get(name, 1.0)]
        for name, number in zip(read.kinds, np.bincount(kind, minlength=len(read.kinds)), strict=True)
    ]
    weight = np.array([choices.weights.get(name, 1.0) for name in read.kinds])[kind]
    person = np.array([one.person or -1 for one in identified], np.int64)
    counted.people = np.unique(person[np.concatenate([source, target])])
    counted.people = counted.people[counted.people > 0]
    counted.ties.parts[COLLABORATION] = _ties(person[source], person[target], weight)
    taking_part = np.bincount(np.concatenate([source, target]), minlength=len(names)).tolist()
    _tell_people(read, names, identified, taking_part, initiative, counted)
    return counted


def _ties(source: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, ...]:
    """One tie a pair: how often they interacted, and its weight as a share of the largest."""
    real = (source >= 0) & (target >= 0) & (source != target) & (weight > 0)
    pairs, place = np.unique(np.stack([source[real], target[real]]), axis=1, return_inverse=True)
    total, count = np.bincount(place.ravel(), weight[real]), np.bincount(place.ravel())
    share = total / total.max() if len(total) else total
    return pairs[0], pairs[1], np.maximum(share, 1e-12), count


def _tell_people(
    read: InteractionFile,
    names: list[str],
    identified: list[Identified],
    taking_part: list[int],
    initiative: Initiative,
    counted: Counted,
) -> None:
    inside = set(initiative.positions().values_list("person_id", flat=True))
    rows: dict[str, LogResource] = {}
    for place, (name, one) in enumerate(zip(names, identified, strict=True)):
        if not name or not taking_part[place] or name in rows or one.match == Match.OBJECTED:
            continue
        rows[name] = LogResource(name=name, events=taking_part[place], match=one.match, person_id=one.person)
        warn_about(
            counted.faults, name, one, taking_part[place], inside, read.first_rows[place],
            read.columns["from"],
        )  # fmt: skip
    counted.resources = list(rows.values())
    by_match: dict[str, int] = {}
    for row in counted.resources:
        by_match[row.match] = by_match.get(row.match, 0) + row.events
    counted.figures = {"events_by_match": by_match}
    propose(counted.resources, initiative)
    counted.faults.sort()
