"""The pages on org charts, through HTTP."""

import io
import re

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpm_influence.jobs.models import Job
from orgchart.charts import load_chart
from orgchart.models import OrgChart, Position, RememberedDecision, RememberedMapping

PEOPLE = b"employee_id,name,manager_id,department\n1,Ann,,Board\n2,Ben,1,Ops\n3,Cy,1,Ops\n4,Dee,2,Ops\n"
FAULTY = PEOPLE + b"5,Eve,9,Ops\n"

pytestmark = pytest.mark.django_db


def upload(client, content, name="people.csv"):
    """Send a file by the page and let the job run; give the chart."""
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("orgchart:upload"), {"file": file, "as_of": "2026-03-31"})
    assert answer.status_code == 302
    work()
    return OrgChart.objects.latest("pk")


def work():
    for job in Job.objects.unfinished():
        Job.run_here(job)


def text_of(answer):
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_upload_shows_a_preview_and_activates_on_request(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, PEOPLE)
    page = client.get(chart.get_absolute_url())
    assert "The first org chart: 4 people" in text_of(page)
    assert OrgChart.objects.current() is None
    client.post(reverse("orgchart:activate", args=[chart.pk]), {"against": ""})
    assert OrgChart.objects.current() == chart


def test_waiting_upload_shows_its_progress(client, signed_in, hr):
    signed_in(hr)
    client.post(
        reverse("orgchart:upload"), {"file": SimpleUploadedFile("p.csv", PEOPLE), "as_of": "2026-03-31"}
    )
    page = client.get(OrgChart.objects.get().get_absolute_url())
    assert 'hx-trigger="every 1s"' in page.content.decode()


def test_faults_are_listed_by_row_and_block_the_activation(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, FAULTY)
    page = client.get(chart.get_absolute_url())
    assert "Error: Manager not found 1" in text_of(page)
    assert 'The manager "9" of Eve is not in the file.' in text_of(page).replace("&quot;", '"')
    client.post(reverse("orgchart:activate", args=[chart.pk]), {"against": ""})
    assert OrgChart.objects.current() is None


def test_decision_about_a_person_is_taken_and_remembered(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, FAULTY)
    client.post(reverse("orgchart:decide", args=[chart.pk]), {"decision:6": "top"})
    work()
    chart.refresh_from_db()
    assert (chart.state, chart.tops_count, RememberedDecision.objects.get().decision) == ("done", 2, "top")
    assert upload(client, FAULTY + b"6,Fay,1,Ops\n").state == "done"


def test_remembered_decision_ends_with_another_value(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, FAULTY)
    client.post(reverse("orgchart:decide", args=[chart.pk]), {"decision:6": "top"})
    work()
    assert upload(client, PEOPLE + b"5,Eve,8,Ops\n").state == "failed"


def test_policy_for_all_known_faults_is_taken(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, FAULTY)
    client.post(reverse("orgchart:decide", args=[chart.pk]), {"unknown_manager": "top"})
    work()
    chart.refresh_from_db()
    assert (chart.state, chart.tops_count) == ("done", 2)


def test_columns_are_corrected_and_remembered(client, signed_in, hr):
    signed_in(hr)
    odd = b"Code,Who,Chief\n1,Ann,\n2,Ben,1\n"
    chart = upload(client, odd)
    assert chart.state == "failed"
    address = reverse("orgchart:columns", args=[chart.pk])
    assert "Ann · Ben" in text_of(client.get(address))
    chosen = {"column_0": "employee_id", "column_1": "name", "column_2": "manager_id"}
    client.post(address, chosen)
    work()
    chart.refresh_from_db()
    assert (chart.state, chart.people_count) == ("done", 2)
    assert RememberedMapping.objects.count() == 1
    assert upload(client, odd + b"3,Cy,1\n").people_count == 3


def test_samples_of_personal_columns_are_not_kept(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, b"employee_id,name,manager_id,Salary\n1,Ann,,99000\n")
    assert "99000" not in str(chart.found)
    page = text_of(client.get(reverse("orgchart:columns", args=[chart.pk])))
    assert "Salary personal, not shown and not stored" in page


def test_one_field_for_two_columns_is_refused(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, PEOPLE)
    answer = client.post(
        reverse("orgchart:columns", args=[chart.pk]), {"column_0": "employee_id", "column_1": "employee_id"}
    )
    assert answer.status_code == 422
    assert "Two columns cannot both be: Employee id." in text_of(answer)


def test_suspicious_jump_wants_a_second_confirmation(client, signed_in, hr):
    signed_in(hr)
    former = load_chart(PEOPLE, file_name="people.csv").chart
    chart = upload(client, b"employee_id,name,manager_id,department\n1,Ann,,Board\n2,Ben,1,IT\n")
    address, against = reverse("orgchart:activate", args=[chart.pk]), str(former.pk)
    answer = client.post(address, {"against": against})
    assert (answer.status_code, OrgChart.objects.current()) == (409, former)
    assert "2 of 4 people (50%) would leave the chart." in text_of(answer)
    client.post(address, {"against": against, "confirmed": "1"})
    assert OrgChart.objects.current() == chart


def test_activation_against_an_outdated_preview_is_refused(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, PEOPLE)
    other = load_chart(PEOPLE + b"5,Eve,1,Ops\n", file_name="other.csv").chart
    client.post(reverse("orgchart:activate", args=[chart.pk]), {"against": ""})
    assert OrgChart.objects.current() == other


def test_roll_back_makes_the_former_chart_current(client, signed_in, hr):
    signed_in(hr)
    first = load_chart(PEOPLE, file_name="a.csv").chart
    second = load_chart(PEOPLE + b"5,Eve,1,Ops\n", file_name="b.csv").chart
    client.post(reverse("orgchart:activate", args=[first.pk]), {"against": str(second.pk)})
    assert OrgChart.objects.current() == first


def test_faults_are_downloaded_beside_their_rows(client, signed_in, hr):
    signed_in(hr)
    chart = upload(client, PEOPLE + b"\n5,=1+1,9,Ops\n")
    answer = client.get(reverse("orgchart:faults_xlsx", args=[chart.pk]))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0] == ["employee_id", "name", "manager_id", "department", "What is wrong"]
    assert rows[6][:4] == ["5", "'=1+1", "9", "Ops"]
    assert [bool(row[4]) for row in rows] == [True, False, False, False, False, False, True]


def test_tree_opens_the_path_to_the_person_sought(client, signed_in, change_manager):
    signed_in(change_manager)
    chart = load_chart(PEOPLE, file_name="people.csv").chart
    page = client.get(reverse("orgchart:tree", args=[chart.pk]), {"open": "4"})
    assert re.findall(r"<strong>(\w+)</strong>", page.content.decode()) == ["Ann", "Ben", "Dee", "Cy"]


def test_reports_are_loaded_for_one_person(client, signed_in, change_manager):
    signed_in(change_manager)
    chart = load_chart(PEOPLE, file_name="people.csv").chart
    ben = Position.objects.get(person__employee_id="2")
    part = client.get(reverse("orgchart:reports", args=[chart.pk, ben.pk]))
    assert re.findall(r"<strong>(\w+)</strong>", part.content.decode()) == ["Dee"]


def test_finding_somebody_links_the_way_to_them(client, signed_in, change_manager):
    signed_in(change_manager)
    chart = load_chart(PEOPLE, file_name="people.csv").chart
    part = client.get(reverse("orgchart:find", args=[chart.pk]), {"q": "de"})
    assert re.findall(r'href="([^"]*)"', part.content.decode()) == [
        f"/org-charts/{chart.pk}/tree/?open=4#sought"
    ]


def test_departments_come_as_table_and_picture(client, signed_in, change_manager):
    signed_in(change_manager)
    content = PEOPLE.replace(b"4,Dee,2,Ops", b"4,Dee,2,Ops / Night")
    chart = load_chart(content, file_name="people.csv").chart
    page = client.get(reverse("orgchart:overview", args=[chart.pk]))
    assert "4 people in 3 departments, most in Ops (2)" in text_of(page)
    data = client.get(reverse("orgchart:overview_data", args=[chart.pk])).json()
    night = {"name": "Night", "value": 1, "children": []}
    assert data["departments"] == [
        {"name": "Board", "value": 1, "children": []},
        {"name": "Ops", "value": 3, "children": [night]},
    ]


def test_two_versions_are_compared(client, signed_in, hr):
    signed_in(hr)
    first = load_chart(PEOPLE, file_name="a.csv").chart
    second = load_chart(PEOPLE.replace(b"4,Dee,2", b"4,Dee,3") + b"5,Eve,1,Ops\n", file_name="b.csv").chart
    page = client.get(reverse("orgchart:compare"), {"before": first.pk, "after": second.pk})
    words = text_of(page)
    assert "1 joiner 0 leavers 1 mover" in words
    assert "Dee, no title: manager Ben → Cy" in words


def test_markup_in_a_name_is_shown_as_text(client, signed_in, hr):
    signed_in(hr)
    chart = load_chart(PEOPLE.replace(b"Ann", b"<script>alert(1)</script>"), file_name="p.csv").chart
    page = client.get(reverse("orgchart:tree", args=[chart.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_person_search_gives_ten_at_most(client, signed_in, change_manager):
    signed_in(change_manager)
    lines = "".join(f"{number},Ann {number},1\n" for number in range(2, 20))
    load_chart(f"employee_id,name,manager_id\n1,Ann,\n{lines}".encode(), file_name="p.csv")
    found = client.get(reverse("orgchart:person_search"), {"q": "ann"}).json()["results"]
    assert len(found) == 10
    assert found[0] == {"employee_id": "1", "name": "Ann", "title": "", "department": ""}


ROUTES = [
    ("get", "charts", (200, 200, 200, 403, 403)),
    ("get", "upload", (200, 200, 403, 403, 403)),
    ("get", "compare", (200, 200, 200, 403, 403)),
    ("get", "chart", (200, 200, 200, 403, 403)),
    ("get", "columns", (302, 302, 403, 403, 403)),
    ("post", "decide", (302, 302, 403, 403, 403)),
    ("get", "faults_xlsx", (200, 200, 403, 403, 403)),
    ("post", "activate", (302, 302, 403, 403, 403)),
    ("get", "tree", (200, 200, 200, 403, 403)),
    ("get", "find", (200, 200, 200, 403, 403)),
    ("get", "reports", (200, 200, 200, 403, 403)),
    ("get", "overview", (200, 200, 200, 403, 403)),
    ("get", "overview_data", (200, 200, 200, 403, 403)),
    ("get", "person_search", (200, 200, 200, 403, 403)),
    ("post", "forget_decisions", (302, 302, 403, 403, 403)),
]
ROLES = ("administrator", "hr", "change_manager", "viewer", "auditor")


@pytest.mark.parametrize(("method", "name", "statuses"), ROUTES, ids=[name for _, name, _ in ROUTES])
def test_rights_of_each_role(client, request, method, name, statuses):
    chart = load_chart(PEOPLE, file_name="people.csv").chart
    above = Position.objects.get(chart=chart, level=1)
    own = {"reports": [chart.pk, above.pk]}
    alone = ("charts", "upload", "compare", "person_search", "forget_decisions")
    address = reverse(f"orgchart:{name}", args=own.get(name, [] if name in alone else [chart.pk]))
    given = []
    for role in ROLES:
        client.force_login(request.getfixturevalue(role))
        given.append(getattr(client, method)(address).status_code)
    client.logout()
    assert tuple(given) == statuses
    assert getattr(client, method)(address).status_code == 302


def test_chart_that_was_never_current_is_hidden_from_change_managers(client, signed_in, change_manager):
    signed_in(change_manager)
    chart = load_chart(PEOPLE, file_name="p.csv", activate=False).chart
    assert client.get(chart.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_list_of_versions_takes_the_same_queries(client, signed_in, hr, people, django_assert_num_queries):
    signed_in(hr)
    for number in range(people):
        load_chart(PEOPLE + f"{number + 5},Eve,1,Ops\n".encode(), file_name="p.csv", user=hr)
    with django_assert_num_queries(3):
        client.get(reverse("orgchart:charts"))
