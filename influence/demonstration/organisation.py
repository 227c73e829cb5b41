"""Who works in the demonstration organisation, and who reports to whom.

Pure: the same size gives the same people.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from influence.demonstration.vocabulary import (
    CHIEF_EXECUTIVE,
    DEPARTMENTS,
    EXECUTIVE_DEPARTMENT,
    MAIL_DOMAIN,
    PLACES,
    Department,
    Function,
    Place,
)

SEED = 20260302
USUAL_SIZE = 600
SMALLEST, LARGEST = 150, 20_000
AS_OF = date(2026, 3, 1)
TEAM_OF = 9
AT_TEAMS_PLACE = 0.85
FIRST_NUMBER = 100_000
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "ö": "oe", "ü": "ue", "ä": "ae"})
PEOPLE_COLUMNS = (
    "employee_id", "name", "email", "manager_id", "title", "department", "location", "start_date",
)  # fmt: skip


@dataclass(frozen=True)
class Employee:
    """One invented person. ``team`` and ``function`` shape who knows whom; the file does not have them."""

    employee_id: str
    name: str
    email: str
    manager_id: str
    title: str
    department: str
    function: str
    team: str
    location: str
    start_date: date


@dataclass(frozen=True)
class Organisation:
    """Everybody, managers before the people who report to them."""

    employees: tuple[Employee, ...]

    def people_file(self) -> bytes:
        """The org chart as an HR system would export it."""
        by_id = sorted(self.employees, key=lambda employee: employee.employee_id)
        return table(PEOPLE_COLUMNS, ([getattr(e, column) for column in PEOPLE_COLUMNS] for e in by_id))

    def holder(self, title: str) -> Employee:
        """The first person with a title; in a small organisation of another grade, else the last hired."""
        exact = (employee for employee in self.employees if employee.title == title)
        graded = (employee for employee in self.employees if employee.title.endswith(f" {title}"))
        return next(exact, None) or next(graded, self.employees[-1])


def table(header: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    """Rows as a CSV file in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def build_organisation(people: int = USUAL_SIZE, seed: int = SEED) -> Organisation:
    """Invent an organisation of exactly that many people."""
    if not SMALLEST <= people <= LARGEST:
        raise ValueError(f"The demonstration has {SMALLEST} to {LARGEST:,} people, not {people:,}.")
    builder = _Builder(random.Random(seed), people)
    builder.build(people)
    return Organisation(tuple(builder.employees))


class _Builder:
    """Adds people from the top down, so that everybody's manager is there already."""

    def __init__(self, chance: random.Random, people: int) -> None:
        self.chance = chance
        self.employees: list[Employee] = []
        self.names: set[str] = set()
        self.mails: Counter[str] = Counter()
        # Numbers in a random order: an id must not tell anybody's place.
        self.numbers = chance.sample(range(FIRST_NUMBER, FIRST_NUMBER + 9 * people), people)

    def build(self, people: int) -> None:
        blank = Employee("", "", "", "", "", EXECUTIVE_DEPARTMENT, "", "", "", AS_OF)
        chief = self.hire(blank, CHIEF_EXECUTIVE, PLACES[0], years=9)
        sizes = shares_of(people - 1, [department.share for department in DEPARTMENTS])
        for department, size in zip(DEPARTMENTS, sizes, strict=True):
            self.add_department(chief, department, size)

    def add_department(self, chief: Employee, department: Department, size: int) -> None:
        place = self.chance.choice(PLACES[:4])
        head = self.hire(replace(chief, department=department.name), department.head, place, years=7)
        sizes = shares_of(size - 1, [1.0] * len(department.functions))
        for function, people in zip(department.functions, sizes, strict=True):
            self.add_function(head, function, people)

    def add_function(self, above: Employee, function: Function, size: int) -> None:
        if size == 0:
            return
        head = self.hire(replace(above, function=function.name), function.head, self.any_place(), years=6)
        if size - 1 < TEAM_OF // 2:
            self.add_staff(replace(head, team=function.name), function, size - 1, self.any_place())
            return
        teams = max(1, round((size - 1) / TEAM_OF))
        for number, people in enumerate(shares_of(size - 1, [1.0] * teams), start=1):
            self.add_team(replace(head, team=f"{function.name} {number}"), function, people)

    def add_team(self, head: Employee, function: Function, size: int) -> None:
        place = self.any_place()
        lead = self.hire(head, function.lead, place, years=5)
        self.add_staff(lead, function, size - 1, place)

    def add_staff(self, above: Employee, function: Function, size: int, place: Place) -> None:
        for _ in range(size):
            there = place if self.chance.random() < AT_TEAMS_PLACE else self.any_place()
            self.hire(above, self.title(function), there, years=4)

    def title(self, function: Function) -> str:
        grade = self.chance.choices(("", "Senior ", "Junior "), (70, 20, 10))[0]
        return grade + self.chance.choice(function.titles)

    def any_place(self) -> Place:
        return self.chance.choices(PLACES, [place.share for place in PLACES])[0]

    def hire(self, above: Employee, title: str, place: Place, *, years: int) -> Employee:
        """Add one person who reports to ``above`` and stands in the same part of the organisation."""
        name = self.free_name(place)
        employee = replace(
            above,
            employee_id=str(self.numbers[len(self.employees)]),
            name=name,
            email=self.mail_address(name),
            manager_id=above.employee_id,
            title=title,
            location=place.name,
            start_date=AS_OF - timedelta(days=round(self.chance.expovariate(1 / (365 * years))) + 20),
        )
        self.employees.append(employee)
        return employee

    def free_name(self, place: Place) -> str:
        for _ in range(20):
            name = f"{self.chance.choice(place.first_names)} {self.chance.choice(place.last_names)}"
            if name not in self.names:
                break
        # Where the names run out, two people share one, as in every large firm.
        self.names.add(name)
        return name

    def mail_address(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode()
        local = plain.lower().replace(" ", ".", 1).replace(" ", "")
        self.mails[local] += 1
        number = self.mails[local]
        return f"{local}{number if number > 1 else ''}@{MAIL_DOMAIN}"


def shares_of(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number by weights; the largest remainders get what is left."""
    exact = [total * weight / sum(weights) for weight in weights]
    whole = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: whole[i] - exact[i])
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole
