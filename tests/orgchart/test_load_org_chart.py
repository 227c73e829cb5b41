"""The command, on every file of the collection of messy exports and on our own."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from orgchart.models import OrgChart, Person, Position

MESSY = Path(settings.BASE_DIR).parent / "shared" / "data" / "messy-hr-exports"
CASES = sorted(folder.name for folder in MESSY.iterdir() if folder.is_dir()) if MESSY.exists() else []
PEOPLE = "employee_id,name,manager_id\n1,Ann,\n2,Ben,1\n3,Cy,1\n4,Dee,2\n"

pytestmark = pytest.mark.django_db


def load(file, *arguments):
    """Run the command; give the exit code, the printed object and what stood on stderr."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("load_org_chart", str(file), *arguments, "--format", "json", stdout=out, stderr=err)
    except CommandError as refusal:
        code = refusal.returncode
    return code, json.loads(out.getvalue()), err.getvalue()


def write(folder, text, name="people.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.skipif(not CASES, reason="the collection of messy HR exports is not there")
@pytest.mark.parametrize("case", CASES)
def test_dry_run_of_a_messy_export(case):
    expected = json.loads((MESSY / case / "expected.json").read_text())
    code, told, _ = load(MESSY / case / expected["file"], "--dry-run")
    assert told["written"] is False
    assert {key: told[key] for key in ("people", "tops", "max_level")} == {
        key: expected[key] for key in ("people", "tops", "max_level")
    }
    for severity in ("errors", "warnings"):
        assert [(f["row"], f["column"], f["kind"]) for f in told[severity]] == [
            (f["row"], f["column"], f["kind"]) for f in expected[severity]
        ]
    assert code == (1 if expected["errors"] else 0)


@pytest.mark.skipif(not CASES, reason="the collection of messy HR exports is not there")
@pytest.mark.parametrize("case", CASES)
def test_errors_of_a_messy_export_leave_nothing_behind(case):
    expected = json.loads((MESSY / case / "expected.json").read_text())
    _, told, _ = load(MESSY / case / expected["file"])
    written = 0 if expected["errors"] else expected["people"]
    assert (Person.objects.count(), Position.objects.count()) == (written, written)
    assert OrgChart.objects.count() == (0 if expected["errors"] else 1)
    assert told["written"] is not bool(expected["errors"])


def test_chart_is_written_and_current(tmp_path):
    code, told, _ = load(write(tmp_path, PEOPLE), "--as-of", "2025-03-31")
    chart = OrgChart.objects.current()
    rows = chart.positions.values_list("person__employee_id", "level", "span", "headcount", "lft", "rgt")
    assert (code, told["written"], told["people"], str(chart.as_of)) == (0, True, 4, "2025-03-31")
    assert list(rows) == [
        ("1", 1, 2, 3, 0, 3),
        ("2", 2, 1, 1, 1, 2),
        ("4", 3, 0, 0, 2, 2),
        ("3", 2, 0, 0, 3, 3),
    ]


def test_no_activate_keeps_the_current_chart(tmp_path):
    load(write(tmp_path, PEOPLE))
    first = OrgChart.objects.current()
    load(write(tmp_path, PEOPLE + "5,Eve,1\n"), "--no-activate")
    assert OrgChart.objects.current() == first
    assert OrgChart.objects.count() == 2


def test_persons_keep_their_identity_over_renames(tmp_path):
    load(write(tmp_path, PEOPLE))
    before = dict(Person.objects.values_list("employee_id", "pk"))
    load(write(tmp_path, PEOPLE.replace("Ben", "Łukasz Öst")))
    renamed = Person.objects.get(employee_id="2")
    assert (renamed.pk, renamed.name, renamed.search_name) == (before["2"], "Łukasz Öst", "lukasz ost")


def test_errors_are_listed_on_stderr(tmp_path):
    code, told, err = load(write(tmp_path, "employee_id,name,manager_id\n1,Ann,\n2,Ben,9\n"))
    assert code == 1
    assert err.splitlines()[0].startswith("error unknown_manager: row 3, column manager_id:")
    assert told["errors"][0] == {
        "kind": "unknown_manager",
        "row": 3,
        "column": "manager_id",
        "value": "9",
        "message": told["errors"][0]["message"],
        "remedy": told["errors"][0]["remedy"],
    }


def test_in_words_the_chart_is_told_with_how_the_file_was_read(tmp_path):
    out, err = io.StringIO(), io.StringIO()
    call_command("load_org_chart", str(write(tmp_path, PEOPLE)), stdout=out, stderr=err)
    chart = OrgChart.objects.get()
    assert out.getvalue().splitlines()[1:] == [
        "4 people, 1 at the top, 3 levels.", f"Written as org chart {chart.pk}, now current.",
    ]  # fmt: skip
    assert err.getvalue() == ""


def test_chart_loaded_without_activating_leaves_the_current_one(tmp_path):
    load(write(tmp_path, PEOPLE))
    code, told, _ = load(write(tmp_path, PEOPLE + "5,Eve,1\n"), "--no-activate")
    assert (code, told["people"], told["written"]) == (0, 5, True)
    assert list(OrgChart.objects.order_by("pk").values_list("people_count", "is_current")) == [
        (4, True), (5, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "manager"), [("top", None), ("drop", "1"), ("former", "3")], ids=["top", "drop", "former"]
)
def test_unknown_manager_policy_decides(tmp_path, policy, manager):
    load(write(tmp_path, "employee_id,name,manager_id\n1,Ann,\n9,Old,1\n3,Cy,1\n4,Dee,3\n"))
    code, told, _ = load(
        write(tmp_path, "employee_id,name,manager_id\n1,Ann,\n3,Cy,1\n4,Dee,9\n"), "--unknown-manager", policy
    )
    assert (code, told["errors"]) == (0, [])
    found = Position.objects.get(chart__is_current=True, person__employee_id="4").manager
    assert (found and found.employee_id) == manager


@pytest.mark.parametrize(
    ("policy", "place"),
    [("first", ("Ben", "1", None)), ("last", ("Ben B", "3", None)), ("dotted", ("Ben", "1", "3"))],
    ids=["first", "last", "dotted"],
)
def test_duplicate_id_policy_decides(tmp_path, policy, place):
    text = "employee_id,name,manager_id\n1,Ann,\n2,Ben,1\n3,Cy,1\n2,Ben B,3\n"
    code, told, _ = load(write(tmp_path, text), "--duplicate-id", policy)
    found = Position.objects.get(person__employee_id="2")
    dotted = found.dotted_manager and found.dotted_manager.employee_id
    assert (code, told["people"], (found.name, found.manager.employee_id, dotted)) == (0, 3, place)


def test_mapping_overrides_the_guess(tmp_path):
    text = "Code,Chief,Who,Name\n1,,Ann,x\n2,1,Ben,y\n"
    code, _, _ = load(write(tmp_path, text), "--map", "employee_id=Code", "manager_id=chief", "name=Who")
    assert code == 0
    assert sorted(Person.objects.values_list("name", flat=True)) == ["Ann", "Ben"]


@pytest.mark.parametrize("pair", ["colour=Code", "employee_id=Nothing"])
def test_mapping_that_does_not_fit_is_refused_in_words(tmp_path, pair):
    code, told, _ = load(write(tmp_path, PEOPLE), "--map", pair)
    assert (code, [fault["kind"] for fault in told["errors"]]) == (1, ["missing_column"])


def test_row_numbers_of_a_cycle_are_named(tmp_path):
    _, told, _ = load(write(tmp_path, "employee_id,name,manager_id\n1,Ann,\n\n2,Ben,3\n3,Cy,2\n4,Dee,3\n"))
    fault = told["errors"][0]
    assert (fault["kind"], fault["row"], fault["rows"], fault["value"]) == ("cycle", 4, [4, 5], "2, 3")
    assert (told["people"], told["tops"], told["max_level"]) == (4, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["--map", "employee_id"], "missing_column"),
        (["--as-of", "31.02.2025"], "bad_date"),
    ],
)
def test_arguments_that_make_no_sense_are_faults_too(tmp_path, arguments, kind):
    code, told, err = load(write(tmp_path, PEOPLE), *arguments)
    assert (code, told["written"], [fault["kind"] for fault in told["errors"]]) == (1, False, [kind])
    assert err.startswith(f"error {kind}: ")


def test_file_that_is_not_there_is_told_as_json(tmp_path):
    code, told, err = load(tmp_path / "nowhere.csv")
    assert (code, told["people"], told["errors"][0]["kind"]) == (1, 0, "not_a_table")
    assert "nowhere.csv cannot be read: No such file or directory." in err


def test_file_over_the_upload_limit_is_refused_before_it_is_read(tmp_path, settings):
    settings.UPLOAD_LIMIT_MB = 0
    code, told, _ = load(write(tmp_path, PEOPLE))
    assert (code, [fault["kind"] for fault in told["errors"]]) == (1, ["too_large"])


@pytest.mark.parametrize("manager", ["9", "Old Boss", "Boss, Old", "old@x.example"])
def test_reports_of_somebody_gone_go_one_level_up_however_the_file_names_them(tmp_path, manager):
    before = "employee_id,name,manager_id,email\n1,Ann,,a@x.example\n9,Old Boss,1,Old@x.example\n3,Cy,9,\n"
    load(write(tmp_path, before))
    after = f'employee_id,name,manager_id,email\n1,Ann,,a@x.example\n3,Cy,"{manager}",\n'
    code, told, _ = load(write(tmp_path, after), "--unknown-manager", "drop")
    assert (code, told["tops"], told["max_level"]) == (0, 1, 2)
