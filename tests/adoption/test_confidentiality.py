"""What adoption never shows: single people where a survey promised so, and small groups to anybody."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from bpm_influence.jobs.models import Job
from initiatives.adoption import load_adoption_rows, record_survey_stages, tell_of_change
from initiatives.editing import create_initiative
from initiatives.models import Initiative
from orgchart.charts import load_chart
from surveys.models import Survey
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
SIZES = {"Board": 1, "Sales": 8, "Finance": 6, "Legal": 3, "Works": 12}
PAGES = ("", "followers/", "evidence/", "entries/")


def chart_file():
    """A head on top and everybody else below, with the department sizes above."""
    lines, number = ["employee_id,name,manager_id,department", "P00,Head Top,,Board"], 0
    for department, size in SIZES.items():
        for _ in range(size - (department == "Board")):
            number += 1
            lines.append(f"P{number:02},Person Number{number:02},P00,{department}")
    return "\n".join(lines).encode()


@pytest.fixture
def firm(db):

    load_chart(chart_file(), file_name="people.csv", as_of=date(2026, 1, 1))
    return create_initiative(
        name="Invoices", slug="invoices", roles=[{"employee_id": "P00", "role": "sponsor"}]
    )


@pytest.fixture
def recorded(firm):
    """Everybody but the last of each department has adopted, one every day."""
    people = [p.employee_id for p in _people(firm)]
    rows = [
        {"employee_id": one, "stage": "adoption", "date": f"2026-0{3 + i // 20}-{i % 20 + 1:02}"}
        for i, one in enumerate(people[:-3])
    ]
    load_adoption_rows(firm, rows, label="LMS")
    _count(firm)
    return firm


def _people(initiative):
    return [p.person for p in initiative.positions().select_related("person").order_by("person__employee_id")]


def _count(initiative):
    for job in Job.objects.unfinished().filter(kind="adoption"):
        job.wait()


def promise(initiative, confidentiality, low_groups):
    return Survey.objects.create(
        initiative=initiative, title="Asked", state="closed", confidentiality=confidentiality,
        low_groups=low_groups, notice_version="1", opened_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def read(client, firm):
    def read(role, page):
        user = make_user(f"{role}-{page.strip('/') or 'timeline'}", role)
        firm.members.create(user=user)
        client.force_login(user)
        return client.get(f"/initiatives/invoices/adoption/{page}").content.decode()

    return read


def test_small_departments_and_the_next_smallest_are_kept_nowhere(recorded):
    series = recorded.adoption_study.series
    assert list(series.filter(kind="department").values_list("name", flat=True)) == ["Sales", "Works"]
    # One at the top and 29 below: with the one hidden the other would tell of them.
    assert not series.filter(kind="level").exists()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_small_department_as_a_group(recorded, read, page):
    shown = read("change_manager", page)
    assert "department:Legal" not in shown
    assert "department:Finance" not in shown


def test_asking_for_a_small_department_shows_everybody(recorded, client):
    user = make_user("carol", "change_manager")
    recorded.members.create(user=user)
    client.force_login(user)
    page = client.get("/initiatives/invoices/adoption/?of=department:Legal")
    assert (page.context["chosen"].word, page.context["chosen"].series.people) == ("everybody", 30)


@pytest.mark.parametrize(
    ("confidentiality", "low_groups", "named"),
    [
        (None, None, True),
        ("named_network", "names", True),
        ("named_network", "counts", False),
        ("scores_only", "names", False),
        ("scores_only", "counts", False),
    ],
)
@pytest.mark.parametrize("role", ["change_manager", "viewer"])
def test_single_peoples_stages_show_only_where_every_promise_allows(
    recorded, read, role, confidentiality, low_groups, named
):
    if confidentiality:
        promise(recorded, confidentiality, low_groups)
    shown = "".join(read(role, page) for page in ("", "followers/", "evidence/"))
    assert ("Person Number" in shown) == (named and role == "change_manager")


def test_stages_from_a_survey_are_listed_only_where_it_promised_names(firm, read):
    stage = firm.stages.get(name="ability")
    people = _people(firm)
    record_survey_stages(firm, "Pulse", {(p.pk, stage.pk, timezone.localdate()) for p in people})
    asked = promise(firm, "scores_only", "names")
    _count(firm)
    assert "Person Number" not in read("change_manager", "entries/")
    Survey.objects.filter(pk=asked.pk).delete()
    assert "Person Number" in read("administrator", "entries/")


def test_correcting_what_a_survey_brought_is_refused_where_names_are_withheld(firm, client):
    stage = firm.stages.get(name="ability")
    record_survey_stages(firm, "Pulse", {(_people(firm)[0].pk, stage.pk, timezone.localdate())})
    promise(firm, "scores_only", "counts")
    user = make_user("carol", "change_manager")
    firm.members.create(user=user)
    client.force_login(user)
    event = firm.adoption_events.get()
    assert client.get(f"/initiatives/invoices/adoption/entries/{event.pk}/").status_code == 403


def test_where_a_survey_asked_few_of_a_department_it_is_not_shown(firm):
    stage = firm.stages.get(name="ability")
    sales = [p.person for p in firm.positions().filter(department="Sales").select_related("person")][:4]
    works = [p.person for p in firm.positions().filter(department="Works").select_related("person")][:6]
    record_survey_stages(firm, "Pulse", {(p.pk, stage.pk, timezone.localdate()) for p in [*sales, *works]})
    _count(firm)
    study = Initiative.objects.get().adoption_study
    assert list(study.series.filter(kind="department").values_list("name", flat=True)) == []


def test_who_objects_is_counted_nowhere(recorded):
    before = recorded.adoption_study.events_count
    recorded.objections.create(person=_people(recorded)[1])
    tell_of_change(recorded)
    _count(recorded)
    assert Initiative.objects.get().adoption_study.events_count == before - 1
