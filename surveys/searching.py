"""Finding the survey's people by any part of their name, in any order, one typo forgiven.

Each process keeps the names of the surveys asked last in arrays: 100,000 people answer in milliseconds on
any database, and a typo costs as little as a name spelt well. The arrays are made anew when the survey's
people or the org chart change.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from orgchart.models import OrgChart, Position
from orgchart.naming import search_form
from surveys.models import Invitation, Question, Survey

FEWEST_LETTERS = 2
MOST_HITS = 10
MOST_PARTS = 6
SHORTEST_WITH_TYPO = 4
LONGEST_WORD = 32
SURVEYS_KEPT = 4
SEARCHES_ALLOWED, PER_SECONDS = 60, 30
EXACT_START, EXACT_INSIDE, ONE_TYPO = 0, 1, 2


def survey_positions(survey: Survey, chart: OrgChart | None = None) -> QuerySet[Position]:
    """The places in the current chart of those who can be named: the survey's people, objectors aside."""
    chart = chart or OrgChart.objects.current()
    asked = Invitation.objects.filter(survey=survey, person=OuterRef("person")).nameable()
    return Position.objects.filter(Exists(asked), chart=chart)


def find_people(
    survey: Survey, query: str, *, own_person: int, own_department: str = "", may_name: str = ""
) -> list[int]:
    """At most ten person ids whose names have every part of the query, the best first.

    Names that begin with what was typed come first, then those that hold it, then those one typo away; the
    own department before others; then by name. Nobody finds themselves.
    """
    parts = _words(search_form(query))[:MOST_PARTS]
    if sum(map(len, parts)) < FEWEST_LETTERS:
        return []
    names = _names_of(survey)
    kinds = names.how_they_match(parts)
    at_home = names.in_department(own_department)
    if may_name == Question.MayName.OWN_DEPARTMENT:
        kinds[~at_home] = ONE_TYPO + 1
    if may_name == Question.MayName.OTHER_DEPARTMENTS:
        kinds[at_home] = ONE_TYPO + 1
    kinds[names.person == own_person] = ONE_TYPO + 1
    found = np.flatnonzero(kinds <= ONE_TYPO)
    order = np.argsort(kinds[found] * 2 + ~at_home[found], kind="stable")[:MOST_HITS]
    return names.person[found[order]].tolist()


@dataclass(frozen=True)
class Names:
    """People in the order of their names; ``letters`` holds each distinct word, one code point a column.

    ``word_of`` and ``person_of`` run in parallel over every word of every person.
    """

    person: np.ndarray
    department: np.ndarray
    department_codes: dict[str, int]
    words: list[str]
    letters: np.ndarray
    word_of: np.ndarray
    person_of: np.ndarray

    def in_department(self, name: str) -> np.ndarray:
        """Who is in the department (nobody where it has no name)."""
        return self.department == (self.department_codes.get(name, -1) if name else -1)

    def how_they_match(self, parts: list[str]) -> np.ndarray:
        """For each person: begins with the parts, holds them, one typo in all, or more than that."""
        starting, inside, near = zip(*(self._people_with(part) for part in parts), strict=True)
        kinds = np.full(len(self.person), ONE_TYPO + 1, dtype=np.int8)
        for typo in range(len(parts)):
            others = [people for place, people in enumerate(inside) if place != typo]
            kinds[np.logical_and.reduce([near[typo], *others])] = ONE_TYPO
        kinds[np.logical_and.reduce(inside)] = EXACT_INSIDE
        kinds[np.logical_and.reduce(starting)] = EXACT_START
        return kinds

    def _people_with(self, part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        starting = np.array([word.startswith(part) for word in self.words], dtype=bool)
        inside = np.array([part in word for word in self.words], dtype=bool)
        near = inside
        if SHORTEST_WITH_TYPO <= len(part) < LONGEST_WORD:
            near = inside | begins_within_one_typo(self.letters, part)
        return self._people(starting), self._people(inside), self._people(near)

    def _people(self, words: np.ndarray) -> np.ndarray:
        people = np.zeros(len(self.person), dtype=bool)
        people[self.person_of[words[self.word_of]]] = True
        return people


def begins_within_one_typo(letters: np.ndarray, part: str) -> np.ndarray:
    """Which words begin with the part but for one letter wrong, missing, too many, or two swapped."""
    typed = np.array([ord(letter) for letter in part], dtype=letters.dtype)
    length = len(typed)
    same = letters[:, :length] == typed
    shifted_right = letters[:, 1 : length + 1] == typed
    shifted_left = letters[:, : length - 1] == typed[1:]
    swapped = (letters[:, : length - 1] == typed[1:]) & (letters[:, 1:length] == typed[:-1])
    head = np.cumprod(same, axis=1, dtype=bool)
    before = np.column_stack([np.ones(len(letters), dtype=bool), head])  # before[:, k]: the first k are same
    after_same = _tails(same)
    wrong = before[:, :length] & after_same[:, 1:]
    missing = before[:, :length] & _tails(shifted_right)[:, :length]
    too_many = before[:, :length] & _tails(shifted_left)
    swap = before[:, : length - 1] & swapped & after_same[:, 2:]
    return wrong.any(1) | missing.any(1) | too_many.any(1) | swap.any(1)


def _tails(same: np.ndarray) -> np.ndarray:
    """``[:, k]``: everything from place k on is the same (beyond the end: nothing left to differ)."""
    tails = np.cumprod(same[:, ::-1], axis=1, dtype=bool)[:, ::-1]
    return np.column_stack([tails, np.ones(len(same), dtype=bool)])


_kept: OrderedDict[tuple, Names] = OrderedDict()
_reading = threading.Lock()


def _names_of(survey: Survey) -> Names:
    chart = OrgChart.objects.current()
    key = (survey.pk, survey.created_at, survey.people_version, chart.pk if chart else 0)
    with _reading:  # One thread reads 100,000 names, the others wait for it.
        if key not in _kept:
            _kept[key] = _read(survey, chart)
            while len(_kept) > SURVEYS_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def _read(survey: Survey, chart: OrgChart | None) -> Names:
    rows = survey_positions(survey, chart).order_by("name", "person_id")
    rows = list(rows.values_list("person_id", "person__search_name", "department"))
    departments = {name: code for code, name in enumerate(sorted({row[2] for row in rows if row[2]}))}
    words: dict[str, int] = {}
    pairs = [
        (words.setdefault(word, len(words)), place)
        for place, (_, name, _) in enumerate(rows)
        for word in _words(name)
    ]
    word_of, person_of = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    fixed = np.array([word[:LONGEST_WORD] for word in words], dtype=f"U{LONGEST_WORD + 1}")
    return Names(
        person=np.array([row[0] for row in rows], dtype=np.int64),
        department=np.array([departments.get(row[2], -2) for row in rows], dtype=np.int32),
        department_codes=departments,
        words=list(words),
        letters=fixed.view(np.uint32).reshape(len(words), LONGEST_WORD + 1),
        word_of=np.ascontiguousarray(word_of),
        person_of=np.ascontiguousarray(person_of),
    )


def _words(search_name: str) -> list[str]:
    return search_name.replace(",", " ").replace("-", " ").split()


class SearchLimit:
    """How often one link may search; counted in each process by itself."""

    def __init__(self, allowed: int, seconds: float):
        self.allowed, self.seconds = allowed, seconds
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, link: str) -> float:
        """Count one search of the link; more than 0 where it has to wait first."""
        now = time.monotonic()
        with self._lock:
            times = self._times.setdefault(link, deque())
            self._times.move_to_end(link)
            self._forget(now)
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= self.allowed:
                return times[0] + self.seconds - now
            times.append(now)
            return 0

    def _forget(self, now: float) -> None:
        while len(self._times) > 1:
            link, times = next(iter(self._times.items()))
            if times and times[-1] > now - self.seconds:
                return
            del self._times[link]


search_limit = SearchLimit(SEARCHES_ALLOWED, PER_SECONDS)
