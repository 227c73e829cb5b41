"""The commands from an org chart to a champion list, and what they say to bad input."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from influence.models import Analysis, Tie, TieSet
from initiatives.models import Initiative, Relation
from orgchart.models import OrgChart
from tests.commands import printed, refused

pytestmark = pytest.mark.django_db

PEOPLE = """employee_id,name,manager_id,department,email
E1,Ada Top,,Board,ada@firm.example
E2,Ben Head,E1,Sales,ben@firm.example
E3,Cleo Head,E1,Finance,cleo@firm.example
E4,Dan Seller,E2,Sales,dan@firm.example
E5,Eva Seller,E2,Sales,eva@firm.example
E6,Finn Clerk,E3,Finance,finn@firm.example
E7,Gia Clerk,E3,Finance,gia@firm.example
"""
TIES = """source,target,relation,strength
E4,E5,influence,2
E5,E6,influence,4
E6,E5,advice,1
E7,E5,influence,1
E3,E5,influence,4
E4,E2,leadership,1
"""


@pytest.fixture
def initiative(files):
    call_command("load_org_chart", files("people.csv", PEOPLE))
    call_command("create_initiative", "invoices", name="Invoices", sponsor=["E1"])
    return Initiative.objects.get(slug="invoices")


def loaded(initiative):
    ties = Tie.objects.filter(tie_set__initiative=initiative)
    return {
        (tie.source.employee_id, tie.target.employee_id, tie.relation.name): tie.strength
        for tie in ties.select_related("source", "target", "relation")
    }


def test_load_ties_scales_strengths_by_the_relations_largest(initiative, files):
    call_command("load_ties", "invoices", files("ties.csv", TIES))
    assert loaded(initiative) == {
        ("E4", "E5", "influence"): 0.5,
        ("E5", "E6", "influence"): 1.0,
        ("E6", "E5", "advice"): 1.0,
        ("E7", "E5", "influence"): 0.25,
        ("E3", "E5", "influence"): 1.0,
        ("E4", "E2", "leadership"): 1.0,
    }


def test_load_ties_again_replaces_its_own_label_alone(initiative, files):
    call_command("load_ties", "invoices", files("a.csv", "source,target\nE4,E5\nE5,E4\n"), label="first")
    call_command("load_ties", "invoices", files("b.csv", "source,target\nE6,E7\n"), label="second")
    call_command("load_ties", "invoices", files("c.csv", "source,target\nE2,E3\n"), label="first")
    assert loaded(initiative) == {("E2", "E3", "influence"): 1.0, ("E6", "E7", "influence"): 1.0}
    assert list(TieSet.objects.values_list("label", "ties_count")) == [("first", 1), ("second", 1)]


def test_load_ties_matches_emails_and_keeps_the_strongest_of_two(initiative, files):
    text = "source;target;strength\nDAN@firm.example;E5;1\nE4;eva@firm.example;2\nE6;E6;2\n"
    report = json.loads(printed("load_ties", "invoices", files("ties.csv", text), format="json"))
    assert loaded(initiative) == {("E4", "E5", "influence"): 1.0}
    assert [(w["kind"], w["row"], w["column"]) for w in report["warnings"]] == [
        ("duplicate_tie", 3, "target"),
        ("self_tie", 4, "target"),
    ]
    assert (report["ties"], report["people"], report["written"]) == (1, 2, True)


def test_load_ties_with_unknown_people_and_bad_numbers_writes_nothing(initiative, files):
    call_command("load_ties", "invoices", files("good.csv", TIES), label="ties")
    before = loaded(initiative)
    text = "source,target,strength\nE4,E99,1\nE5,E6,-1\nE6,,1\nE6,E7,nan\n"
    report, told = refused("load_ties", "invoices", files("bad.csv", text), label="ties", format="json")
    assert [(e["kind"], e["row"], e["column"], e["value"]) for e in report["errors"]] == [
        ("unknown_person", 2, "target", "E99"),
        ("bad_number", 3, "strength", "-1"),
        ("unknown_person", 4, "target", ""),
        ("bad_number", 5, "strength", "nan"),
    ]
    assert "unknown_person: row 2, column target" in told
    assert report["written"] is False
    assert loaded(initiative) == before


@pytest.mark.parametrize(
    ("slug", "file", "kind", "words"),
    [
        ("invoices", "nowhere.csv", "not_a_table", "nowhere.csv cannot be read: No such file or directory."),
        ("nope", "ties.csv", "refused", "There is no initiative “nope”. There are: invoices."),
    ],
)
def test_load_ties_that_cannot_begin_says_so_as_one_object(initiative, files, slug, file, kind, words):
    found = files(file, TIES) if file == "ties.csv" else file
    report, _ = refused("load_ties", slug, found, format="json")
    assert (report["people"], report["ties"], report["written"], report["warnings"]) == (0, 0, False, [])
    assert [(e["kind"], e["row"], e["message"]) for e in report["errors"]] == [(kind, 0, words)]


def test_load_ties_in_words_says_what_the_label_brought(initiative, files):
    assert printed("load_ties", "invoices", files("ties.csv", TIES)) == (
        "“ties.csv” brought 6 ties between 6 people.\n"
    )


def test_load_ties_without_a_needed_column_names_it(initiative, files):
    report, _ = refused("load_ties", "invoices", files("ties.csv", "source,strength\nE4,1\n"), format="json")
    assert [(e["kind"], e["value"]) for e in report["errors"]] == [("missing_column", "target")]


def test_load_ties_of_a_new_relation_joins_the_influence_layer(initiative, files):
    text = "source,target,relation\nE4,E5,Coffee\nE5,E4,coffee\n"
    report = json.loads(printed("load_ties", "invoices", files("ties.csv", text), format="json"))
    assert [(w["kind"], w["row"], w["value"]) for w in report["warnings"]] == [("new_relation", 2, "Coffee")]
    relation = Relation.objects.get(name="coffee")
    assert (relation.layer, relation.weight, relation.flow) == ("influence", 1.0, "to_source")


def test_create_initiative_refuses_a_sponsor_who_is_not_in_the_chart(initiative):
    with pytest.raises(
        CommandError, match="roles: Nobody on the current org chart has the employee id “E77”"
    ):
        call_command("create_initiative", "other", name="Other", sponsor=["E77"])
    assert not Initiative.objects.filter(slug="other").exists()


@pytest.mark.parametrize(
    ("scope", "people"),
    [
        ({"department": ["Sales"]}, ["E1", "E2", "E4", "E5"]),
        ({"below": ["E3"]}, ["E1", "E3", "E6", "E7"]),
        ({"department": ["Board"], "below": ["E2"]}, ["E1", "E2", "E4", "E5"]),
        ({}, ["E1", "E2", "E3", "E4", "E5", "E6", "E7"]),
    ],
)
def test_create_initiative_scope_holds_what_was_chosen_and_the_role_holders(initiative, scope, people):
    call_command("create_initiative", "part", name="Part", sponsor=["E1"], **scope)
    positions = Initiative.objects.get(slug="part").positions().order_by("person__employee_id")
    assert list(positions.values_list("person__employee_id", flat=True)) == people


@pytest.mark.parametrize("cut", ["0", "100", "high"])
def test_create_initiative_refuses_a_cut_out_of_range(initiative, cut):
    with pytest.raises(CommandError, match="cut: The cut is"):
        call_command("create_initiative", "other", name="Other", cut=cut)


def test_analyse_without_ties_says_what_to_do(initiative):
    with pytest.raises(CommandError, match="Nobody has named anybody yet; load ties"):
        call_command("analyse", "invoices", wait=True)
    assert not Analysis.objects.exists()


def test_analyse_without_a_chart_says_what_to_do(initiative):
    OrgChart.objects.update(is_current=False)
    with pytest.raises(CommandError, match="There is no active org chart yet"):
        call_command("analyse", "invoices", wait=True)


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ("theta=0", "theta is “0”"),
        ("theta=0.7", "theta \\+ line is 1"),
        ("cut=100", "cut is “100”"),
        ("champions=0", "champions is “0”"),
        ("seed=x", "seed is “x”; give a whole number"),
        ("depth=3", "“depth” is not a parameter"),
        ("theta", "“theta” is not NAME=VALUE"),
    ],
)
def test_analyse_refuses_parameters_in_words(initiative, files, parameter, sentence):
    call_command("load_ties", "invoices", files("ties.csv", TIES))
    with pytest.raises(CommandError, match=sentence):
        call_command("analyse", "invoices", param=[parameter])
    assert not Analysis.objects.exists()


def test_unknown_initiative_lists_those_there_are(initiative):
    with pytest.raises(CommandError, match=r"There is no initiative “nope”\. There are: invoices\."):
        call_command("champions", "nope")


@pytest.fixture
def analysed(initiative, files):
    call_command("load_ties", "invoices", files("ties.csv", TIES))
    call_command("analyse", "invoices", seed="7", wait=True)
    return initiative


def test_analysis_scores_everyone_and_its_parts_add_up(analysed):
    scores = json.loads(printed("scores", "invoices", format="json"))
    assert scores[0]["employee_id"] == "E5"
    assert sorted(score["employee_id"] for score in scores) == ["E1", "E2", "E3", "E4", "E5", "E6", "E7"]
    figures = json.loads(printed("summary", "invoices", format="json"))
    assert sum(figures["groups"].values()) == figures["people"] == 7
    assert sum(part["people"] for part in figures["split"].values()) == pytest.approx(7)
    assert figures["response_rate"] is None


def test_same_seed_gives_the_same_figures(analysed):
    first = json.loads(printed("scores", "invoices", format="json"))
    reach = json.loads(printed("summary", "invoices", format="json"))
    call_command("analyse", "invoices", seed="7", wait=True)
    again = json.loads(printed("summary", "invoices", format="json"))
    assert json.loads(printed("scores", "invoices", format="json")) == first
    assert again.pop("analysis") > reach.pop("analysis")
    assert again == reach


def test_champions_by_table_csv_and_json_agree(analysed):
    rows = json.loads(printed("champions", "invoices", format="json"))
    lines = list(csv.DictReader(io.StringIO(printed("champions", "invoices", format="csv"))))
    assert [line["employee_id"] for line in lines] == [row["employee_id"] for row in rows]
    assert [float(line["cumulative_reach"]) for line in lines] == [row["cumulative_reach"] for row in rows]
    assert {row["employee_id"] for row in rows} <= {"E4", "E5", "E6", "E7"}


def test_champions_k_shortens_and_extends_the_list(analysed):
    call_command("analyse", "invoices", seed="7", param=["champions=2"], wait=True)
    two = json.loads(printed("champions", "invoices", format="json"))
    four = json.loads(printed("champions", "invoices", k=4, format="json"))
    assert json.loads(printed("champions", "invoices", k=1, format="json")) == two[:1]
    assert four[:2] == two
    assert [row["rank"] for row in four] == [1, 2, 3, 4]
    reached = [row["cumulative_reach"] for row in four]
    assert reached == sorted(reached)


def test_champions_more_than_there_are_gives_all(analysed):
    rows = json.loads(printed("champions", "invoices", k=50, format="json"))
    assert sorted(row["employee_id"] for row in rows) == ["E4", "E5", "E6", "E7"]
