"""Who resources are: by id before all else, by hand, by email, account or name, and who is nobody."""

import pytest

from influence.eventlogs.loading import decide
from influence.eventlogs.models import LogResource, ResourceAlias
from influence.eventlogs.recognising import Proposer, is_system
from influence.models import Tie
from orgchart.charts import load_chart
from orgchart.models import Person
from surveys.models import Objection
from tests.eventlogs.conftest import PEOPLE, kinds, table, ties_of

pytestmark = pytest.mark.django_db


def matches():
    return dict(LogResource.objects.values_list("name", "match"))


def person(employee_id):
    return Person.objects.get(employee_id=employee_id)


def test_resources_are_recognised_by_everything_that_identifies_one_person(load, initiative):
    names = (
        "E1",
        "ben@company.example",
        "CORP\\\\cleo",
        "cleo",
        "Dan.Desk",
        "Temminck, Sys",
        "BEN@Company.example",
    )
    rows = "".join(f'c,a,2026-03-02T10:0{i}:00Z,"{name}"\n' for i, name in enumerate(names))
    load(
        f"case_id,activity,timestamp,resource\n{rows}".replace("\\\\", "\\")
        .replace("Dan.Desk", "desk dan")
        .encode()
    )
    assert matches() == {
        "E1": "employee_id", "ben@company.example": "email", "CORP\\cleo": "account", "cleo": "account",
        "desk dan": "name", "Temminck, Sys": "name", "BEN@Company.example": "email",
    }  # fmt: skip
    assert LogResource.objects.get(name="Temminck, Sys").person.employee_id == "System"
    assert initiative.event_logs.get().people_count == 5


def test_resource_equal_to_an_employee_id_is_that_person_whatever_it_is_called(load, initiative):
    report = load(table("E1 System E2"))
    assert (matches()["System"], kinds(report.counted.faults)) == ("employee_id", [])
    assert ties_of(initiative) == {("E1", "System", "handover"): 1, ("System", "E2", "handover"): 1}


def test_id_of_a_number_cell_is_that_id_without_decimals(change_manager, load, initiative):
    load_chart((PEOPLE + "2007,Eva Eight,,E1,Sales\n").encode(), file_name="people.csv")
    load(table("E1 2007.0"))
    assert matches()["2007.0"] == "employee_id"


def test_unmatched_and_left_out_resources_keep_their_place(load, initiative):
    report = load(table("E1 Mrs.X E2 E3", "E1 batch E2", "E1 _ E2", "E3 nobody@else.example E3"))
    assert ties_of(initiative) == {("E2", "E3", "handover"): 1}
    assert [(f.kind, f.value) for f in report.counted.faults.warnings] == [
        ("unmatched_resource", "Mrs.X"),
        ("unmatched_resource", "batch"),
        ("unmatched_resource", "nobody@else.example"),
    ]
    assert (report.counted.events, report.counted.cases) == (13, 4)
    assert (matches()["Mrs.X"], matches()["batch"]) == ("unmatched", "system")


def test_person_outside_the_scope_is_kept_with_a_warning(load, initiative):
    initiative.scope_rules.create(kind="department", department="Sales")
    report = load(table("E2 E4 E3"))
    assert [(f.kind, f.value) for f in report.counted.faults.warnings] == [("outside_scope", "E4")]
    assert len(ties_of(initiative)) == 2


def test_who_objected_is_nobody(load, initiative):
    Objection.objects.create(initiative=initiative, person=person("E2"))
    report = load(table("E1 E2 E3 E4"))
    assert ties_of(initiative) == {("E3", "E4", "handover"): 1}
    assert (kinds(report.counted.faults), "E2" in matches()) == ([], False)


def test_name_of_two_people_is_nobodys_and_whoever_left_does_not_count(load, initiative):
    two = PEOPLE + "E9,Cleo Clerk,other@company.example,E1,Sales\n"
    load_chart(two.encode(), file_name="people.csv")
    rows = (
        b"case_id,activity,timestamp,resource\n"
        b"c,a,2026-03-02T10:00:00Z,Cleo Clerk\nc,a,2026-03-02T11:00:00Z,E1\n"
    )
    load(rows)
    assert matches()["Cleo Clerk"] == "unmatched"
    assert sorted(LogResource.objects.get(name="Cleo Clerk").proposals) == ["E3", "E9"]
    load_chart(PEOPLE.encode(), file_name="people.csv")
    load(rows)
    assert matches()["Cleo Clerk"] == "name"


def test_decision_is_remembered_for_every_log(load, initiative, change_manager):
    log = load(table("E1 Mrs.X E2"), label="one").log
    decide(log, {"Mrs.X": person("E4")}, change_manager)
    assert ResourceAlias.objects.get().person == person("E4")
    load(table("E1 Mrs.X E2"), label="two")
    assert LogResource.objects.get(log__label="two", name="Mrs.X").match == "hand"
    assert Tie.objects.filter(tie_set__label="two", target=person("E4")).count() == 1


def test_resource_left_out_by_hand_makes_no_tie_and_no_warning(load, initiative, change_manager):
    log = load(table("E1 Mrs.X E2"), label="one").log
    decide(log, {"Mrs.X": None}, change_manager)
    report = load(table("E1 Mrs.X E2"), label="two")
    assert (kinds(report.counted.faults), matches()["Mrs.X"], ties_of(initiative)) == ([], "left_out", {})


@pytest.mark.parametrize(
    "name",
    ["System", "SYSTEM", "batch", "batch_01", "RPA-Bot", "svc_account", "Workflow Engine", "UNKNOWN", "none"],
)
def test_system_is_known_by_its_name(name):
    assert is_system(name)


@pytest.mark.parametrize("name", ["Sysi Meyer", "Otto Autor", "user", "42", "Ben Batch", "run"])
def test_person_is_no_system(name):
    assert not is_system(name)


@pytest.mark.parametrize(
    "resource",
    [
        "mjansen",
        "jansenm",
        "marieke.jansen",
        "Jansen, Marieke",
        "M. Jansen",
        "CORP\\MJANSEN",
        "marieke jansenn",
    ],
)
def test_proposals_find_names_behind_accounts(resource):
    proposer = Proposer([("1", "Marieke Jansen"), ("2", "Peter Miller"), ("3", "Jan Smit")])
    assert proposer.propose(resource)[:1] == ["1"]


def test_nobody_is_proposed_for_a_stranger():
    assert Proposer([("1", "Marieke Jansen")]).propose("Zoltan Kovacs") == []
