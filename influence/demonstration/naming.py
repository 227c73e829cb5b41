"""Who names whom in the demonstration organisation. Pure: the same organisation gives the same nominations.

People name those close to them (team, function, department) and those who are known; some are better
known than others. Three people without reports are asked by many departments, two senior managers are
named by nobody, and one specialist gives direction without managing anybody. Nothing in the files says
who they are: the analysis has to find them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from influence.demonstration.organisation import SEED, Employee, Organisation

CONNECTOR_TITLES = ("Accounts Payable Specialist", "ERP Consultant", "Production Planner")
UNHEARD_TITLES = ("Chief Sales Officer", "Head of Assembly")
GUIDE_TITLE = "Business Analyst"

RESPONSE = {
    "Corporate Office": 0.90, "Finance": 0.91, "Purchasing": 0.84, "Sales": 0.76, "Production": 0.72,
    "Logistics": 0.79, "Information Technology": 0.88, "Customer Service": 0.83,
}  # fmt: skip
CIRCLES = ("team", "function", "department", "company")
NEARNESS = {"advice": (52, 16, 14, 18), "influence": (38, 18, 18, 26)}
NAMED = {"advice": (2, 5), "influence": (1, 4)}
STRENGTHS = (1, 2, 3)
ASKS_OWN_MANAGER = 0.4
NAMES_NO_LEADER = 0.3
OWN_MANAGER_LEADS = 0.6
GUIDE_LEADS = 0.12
CONNECTOR_SHARE = 0.1
CONNECTOR_AT_HOME = 5.0


@dataclass(frozen=True)
class Planted:
    """The people whom the analysis has to find, by employee id."""

    connectors: tuple[str, ...]
    unheard: tuple[str, ...]
    guide: str


@dataclass(frozen=True)
class Nomination:
    """``source`` names ``target``; the strength is how often, from 1 to 3."""

    source: str
    target: str
    relation: str
    strength: int


def planted_people(organisation: Organisation) -> Planted:
    """Who stands out in this organisation; known to tests, written nowhere."""
    return Planted(
        connectors=tuple(organisation.holder(title).employee_id for title in CONNECTOR_TITLES),
        unheard=tuple(organisation.holder(title).employee_id for title in UNHEARD_TITLES),
        guide=organisation.holder(GUIDE_TITLE).employee_id,
    )


def build_nominations(organisation: Organisation, seed: int = SEED) -> list[Nomination]:
    """Everybody's answers: about four people in five answer."""
    chance = random.Random(seed + 1)
    answers = _Answers(organisation, planted_people(organisation), chance)
    respondents = [e for e in organisation.employees if chance.random() < RESPONSE[e.department]]
    return [nomination for employee in respondents for nomination in answers.of(employee)]


class _Circle:
    """People of whom one is drawn by weight."""

    def __init__(self, people: Iterable[Employee], weight: Callable[[Employee], float]) -> None:
        self.people = [e.employee_id for e in people]
        self.sums = list(accumulate(weight(by_id) for by_id in people))

    def draw(self, chance: random.Random) -> str | None:
        if not self.sums or self.sums[-1] <= 0:
            return None
        return chance.choices(self.people, cum_weights=self.sums)[0]


class _Answers:
    """What each person answers, given how well known everybody is."""

    def __init__(self, organisation: Organisation, planted: Planted, chance: random.Random) -> None:
        self.planted, self.chance = planted, chance
        self.managers = {e.manager_id for e in organisation.employees}
        self.standing = {e.employee_id: self._standing(e) for e in organisation.employees}
        self.circles = self._circles(organisation)
        self.leads = _Circle(organisation.employees, self._weight_as_leader)

    def of(self, employee: Employee) -> Iterator[Nomination]:
        for relation in NEARNESS:
            for target in self._named(employee, relation):
                yield Nomination(employee.employee_id, target, relation, self._strength())
        for target in self._named_leaders(employee):
            yield Nomination(employee.employee_id, target, "leadership", self._strength())

    def _standing(self, employee: Employee) -> float:
        if employee.employee_id in self.planted.unheard:
            return 0.0
        standing = self.chance.lognormvariate(0, 0.7)
        if employee.employee_id in self.planted.connectors:
            return CONNECTOR_AT_HOME
        return standing * (1.5 if employee.employee_id in self.managers else 1.0)

    def _circles(self, organisation: Organisation) -> dict[tuple[str, str], _Circle]:
        members: dict[tuple[str, str], list[Employee]] = defaultdict(list)
        for employee in organisation.employees:
            for circle in CIRCLES[:-1]:
                members[circle, getattr(employee, circle)].append(employee)
        circles = {key: _Circle(people, self._weight_at_home) for key, people in members.items()}
        circles["company", ""] = _Circle(organisation.employees, self._weight_abroad)
        return circles

    def _weight_at_home(self, employee: Employee) -> float:
        return self.standing[employee.employee_id]

    def _weight_abroad(self, employee: Employee) -> float:
        if employee.employee_id in self.planted.connectors:
            return CONNECTOR_SHARE * sum(self.standing.values())
        return self.standing[employee.employee_id]

    def _weight_as_leader(self, employee: Employee) -> float:
        if employee.employee_id in self.planted.connectors:
            return 0.0
        return self.standing[employee.employee_id] * (12.0 if employee.employee_id in self.managers else 0.15)

    def _named(self, employee: Employee, relation: str) -> list[str]:
        wanted = self.chance.randint(*NAMED[relation])
        named = self._own_manager(employee, ASKS_OWN_MANAGER) if relation == "advice" else []
        for _ in range(4 * wanted):
            if len(named) >= wanted:
                break
            circle = self.chance.choices(CIRCLES, NEARNESS[relation])[0]
            self._add(named, self.circles[circle, getattr(employee, circle, "")], employee)
        return named

    def _named_leaders(self, employee: Employee) -> list[str]:
        if self.chance.random() < NAMES_NO_LEADER:
            return []
        named = self._own_manager(employee, OWN_MANAGER_LEADS)
        if self.chance.random() < GUIDE_LEADS and employee.employee_id != self.planted.guide:
            named.append(self.planted.guide)
        if not named or self.chance.random() < 0.25:
            self._add(named, self.leads, employee)
        return named

    def _own_manager(self, employee: Employee, probability: float) -> list[str]:
        heard = employee.manager_id and employee.manager_id not in self.planted.unheard
        return [employee.manager_id] if heard and self.chance.random() < probability else []

    def _add(self, named: list[str], circle: _Circle, employee: Employee) -> None:
        drawn = circle.draw(self.chance)
        if drawn and drawn != employee.employee_id and drawn not in named:
            named.append(drawn)

    def _strength(self) -> int:
        return self.chance.choices(STRENGTHS, (20, 45, 35))[0]
