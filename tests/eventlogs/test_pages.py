"""Event logs in the browser: sent, read, matched, counted anew, and the process beside the people."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.models import EventLog, ResourceAlias, Tie, TieSet
from orgchart.models import Person
from surveys.models import Objection, Survey
from tests.eventlogs.conftest import table, ties_of

pytestmark = pytest.mark.django_db
LOG = table("E1 mrs.x E2", "E1 E2 E2 E3", "E1 E2", "batch E1")


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def address(name, initiative, *more):
    return reverse(f"influence:{name}", args=[initiative.slug, *more])


def send(browser, initiative, content=LOG, **fields):
    file = SimpleUploadedFile("march.csv", content)
    fields = {"relations": ["handover"]} | fields
    return browser.post(address("new_log", initiative), {"file": file, **fields})


def run_waiting_jobs():
    for job in Job.objects.unfinished():
        Job.run_here(job)


@pytest.fixture
def log(browser, initiative):
    send(browser, initiative)
    run_waiting_jobs()
    return EventLog.objects.get()


def test_log_is_read_by_a_job_and_its_page_shows_how_far_it_is(browser, initiative):
    answer = send(browser, initiative, label="workflow")
    log = EventLog.objects.get()
    assert (answer.status_code, answer.url, log.state) == (302, log.get_absolute_url(), "queued")
    assert "Waiting to be read" in browser.get(answer.url).content.decode()
    run_waiting_jobs()
    page = browser.get(answer.url)
    assert [figure["value"] for figure in page.context["figures"]] == ["3", "2", "3", "82%"]
    assert TieSet.objects.get().label == "workflow"


def test_page_that_waits_is_loaded_anew_once_the_log_is_read(browser, initiative, log):
    assert browser.get(log.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_file_that_cannot_be_read_says_why_and_may_be_read_with_other_columns(browser, initiative):
    answer = send(browser, initiative, LOG.replace(b"resource", b"colour"))
    run_waiting_jobs()
    page = browser.get(answer.url)
    assert [fault["kind"] for fault in page.context["errors"]] == ["missing_column"]
    assert ("This log could not be read" in page.content.decode(), Tie.objects.count()) == (True, 0)
    again = {"relations": ["handover"], "column_resource": "colour"}
    browser.post(address("read_log_again", initiative, EventLog.objects.get().pk), again)
    run_waiting_jobs()
    assert ties_of(initiative) == {("E1", "E2", "handover"): 2, ("E2", "E3", "handover"): 1}


def test_log_without_a_file_is_refused_in_place(browser, initiative):
    answer = browser.post(address("new_log", initiative), {"relations": ["handover"]})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"relations": []}, "relations"),
        ({"depth": "0"}, "depth"),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "last"),
    ],
)
def test_choice_that_makes_no_sense_is_said_at_its_field(browser, initiative, log, fields, wrong):
    answer = browser.post(address("read_log_again", initiative, log.pk), {"relations": ["handover"]} | fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])


def test_log_is_counted_anew_with_other_choices(browser, initiative, log):
    found = [
        name for name, _ in browser.get(log.get_absolute_url()).context["form"].fields["activities"].choices
    ]
    assert found == ["step 0", "step 1", "step 2", "step 3"]
    choices = {"relations": ["handover", "working together"], "activities": ["step 0", "step 3"]}
    browser.post(address("read_log_again", initiative, log.pk), choices)
    run_waiting_jobs()
    assert ties_of(initiative) == {("E1", "E3", "handover"): 1, ("E1", "E3", "working together"): 1}
    form = browser.get(log.get_absolute_url()).context["form"]
    assert form["activities"].value() == ["step 0", "step 3"]
    assert form["relations"].value() == ["handover", "working together"]


def test_unmatched_resource_is_said_once_and_counts_from_then_on(browser, initiative, log):
    page = browser.get(log.get_absolute_url())
    groups = page.context["resources"]
    assert [(row.name, row.events) for row in groups["unmatched"]] == [("mrs.x", 1)]
    assert [row.name for row in groups["systems"]] == ["batch"]
    row = log.resources.get(name="mrs.x")
    browser.post(address("match_resources", initiative, log.pk), {f"who:{row.pk}": "E4"})
    run_waiting_jobs()
    assert ties_of(initiative)["E1", "E4", "handover"] == 1
    assert ResourceAlias.objects.get().person.employee_id == "E4"
    log.refresh_from_db()
    row = log.resources.get(name="mrs.x")
    assert (row.match, log.people_count) == ("hand", 4)
    browser.post(address("forget_match", initiative, log.pk), {"resource": row.pk})
    run_waiting_jobs()
    assert ("E1", "E4", "handover") not in ties_of(initiative)


def test_somebody_found_by_name_goes_before_the_proposal_and_systems_may_be_people(browser, initiative, log):
    rows = {row.name: row.pk for row in log.resources.all()}
    answers = {f"who:{rows['mrs.x']}": "out", f"other:{rows['mrs.x']}": "E3", f"other:{rows['batch']}": "E4"}
    browser.post(address("match_resources", initiative, log.pk), answers)
    aliases = ResourceAlias.objects.values_list("resource", "person__employee_id")
    assert dict(aliases) == {"mrs.x": "E3", "batch": "E4"}


def test_decision_reads_every_log_that_names_the_resource_again(browser, initiative, log):
    send(browser, initiative, table("E3 mrs.x"), label="other")
    run_waiting_jobs()
    row = log.resources.get(name="mrs.x")
    browser.post(address("match_resources", initiative, log.pk), {f"who:{row.pk}": "E4"})
    run_waiting_jobs()
    assert TieSet.objects.get(label="other").ties_count == 1


@pytest.mark.parametrize("answer", ["E9", "'; drop table"])
def test_id_that_nobody_has_decides_nothing(browser, initiative, log, answer):
    row = log.resources.get(name="mrs.x")
    browser.post(address("match_resources", initiative, log.pk), {f"other:{row.pk}": answer})
    assert (ResourceAlias.objects.count(), Job.objects.unfinished().count()) == (0, 0)


def test_handovers_inside_and_across_departments_and_lines_are_counted(browser, initiative, log):
    crossings = browser.get(log.get_absolute_url()).context["crossings"]
    assert crossings["title"] == "67% of the work that changes hands crosses departments"
    assert [(row["word"], row["inside"], row["across"]) for row in crossings["rows"]] == [
        ("Department", 1, 2),
        ("Reporting line", 3, 0),
    ]


def test_process_shows_who_does_an_activity_and_who_goes_on(browser, initiative, log):
    page = browser.get(address("process", initiative, log.pk), {"activity": "1"})
    activity = page.context["activity"]
    assert (activity.name, activity.times) == ("step 1", 3)
    assert [(row["who"].name, row["times"]) for row in activity.doers] == [("Ben Head", 2), ("Ada Top", 1)]
    assert activity.title == "The case stays with whoever did it"
    first = browser.get(address("process", initiative, log.pk)).context["activity"]
    assert [[cell["count"] for cell in row["cells"]] for row in first.rows] == [[2]]
    assert first.title == "Most often the case goes from Ada Top to Ben Head"


def test_process_as_a_file_has_every_handover_with_its_activity(browser, initiative, log):
    answer = browser.get(address("process_csv", initiative, log.pk))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows == [
        ["activity", "from", "to", "count"],
        ["step 0", "Ada Top, Board", "Ben Head, Sales", "2"],
        ["step 1", "Ben Head, Sales", "Ben Head, Sales", "1"],
        ["step 2", "Ben Head, Sales", "Cleo Clerk, Sales", "1"],
    ]


def test_process_is_by_department_where_a_survey_hides_who_is_tied_to_whom(browser, initiative, log):
    Survey.objects.create(
        initiative=initiative,
        title="Who helps",
        state="open",
        notice_version="1",
        confidentiality="scores_only",
    )
    page = browser.get(address("process", initiative, log.pk), {"activity": "0"})
    assert [row["who"].name for row in page.context["activity"].doers] == ["Board"]
    assert "Ben Head" not in page.content.decode()
    exported = b"".join(browser.get(address("process_csv", initiative, log.pk)).streaming_content).decode()
    assert ("Sales" in exported, "Ben Head" in exported) == (True, False)


def test_who_objected_since_is_shown_nowhere(browser, initiative, log):
    Objection.objects.create(initiative=initiative, person=Person.objects.get(employee_id="E2"))
    page = browser.get(log.get_absolute_url()).content.decode()
    matrix = browser.get(address("process", initiative, log.pk), {"activity": "1"}).content.decode()
    assert ("Ben Head" in page, "Ben Head" in matrix) == (False, False)


def test_log_nobody_of_which_is_known_says_what_to_do(browser, initiative):
    send(browser, initiative, table("mrs.x mr.y"))
    run_waiting_jobs()
    log = EventLog.objects.get()
    assert (
        "Nobody in this log is recognised"
        in browser.get(address("process", initiative, log.pk)).content.decode()
    )
    assert "2 names in the log are not recognised" in browser.get(log.get_absolute_url()).content.decode()


def test_deleted_log_takes_ties_and_files_along(browser, initiative, log):
    files = [log.stored_file, log.matrices]
    browser.post(address("delete_log", initiative, log.pk))
    assert (EventLog.objects.count(), TieSet.objects.count(), Tie.objects.count()) == (0, 0, 0)
    assert [file.storage.exists(file.name) for file in files] == [False, False]


def test_reading_may_be_stopped(browser, initiative):
    send(browser, initiative)
    log = EventLog.objects.get()
    browser.post(address("stop_reading", initiative, log.pk))
    assert "The reading was stopped" in browser.get(log.get_absolute_url()).content.decode()


def test_reading_anew_without_the_file_says_so_and_keeps_the_ties(browser, initiative, log):
    log.stored_file.delete(save=True)
    answer = browser.post(
        address("read_log_again", initiative, log.pk), {"relations": ["handover"]}, follow=True
    )
    assert "Send it again" in answer.content.decode()
    assert Tie.objects.count() == 2


def test_data_page_lists_the_logs(browser, initiative, log, django_assert_max_num_queries):
    page = browser.get(address("data", initiative)).content.decode()
    assert log.get_absolute_url() in page
