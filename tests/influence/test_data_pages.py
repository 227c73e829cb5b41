"""Ties by page, and analyses started, followed, cancelled and repeated."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.loading import load_ties
from influence.models import Analysis, Tie, TieSet, TieUpload
from initiatives.editing import create_initiative
from orgchart.charts import load_chart

pytestmark = pytest.mark.django_db
PEOPLE = (
    b"employee_id,name,manager_id,department\nE1,Ada Top,,Board\nE2,Ben Head,E1,Sales\nE3,Cleo,E2,Sales\n"
)
TIES = b"source,target,relation,strength\nE2,E3,influence,1\nE1,E3,influence,2\n"
WRONG = b"source,target\nE2,E3\nE2,E9\n"


@pytest.fixture
def initiative(change_manager):
    load_chart(PEOPLE, file_name="people.csv", as_of=date(2026, 1, 1))
    return create_initiative(name="Faster invoices", created_by=change_manager)


@pytest.fixture
def ties(initiative):
    load_ties(initiative, TIES, file_name="spring.csv")
    return initiative.tie_sets.get()


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def address(name, initiative, *more):
    return reverse(f"influence:{name}", args=[initiative.slug, *more])


def upload(browser, initiative, content, **fields):
    """Send a file of ties as a person does, have the job run, and come back to its page."""
    file = SimpleUploadedFile("spring.csv", content)
    sent = browser.post(address("data", initiative), {"file": file, **fields})
    assert sent.status_code == 302
    for job in Job.objects.unfinished():
        Job.run_here(job)
    return browser.get(sent.url)


def test_ties_file_is_loaded_under_its_name_by_a_job(browser, initiative, change_manager):
    page = upload(browser, initiative, TIES).content.decode()
    assert "“spring.csv” brought 2 ties between 3 people." in page
    assert list(TieSet.objects.values_list("label", "ties_count")) == [("spring.csv", 2)]
    job = Job.objects.get()
    assert (job.kind, job.state, job.asked_by) == ("ties", "done", change_manager)
    assert job.result == {"people": 3, "ties": 2}


def test_ties_file_is_kept_until_it_is_loaded(browser, initiative):
    file = SimpleUploadedFile("spring.csv", TIES)
    sent = browser.post(address("data", initiative), {"file": file})
    waiting = TieUpload.objects.get()
    assert (waiting.state, waiting.stored_file.read()) == ("queued", TIES)
    page = browser.get(sent.url).content.decode()
    assert page.count(f'hx-get="{waiting.get_absolute_url()}"') == 1
    part = browser.get(sent.url, headers={"HX-Request": "true"})
    assert part.templates[0].name == "influence/_tie_upload.html"
    Job.run_here(waiting.job)
    assert TieUpload.objects.get().stored_file.name == ""
    assert not waiting.stored_file.storage.exists(waiting.stored_file.name)


def test_ties_file_is_loaded_under_the_label_given(browser, initiative):
    upload(browser, initiative, TIES, label="Spring round")
    assert list(TieSet.objects.values_list("label", flat=True)) == ["Spring round"]


def test_ties_file_with_a_fault_writes_nothing_and_names_the_row(browser, initiative, ties):
    answer = upload(browser, initiative, WRONG)
    assert [(fault["row"], fault["kind"]) for fault in answer.context["errors"]] == [(3, "unknown_person")]
    assert "1 error stops the file; nothing was changed." in answer.content.decode()
    assert Tie.objects.count() == 2
    assert Job.objects.get().state == "failed"


def test_ties_file_with_a_fault_can_be_read_again_once_the_chart_has_the_person(browser, initiative):
    upload(browser, initiative, WRONG)
    load_chart(PEOPLE + b"E9,Zoe,E1,Sales\n", file_name="people.csv", as_of=date(2026, 2, 1))
    upload_page = TieUpload.objects.get().get_absolute_url()
    assert browser.post(f"{upload_page}again/").url == upload_page
    Job.run_here(Job.objects.get())
    assert Tie.objects.count() == 2
    assert browser.get(upload_page).context["errors"] == []


def test_ties_file_sent_again_takes_the_place_of_one_that_failed(browser, initiative):
    upload(browser, initiative, WRONG)
    failed = TieUpload.objects.get().stored_file
    upload(browser, initiative, TIES)
    assert TieUpload.objects.get().state == "done"
    assert not failed.storage.exists(failed.name)


def test_ties_file_with_a_warning_is_loaded_and_says_so(browser, initiative):
    answer = upload(browser, initiative, TIES + b"E3,E3,influence,1\n")
    assert [fault["kind"] for fault in answer.context["warnings"]] == ["self_tie"]
    assert Tie.objects.count() == 2


def test_loading_ties_can_be_stopped_and_begun_again(browser, initiative):
    browser.post(address("data", initiative), {"file": SimpleUploadedFile("spring.csv", TIES)})
    page = TieUpload.objects.get().get_absolute_url()
    browser.post(f"{page}stop/")
    assert (TieUpload.objects.get().state, Tie.objects.count()) == ("cancelled", 0)
    browser.post(f"{page}again/")
    Job.run_here(Job.objects.get())
    assert (TieUpload.objects.get().state, Tie.objects.count()) == ("done", 2)


def test_job_that_had_stored_its_ties_before_its_worker_was_lost_ends_without_storing_them_again(
    browser, initiative
):
    upload(browser, initiative, TIES)
    stored = set(Tie.objects.values_list("pk", flat=True))
    Job.objects.update(state="queued")
    Job.run_here(Job.objects.get())
    assert (Job.objects.get().state, Job.objects.get().result) == ("done", {"people": 3, "ties": 2})
    assert set(Tie.objects.values_list("pk", flat=True)) == stored


def test_ties_loaded_by_command_under_the_label_forget_the_upload_that_was_there(browser, initiative):
    upload(browser, initiative, TIES)
    load_ties(initiative, TIES, file_name="spring.csv")
    assert (TieUpload.objects.count(), TieSet.objects.get().ties_count) == (0, 2)


def test_ties_without_a_file_are_refused(browser, initiative):
    answer = browser.post(address("data", initiative), {"label": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_deleted_tie_set_takes_its_ties_along(browser, initiative, ties):
    assert browser.post(address("delete_ties", initiative, ties.pk)).status_code == 302
    assert (TieSet.objects.count(), Tie.objects.count()) == (0, 0)


def test_tie_set_of_another_initiative_is_not_found(browser, initiative, ties, change_manager):
    other = create_initiative(name="Other", created_by=change_manager)
    assert browser.post(address("delete_ties", other, ties.pk)).status_code == 404
    assert TieSet.objects.count() == 1


def test_analysis_starts_with_the_usual_parameters(browser, initiative, ties):
    answer = browser.post(address("analyses", initiative))
    analysis = Analysis.objects.get()
    assert (answer.status_code, answer.url) == (302, analysis.get_absolute_url())
    assert (analysis.parameters["theta"], analysis.parameters["cut"], analysis.state) == (0.4, 80.0, "queued")


def test_analysis_with_parameters_out_of_bounds_says_so_at_the_field(browser, initiative, ties):
    answer = browser.post(address("analyses", initiative), {"theta": "0.8", "line": "0.4"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["theta"] == [
        "theta + line is 1.2; keep the sum below 0.95, or a cascade would never die out."
    ]
    assert not Analysis.objects.exists()


def test_analysis_without_ties_is_refused_in_words(browser, initiative):
    answer = browser.post(address("analyses", initiative))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "Nobody has named anybody yet; load ties, or ask people in a survey first."
    ]


def test_analysis_page_asks_for_its_own_state_while_it_waits(browser, initiative, ties):
    browser.post(address("analyses", initiative))
    analysis = Analysis.objects.get()
    page = browser.get(analysis.get_absolute_url()).content.decode()
    assert page.count(f'hx-get="{analysis.get_absolute_url()}"') == 1
    part = browser.get(analysis.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.templates[0].name == "influence/_analysis_state.html"


def test_cancelled_analysis_can_be_started_again(browser, initiative, ties):
    browser.post(address("analyses", initiative))
    analysis = Analysis.objects.get()
    browser.post(address("cancel_analysis", initiative, analysis.pk))
    assert Job.objects.get().state == "cancelled"
    browser.post(address("retry_analysis", initiative, analysis.pk))
    assert Job.objects.get().state == "queued"


def test_failed_analysis_says_why(browser, initiative, ties):
    browser.post(address("analyses", initiative))
    Job.objects.update(state="failed", fault="There was no room left.")
    page = browser.get(Analysis.objects.get().get_absolute_url()).content.decode()
    assert page.count('<div class="alert alert-danger" role="alert">There was no room left.</div>') == 1


@pytest.mark.parametrize("name", ["data", "analyses"])
def test_data_are_for_those_who_manage(signed_in, initiative, other_change_manager, auditor, name):
    answers = [
        signed_in(user).get(address(name, initiative)).status_code for user in (other_change_manager, auditor)
    ]
    assert answers == [404, 403]


def test_list_of_analyses_asks_as_much_for_three_as_for_one(
    browser, initiative, ties, django_assert_max_num_queries
):
    browser.post(address("analyses", initiative))
    with django_assert_max_num_queries(20) as one:
        browser.get(address("analyses", initiative))
    for seed in (2, 3):
        browser.post(address("analyses", initiative), {"seed": seed})
    with django_assert_max_num_queries(20) as three:
        browser.get(address("analyses", initiative))
    assert (len(one), Analysis.objects.count()) == (len(three), 3)
