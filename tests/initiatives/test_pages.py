"""The pages of initiatives: the list, a new one, settings, deletion."""

from datetime import date

import pytest
from django.urls import reverse

from initiatives.editing import create_initiative, roles_as_list, scope_as_dict
from initiatives.models import Initiative
from orgchart.charts import load_chart

pytestmark = pytest.mark.django_db
PEOPLE = b"""employee_id,name,manager_id,department
E1,Ada Top,,Board
E2,Ben Head,E1,Sales
E3,Cleo Head,E1,Finance / Payables
E4,Dan Seller,E2,Sales
"""


@pytest.fixture
def chart(db):
    return load_chart(PEOPLE, file_name="people.csv", as_of=date(2026, 1, 1)).chart


def filled(**changes):
    entries = {
        "name": "Faster invoices",
        "cut": "80",
        "stages": "aware\nable",
        "processes": "Purchase to pay, Travel",
    }
    return entries | changes


def make(user, **entries):
    return create_initiative(name=entries.pop("name", "Faster invoices"), created_by=user, **entries)


def test_new_initiative_is_written_as_filled_in(chart, signed_in, change_manager):
    form = filled(
        departments=["Sales"], below="E3", people="E1; E4", sponsor="E1", start="2026-03-01", end="2026-06-30"
    )
    answer = signed_in(change_manager).post(reverse("initiatives:new"), form)
    made = Initiative.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/initiatives/{made.slug}/data/")
    assert made.processes == ["Purchase to pay", "Travel"]
    assert scope_as_dict(made) == {"departments": ["Sales"], "below": ["E3"], "people": ["E1", "E4"]}
    assert roles_as_list(made) == [{"employee_id": "E1", "role": "sponsor"}]
    assert [stage.name for stage in made.stages.all()] == ["aware", "able"]
    assert [member.user for member in made.members.all()] == [change_manager]


def test_new_initiative_with_unknown_person_says_so_at_the_field(chart, signed_in, change_manager):
    answer = signed_in(change_manager).post(reverse("initiatives:new"), filled(sponsor="E99"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["sponsor"] == [
        "Nobody on the current org chart has the employee id “E99”; check the id or load a newer chart."
    ]
    assert not Initiative.objects.exists()


def test_new_initiative_without_name_is_refused(chart, signed_in, change_manager):
    answer = signed_in(change_manager).post(reverse("initiatives:new"), filled(name=""))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_settings_show_and_change_what_is_stored(chart, signed_in, change_manager):
    initiative = make(change_manager, scope={"people": ["E4"]})
    browser = signed_in(change_manager)
    page = browser.get(reverse("initiatives:settings", args=[initiative.slug]))
    assert page.context["form"]["people"].value() == "E4"
    assert page.context["form"].names_json() == '{"E4": "Dan Seller"}'
    browser.post(reverse("initiatives:settings", args=[initiative.slug]), filled(name="Renamed", below="E2"))
    initiative.refresh_from_db()
    assert initiative.name == "Renamed"
    assert scope_as_dict(initiative) == {"departments": [], "below": ["E2"], "people": []}
    assert [member.user for member in initiative.members.all()] == [change_manager]


def test_settings_are_for_reading_without_the_right(chart, signed_in, change_manager, auditor):
    initiative = make(change_manager)
    browser = signed_in(auditor)
    page = browser.get(reverse("initiatives:settings", args=[initiative.slug]))
    assert page.templates[0].name == "initiatives/settings_to_read.html"
    assert browser.post(reverse("initiatives:settings", args=[initiative.slug]), filled()).status_code == 403


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        ({}, "Everybody is in scope: <strong>4</strong> people."),
        ({"below": "E2"}, "<strong>2</strong> of 4 people are in scope, and whoever holds a role below."),
        (
            {"departments": ["Finance"]},
            "<strong>1</strong> of 4 people are in scope, and whoever holds a role below.",
        ),
    ],
)
def test_scope_count_counts_what_is_chosen(chart, signed_in, change_manager, scope, sentence):
    answer = signed_in(change_manager).post(reverse("initiatives:scope_count"), scope)
    assert answer.content.decode().strip() == sentence


def test_delete_asks_and_then_deletes(chart, signed_in, change_manager):
    initiative = make(change_manager)
    browser, address = signed_in(change_manager), reverse("initiatives:delete", args=[initiative.slug])
    assert browser.get(address).status_code == 200
    assert Initiative.objects.count() == 1
    assert browser.post(address).url == "/"
    assert Initiative.objects.count() == 0


def test_strangers_find_nothing(chart, signed_in, change_manager, other_change_manager):
    initiative = make(change_manager)
    browser = signed_in(other_change_manager)
    assert [
        browser.get(reverse(f"initiatives:{name}", args=[initiative.slug])).status_code
        for name in ("settings", "delete")
    ] == [404, 404]
    assert browser.get("/").context["listed"] == []


def test_list_names_the_next_step(chart, signed_in, change_manager):
    initiative = make(change_manager)
    (row,) = signed_in(change_manager).get("/").context["listed"]
    assert (row.initiative, row.summary) == (initiative, None)
    assert (row.next_step.text, row.next_step.url) == (
        "Load who names whom",
        f"/initiatives/{initiative.slug}/data/",
    )


def test_list_begins_with_the_org_chart_where_there_is_none(signed_in, change_manager):
    make(change_manager)
    (row,) = signed_in(change_manager).get("/").context["listed"]
    assert row.next_step.text == "Load the org chart"


def test_list_asks_as_much_for_three_as_for_one(chart, signed_in, change_manager, django_assert_num_queries):
    browser = signed_in(change_manager)
    make(change_manager, name="One")
    with django_assert_num_queries(5):
        browser.get("/")
    make(change_manager, name="Two")
    make(change_manager, name="Three")
    with django_assert_num_queries(5):
        browser.get("/")
