"""Charts in the database: written whole, activated at once, swept when an import died."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgchart import charts
from orgchart.models import OrgChart, Person, Position
from orgchart.signals import chart_activated
from orgchart.tasks import tidy
from orgchart.tree import find_cycles, grow

PEOPLE = b"employee_id,name,manager_id,email\n1,Ann,,a@x.example\n2,Ben,1,b@x.example\n3,Cy,1,c@x.example\n"


class Killed(BaseException):
    """The process ends here."""


def kill(done, total, message):
    if message == "Writing positions":
        raise Killed


@pytest.mark.django_db
def test_awkward_text_is_stored_as_it_is():
    names = ['Quote " Comma , Ltd', "\\N", "it's", "Zeile\nZwei"]
    doubled = [name.replace('"', '""') for name in names]
    quoted = "".join(f'{number},"{name}",1\n' for number, name in enumerate(doubled, start=2))
    charts.load_chart(f"employee_id,name,manager_id\n1,Top,\n{quoted}".encode(), file_name="p.csv")
    stored = Position.objects.filter(level=2).order_by("person__employee_id").values_list("name", flat=True)
    assert list(stored) == names


@pytest.mark.django_db
def test_people_whom_another_import_added_meanwhile_stay():
    Person.objects.create(employee_id="2", name="Ben Before")
    charts._insert_people([("2", "Ben", "", "ben"), ("3", "Cy", "", "cy")])
    assert list(Person.objects.order_by("employee_id").values_list("name", flat=True)) == ["Ben Before", "Cy"]


@pytest.mark.django_db(transaction=True)
def test_import_that_dies_half_way_leaves_the_former_chart_current_and_is_done_again():
    former = charts.load_chart(PEOPLE, file_name="a.csv").chart
    options = charts.import_options(None, {}, "error", "error")
    chart = charts.new_chart(PEOPLE + b"4,Dee,2,d@x.example\n", "b.csv", options)
    with pytest.raises(Killed):
        charts.read_upload(chart, kill)
    assert OrgChart.objects.current() == former
    assert former.positions.count() == 3
    charts.read_upload(chart, lambda *told: None)
    chart.refresh_from_db()
    assert (chart.state, chart.positions.count(), OrgChart.objects.current()) == ("done", 4, former)


@pytest.mark.django_db
def test_activation_that_fails_in_its_middle_changes_nothing():
    former = charts.load_chart(PEOPLE, file_name="a.csv").chart
    chart = charts.load_chart(PEOPLE.replace(b"Ben", b"Bea"), file_name="b.csv", activate=False).chart

    def refuse(sender, **told):
        raise RuntimeError("an upper room cannot follow")

    chart_activated.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            charts.activate_chart(chart)
    finally:
        chart_activated.disconnect(refuse)
    assert OrgChart.objects.current() == former
    assert Person.objects.get(employee_id="2").name == "Ben"


@pytest.mark.django_db
def test_activation_tells_the_rooms_above():
    former = charts.load_chart(PEOPLE, file_name="a.csv").chart
    chart = charts.load_chart(PEOPLE, file_name="b.csv", activate=False).chart
    told = []

    def listen(sender, chart, former, user, **rest):
        told.append((former, chart))

    chart_activated.connect(listen)
    charts.activate_chart(chart)
    chart_activated.disconnect(listen)
    assert told == [(former, chart)]


@pytest.mark.django_db
def test_unread_chart_cannot_be_activated():
    chart = OrgChart.objects.create(as_of=datetime.date.today(), file_name="p", file_hash="0", state="failed")
    with pytest.raises(charts.CannotActivate):
        charts.activate_chart(chart)


@pytest.mark.django_db
def test_database_holds_one_current_chart_only():
    charts.load_chart(PEOPLE, file_name="a.csv")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrgChart.objects.create(
            as_of=datetime.date.today(),
            file_name="b",
            file_hash="0",
            is_current=True,
            activated_at=timezone.now(),
        )


@pytest.mark.django_db
def test_activation_brings_names_and_emails_up_to_date_and_keeps_identity():
    charts.load_chart(PEOPLE, file_name="a.csv")
    before = Person.objects.get(employee_id="3")
    changed = PEOPLE.replace(b"Cy,1,c@", b"Cyril,1,cyril@")
    chart = charts.load_chart(changed, file_name="b.csv", activate=False).chart
    assert Person.objects.get(employee_id="3").name == "Cy"
    charts.activate_chart(chart)
    after = Person.objects.get(employee_id="3")
    assert (after.pk, after.name, after.email) == (before.pk, "Cyril", "cyril@x.example")


@pytest.mark.django_db
def test_people_under_a_new_id_are_proposed_and_never_merged():
    charts.load_chart(PEOPLE, file_name="a.csv")
    chart = charts.load_chart(PEOPLE.replace(b"3,Cy", b"33,Cy"), file_name="b.csv", activate=False).chart
    comparison = charts.compare(OrgChart.objects.current(), chart)
    pairs = [(before.employee_id, after.employee_id) for before, after in comparison.same_people]
    assert (pairs, Person.objects.count()) == ([("3", "33")], 4)


@pytest.mark.django_db
def test_files_are_deleted_after_their_retention_time_and_their_charts_stay(settings):
    settings.UPLOADS_KEPT_DAYS = 30
    old, young = (charts.load_chart(PEOPLE, file_name=name).chart for name in ("old.csv", "young.csv"))
    OrgChart.objects.filter(pk=old.pk).update(created_at=timezone.now() - datetime.timedelta(days=31))
    storage, name = old.stored_file.storage, old.stored_file.name
    assert storage.exists(name)
    tidy()
    assert (storage.exists(name), storage.exists(young.stored_file.name)) == (False, True)
    old.refresh_from_db()
    assert (bool(old.stored_file), old.positions.count()) == (False, 3)


def test_tree_of_a_long_line_needs_no_recursion():
    count = 50_000
    tree = grow([-1, *range(count - 1)], [f"{number:06d}" for number in range(count)])
    assert (tree.max_level, tree.headcount[0], tree.rgt[0]) == (count, count - 1, count - 1)


def test_people_below_a_cycle_are_not_part_of_it():
    managers = [1, 2, 0, 0, -1]
    tree = grow(managers, list("abcde"))
    assert find_cycles(managers) == [[0, 1, 2]]
    assert tree.level == [0, 0, 0, 0, 1]
