"""A small company, one initiative with a finished analysis, and a client per person who asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework.test import APIClient

from bpm_influence.accounts.models import ApiToken
from influence.models import Analysis, ChosenChampion, Score, Tie, TieSet
from initiatives.editing import create_initiative
from initiatives.models import Relation
from orgchart.models import OrgChart, Person, Position

# employee id, name, manager, title, department, level, span, headcount, preorder number
STAFF = (
    ("01", "Ana Almeida", None, "Chief Executive Officer", "Corporate Office", 1, 2, 5, 0),
    ("02", "Bram de Boer", "01", "Head of Finance", "Finance", 2, 2, 2, 1),
    ("03", "Carla Núñez", "02", "Accountant", "Finance", 3, 0, 0, 2),
    ("04", "Dennis Øst", "02", "=Clerk", "Finance", 3, 0, 0, 3),
    ("05", "Elif Demir", "01", "Head of Sales", "Sales", 2, 1, 1, 4),
    ("06", "Farhan Khan", "05", "Sales Representative", "Sales", 3, 0, 0, 5),
)
GROUPS = (
    "leading_influencer",
    "leader_without_reach",
    "hidden_influencer",
    "audience",
    "audience",
    "audience",
)
ESTIMATE = {"people": 2.0, "se": 0.01, "low": 1.5, "high": 2.5}
SUMMARY = {
    "people": 6,
    "response_rate": None,
    "groups": {"leading_influencer": 1, "leader_without_reach": 1, "hidden_influencer": 1, "audience": 3},
    "reach": dict.fromkeys(("leadership", "influence", "both"), ESTIMATE),
    "split": dict.fromkeys(
        ("leadership_only", "influence_only", "either", "only_together", "not_reached"), ESTIMATE
    ),
    "silent": 0.5,
    "baselines": {name: {"people": 2.0, "se": 0.01} for name in ("leaders", "champions", "random_champions")},
    "guarantee": {"share": 0.9, "confidence": 0.99, "method": "data-dependent bound"},
}
NAMED = (("03", "02", 1.0), ("04", "03", 0.5), ("06", "03", 0.25), ("02", "03", 1.0))


def make_user(username, role):
    return get_user_model().objects.create_user(username, password="not-needed-here-1", role=role)


def client_of(user, scope="write"):
    client = APIClient()
    _, secret = ApiToken.make(user, name="tests", scope=scope)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def chart(db):
    chart = OrgChart.objects.create(
        as_of=date(2026, 1, 1), file_name="people.csv", file_hash="0" * 64, people_count=6, tops_count=1,
        max_level=3, is_current=True, activated_at=timezone.now(),
    )  # fmt: skip
    people = {
        row[0]: Person.objects.create(
            employee_id=row[0], name=row[1], email=f"p{row[0]}@company.example", search_name=row[1].casefold()
        )
        for row in STAFF
    }
    for employee_id, name, manager, title, department, level, span, headcount, lft in STAFF:
        Position.objects.create(
            chart=chart, person=people[employee_id], manager=people.get(manager), name=name, title=title,
            department=department, level=level, span=span, headcount=headcount, lft=lft, rgt=lft + headcount,
        )  # fmt: skip
    return chart


@pytest.fixture
def manager(db):
    return make_user("carol", "change_manager")


@pytest.fixture
def initiative(chart, manager):
    return create_initiative(
        slug="invoices",
        name="Digital invoice approval",
        roles=[{"employee_id": "01", "role": "sponsor"}],
        created_by=manager,
    )


@pytest.fixture
def ties(initiative):
    relation, _ = Relation.objects.get_or_create(name="advice")
    people = {person.employee_id: person for person in Person.objects.all()}
    tie_set = TieSet.objects.create(initiative=initiative, label="round 1", origin="upload", ties_count=4)
    for source, target, strength in NAMED:
        Tie.objects.create(
            tie_set=tie_set,
            source=people[source],
            target=people[target],
            relation=relation,
            strength=strength,
        )
    return tie_set


@pytest.fixture
def analysis(initiative, chart, ties):
    analysis = Analysis.objects.create(
        initiative=initiative,
        chart=chart,
        people_count=6,
        ties_count=4,
        summary=SUMMARY,
        finished_at=timezone.now(),
    )
    people = {person.employee_id: person for person in Person.objects.all()}
    for rank, row in enumerate(STAFF, start=1):
        _make_score(analysis, people[row[0]], row, rank)
    ChosenChampion.objects.create(
        analysis=analysis, person=people["03"], rank=1, marginal_reach=1.5, cumulative_reach=3.5,
        confidence=0.8, follows=people["01"], follows_probability=0.3, why="Moves Finance and Sales.",
    )  # fmt: skip
    return analysis


def _make_score(analysis, person, row, rank):
    _, name, _, title, department, level, span, headcount, _ = row
    percentile = 100 - 10.0 * rank
    Score.objects.create(
        analysis=analysis, person=person, name=name, title=title, department=department, level=level,
        span=span, headcount=headcount, positional_authority=percentile, leadership=percentile,
        influence=percentile, group=GROUPS[rank - 1], in_degree=6 - rank, pagerank=0.1, authority=0.1,
        betweenness=0.0, harmonic=1.0, core=1, constraint=None if rank == 1 else rank / 10, community=0,
        sphere=7.0 - rank, sphere_se=0.01, sphere_outside_line=1.0, sphere_outside_department=1.0,
        leadership_rank=rank, influence_rank=rank, by_leadership_only=0.1, by_influence_only=0.1,
        by_either=0.1, only_together=0.1, not_reached=0.6,
    )  # fmt: skip


@pytest.fixture
def client(manager):
    return client_of(manager)


@pytest.fixture
def stranger(db):
    return client_of(make_user("mallory", "change_manager"))


@pytest.fixture
def viewer(initiative):
    user = make_user("victor", "viewer")
    initiative.members.create(user=user)
    return client_of(user)


@pytest.fixture
def auditor(db):
    return client_of(make_user("otto", "auditor"))


def assert_problem(response, status, detail=None, **members):
    """One shape of error everywhere, said in the same words."""
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert {"type", "title", "status", "detail"} <= set(problem)
    if detail is not None:
        assert problem["detail"] == detail
    for name, value in members.items():
        assert problem[name] == value
