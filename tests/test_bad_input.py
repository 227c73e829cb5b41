"""Bad input by command, page and API alike: where it is wrong, what to do, and nothing half-written."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.models import Analysis, Tie
from initiatives.editing import create_initiative
from initiatives.models import Initiative
from orgchart.charts import load_chart
from orgchart.models import OrgChart, Person, Position
from tests.commands import printed, refused

pytestmark = pytest.mark.django_db
PEOPLE = "employee_id,name,manager_id\nE1,Ada,\nE2,Ben,E1\nE3,Cleo,E2\n"
CHARTS = {  # what of a chart's faults every door tells: kind, row, column, value
    "column nobody knows": ("id,called,chief\nX1,Ada,\n", ("missing_column", 1, "", "manager_id")),
    "duplicate id": (f"{PEOPLE}E2,Dora,E1\n", ("duplicate_id", 5, "employee_id", "E2")),
    "cycle": (f"{PEOPLE}E4,Dora,E5\nE5,Emil,E4\n", ("cycle", 5, "manager_id", "E4, E5")),
}
TIES = {
    "column nobody knows": ("source,whom\nE1,E2\n", ("missing_column", 1, "", "target")),
    "person nobody knows": ("source,target\nE1,E2\nE1,E9\n", ("unknown_person", 3, "target", "E9")),
}
STRANGER = "Nobody on the current org chart has the employee id “E9”; check the id or load a newer chart."


def told(fault):
    assert fault["message"].endswith(".")
    assert fault["remedy"].endswith(".")
    return fault["kind"], fault["row"], fault["column"], fault["value"]


def file_of(text):
    return SimpleUploadedFile("file.csv", text.encode())


def run_jobs():
    for job in Job.objects.unfinished():
        Job.run_here(job)


@pytest.fixture
def initiative(administrator):
    load_chart(PEOPLE.encode(), file_name="people.csv")
    return create_initiative(slug="invoices", name="Invoices", created_by=administrator)


@pytest.mark.parametrize("case", CHARTS)
def test_faulty_chart_is_refused_by_every_door(case, files, client, signed_in, administrator, api):
    text, expected = CHARTS[case]
    report, _ = refused("load_org_chart", files("people.csv", text), format="json")
    assert ([told(fault) for fault in report["errors"]], report["written"]) == ([expected], False)

    headers = api(administrator)
    sent = client.post("/api/v1/org-charts/", {"file": file_of(text)}, headers=headers)
    run_jobs()
    answer = client.get(sent.json()["url"], headers=headers).json()
    assert (answer["state"], [told(fault) for fault in answer["faults"]["errors"]]) == ("failed", [expected])
    assert client.post(f"{sent.json()['url']}activate/", headers=headers).status_code == 409

    page = signed_in(administrator)
    sent = page.post(reverse("orgchart:upload"), {"file": file_of(text), "as_of": "2026-01-01"})
    run_jobs()
    groups = page.get(sent.url).context["errors"]
    assert [told(fault) for group in groups for fault in group["faults"]] == [expected]
    assert (Person.objects.count(), Position.objects.count()) == (0, 0)
    assert OrgChart.objects.current() is None


@pytest.mark.parametrize("case", TIES)
def test_faulty_ties_are_refused_by_every_door(
    case, initiative, files, client, signed_in, administrator, api
):
    text, expected = TIES[case]
    report, _ = refused("load_ties", "invoices", files("ties.csv", text), format="json")
    assert ([told(fault) for fault in report["errors"]], report["written"]) == ([expected], False)

    answer = client.post(
        "/api/v1/initiatives/invoices/ties/", {"file": file_of(text)}, headers=api(administrator)
    )
    assert (answer.status_code, [told(fault) for fault in answer.json()["faults"]]) == (422, [expected])

    page = signed_in(administrator)
    sent = page.post(reverse("influence:data", args=["invoices"]), {"file": file_of(text)})
    run_jobs()
    assert [told(fault) for fault in page.get(sent.url).context["errors"]] == [expected]
    assert not Tie.objects.exists()


def test_sponsor_who_is_not_on_the_chart_is_refused_by_every_door(
    initiative, client, signed_in, administrator, api
):
    with pytest.raises(CommandError) as refusal:
        printed("create_initiative", "other", name="Other", sponsor=["E9"])
    sent = {"name": "Other", "roles": [{"employee_id": "E9", "role": "sponsor"}]}
    headers = api(administrator)
    answer = client.post("/api/v1/initiatives/", sent, "application/json", headers=headers)
    filled = {"name": "Other", "sponsor": "E9", "cut": "80", "stages": "known, used"}
    page = signed_in(administrator).post(reverse("initiatives:new"), filled)
    assert (answer.status_code, page.status_code) == (400, 422)
    assert (str(refusal.value), answer.json()["errors"]) == (f"roles: {STRANGER}", {"roles": [STRANGER]})
    assert page.context["form"].errors == {"sponsor": [STRANGER]}
    assert Initiative.objects.get() == initiative


def test_analysis_of_an_empty_initiative_is_refused_by_every_door(
    initiative, client, signed_in, administrator, api
):
    expected = "Nobody has named anybody yet; load ties, or ask people in a survey first."
    with pytest.raises(CommandError) as refusal:
        printed("analyse", "invoices", wait=True)
    answer = client.post(
        "/api/v1/initiatives/invoices/analyses/", {}, "application/json", headers=api(administrator)
    )
    page = signed_in(administrator).post(reverse("influence:analyses", args=["invoices"]))
    assert (answer.status_code, page.status_code) == (409, 422)
    sentences = [str(refusal.value), answer.json()["detail"], *page.context["form"].non_field_errors()]
    assert sentences == [expected] * 3
    assert not Analysis.objects.exists()
