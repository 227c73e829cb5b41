"""The process beside the people: who does an activity, and to whom it goes on from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import QuerySet

from influence.eventlogs.models import EventLog
from orgchart.models import Person, Position
from surveys.models import Objection

MOST_SHOWN = 10
SHADES = 5
OTHERS = "Others"
NO_DEPARTMENT = "No department"


@dataclass(frozen=True)
class Who:
    """A row or column of the matrix: a person or a department."""

    name: str
    title: str = ""
    department: str = ""


@dataclass
class Activity:
    """Who does one activity, and who does the next event after whom."""

    name: str
    times: int
    doers: list[dict[str, Any]] = field(default_factory=list)
    receivers: list[Who] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    kept: int = 0
    title: str = ""


class Process:
    """The matrices of one log, by person, or by department where nobody may see who works with whom."""

    def __init__(self, log: EventLog, *, by_department: bool = False):
        self.log = log
        self.by_department = by_department
        self.arrays = _without(read_matrices(log), Objection.objects.people(log.initiative))
        self.whos, self.code = self._entities(self.arrays.get("people", np.zeros(0, np.int64)))

    def activities(self) -> list[tuple[int, str, int]]:
        """Place, name and number of each activity that a known person did, the most frequent first."""
        _, place, count = self.arrays.get("does", np.zeros((3, 0), np.int64))
        names = self.log.found.get("activities", [])
        times = np.bincount(place, weights=count, minlength=len(names)).astype(np.int64)
        order = np.argsort(-times, kind="stable")
        return [(int(i), names[i][0], int(times[i])) for i in order if times[i]]

    def activity(self, place: int) -> Activity:
        """One activity: its doers, and the matrix of handovers after it."""
        names = {one: (name, times) for one, name, times in self.activities()}
        found = Activity(*names[place])
        done = self._done(place)
        total = max(int(done.sum()), 1)
        found.doers = [
            {"who": self.whos[one], "times": int(done[one]), "share": round(100 * int(done[one]) / total)}
            for one in np.argsort(-done, kind="stable")[:MOST_SHOWN]
            if done[one]
        ]
        handed = self._handed(place)
        self._fill(found, handed)
        passed = {pair: count for pair, count in handed.items() if pair[0] != pair[1]}
        found.kept = sum(handed.values()) - sum(passed.values())
        found.title = self._title(passed)
        return found

    def _title(self, passed: dict[tuple[int, int], int]) -> str:
        """The finding in one line: between whom the case passes most often."""
        if not passed:
            return "The case stays with whoever did it"
        giver, taker = max(passed, key=lambda pair: (passed[pair], -pair[0], -pair[1]))
        return f"Most often the case goes from {self.whos[giver].name} to {self.whos[taker].name}"

    def handovers(self) -> Iterator[tuple[str, str, str, int]]:
        """Activity, from, to and count of every cell, for a file."""
        names = [name for name, _ in self.log.found.get("activities", [])]
        for place in range(len(names)):
            handed = self._handed(place)
            for (a, b), count in sorted(handed.items()):
                yield names[place], self._label(a), self._label(b), count

    def _label(self, one: int) -> str:
        who = self.whos[one]
        return ", ".join(filter(None, [who.name, who.title, who.department]))

    def _entities(self, people: np.ndarray) -> tuple[list[Who], np.ndarray]:
        """What rows and columns stand for, and which of them each of the people belongs to."""
        known = _whos(people.tolist())
        whos = [known.get(pk, Who("Somebody who is no longer kept")) for pk in people.tolist()]
        if not self.by_department:
            return whos, np.arange(len(whos))
        names = sorted({who.department or NO_DEPARTMENT for who in whos})
        code = {name: place for place, name in enumerate(names)}
        return [Who(name) for name in names], np.array(
            [code[who.department or NO_DEPARTMENT] for who in whos], np.int64
        )

    def _done(self, place: int) -> np.ndarray:
        person, activity, count = self.arrays["does"]
        chosen = activity == place
        return np.bincount(self.code[person[chosen]], weights=count[chosen], minlength=len(self.whos))

    def _handed(self, place: int) -> dict[tuple[int, int], int]:
        activity, source, target, count = self.arrays["hands"]
        chosen = activity == place
        handed: dict[tuple[int, int], int] = {}
        columns = (self.code[source[chosen]], self.code[target[chosen]], count[chosen])
        for a, b, number in zip(*(column.tolist() for column in columns), strict=True):
            handed[a, b] = handed.get((a, b), 0) + number
        return handed

    def _fill(self, found: Activity, handed: dict[tuple[int, int], int]) -> None:
        givers, takers = _largest(handed, 0), _largest(handed, 1)
        cells: dict[tuple[int, int], int] = {}
        for (a, b), number in handed.items():
            key = (givers.get(a, len(givers)), takers.get(b, len(takers)))
            cells[key] = cells.get(key, 0) + number
        found.receivers = self._named(takers, cells, 1)
        largest = max(cells.values(), default=1)
        for row, who in enumerate(self._named(givers, cells, 0)):
            counts = [cells.get((row, column), 0) for column in range(len(found.receivers))]
            found.rows.append(
                {
                    "who": who,
                    "total": sum(counts),
                    "cells": [
                        {"count": count, "shade": -(-SHADES * count // largest), "same": who == taker}
                        for count, taker in zip(counts, found.receivers, strict=True)
                    ],
                }
            )

    def _named(self, places: dict[int, int], cells: dict[tuple[int, int], int], side: int) -> list[Who]:
        named = [self.whos[one] for one in places]
        return [*named, Who(OTHERS)] if any(key[side] == len(places) for key in cells) else named


def read_matrices(log: EventLog) -> dict[str, np.ndarray]:
    """The arrays kept of a log's last reading; none where there was none."""
    if not log.matrices:
        return {}
    with log.matrices.open("rb") as file, np.load(file) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _without(arrays: dict[str, np.ndarray], objecting: QuerySet[Person]) -> dict[str, np.ndarray]:
    """The same without what somebody does who has objected since."""
    gone = np.isin(arrays.get("people", []), list(objecting.values_list("pk", flat=True)))
    if not gone.any():
        return arrays
    does, hands = arrays["does"], arrays["hands"]
    return arrays | {
        "does": does[:, ~gone[does[0]]],
        "hands": hands[:, ~(gone[hands[1]] | gone[hands[2]])],
    }


def _largest(handed: dict[tuple[int, int], int], side: int) -> dict[int, int]:
    """Those who give or take most, oneself aside, each with its place in the matrix."""
    totals: dict[int, tuple[int, int]] = {}
    for key, number in handed.items():
        passed, whole = totals.get(key[side], (0, 0))
        totals[key[side]] = (passed + number * (key[0] != key[1]), whole + number)
    order = sorted(totals, key=lambda one: (-totals[one][0], -totals[one][1], one))
    return {one: place for place, one in enumerate(order[:MOST_SHOWN])}


def _whos(keys: list[int]) -> dict[int, Who]:
    """Name, title and department on the current chart; the name alone for others."""
    names = Person.objects.filter(pk__in=keys) if len(keys) < 500 else Person.objects.all()
    found = {pk: Who(name) for pk, name in names.values_list("pk", "name")}
    positions = Position.objects.filter(chart__is_current=True, person__in=names)
    rows = positions.values_list("person_id", "name", "title", "department")
    return found | {pk: Who(*rest) for pk, *rest in rows}
