"""Finding the survey's people by any part of their name, in any order, one typo forgiven.

Each process keeps the names of the surveys asked last in arrays: 100,000 people answer in milliseconds on
any database, and a typo costs as little as a name spelt well. The arrays are made anew when the survey's
people or the org chart change.
"""

from __future__ import annotations

import re
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
    at_home = names.in_department(own_department)
    allowed = names.person != own_person
    if may_name == Question.MayName.OWN_DEPARTMENT:
        allowed &= at_home
    if may_name == Question.MayName.OTHER_DEPARTMENTS:
        allowed &= ~at_home
    kinds = names.how_they_match(parts, allowed)
    found = np.flatnonzero(kinds <= ONE_TYPO)
    order = np.argsort(kinds[found] * 2 + ~at_home[found], kind="stable")[:MOST_HITS]
    return names.person[found[order]].tolist()


@dataclass(frozen=True)
class Names:
    """People in the order of their names, and each distinct word of these, in the order of the alphabet.

    ``text`` holds the words, each after a line break, so that one pass of the machine's own string search
    looks through all of them; ``begins`` says where each begins; ``letters`` has one code point a column.
    ``word_of`` and ``person_of`` run in parallel over every word of every person.
    """

    person: np.ndarray
    department: np.ndarray
    department_codes: dict[str, int]
    text: str
    begins: np.ndarray
    letters: np.ndarray
    word_of: np.ndarray
    person_of: np.ndarray

    def in_department(self, name: str) -> np.ndarray:
        """Who is in the department (nobody where it has no name)."""
        return self.department == (self.department_codes.get(name, -1) if name else -1)

    def how_they_match(self, parts: list[str], allowed: np.ndarray) -> np.ndarray:
        """For each person: begins with the parts, holds them, one typo in all, or more than that.

        Typos are looked for only where fewer than ten of the people allowed are found without.
        """
        inside = [self._people(self._words_with(part)) for part in parts]
        starting = [self._people(self._words_with(part, at_begin=True)) for part in parts]
        kinds = np.full(len(self.person), ONE_TYPO + 1, dtype=np.int8)
        exact = np.logical_and.reduce(inside)
        if np.count_nonzero(exact & allowed) < MOST_HITS:
            for place, part in enumerate(parts):
                others = [people for other, people in enumerate(inside) if other != place]
                kinds[np.logical_and.reduce([self._people(self._words_near(part)), *others])] = ONE_TYPO
        kinds[exact] = EXACT_INSIDE
        kinds[np.logical_and.reduce(starting)] = EXACT_START
        kinds[~allowed] = ONE_TYPO + 1
        return kinds

    def _words_with(self, part: str, *, at_begin: bool = False) -> np.ndarray:
        """The numbers of the words that hold the part, or begin with it."""
        found = re.finditer(re.escape(f"\n{part}" if at_begin else part), self.text)
        places = np.fromiter((match.end() - len(part) for match in found), dtype=np.int64)
        return np.searchsorted(self.begins, places, side="right") - 1

    def _words_near(self, part: str) -> np.ndarray:
        """The numbers of the words that begin with the part but for one typo."""
        if not SHORTEST_WITH_TYPO <= len(part) < LONGEST_WORD:
            return np.empty(0, dtype=np.int64)
        # The words are sorted, so those with the same first letter lie side by side.
        first = np.searchsorted(self.letters[:, 0], [ord(part[0]), ord(part[0]) + 1])
        same_first = np.arange(*first)
        near = same_first[begins_within_one_typo(self.letters[first[0] : first[1]], part)]
        return np.concatenate([near, *self._typo_in_the_first_letter(part)])

    def _typo_in_the_first_letter(self, part: str) -> list[np.ndarray]:
        rest, swapped = part[1:], part[1] + part[0] + part[2:]
        return [
            self._words_with_at(rest, (0, 1)),  # one too many, or wrong
            self._words_with_at(part, (1,)),  # missing
            self._words_with(swapped, at_begin=True),
        ]

    def _words_with_at(self, part: str, offsets: tuple[int, ...]) -> np.ndarray:
        places = np.fromiter((m.start() for m in re.finditer(re.escape(part), self.text)), dtype=np.int64)
        words = np.searchsorted(self.begins, places, side="right") - 1
        return words[np.isin(places - self.begins[words], offsets)]

    def _people(self, words: np.ndarray) -> np.ndarray:
        chosen = np.zeros(len(self.begins), dtype=bool)
        chosen[words] = True
        people = np.zeros(len(self.person), dtype=bool)
        people[self.person_of[chosen[self.word_of]]] = True
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
    words = sorted({word for _, name, _ in rows for word in _words(name)})
    numbers = {word: number for number, word in enumerate(words)}
    pairs = [(numbers[word], place) for place, (_, name, _) in enumerate(rows) for word in _words(name)]
    word_of, person_of = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    fixed = np.array([word[:LONGEST_WORD] for word in words], dtype=f"U{LONGEST_WORD + 1}")
    lengths = np.array([len(word) + 1 for word in words], dtype=np.int64)
    return Names(
        person=np.array([row[0] for row in rows], dtype=np.int64),
        department=np.array([departments.get(row[2], -2) for row in rows], dtype=np.int32),
        department_codes=departments,
        text="".join(f"\n{word}" for word in words),
        begins=1 + np.cumsum(lengths) - lengths,
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
