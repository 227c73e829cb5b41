"""The demonstration organisation: realistic, repeatable, and its files do not tell who stands out."""

from __future__ import annotations

import csv
import io
from collections import Counter

import numpy as np
import pytest

from influence.demonstration.naming import build_nominations, planted_people
from influence.demonstration.organisation import LARGEST, SMALLEST, build_organisation, shares_of
from influence.demonstration.vocabulary import ROLE_TITLES
from influence.network.analysis import analyse
from influence.network.model import AnalysisInput, Parameters, People, Relation, Ties
from tests.influence.demonstration_ties import ties_file


@pytest.fixture(scope="module")
def organisation():
    return build_organisation()


@pytest.fixture(scope="module")
def nominations(organisation):
    return build_nominations(organisation)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def levels_of(organisation):
    levels = {"": 0}
    for employee in organisation.employees:
        levels[employee.employee_id] = levels[employee.manager_id] + 1
    return Counter(list(levels.values())[1:])


@pytest.mark.parametrize("people", [SMALLEST, 151, 600, 2_345])
def test_organisation_of_any_size_has_that_many_people_in_one_tree_of_five_levels(people):
    organisation = build_organisation(people)
    assert len({employee.employee_id for employee in organisation.employees}) == people
    assert sorted(levels_of(organisation)) == [1, 2, 3, 4, 5]
    assert len({employee.department for employee in organisation.employees}) == 8
    assert len({employee.email for employee in organisation.employees}) == people


@pytest.mark.parametrize("people", range(SMALLEST, 700, 50))
def test_organisation_of_any_size_has_ties(people):
    assert ties_file(build_organisation(people)).count(b"\n") > people


@pytest.mark.parametrize("people", [SMALLEST - 1, LARGEST + 1])
def test_organisation_of_a_size_out_of_bounds_is_refused_in_words(people):
    with pytest.raises(ValueError, match=f"The demonstration has 150 to 20,000 people, not {people:,}"):
        build_organisation(people)


def test_files_made_twice_are_equal_to_the_last_byte(organisation):
    again = build_organisation()
    assert again.people_file() == organisation.people_file()
    assert ties_file(again) == ties_file(organisation)


def test_mail_addresses_are_plain_and_lie_in_a_domain_that_cannot_exist(organisation):
    addresses = [employee.email for employee in organisation.employees]
    assert [a for a in addresses if not a.isascii() or " " in a or not a.endswith(".example")] == []


def test_about_four_people_in_five_answer_and_name_only_others(organisation, nominations):
    answered = len({nomination.source for nomination in nominations}) / len(organisation.employees)
    assert 0.77 < answered < 0.83
    assert [n for n in nominations if n.source == n.target] == []
    assert len({(n.source, n.target, n.relation) for n in nominations}) == len(nominations)


def test_people_name_their_own_department_more_often_than_chance_would(organisation, nominations):
    department = {employee.employee_id: employee.department for employee in organisation.employees}
    own = sum(department[n.source] == department[n.target] for n in nominations) / len(nominations)
    assert 0.6 < own < 0.9


def test_connectors_manage_nobody_and_are_named_from_every_department(organisation, nominations):
    planted = planted_people(organisation)
    department = {employee.employee_id: employee.department for employee in organisation.employees}
    assert {e.manager_id for e in organisation.employees} & set(planted.connectors) == set()
    for connector in planted.connectors:
        assert len({department[n.source] for n in nominations if n.target == connector}) == 8


def test_unheard_managers_manage_many_and_are_named_by_nobody(organisation, nominations):
    planted = planted_people(organisation)
    assert [n for n in nominations if n.target in planted.unheard] == []
    for manager in planted.unheard:
        assert sum(employee.manager_id == manager for employee in organisation.employees) >= 3


def test_nothing_in_the_files_tells_who_stands_out(organisation):
    planted = planted_people(organisation)
    people = {row["employee_id"]: row for row in rows_of(organisation.people_file())}
    assert list(people["100002"]) == [
        "employee_id", "name", "email", "manager_id", "title", "department", "location", "start_date",
    ]  # fmt: skip
    titles = Counter(row["title"] for row in people.values())
    for person in (*planted.connectors, planted.guide):
        assert titles[people[person]["title"]] > 1
    assert list(rows_of(ties_file(organisation))[0]) == ["source", "target", "relation", "strength"]


def test_shares_of_a_number_add_up_to_it():
    assert shares_of(10, [1.0, 1.0, 1.0]) == [4, 3, 3]
    assert shares_of(0, [0.2, 0.8]) == [0, 0]


@pytest.fixture(scope="module")
def result(organisation):
    """The analysis of the demonstration's files, without a database."""
    return analyse(gathered(organisation), Parameters(seed=1, resamples=20))


def gathered(organisation):
    """The arrays of the organisation and its nominations, as an initiative of everybody would give them."""
    staff = sorted(organisation.employees, key=lambda employee: employee.employee_id)
    index = {employee.employee_id: i for i, employee in enumerate(staff)}
    lines = preorder(staff)
    departments = tuple(sorted({employee.department for employee in staff}))
    named = build_nominations(organisation)
    names = ("advice", "influence", "leadership")
    source = np.array([index[n.source] for n in named], dtype=np.int32)
    holders = np.array(
        sorted(index[organisation.holder(t).employee_id] for t in ROLE_TITLES.values()), np.int32
    )
    return AnalysisInput(
        people=People(
            ids=tuple(index),
            manager=np.array([index.get(e.manager_id, -1) for e in staff], dtype=np.int32),
            line_start=np.array([lines[e.employee_id][0] for e in staff], dtype=np.int64),
            line_end=np.array([lines[e.employee_id][1] for e in staff], dtype=np.int64),
            department=np.array([departments.index(e.department) for e in staff], dtype=np.int32),
            department_names=departments,
        ),
        relations=tuple(Relation(n, "leadership" if n == "leadership" else "influence") for n in names),
        ties=Ties(
            source,
            np.array([index[n.target] for n in named], dtype=np.int32),
            np.array([names.index(n.relation) for n in named], dtype=np.int32),
            np.array([n.strength / 3 for n in named]),
            np.zeros(len(named), dtype=bool),
        ),
        leaders=holders,
        role_holders=holders,
        respondents=np.isin(np.arange(len(staff)), source),
        leadership_asked=True,
    )


def preorder(staff):
    """First and last preorder number below each person."""
    below = {}
    for employee in staff:
        below.setdefault(employee.manager_id, []).append(employee.employee_id)
    lines = {}

    def number(person, start):
        end = start
        for report in below.get(person, []):
            end = number(report, end + 1)
        lines[person] = (start, end)
        return end

    number(below[""][0], 0)
    return lines


@pytest.mark.slow
def test_analysis_finds_who_stands_out_in_their_groups(organisation, result):
    planted = planted_people(organisation)
    index = {id_: i for i, id_ in enumerate(sorted(e.employee_id for e in organisation.employees))}
    assert [result.groups[index[p]] for p in planted.connectors] == ["hidden_influencer"] * 3
    assert [result.groups[index[p]] for p in planted.unheard] == ["leader_without_reach"] * 2
    assert result.corners[index[planted.guide]] == "leads_without_managing"


@pytest.mark.slow
def test_analysis_shows_something_to_talk_about(organisation, result):
    index = {id_: i for i, id_ in enumerate(sorted(e.employee_id for e in organisation.employees))}
    chosen = {champion.person for champion in result.champions}
    assert {index[p] for p in planted_people(organisation).connectors} <= chosen
    assert result.split["only_together"].people > 10
    assert result.reach["both"].people > 1.2 * max(
        result.reach["leadership"].people, result.reach["influence"].people
    )
