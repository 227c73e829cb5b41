"""Org charts and people over REST."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bpm_influence.jobs.models import Job
from orgchart.charts import load_chart
from orgchart.models import OrgChart, Position
from tests.problems import assert_problem

PEOPLE = b"employee_id,name,manager_id,department\n1,Ann,,Board\n2,Ben \xc3\x98st,1,Ops\n3,Cy,1,Ops\n"
URL = "/api/v1/org-charts/"

pytestmark = pytest.mark.django_db


def upload(client, headers, content=PEOPLE, **fields):
    file = SimpleUploadedFile("people.csv", content)
    return client.post(URL, {"file": file, **fields}, headers=headers)


def work():
    """Run every job that waits, as a worker would."""
    for job in Job.objects.unfinished():
        Job.run_here(job)


def test_upload_is_read_but_not_activated(client, api, hr):
    answer = upload(client, api(hr), as_of="2026-03-31")
    chart = OrgChart.objects.get()
    where = f"http://testserver{URL}{chart.pk}/"
    assert (answer.status_code, answer.json()) == (202, {"id": chart.pk, "state": "queued", "url": where})
    work()
    told = client.get(where, headers=api(hr)).json()
    assert (told["state"], told["is_current"], told["as_of"]) == ("done", False, "2026-03-31")
    assert told["counts"] == {"people": 3, "tops": 1, "max_level": 2, "errors": 0, "warnings": 0}
    assert told["changes"] == {
        "against": None, "joiners": 3, "leavers": 0, "movers": 0,
        "people_before": 0, "people_after": 3, "jumps": [],
    }  # fmt: skip


def test_activation_makes_the_chart_current(client, api, hr):
    upload(client, api(hr))
    work()
    chart = OrgChart.objects.get()
    answer = client.post(f"{URL}{chart.pk}/activate/", headers=api(hr))
    assert (answer.status_code, answer.json()["is_current"]) == (200, True)
    assert OrgChart.objects.current() == chart


def test_activation_on_the_strength_of_outdated_changes_is_a_conflict(client, api, hr):
    first = load_chart(PEOPLE, file_name="first.csv").chart
    upload(client, api(hr), PEOPLE + b"4,Dee,1,Ops\n")
    work()
    mine = OrgChart.objects.latest("pk")
    address = f"{URL}{mine.pk}/activate/"
    other = load_chart(PEOPLE + b"5,Eve,1,Ops\n", file_name="other.csv").chart
    answer = client.post(f"{address}?against={first.pk}", headers=api(hr))
    assert_problem(answer, 409, "Somebody activated another chart meanwhile. Look at the changes again.")
    assert OrgChart.objects.current() == other
    against = client.get(f"{URL}{mine.pk}/", headers=api(hr)).json()["changes"]["against"]
    assert client.post(f"{address}?against={against}", headers=api(hr)).status_code == 200
    assert OrgChart.objects.current() == mine


def test_faulty_upload_lists_its_faults_and_writes_nobody(client, api, hr):
    upload(client, api(hr), PEOPLE + b"4,Dee,9,Ops\n")
    work()
    chart = OrgChart.objects.get()
    told = client.get(f"{URL}{chart.pk}/", headers=api(hr)).json()
    kinds = [fault["kind"] for fault in told["faults"]["errors"]]
    assert (told["state"], kinds, told["changes"]) == ("failed", ["unknown_manager"], None)
    assert Position.objects.count() == 0
    answer = client.post(f"{URL}{chart.pk}/activate/", headers=api(hr))
    assert_problem(answer, 409, "This file was not read without errors; correct it and upload it again.")


def test_changes_name_joiners_leavers_movers_and_jumps(client, api, hr):
    load_chart(PEOPLE, file_name="people.csv")
    upload(client, api(hr), b"employee_id,name,manager_id,department\n1,Ann,,Board\n2,Ben,1,IT\n5,Eve,2,IT\n")
    work()
    changes = client.get(URL, headers=api(hr)).json()["results"][0]["changes"]
    assert (changes["joiners"], changes["leavers"], changes["movers"]) == (1, 1, 1)
    assert changes["jumps"] == [
        "1 of 3 people (33%) would leave the chart.",
        "One department would be gone: Ops.",
    ]


def test_same_file_twice_is_recognised(client, api, hr):
    first = load_chart(PEOPLE, file_name="people.csv").chart
    upload(client, api(hr))
    assert client.get(URL, headers=api(hr)).json()["results"][0]["same_file_as"] == first.pk


def test_same_request_sent_twice_makes_one_chart_and_one_job(client, api, hr):
    headers = api(hr)
    first = upload(client, headers).json()
    assert upload(client, headers).json() == first
    work()
    assert upload(client, headers).json() == first | {"state": "done"}
    assert (OrgChart.objects.count(), Job.objects.count()) == (1, 1)
    assert upload(client, headers, as_of="2026-03-31").json()["id"] != first["id"]


def test_upload_without_a_body_is_refused_by_field(client, api, hr):
    assert_problem(client.post(URL, headers=api(hr)), 400, "file: No file was submitted.")


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_charts_takes_the_same_queries(client, api, hr, count, django_assert_num_queries):
    headers = api(hr)
    for _ in range(count):
        load_chart(PEOPLE, file_name="people.csv", user=hr)
    client.get(URL, headers=headers)
    with django_assert_num_queries(4):
        client.get(URL, headers=headers)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mapping": "{"}, "mapping"),
        ({"mapping": '{"colour": "Name"}'}, "mapping"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"unknown_manager": "shrug"}, "unknown_manager"),
        ({"nonsense": "1"}, "nonsense"),
    ],
)
def test_upload_with_a_bad_field_is_refused_by_name(client, api, hr, fields, field):
    answer = upload(client, api(hr), **fields)
    assert_problem(answer, 400)
    assert list(answer.json()["errors"]) == [field]
    assert OrgChart.objects.count() == 0


def test_upload_over_the_limit_is_refused_before_it_is_read(client, api, hr, settings):
    settings.UPLOAD_LIMIT_MB = 1
    answer = upload(client, api(hr), b"x" * (1024 * 1024 + 1))
    assert_problem(answer, 413, "The file is larger than 1 MB, the most that is accepted here.")


def test_people_are_found_by_every_part_typed(client, api, change_manager):
    load_chart(PEOPLE, file_name="people.csv")
    answer = client.get("/api/v1/people/?search=ost+BEN", headers=api(change_manager)).json()
    assert answer["results"] == [
        {
            "employee_id": "2", "name": "Ben Øst", "email": "", "title": "", "department": "Ops",
            "location": "",
            "manager_id": "1", "level": 2, "span": 0, "headcount": 0,
        }
    ]  # fmt: skip


def test_people_list_takes_the_same_queries_for_more_people(client, api, hr, django_assert_num_queries):
    load_chart(PEOPLE, file_name="people.csv")
    headers = api(hr)
    client.get("/api/v1/people/", headers=headers)
    for search in ("?search=Ann", ""):
        with django_assert_num_queries(3):
            client.get(f"/api/v1/people/{search}", headers=headers)


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("administrator", (200, 202, 200, 200, 200)),
        ("hr", (200, 202, 200, 200, 200)),
        ("change_manager", (200, 403, 200, 403, 200)),
        ("viewer", (403, 403, 403, 403, 403)),
        ("auditor", (403, 403, 403, 403, 403)),
    ],
)
def test_rights_of_each_role(client, api, request, role, statuses):
    chart = load_chart(PEOPLE, file_name="people.csv").chart
    headers = api(request.getfixturevalue(role))
    answers = (
        client.get(URL, headers=headers),
        upload(client, headers),
        client.get(f"{URL}{chart.pk}/", headers=headers),
        client.post(f"{URL}{chart.pk}/activate/", headers=headers),
        client.get("/api/v1/people/", headers=headers),
    )
    assert tuple(answer.status_code for answer in answers) == statuses


def test_charts_that_were_never_current_are_unknown_to_change_managers(client, api, change_manager):
    chart = load_chart(PEOPLE, file_name="people.csv", activate=False).chart
    assert_problem(client.get(f"{URL}{chart.pk}/", headers=api(change_manager)), 404)


def test_stranger_is_turned_away(client):
    assert_problem(client.get(URL), 401)
    assert_problem(client.post(URL, {"file": io.BytesIO(PEOPLE)}), 401)
