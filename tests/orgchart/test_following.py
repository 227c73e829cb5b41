"""Initiatives follow a change of chart: what is touched is shown before and after, and nothing is changed."""

import re

import pytest
from django.urls import reverse

from influence.models import PlannedChampion
from initiatives.editing import create_initiative
from orgchart.charts import activate_chart, load_chart
from orgchart.models import OrgChart, Person

HEADER = b"employee_id,name,manager_id,department\n"
BEFORE = HEADER + b"1,Ann,,Board\n2,Ben,1,Ops\n3,Cy,1,Ops\n4,Dee,2,Ops\n5,Eve,1,IT\n"
AFTER = HEADER + b"1,Ann,,Board\n2,Ben,1,Ops\n4,Dee,1,Ops\n6,Fay,2,Ops\n7,Gus,1,IT\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def charts(hr):
    """A current chart, an initiative on it with a role and a champion, and the next chart, read."""
    load_chart(BEFORE, file_name="before.csv")
    initiative = create_initiative(
        name="Invoices", scope={"departments": ["Ops"]}, roles=[{"employee_id": "3", "role": "sponsor"}]
    )
    for rank, employee_id in enumerate(("2", "3", "4"), start=1):
        person = Person.objects.get(employee_id=employee_id)
        PlannedChampion.objects.create(initiative=initiative, person=person, rank=rank)
    create_initiative(name="Everybody")
    return load_chart(AFTER, file_name="after.csv", activate=False).chart


def table(client, chart):
    """The page as rows: initiative, part, and the figures of left, moved and joined."""
    page = client.get(reverse("orgchart:touched", args=[chart.pk])).content.decode()
    found = {}
    for section in re.split(r"<h3[^>]*>", page)[1:]:
        name = re.sub(r"<[^>]*>", "", section.split("</h3>")[0])
        for part in section.split("<tr>")[2:]:
            word = re.search(r'<th scope="row">(\w+)', part)[1]
            found[name, word] = tuple(int(n) for n in re.findall(r"<strong>(\d+)</strong>", part))
    return page, found


EXPECTED = {
    ("Everybody", "Scope"): (2, 1, 2),
    ("Invoices", "Scope"): (1, 1, 1),
    ("Invoices", "Roles"): (1, 0, 0),
    ("Invoices", "Champions"): (1, 1, 0),
}


def test_preview_says_which_initiatives_would_be_touched(client, signed_in, administrator, charts):
    page, found = table(signed_in(administrator), charts)
    assert found == EXPECTED
    assert "Cy (sponsor)" in page
    assert "2 initiatives would be touched" in page


def test_page_says_the_same_after_the_activation(client, signed_in, administrator, charts):
    activate_chart(charts)
    page, found = table(signed_in(administrator), charts)
    assert found == EXPECTED
    assert "2 initiatives were touched" in page


def test_hr_sees_how_many_champions_leave_and_not_who(client, signed_in, hr, charts):
    page, found = table(signed_in(hr), charts)
    assert found == EXPECTED
    champions = page.split('<th scope="row">Champions')[1].split("</tr>")[0]
    assert "Cy" not in champions
    assert "Dee" not in champions


def test_change_manager_sees_the_initiatives_they_are_in_alone(client, signed_in, change_manager, charts):
    activate_chart(charts)
    create_initiative(name="Mine", created_by=change_manager)
    _, found = table(signed_in(change_manager), charts)
    assert set(found) == {("Mine", "Scope")}


def test_looking_changes_nothing(client, signed_in, administrator, charts):
    table(signed_in(administrator), charts)
    assert OrgChart.objects.current().file_name == "before.csv"
    assert PlannedChampion.objects.count() == 3


def test_first_chart_touches_nothing(client, signed_in, administrator):
    chart = load_chart(BEFORE, file_name="first.csv").chart
    page, found = table(signed_in(administrator), chart)
    assert found == {}
    assert "No initiative was touched" in page
