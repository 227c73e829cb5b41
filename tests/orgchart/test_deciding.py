"""What HR decides about columns and known faults, remembered by page and command alike."""

import contextlib
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from bpm_influence.jobs.models import Job
from orgchart import charts, deciding
from orgchart.models import OrgChart, Person, Position, RememberedDecision

PEOPLE = b"employee_id,name,manager_id,department\n1,Ann,,Board\n2,Ben,1,Ops\n3,Cy,1,Ops\n"
UNKNOWN = PEOPLE + b"4,Dee,9,Ops\n5,Eve,9,Ops\n"

pytestmark = pytest.mark.django_db


def upload(client, content, name="people.csv"):
    file = SimpleUploadedFile(name, content)
    client.post(reverse("orgchart:upload"), {"file": file, "as_of": "2026-03-31"})
    return work()


def work():
    for job in Job.objects.unfinished():
        Job.run_here(job)
    return OrgChart.objects.latest("pk")


def decide(client, chart, **answers):
    entries = {key.replace("row_", "decision:"): value for key, value in answers.items()}
    return client.post(reverse("orgchart:decide", args=[chart.pk]), entries, follow=True)


def load(tmp_path, content, *arguments):
    file, out = tmp_path / "people.csv", io.StringIO()
    file.write_bytes(content)
    with contextlib.suppress(CommandError):
        call_command(
            "load_org_chart", str(file), *arguments, "--format", "json", stdout=out, stderr=io.StringIO()
        )
    return json.loads(out.getvalue())


def test_decision_for_all_is_remembered_for_each_person(client, signed_in, hr):
    signed_in(hr)
    decide(client, upload(client, UNKNOWN), unknown_manager="top")
    assert work().state == "done"
    assert set(RememberedDecision.objects.values_list("employee_id", "value", "decision")) == {
        ("4", "9", "top"), ("5", "9", "top"),
    }  # fmt: skip
    again = upload(client, UNKNOWN + b"6,Fay,1,Ops\n")
    assert (again.state, again.people_count) == ("done", 6)
    assert b"2 known faults taken as decided" in client.get(again.get_absolute_url()).content
    assert upload(client, UNKNOWN + b"7,Gus,9,Ops\n").fault_counts["errors"] == {"unknown_manager": 1}


@pytest.mark.parametrize("decision", ["drop", "former"])
def test_leaver_still_named_as_manager_blocks_no_month_and_moves_nobody(client, signed_in, hr, decision):
    """Ben has left, Dee's row names him month after month; she stays where she was put in the first."""
    signed_in(hr)
    charts.load_chart(PEOPLE + b"4,Dee,3,Ops\n6,Fay,2,Ops\n", file_name="january.csv")
    month = b"employee_id,name,manager_id,department\n1,Ann,,Board\n3,Cy,1,Ops\n4,Dee,2,Ops\n"
    decide(client, upload(client, month), unknown_manager=decision)
    work()
    for name in (b"", b"7,Gus,1,Ops\n", b"7,Gus,1,Ops\n8,Hal,1,Ops\n"):
        chart = upload(client, month + name)
        client.post(
            reverse("orgchart:activate", args=[chart.pk]),
            {"against": str(OrgChart.objects.current().pk), "confirmed": "1"},
        )
        assert OrgChart.objects.current() == chart
        dee = chart.positions.get(person__employee_id="4")
        assert dee.manager.employee_id == {"drop": "1", "former": "3"}[decision]


def test_command_takes_what_was_decided_on_the_page(client, signed_in, hr, tmp_path):
    signed_in(hr)
    decide(client, upload(client, UNKNOWN), unknown_manager="top")
    work()
    assert load(tmp_path, UNKNOWN, "--dry-run")["errors"] == []
    named = load(tmp_path, UNKNOWN, "--dry-run", "--unknown-manager", "error")["errors"]
    assert [fault["row"] for fault in named] == [5, 6]


def test_policy_of_a_command_is_not_remembered(tmp_path):
    assert load(tmp_path, UNKNOWN, "--unknown-manager", "top")["written"]
    assert RememberedDecision.objects.count() == 0
    assert len(load(tmp_path, UNKNOWN)["errors"]) == 2


def test_duplicate_decided_once_does_not_stop_the_next_month(client, signed_in, hr):
    signed_in(hr)
    twice = PEOPLE + b"2,Ben,3,Ops\n"
    decide(client, upload(client, twice), row_5="dotted")
    work()
    chart = upload(client, twice + b"6,Fay,1,Ops\n")
    ben = chart.positions.get(person__employee_id="2")
    assert (chart.state, ben.manager.employee_id, ben.dotted_manager.employee_id) == ("done", "1", "3")


def test_manager_meant_is_chosen_among_those_of_the_name(client, signed_in, hr):
    signed_in(hr)
    twins = b"employee_id,name,manager_id\n1,Ann,\n2,Jo Lee,1\n3,Jo Lee,1\n4,Dee,Jo Lee\n"
    chart = upload(client, twins)
    page = client.get(chart.get_absolute_url()).content.decode()
    assert '<option value="to:3">reports to Jo Lee (3)</option>' in page
    decide(client, chart, row_5="to:3")
    assert work().positions.get(person__employee_id="4").manager.employee_id == "3"


def test_decision_that_was_not_offered_is_not_taken(client, signed_in, hr):
    signed_in(hr)
    decide(client, upload(client, UNKNOWN), row_5="to:1", row_6="first")
    assert (work().state, RememberedDecision.objects.count()) == ("failed", 0)


def test_decisions_are_listed_and_taken_back(client, signed_in, hr):
    signed_in(hr)
    decide(client, upload(client, UNKNOWN), row_5="top", row_6="drop")
    work()
    page = client.get(reverse("orgchart:decisions")).content.decode()
    assert "2 decisions about known faults are remembered" in page
    assert "one level up" in page
    one = RememberedDecision.objects.get(employee_id="4")
    client.post(reverse("orgchart:forget_decisions"), {"one": one.pk})
    assert RememberedDecision.objects.get().employee_id == "5"
    client.post(reverse("orgchart:forget_decisions"))
    assert RememberedDecision.objects.count() == 0


def test_two_users_cannot_decide_over_one_another(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, UNKNOWN)
    seen = deciding.reading_mark(chart)
    decide(client, chart, row_5="top", seen=seen)
    work()
    answer = decide(client, chart, row_6="top", seen=seen)
    assert b"Somebody had this file read again meanwhile." in answer.content
    assert RememberedDecision.objects.count() == 1


def test_file_that_is_being_read_is_not_changed(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, UNKNOWN)
    decide(client, chart, row_5="top")
    answer = decide(client, chart, row_6="top")
    assert b"The file is being read at this moment" in answer.content


def test_columns_ticked_are_kept_and_others_are_not(client, signed_in, hr, tmp_path):
    signed_in(hr)
    content = b"employee_id,name,manager_id,Salary,Cost centre\n1,Ann,,99000,=4711\n2,Ben,1,1,\n"
    chart = upload(client, content)
    assert set(chart.positions.values_list("extra", flat=True).distinct()[0]) == set()
    fields = ["employee_id", "name", "manager_id", "", "keep"]
    answers = {f"column_{place}": field for place, field in enumerate(fields)}
    client.post(reverse("orgchart:columns", args=[chart.pk]), answers)
    work()
    assert chart.positions.get(person__employee_id="1").extra == {"Cost centre": "=4711"}
    assert b"Cost centre =4711" in client.get(reverse("orgchart:tree", args=[chart.pk])).content
    download = b"".join(
        client.get(reverse("orgchart:people_csv", args=[chart.pk])).streaming_content
    ).decode()
    assert download.splitlines()[1].endswith(",1,1,1,'=4711")
    assert "99000" not in download
    load(tmp_path, content)
    assert OrgChart.objects.current().positions.get(person__employee_id="1").extra == {"Cost centre": "=4711"}


def test_chart_written_out_goes_in_again(client, signed_in, hr):
    signed_in(hr)
    first = charts.load_chart(PEOPLE, file_name="a.csv").chart
    answer = client.get(reverse("orgchart:people_csv", args=[first.pk]))
    second = charts.load_chart(b"".join(answer.streaming_content), file_name="b.csv").chart
    fields = ("person", "manager", "name", "department", "level", "headcount", "lft")
    assert list(first.positions.values_list(*fields)) == list(second.positions.values_list(*fields))


def test_cycle_is_drawn(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, PEOPLE + b"4,Dee,6,Ops\n5,Eve,4,Ops\n6,Fay,5,Ops\n")
    page = client.get(chart.get_absolute_url()).content.decode()
    assert page.count('class="orgchart-cycle-dot"') == 3
    assert "Circle of 3 people who report to one another" in page
    assert [f"{name} (row {row})" in page for name, row in (("Dee", 5), ("Eve", 6), ("Fay", 7))] == [True] * 3


NEW_ID = PEOPLE.replace(b"3,Cy", b"33,Cy").replace(b"manager_id", b"manager_id,email")
NEW_ID = b"employee_id,name,manager_id,email\n1,Ann,,\n2,Ben,1,\n33,Cy,1,cy@x.example\n"
OLD_ID = NEW_ID.replace(b"33,", b"3,")


def activate(client, chart, **answers):
    current = OrgChart.objects.current()
    entries = {"against": str(current.pk), "confirmed": "1", **answers}
    return client.post(reverse("orgchart:activate", args=[chart.pk]), entries, follow=True)


def test_person_under_a_new_id_keeps_their_identity_where_hr_ticks_it(client, signed_in, hr):
    signed_in(hr)
    charts.load_chart(OLD_ID, file_name="a.csv")
    cy = Person.objects.get(employee_id="3")
    chart = upload(client, NEW_ID)
    page = client.get(chart.get_absolute_url()).content.decode()
    assert '<input class="form-check-input" type="checkbox" name="same:3" value="33">' in page
    activate(client, chart, **{"same:3": "33"})
    cy.refresh_from_db()
    assert (cy.employee_id, Person.objects.count()) == ("33", 3)
    assert Position.objects.get(chart__is_current=True, name="Cy").person == cy


def test_person_under_a_new_id_is_somebody_else_without_a_tick(client, signed_in, hr):
    signed_in(hr)
    charts.load_chart(OLD_ID, file_name="a.csv")
    activate(client, upload(client, NEW_ID))
    assert set(Person.objects.values_list("employee_id", flat=True)) == {"1", "2", "3", "33"}


def test_two_people_of_one_chart_are_never_joined(client, signed_in, hr):
    signed_in(hr)
    former = charts.load_chart(OLD_ID, file_name="a.csv").chart
    chart = upload(client, NEW_ID + b"3,Else,1,\n")
    answer = activate(client, chart, **{"same:3": "33"})
    assert b"3 and 33 are two people: both stand in one chart." in answer.content
    assert OrgChart.objects.current() == former


def test_all_changes_are_downloaded(client, signed_in, hr):
    import python_calamine

    signed_in(hr)
    before = charts.load_chart(PEOPLE, file_name="a.csv").chart
    after = charts.load_chart(PEOPLE.replace(b"3,Cy,1,Ops", b"4,Dee,2,IT"), file_name="b.csv").chart
    answer = client.get(reverse("orgchart:changes_xlsx"), {"before": before.pk, "after": after.pk})
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    assert rows.to_python()[1:] == [
        ["joins", "4", "Dee", "", "IT", "Ben", ""], ["leaves", "3", "Cy", "", "Ops", "Ann", ""],
    ]  # fmt: skip
