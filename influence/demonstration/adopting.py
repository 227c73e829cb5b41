"""Who comes to which stage when in the demonstration organisation. Pure: the same days, the same course.

Every week everybody may come one stage further. At the early stages the chance rises with those who lead
a person being there, at the later ones with the colleagues whom the person names. The leaders begin; one
department stops halfway; a few fall back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from influence.demonstration.naming import build_nominations
from influence.demonstration.organisation import SEED, Organisation, table
from influence.demonstration.vocabulary import DEPARTMENTS, ROLE_TITLES

WEEKS = 26
FEWEST_WEEKS = 4
ADOPTION_COLUMNS = ("employee_id", "stage", "date")


@dataclass(frozen=True)
class Step:
    """How people come to one stage: the usual log-odds per week, and what exposure adds."""

    stage: str
    usual: float
    leadership: float
    influence: float


STEPS = (
    Step("awareness", -3.0, 2.4, 0.2),
    Step("willingness", -2.7, 2.0, 0.6),
    Step("ability", -2.1, 0.4, 1.6),
    Step("adoption", -2.7, 0.1, 3.0),
    Step("reinforcement", -3.8, 0.0, 1.5),
)
RESTING = DEPARTMENTS[-2].name
RESTS_FROM = 11
FALLS_BACK = 0.004
ADOPTION = 4


def adoption_file(organisation: Organisation, start: date, until: date, seed: int = SEED) -> bytes:
    """The course as a file, as far as it had got by a day; without rows where it had hardly begun."""
    weeks = min(WEEKS, (until - start).days // 7)
    rows = _Course(organisation, random.Random(seed + 2)).rows(start, weeks) if weeks >= FEWEST_WEEKS else ()
    return table(ADOPTION_COLUMNS, iter(rows))


class _Course:
    """Where everybody stands, week by week."""

    def __init__(self, organisation: Organisation, chance: random.Random) -> None:
        self.chance = chance
        self.department = {e.employee_id: e.department for e in organisation.employees}
        self.colleagues: dict[str, set[str]] = {person: set() for person in self.department}
        self.leaders: dict[str, set[str]] = {person: set() for person in self.department}
        for nomination in build_nominations(organisation):
            names = self.leaders if nomination.relation == "leadership" else self.colleagues
            names[nomination.source].add(nomination.target)
        for employee in organisation.employees:
            if not self.leaders[employee.employee_id] and employee.manager_id:
                self.leaders[employee.employee_id].add(employee.manager_id)
        holders = [organisation.holder(title).employee_id for title in ROLE_TITLES.values()]
        self.standing = dict.fromkeys(self.department, 0)
        self.ahead = dict.fromkeys(holders, ADOPTION)

    def rows(self, start: date, weeks: int) -> Iterator[tuple[str, str, date]]:
        for week in range(weeks):
            before = dict(self.standing)
            for person, stage in before.items():
                now = self._next(person, stage, before, week)
                if now != stage:
                    self.standing[person] = now
                    yield person, STEPS[now - 1].stage, self._day(start, week)

    def _day(self, start: date, week: int) -> date:
        return start + timedelta(days=7 * week + self.chance.randrange(5))

    def _next(self, person: str, stage: int, before: dict[str, int], week: int) -> int:
        if stage < self.ahead.get(person, 0):
            return stage + 1
        if stage == ADOPTION and person not in self.ahead and self.chance.random() < FALLS_BACK:
            return stage - 1
        rests = self.department[person] == RESTING and week >= RESTS_FROM
        if stage == len(STEPS) or rests:
            return stage
        return stage + (self.chance.random() < self._probability(person, stage, before))

    def _probability(self, person: str, stage: int, before: dict[str, int]) -> float:
        step = STEPS[stage]
        odds = step.usual
        odds += step.leadership * _share(self.leaders[person], before, stage + 1)
        odds += step.influence * _share(self.colleagues[person], before, stage + 1)
        return 1 / (1 + exp(-odds))


def _share(people: set[str], before: dict[str, int], stage: int) -> float:
    return sum(before[person] >= stage for person in people) / len(people) if people else 0.0
