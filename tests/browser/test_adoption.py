"""In a browser: nothing is recorded, a file brings adoption, one entry is corrected, and the pages tell."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import call_command

from bpm_influence.jobs.models import Job
from influence.demonstration.adopting import adoption_file
from influence.demonstration.organisation import build_organisation
from initiatives.models import Initiative
from tests.browser.test_journey import send, sign_in
from tests.commands import printed
from tests.conftest import make_user
from tests.influence.demonstration_ties import ties_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firm(tmp_path):
    """150 people who name each other, an initiative, and the file that says how they adopt."""
    organisation = build_organisation(150)
    for name, content in (("people.csv", organisation.people_file()), ("ties.csv", ties_file(organisation))):
        (tmp_path / name).write_bytes(content)
    call_command("load_org_chart", tmp_path / "people.csv", stdout=io.StringIO(), stderr=io.StringIO())
    sponsor = organisation.employees[1].employee_id
    printed("create_initiative", "invoices", name="Invoices", sponsor=[sponsor])
    printed("load_ties", "invoices", tmp_path / "ties.csv")
    initiative = Initiative.objects.get()
    user = make_user("carol", "change_manager")
    initiative.members.create(user=user)
    return user, adoption_file(organisation, date(2026, 3, 2), date(2026, 9, 1))


def test_from_nothing_recorded_to_the_evidence(page, look, live_server, firm):
    user, content = firm
    base = f"{live_server.url}/initiatives/invoices/adoption/"
    sign_in(page, live_server.url, user)
    page.goto(base)
    look("adoption, nothing recorded")
    page.get_by_role("link", name="Record adoption").click()
    page.get_by_role("heading", name="Entries", exact=True).wait_for()
    look("entries, none yet")
    send(page, "#id_file", "wrong.csv", b"employee_id,stage,date\nnobody,adoption,2026-04-01\n")
    page.get_by_role("button", name="Load the file").click()
    page.get_by_text("Nothing was loaded.").wait_for()
    page.complaints.clear()  # the browser says that the answer was 422
    look("entries, a file with faults")
    send(page, "#id_file", "training.csv", content)
    page.get_by_role("button", name="Load the file").click()
    page.get_by_role("heading", name="Entries", exact=True).wait_for()
    page.get_by_text("training.csv").first.wait_for()
    look("entries, being counted")
    for job in Job.objects.unfinished():
        Job.run_here(job)
    page.get_by_text("Being counted anew").wait_for(state="detached")
    correct_one(page, look)
    for job in Job.objects.unfinished():
        Job.run_here(job)
    page.get_by_text("Being counted anew").wait_for(state="detached")
    tell(page, look, base)


def correct_one(page, look):
    page.get_by_role("link", name="Correct").first.click()
    page.get_by_role("heading", name="Correct an entry").wait_for()
    look("correct an entry")
    page.get_by_label("Stage").select_option(label="awareness")
    page.get_by_role("button", name="Correct it").click()
    page.get_by_text("No longer counts").wait_for()
    look("entries, one corrected")


def tell(page, look, base):
    page.goto(base)
    page.wait_for_selector("[data-stages][data-drawn='5']")
    look("adoption over time")
    page.get_by_label("Of whom").select_option(index=1)
    page.wait_for_url("**/?of=*")
    look("adoption of one department")
    page.get_by_role("link", name="First followers").click()
    page.get_by_role("heading", name="Who came first of all").wait_for()
    look("first followers")
    page.get_by_role("link", name="Evidence").click()
    page.get_by_role("heading", name="Does leadership set the scene and influence carry it?").wait_for()
    look("evidence")
