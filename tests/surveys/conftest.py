"""A small organisation with an open survey: one top, two departments, a person for every part of the door."""

from datetime import date

import pytest
from django.utils import timezone

from initiatives.editing import create_initiative
from initiatives.models import Relation
from orgchart.models import OrgChart, Person, Position
from surveys.models import Invitation, Question, Survey

# employee_id, name, manager, department, title, lft, rgt, level
PEOPLE = (
    ("T", "Ada Top", None, "Board", "Director", 0, 6, 1),
    ("F", "Zoë Fournier", "T", "Finance", "Head of Finance", 1, 3, 2),
    ("F1", "Łukasz Müller", "F", "Finance", "Accountant", 2, 2, 3),
    ("F2", "Ana García López", "F", "Finance", "Controller", 3, 3, 3),
    ("S", "Bernd Søndergaard", "T", "Sales", "Head of Sales", 4, 6, 2),
    ("S1", "Ana Müller", "S", "Sales", "Clerk", 5, 5, 3),
    ("S2", "Anna Miller", "S", "Sales", "Engineer", 6, 6, 3),
)


def make_chart(rows=PEOPLE):
    """Make the current org chart of the rows, and its people by employee_id."""
    people = {row[0]: Person.objects.create(employee_id=row[0], name=row[1]) for row in rows}
    chart = OrgChart.objects.create(
        as_of=date(2026, 1, 1), file_name="people.csv", file_hash="0" * 64, people_count=len(rows),
        tops_count=1, max_level=3, is_current=True, activated_at=timezone.now(),
    )  # fmt: skip
    reports = [row[2] for row in rows]
    for employee_id, name, manager, department, title, lft, rgt, level in rows:
        Position.objects.create(
            chart=chart, person=people[employee_id], manager=people.get(manager), name=name, title=title,
            department=department, level=level, span=reports.count(employee_id), headcount=rgt - lft,
            lft=lft, rgt=rgt,
        )  # fmt: skip
    return chart, people


def make_survey(initiative, state="open", **fields):
    """Make a survey with one question of each kind, everybody of the scope invited."""
    survey = Survey.objects.create(
        initiative=initiative, title="Who helps whom", notice_version="1", **fields
    )
    relations = {name: Relation.objects.get_or_create(name=name)[0] for name in ("influence", "leadership")}
    five = [{"value": step, "text": {}} for step in range(1, 6)]
    choices = [{"value": value, "text": {"en": value}} for value in ("mail", "talk")]
    kinds = (
        {"kind": "names", "relation": relations["influence"], "scale": five, "required": True},
        {"kind": "names", "relation": relations["leadership"]},
        {"kind": "stage"},
        {"kind": "rating", "scale": five},
        {"kind": "choice", "options": choices},
        {"kind": "text"},
    )
    for order, fields in enumerate(kinds, start=1):
        Question.objects.create(survey=survey, order=order, text={"en": f"Question {order}?"}, **fields)
    survey.state = state
    survey.save()
    for position in initiative.positions():
        Invitation.objects.create(survey=survey, person=position.person, department=position.department)
    return survey


@pytest.fixture
def world(db):
    """Return (survey, people by employee_id)."""
    _, people = make_chart()
    initiative = create_initiative(slug="invoices", name="Faster invoices")
    return make_survey(initiative), people


@pytest.fixture
def link(world):
    """Return a function that makes a new link for a person and returns its address."""
    survey, people = world

    def make(employee_id):
        invitation = survey.invitations.get(person=people[employee_id])
        return f"/s/{invitation.make_token()}/"

    return make
