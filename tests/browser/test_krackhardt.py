"""The whole way on published data, in a browser, with a worker: from an HR file to champions.csv."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tests.browser.test_journey import send, sign_in
from tests.commands import printed
from tests.influence.test_krackhardt import DATA, REFERENCES, reference, ties_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not DATA.exists(), reason=f"The published data are not at {DATA}."),
    pytest.mark.parametrize("page", [1280], indirect=True),
]
PATIENCE = 90_000
FILE_FIELDS = {
    "Order": "rank",
    "Employee id": "employee_id",
    "Name": "name",
    "Adds": "marginal_reach",
    "Reached in all": "cumulative_reach",
    "Stays chosen": "confidence",
}


def load_chart(page, address):
    page.goto(f"{address}/org-charts/upload/")
    page.set_input_files("#id_file", DATA / "people.csv")
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_role("button", name="Make this the current org chart").click()
    page.get_by_text("people.csv is now the current org chart.").wait_for()


def make_initiative(page, address):
    page.goto(f"{address}/initiatives/new/")
    page.get_by_label("Name", exact=True).fill("High tech")
    page.locator("#id_sponsor-ts-control").press_sequentially("manager 07")
    page.locator(".ts-dropdown .option", has_text="Manager 07").click()
    page.get_by_role("button", name="Make the initiative").click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()


def load_ties(page):
    send(page, "#id_file", "advice.csv", ties_of("advice").encode())
    page.get_by_role("button", name="Load the ties").click()
    page.get_by_text("“advice.csv” brought 190 ties between 21 people.").wait_for()


def analyse(page):
    page.get_by_role("button", name="Start an analysis").click()
    page.get_by_role("link", name="See the results").click()
    page.wait_for_url("**/initiatives/high-tech/")


def open_a_person_on_the_map(page, address):
    page.goto(f"{address}/initiatives/high-tech/map/")
    page.locator("[data-map][data-drawn='21']").wait_for()
    person = page.locator("[data-map] svg path[transform]").last
    person.click(force=True)
    page.wait_for_url(re.compile(r"/people/M\d\d/$"))
    page.get_by_role("heading", name=re.compile(r"Manager \d\d")).first.wait_for()


def champions_file(page, address):
    page.goto(f"{address}/initiatives/high-tech/champions/")
    listed = [link.inner_text() for link in page.locator(".champion-who h2 a").all()]
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.endswith(".csv")
    with Path(taken.value.path()).open(encoding="utf-8-sig") as file:
        return listed, list(csv.DictReader(file))


def test_published_company_from_the_hr_file_to_the_champion_list(
    page, live_server, administrator, start_worker, client, api
):
    address = live_server.url
    page.set_default_timeout(PATIENCE)
    start_worker()
    sign_in(page, address, administrator)
    load_chart(page, address)
    make_initiative(page, address)
    load_ties(page)
    analyse(page)
    open_a_person_on_the_map(page, address)
    listed, taken = champions_file(page, address)

    champions = json.loads(printed("champions", "high-tech", format="json"))
    assert (len(champions), listed) == (5, [champion["name"] for champion in champions])
    for heading, field in FILE_FIELDS.items():
        assert [row[heading] for row in taken] == [str(champion[field]) for champion in champions]
    base = "/api/v1/initiatives/high-tech"
    assert client.get(f"{base}/champions/", headers=api(administrator)).json()["results"] == champions
    scores = client.get(f"{base}/scores/", headers=api(administrator)).json()["results"]
    nodes = reference("nodes_advice.csv")
    assert sorted(nodes) == sorted(score["employee_id"] for score in scores)
    for score in scores:
        for ours, theirs in REFERENCES.items():
            assert score[ours] == pytest.approx(float(nodes[score["employee_id"]][theirs]), abs=1e-6)
    assert page.complaints == []
