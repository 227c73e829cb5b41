"""What a log says about people: ties between them, and who does what. Reads the database, writes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np

from influence.eventlogs.models import LogResource
from influence.eventlogs.options import HANDOVER, SIMILAR, SUBCONTRACTING, TOGETHER, LogChoices
from influence.eventlogs.reading import EventLogFile
from influence.eventlogs.recognising import Identified, Proposer, Recogniser, resource_name
from influence.eventlogs.timestamps import MICROSECONDS
from influence.loading import StoredTie
from influence.network.eventlog import (
    Events,
    Pairs,
    activity_counts,
    crossings,
    handovers,
    handovers_by_activity,
    ordered_events,
    similar_activities,
    subcontracting,
    working_together,
)
from initiatives.models import Initiative
from orgchart.faults import FaultList
from orgchart.models import OrgChart, Person, Position

Match = LogResource.Match
SIMILAR_FROM, SIMILAR_NEAREST = 0.5, 50
PROPOSED_FOR = 300
TIES_AT_ONCE = 10_000
DAY = 86_400 * MICROSECONDS


@dataclass
class CountedTies:
    """The ties of a log by relation, kept as columns: source, target, strength, count."""

    parts: dict[str, tuple[np.ndarray, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(len(columns[0]) for columns in self.parts.values())

    def __iter__(self) -> Iterator[StoredTie]:
        for relation, columns in self.parts.items():
            for start in range(0, len(columns[0]), TIES_AT_ONCE):
                part = (column[start : start + TIES_AT_ONCE].tolist() for column in columns)
                yield from zip(repeat(relation), *part)


@dataclass
class Counted:
    """The ties of a log and everything that its pages show.

    ``people`` are the primary keys of everybody recognised, tied or not.
    """

    people: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    ties: CountedTies = field(default_factory=CountedTies)
    resources: list[LogResource] = field(default_factory=list)
    events: int = 0
    cases: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    matrices: dict[str, np.ndarray] = field(default_factory=dict)
    faults: FaultList = field(default_factory=FaultList)


def count_log(log: EventLogFile, initiative: Initiative, choices: LogChoices) -> Counted:
    """Recognise a log's resources and count its ties; warnings and what stops it are in ``faults``."""
    counted = Counted(faults=log.faults)
    chosen = _chosen(log, choices, counted)
    if counted.faults.errors:
        return counted
    recogniser = Recogniser(initiative)
    names = [resource_name(text) for text in log.resources]
    identified = [recogniser.identify(name) for name in names]
    resource = np.frombuffer(log.resource, np.int32)[chosen]
    counts = np.bincount(resource, minlength=len(names))
    events = _events(log, chosen, resource, identified, counted)
    counted.events, counted.cases = len(events), len(np.unique(events.case))
    _tell_resources(log, names, identified, counts, initiative, counted)
    _count_ties(events, choices, counted)
    counted.found |= _findings(log)
    counted.figures = _figures(events, counted.people, identified, counts)
    counted.matrices = _matrices(events, counted.people)
    return counted


def _chosen(log: EventLogFile, choices: LogChoices, counted: Counted) -> np.ndarray:
    """Which events lie in the window and are of the chosen activities."""
    chosen = log.moments.within(choices.first, choices.last, choices.timezone)
    if choices.activities is not None:
        codes = [log.activities[name] for name in choices.activities if name in log.activities]
        chosen &= np.isin(np.frombuffer(log.activity, np.int32), codes)
    if not chosen.any():
        counted.faults.error(
            "empty_file",
            "No event lies in the window and is of the activities chosen.",
            "Choose a longer window or more activities.",
        )
    return chosen


def _events(
    log: EventLogFile,
    chosen: np.ndarray,
    resource: np.ndarray,
    identified: list[Identified],
    counted: Counted,
) -> Events:
    """The chosen events with people as codes in the order of their employee ids."""
    keys = {identified[place].person for place in np.unique(resource).tolist()} - {None}
    by_id = Person.objects.filter(pk__in=keys) if len(keys) < 500 else Person.objects.all()
    ordered = [
        pk for _, pk in sorted(by_id.values_list("employee_id", "pk")) if pk in keys
    ]  # sorted here: databases order text by different rules
    counted.people = np.array(ordered, np.int64)
    code = {pk: place for place, pk in enumerate(ordered)}
    person_of = np.array([code.get(one.person, -1) for one in identified], np.int32)
    return ordered_events(
        np.frombuffer(log.case, np.int32)[chosen],
        log.moments.as_array()[chosen],
        np.frombuffer(log.activity, np.int32)[chosen],
        person_of[resource],
        len(ordered),
        len(log.activities),
    )


def _count_ties(events: Events, choices: LogChoices, counted: Counted) -> None:
    for relation in choices.relations:
        pairs, strength = measured(relation, events, choices)
        counted.ties.parts[relation] = (
            counted.people[pairs.source],
            counted.people[pairs.target],
            np.clip(strength, 1e-12, 1.0),
            pairs.count,
        )


def measured(relation: str, events: Events, choices: LogChoices) -> tuple[Pairs, np.ndarray]:
    """The pairs of one relation between two people, and the strength of each."""
    if relation == HANDOVER:
        pairs = handovers(events, choices.depth, choices.fading).of_two()
        return pairs, pairs.strength()
    if relation == SUBCONTRACTING:
        pairs = subcontracting(events)
        return pairs, pairs.strength()
    if relation == TOGETHER:
        pairs = working_together(events)
        return pairs, pairs.weight
    if relation == SIMILAR:
        pairs = similar_activities(events, SIMILAR_FROM, SIMILAR_NEAREST)
        return pairs, pairs.weight
    raise ValueError(f"There is no relation {relation!r} in a log.")


def _tell_resources(
    log: EventLogFile,
    names: list[str],
    identified: list[Identified],
    counts: np.ndarray,
    initiative: Initiative,
    counted: Counted,
) -> None:
    """The list of resources, and a warning for each whose events make no ties."""
    inside = set(initiative.positions().values_list("person_id", flat=True))
    rows: dict[str, LogResource] = {}
    for place, (name, one) in enumerate(zip(names, identified, strict=True)):
        events = int(counts[place])
        if not name or not events or one.match == Match.OBJECTED:
            continue
        if name in rows:
            rows[name].events += events
            continue
        rows[name] = LogResource(name=name, events=events, match=one.match, person_id=one.person)
        warn_about(counted.faults, name, one, events, inside, log.first_rows[place], log.columns["resource"])
    counted.resources = list(rows.values())
    propose(counted.resources, initiative)
    counted.faults.sort()


def warn_about(
    faults: FaultList, name: str, one: Identified, events: int, inside: set[int], row: int, column: str
) -> None:
    """Say of a resource why its events make no ties, or make them for somebody outside the scope."""
    number = f"{events:,} events" if events != 1 else "one event"
    if one.match == Match.UNMATCHED:
        faults.warn(
            "unmatched_resource",
            f"Nobody on the org chart is found for this resource; {number} make no tie.",
            "Say on the log's page who it is; that is remembered.",
            row=row,
            column=column,
            value=name,
        )
    elif one.match == Match.SYSTEM:
        faults.warn(
            "unmatched_resource",
            f"This looks like a system, not a person; {number} are left out.",
            "If it is a person, say on the log's page who.",
            row=row,
            column=column,
            value=name,
        )
    elif one.person and one.person not in inside:
        faults.warn(
            "outside_scope",
            "This person is outside the initiative's scope.",
            "The ties are kept, and count once the scope holds both people.",
            row=row,
            column=column,
            value=name,
        )


def propose(resources: list[LogResource], initiative: Initiative) -> None:
    """Write down who the busiest unmatched resources might be."""
    unmatched = [one for one in resources if one.match == Match.UNMATCHED]
    unmatched.sort(key=lambda one: -one.events)
    if not unmatched:
        return
    positions = Position.objects.filter(chart__is_current=True)
    proposer = Proposer(positions.values_list("person__employee_id", "name"))
    for one in unmatched[:PROPOSED_FOR]:
        one.proposals = proposer.propose(one.name)


def _findings(log: EventLogFile) -> dict[str, Any]:
    """What was found out about the file as a whole, window and activities aside."""
    activity = np.bincount(np.frombuffer(log.activity, np.int32), minlength=len(log.activities))
    time = None if log.moments.all_missing else log.moments.as_array()
    return {
        "format": log.format,
        "header": log.header[:200],
        "columns": log.columns,
        "events": len(log),
        "cases": len(log.cases),
        "activities": [[name, count] for name, count in zip(log.activities, activity.tolist(), strict=True)],
        "begin": None if time is None else _iso(int(time.min())),
        "end": None if time is None else _iso(int(time.max())),
    }


def _iso(moment: int) -> str:
    return datetime.datetime.fromtimestamp(moment / MICROSECONDS, datetime.UTC).isoformat(timespec="minutes")


def _figures(
    events: Events, people: np.ndarray, identified: list[Identified], counts: np.ndarray
) -> dict[str, Any]:
    """Whose events make ties, and how many handovers cross lines and departments."""
    by_match: dict[str, int] = {}
    for one, number in zip(identified, counts.tolist(), strict=True):
        by_match[one.match] = by_match.get(one.match, 0) + number
    pairs = handovers(events)
    own = int(pairs.count[pairs.source == pairs.target].sum())
    figures = {"events_by_match": by_match, "handovers": int(pairs.count.sum()), "to_oneself": own}
    chart = OrgChart.objects.current()
    return figures | (_crossings(pairs, people, chart) if chart else {})


def _crossings(pairs: Pairs, people: np.ndarray, chart: OrgChart) -> dict[str, Any]:
    positions = chart.positions.filter(person__in=people.tolist()) if len(people) < 500 else chart.positions
    rows = {pk: rest for pk, *rest in positions.values_list("person_id", "department", "lft", "rgt")}
    names: dict[str, int] = {"": -1}
    places = [rows.get(pk, ("", -1, -1)) for pk in people.tolist()]
    department = [names.setdefault(name, len(names)) for name, _, _ in places]
    found = crossings(
        pairs,
        np.array(department, np.int32),
        np.array([start for _, start, _ in places], np.int64),
        np.array([end for _, _, end in places], np.int64),
    )
    return {"chart": chart.pk, "crossings": vars(found)}


def _matrices(events: Events, people: np.ndarray) -> dict[str, np.ndarray]:
    """Who does what, and who hands over to whom after which activity, as lists of filled cells."""
    does = activity_counts(events).tocoo()
    activity, pairs = handovers_by_activity(events)
    return {
        "people": people,
        "does": np.stack([does.row, does.col, does.data]).astype(np.int64),
        "hands": np.stack([activity, pairs.source, pairs.target, pairs.count]).astype(np.int64),
    }
