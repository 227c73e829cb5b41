"""The main job in a browser: from an HR file and named ties to whom to ask."""

import re

import pytest

from bpm_influence.jobs.models import Job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEPARTMENTS = ("Sales", "Finance", "Production")


def people_file():
    rows = ["employee_id,name,manager_id,department,title", "E0,Ada Top,,Board,Chief executive"]
    for number, department in enumerate(DEPARTMENTS, start=1):
        rows.append(f"H{number},Head of {department},E0,{department},Head")
        rows += [f"{department[0]}{i},{department} {i},H{number},{department},Clerk" for i in range(8)]
    return "\n".join(rows).encode()


def ties_file():
    names = [f"{department[0]}{i}" for department in DEPARTMENTS for i in range(8)]
    rows = [f"{name},{names[(i * 7 + 3) % 24]},influence,3" for i, name in enumerate(names)]
    rows += [f"{name},S0,advice,5" for name in names if name != "S0"]
    return "\n".join(["source,target,relation,strength", *dict.fromkeys(rows)]).encode()


def send(page, selector, name, content):
    page.set_input_files(selector, {"name": name, "mimeType": "text/csv", "buffer": content})


def sign_in(page, address, user):
    page.goto(f"{address}/sign-in/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", f"password of {user.username}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Initiatives", exact=True).wait_for()


def run_waiting_jobs():
    for job in Job.objects.unfinished():
        Job.run_here(job)


def load_org_chart(page, look, address):
    page.goto(f"{address}/org-charts/upload/")
    look("upload an org chart")
    send(page, "#id_file", "people.csv", people_file())
    page.get_by_role("button", name="Upload and read").click()
    page.wait_for_url(re.compile(r"/org-charts/\d+/"))
    run_waiting_jobs()
    page.reload()
    look("preview of an org chart")
    page.get_by_role("button", name="Make this the current org chart").click()
    page.get_by_role("button", name="Make this the current org chart").wait_for(state="detached")


def make_initiative(page, look, address):
    page.goto(f"{address}/initiatives/new/")
    look("new initiative")
    page.get_by_label("Name", exact=True).fill("Faster invoices")
    page.locator("#id_sponsor-ts-control").press_sequentially("ada t")
    page.locator(".ts-dropdown .option", has_text="Ada Top").click()
    page.get_by_role("button", name="Make the initiative").click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()
    look("data before any ties")


def load_ties(page, look):
    send(page, "#id_file", "wrong.csv", b"source,target\nS0,nobody\n")
    page.get_by_role("button", name="Load the ties").click()
    page.locator("[data-state=queued]").wait_for()
    look("ties that wait")
    run_waiting_jobs()
    page.get_by_text("Nothing was loaded.").wait_for()
    look("ties with a fault")
    page.get_by_role("link", name="Load a corrected file").click()
    look("data with a file that was not loaded")
    send(page, "#id_file", "ties.csv", ties_file())
    page.get_by_role("button", name="Load the ties").click()
    page.locator("[data-state=queued]").wait_for()
    run_waiting_jobs()
    page.get_by_role("button", name="Start an analysis").wait_for()
    look("ties that were loaded")


def analyse(page, look):
    page.get_by_role("link", name="Data", exact=True).first.click()
    page.get_by_role("link", name="choose them").click()
    page.get_by_text("Rates, cut, seed and intervals").click()
    look("parameters of an analysis")
    page.get_by_label("Rounds for the intervals").fill("20")
    page.get_by_role("button", name="Start the analysis").click()
    page.locator("[data-state=queued]").wait_for()
    look("analysis that waits")
    run_waiting_jobs()
    page.get_by_role("link", name="See the results").click()
    page.wait_for_url("**/initiatives/faster-invoices/")


RESULTS = ("", "map/", "people/", "leaders/", "champions/", "settings/", "data/", "analyses/")


def test_change_manager_gets_from_an_hr_file_to_a_champion_list(live_server, page, look, administrator):
    page.goto(f"{live_server.url}/sign-in/")
    look("sign in")
    sign_in(page, live_server.url, administrator)
    look("no initiative yet")
    load_org_chart(page, look, live_server.url)
    make_initiative(page, look, live_server.url)
    load_ties(page, look)
    analyse(page, look)
    for part in RESULTS:
        page.goto(f"{live_server.url}/initiatives/faster-invoices/{part}")
        look(part or "overview")
    page.goto(f"{live_server.url}/")
    look("list of initiatives")
