"""Event logs by command: the report, labels, relations, and the counts of published logs."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from influence.models import Tie, TieSet
from influence.results import edges
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from tests.eventlogs.conftest import table, ties_of, xes

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[3] / "shared" / "data"
published = pytest.mark.skipif(
    not (DATA / "event-log-receipt").exists(), reason=f"The published logs are not in {DATA}."
)


@pytest.fixture
def command(initiative, tmp_path):
    """Return a function that writes a log to a file, loads it and gives (report, what went wrong)."""

    def command(content, *options, name="log.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return run(initiative.slug, path, *options)

    return command


def run(slug, path, *options):
    out, refusal = io.StringIO(), None
    try:
        call_command(
            "load_event_log", slug, str(path), *options, "--format", "json", stdout=out, stderr=io.StringIO()
        )
    except CommandError as error:
        refusal = str(error)
    return json.loads(out.getvalue() or "null"), refusal


def test_report_says_what_was_loaded(command, initiative):
    report, refusal = command(table("E1 E2 E3 E3", "E2 Mrs.X"))
    assert refusal is None
    assert report.pop("warnings")[0]["value"] == "Mrs.X"
    assert report == {"people": 3, "ties": 2, "events": 6, "cases": 2, "written": True, "errors": []}
    assert TieSet.objects.get().label == "log.csv"


def test_bad_log_fails_with_the_same_report(command):
    report, refusal = command(b"<log/>")
    assert refusal == "1 error; nothing was written."
    assert (report["written"], report["ties"], report["errors"][0]["kind"]) == (False, 0, "empty_file")


def test_loading_again_under_a_label_replaces_what_it_brought(command, initiative):
    command(table("E1 E2"), "--label", "spring")
    command(table("E3 E4"), "--label", "summer")
    command(table("E2 E1"), "--label", "spring", "--relation", "subcontracting")
    assert ties_of(initiative) == {("E3", "E4", "handover"): 1}
    command(table("E2 E1"), "--label", "spring")
    assert ties_of(initiative) == {("E3", "E4", "handover"): 1, ("E2", "E1", "handover"): 1}
    assert sorted(initiative.event_logs.values_list("label", flat=True)) == ["spring", "summer"]


def test_ties_under_the_label_of_a_log_take_its_place(command, initiative, tmp_path):
    command(table("E1 E2"), "--label", "spring")
    ties = tmp_path / "ties.csv"
    ties.write_text("source,target\nE3,E4\n")
    call_command("load_ties", initiative.slug, str(ties), label="spring", stdout=io.StringIO())
    assert ties_of(initiative) == {("E3", "E4", "influence"): None}
    assert initiative.event_logs.count() == 0


def test_bad_log_leaves_what_the_label_brought(command, initiative):
    command(table("E1 E2"), "--label", "spring")
    command(b"", "--label", "spring")
    assert ties_of(initiative) == {("E1", "E2", "handover"): 1}


@pytest.mark.parametrize("written", ["working_together", "Working together", "working-together"])
def test_relation_is_understood_however_it_is_written(command, initiative, written):
    command(table("E1 E2 E1"), "--relation", written)
    assert ties_of(initiative) == {("E1", "E2", "working together"): 1}


def test_several_relations_are_kept_apart(command, initiative):
    report, _ = command(table("E1 E2 E1"), "--relation", "handover", "subcontracting")
    assert report["ties"] == 3
    assert ties_of(initiative) == {
        ("E1", "E2", "handover"): 1,
        ("E2", "E1", "handover"): 1,
        ("E1", "E2", "subcontracting"): 1,
    }
    assert set(Tie.objects.values_list("relation__flow", "relation__layer")) == {("both", "influence")}


def test_depth_and_fading_reach_further_than_the_next_event(command, initiative):
    command(table("E1 E2 E3", "E1 E2"), "--depth", "2", "--fading", "0.25")
    strengths = Tie.objects.values_list("source__employee_id", "target__employee_id", "strength")
    assert sorted(strengths) == [("E1", "E2", 1.0), ("E1", "E3", 0.125), ("E2", "E3", 0.5)]


def test_window_and_activities_choose_the_events(command, initiative):
    rows = (
        table("E1 E2 E3").decode()
        + "c8,step 0,2026-03-05T10:00:00+01:00,E3\nc8,step 1,2026-03-05T11:00:00+01:00,E4\n"
    )
    report, _ = command(rows.encode(), "--last", "2026-03-04", "--activity", "step 0", "step 2")
    assert (report["events"], report["cases"]) == (2, 1)
    assert ties_of(initiative) == {("E1", "E3", "handover"): 1}
    report, refusal = command(rows.encode(), "--first", "2027-01-01")
    assert (refusal is not None, report["errors"][0]["kind"]) == (True, "empty_file")


def test_days_of_the_window_are_those_of_the_zone(command):
    rows = b"case_id,activity,timestamp,resource\nc,a,2026-03-02 00:30:00,E1\nc,b,2026-03-02 01:30:00,E2\n"
    assert command(rows, "--first", "2026-03-02", "--zone", "Europe/Amsterdam")[0]["events"] == 2


def test_columns_may_be_named(command, initiative):
    rows = table("E1 E2", header="a,b,c,d")
    command(rows, "--map", "case_id=a", "activity=b", "timestamp=c", "resource=d")
    assert len(ties_of(initiative)) == 1
    group = xes(("a", "2026-03-02T10:00:00Z", "E1"), ("b", "2026-03-02T11:00:00Z", "E2"))
    command(group.replace(b"org:resource", b"org:group"), "--map", "resource=org:group", name="log.xes")
    assert len(ties_of(initiative)) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--relation", "friendship"), "“friendship” is no relation that a log shows"),
        (("--depth", "0"), "The depth is “0”"),
        (("--zone", "Nowhere"), "“Nowhere” is not a time zone"),
        (("--collaboration",), "Collaboration records are off for this initiative."),
    ],
)
def test_option_that_makes_no_sense_is_refused_in_words(command, options, sentence):
    report, refusal = command(table("E1 E2"), *options)
    assert (report["written"], report["events"], sentence in refusal) == (False, 0, True)
    assert sentence in report["errors"][0]["message"]
    assert TieSet.objects.count() == 0


def test_missing_file_and_unknown_initiative_are_refused_in_words(initiative, tmp_path):
    (tmp_path / "log.csv").write_bytes(table("E1"))
    for report, sentence in (
        (run(initiative.slug, tmp_path / "none.xes")[0], "cannot be read: No such file"),
        (run("other", tmp_path / "log.csv")[0], "There is no initiative “other”"),
        (run(initiative.slug, tmp_path / "log.csv", "--map", "case")[0], "does not say which column"),
    ):
        assert (report["written"], sentence in report["errors"][0]["message"]) == (False, True)


REFERENCES = (
    ("handover", "handover.csv", ("from_resource", "to_resource"), "count"),
    ("working together", "working_together.csv", ("resource_a", "resource_b"), "cases_together"),
    ("subcontracting", "subcontracting.csv", ("resource", "subcontractor"), "count"),
)
SIZES = {"running-example": (6, 42, 6), "receipt": (48, 8577, 1434)}


def rows_of(log, file):
    with (DATA / f"event-log-{log}" / "reference" / file).open(newline="") as lines:
        return list(csv.DictReader(lines))


@published
@pytest.mark.parametrize("ending", ["xes", "csv"])
@pytest.mark.parametrize("log", SIZES)
def test_counts_of_published_logs_are_those_of_their_reference(change_manager, log, ending):
    ids = [row["resource"] for row in rows_of(log, "resources.csv")]
    people = "".join(f"{one},{one if one == ids[0] else ids[0]}\n" for one in ids)
    load_chart(f"employee_id,manager_id\n{people}".encode(), file_name="people.csv")
    initiative = create_initiative(name=log, created_by=change_manager)
    ending = "xes.gz" if (log, ending) == ("receipt", "xes") else ending
    relations = [name for name, *_ in REFERENCES]
    report, _ = run(initiative.slug, DATA / f"event-log-{log}" / f"{log}.{ending}", "--relation", *relations)
    assert (report["people"], report["events"], report["cases"]) == SIZES[log]
    exported = list(edges(initiative))
    assert report["ties"] == len(exported)
    for relation, file, pair, value in REFERENCES:
        rows = [row for row in rows_of(log, file) if row[pair[0]] != row[pair[1]]]
        expected = {(row[pair[0]], row[pair[1]]): int(row[value]) for row in rows}
        assert {
            (edge["source"], edge["target"]): edge["count"]
            for edge in exported
            if edge["relation"] == relation
        } == expected
    strengths = {
        (row["source"], row["target"]): float(row["strength"]) for row in rows_of(log, "ties_handover.csv")
    }
    assert {
        (edge["source"], edge["target"]): edge["strength"]
        for edge in exported
        if edge["relation"] == "handover"
    } == pytest.approx(strengths, abs=1e-9)
