import pytest

from bpm_influence.jobs.models import Job
from tests.jobs import kinds  # noqa: F401 - registers the kinds

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(viewer):
    return Job.enqueue("test fault", asked_by=viewer, about="Import of staff.csv", url="/org-charts/1/")


def texts(answer):
    return answer.content.decode()


def test_list_says_what_to_do_where_nothing_was_asked_for(signed_in, viewer):
    assert "Nothing has been asked for yet." in texts(signed_in(viewer).get("/jobs/"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_three_as_for_one(
    signed_in, administrator, count, django_assert_num_queries
):
    for number in range(count):
        Job.enqueue("test sum", {"numbers": [number]}, asked_by=administrator, about=f"Sum {number}")
    browser = signed_in(administrator)

    with django_assert_num_queries(5):
        answer = browser.get("/jobs/")
    assert [job.about for job in answer.context["page"]] == [
        f"Sum {number}" for number in reversed(range(count))
    ]


def test_page_of_an_unfinished_job_asks_for_its_progress(signed_in, viewer, job):
    page = texts(signed_in(viewer).get(f"/jobs/{job.pk}/"))

    assert f'hx-get="/jobs/{job.pk}/"' in page
    assert "No worker answers at the moment." in page
    assert "<html" in page


def test_progress_is_a_part_of_the_page(signed_in, viewer, job):
    part = texts(signed_in(viewer).get(f"/jobs/{job.pk}/", headers=HTMX))

    assert part.startswith('<div id="job"')


def test_page_of_a_failed_job_shows_faults_and_asks_no_more(signed_in, viewer, job):
    Job.run_here(job)
    page = texts(signed_in(viewer).get(f"/jobs/{job.pk}/"))

    assert "The file has a fault." in page
    assert "<td>3</td>" in page
    assert "hx-get" not in page
    assert f'action="/jobs/{job.pk}/retry/"' in page


def test_cancel_and_retry_by_click(signed_in, viewer, job):
    browser = signed_in(viewer)

    assert browser.post(f"/jobs/{job.pk}/cancel/").headers["Location"] == f"/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.state == "cancelled"
    browser.post(f"/jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == "queued"


@pytest.mark.parametrize("address", ["", "cancel/", "retry/"])
def test_job_of_somebody_else_is_not_there(signed_in, hr, job, address):
    browser = signed_in(hr)
    ask = browser.post if address else browser.get

    assert ask(f"/jobs/{job.pk}/{address}").status_code == 404
    job.refresh_from_db()
    assert job.state == "queued"


def test_administrator_sees_who_asked(signed_in, administrator, job):
    assert "viewer" in texts(signed_in(administrator).get("/jobs/"))
