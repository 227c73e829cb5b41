"""What is kept of a record: by each analysis and as a job, with series, next steps, rates and followers."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.management import call_command

from bpm_influence.jobs.models import Job
from influence.adoption.models import AdoptionStudy
from influence.adoption.studying import pending_study
from influence.adoption.wording import verdict
from influence.demonstration.adopting import RESTING, adoption_file
from influence.demonstration.organisation import build_organisation
from initiatives.adoption import load_adoption, withdraw_label
from initiatives.editing import update_initiative
from initiatives.models import Initiative
from orgchart.models import OrgChart
from tests.adoption.conftest import ADOPTION
from tests.commands import printed
from tests.conftest import make_user
from tests.influence.demonstration_ties import ties_file

pytestmark = pytest.mark.django_db


def test_course_of_the_demonstration_is_the_same_for_the_same_days_and_never_in_the_future():
    organisation = build_organisation(150)
    whole = adoption_file(organisation, date(2026, 3, 2), date(2026, 12, 1))
    assert adoption_file(organisation, date(2026, 3, 2), date(2027, 1, 1)) == whole
    half = adoption_file(organisation, date(2026, 3, 2), date(2026, 5, 1))
    assert whole.startswith(half)
    assert max(line.split(b",")[2] for line in half.split()[1:]) <= b"2026-05-01"
    assert adoption_file(organisation, date(2026, 3, 2), date(2026, 3, 9)).count(b"\n") == 1


@pytest.fixture
def adopting(transactional_db, tmp_path):
    """The demonstration's people and ties with their course of adoption, before any analysis.

    Committed, so that the job's heartbeat, which has a connection of its own, sees the row that it renews.
    """
    organisation = build_organisation(300)
    for name, content in (("people.csv", organisation.people_file()), ("ties.csv", ties_file(organisation))):
        (tmp_path / name).write_bytes(content)
    call_command("load_org_chart", tmp_path / "people.csv", stdout=io.StringIO(), stderr=io.StringIO())
    printed("create_initiative", "invoices", name="Invoices", sponsor=[organisation.employees[1].employee_id])
    printed("load_ties", "invoices", tmp_path / "ties.csv")
    initiative = Initiative.objects.get()
    load_adoption(
        initiative, adoption_file(organisation, date(2026, 3, 2), date(2026, 9, 1)), file_name="course.csv"
    )
    pending_study(initiative).wait()
    return initiative


def test_record_says_which_department_rests_who_reaches_it_and_which_rates_fit(adopting, client):
    study = AdoptionStudy.objects.get()
    stalled = study.series.filter(kind="department", is_stalled=True)
    assert [one.name for one in stalled] == [RESTING]
    assert set(stalled[0].next_step) in ({"person", "reached", "is_leader", "through"}, set())
    assert 0 < study.rates["theta"]["value"] < 1
    assert study.rates["log_likelihood"] > study.rates["default_log_likelihood"]
    band = study.band
    rows = zip(band["low"], band["middle"], band["high"], strict=True)
    assert all(low <= middle <= high for low, middle, high in rows)
    everybody = study.series.get(kind="everybody")
    assert (everybody.people, len(everybody.counts), len(everybody.counts[0])) == (
        300,
        5,
        study.periods_count,
    )
    assert sum(d.people for d in study.series.filter(kind="department")) == 300
    assert verdict(5, study.evidence)[0] in {"Agree", "Disagree"}
    user = make_user("carol", "change_manager")
    adopting.members.create(user=user)
    client.force_login(user)
    for page in ("", "followers/", "evidence/"):
        assert client.get(f"/initiatives/invoices/adoption/{page}").status_code == 200
    evidence = client.get("/initiatives/invoices/adoption/evidence/")
    offered = evidence.context["rates"]["query"]
    form = client.get(f"/initiatives/invoices/analyses/?{offered}").context["form"]
    assert form.initial["theta"] == f"{study.rates['theta']['value']:.3f}"


def test_analysis_counts_adoption_too_with_its_groups_and_leaders(firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION))
    assert AdoptionStudy.objects.get().analysis is None
    ties = "source,target\nE4,E5\nE5,E2\nE6,E7\nE7,E3\nE2,E1\nE3,E1\n"
    printed("load_ties", "invoices", files("ties.csv", ties))
    printed("analyse", "invoices", wait=True)
    study = AdoptionStudy.objects.get()
    assert study.analysis == firm.analyses.get()
    assert len(study.spread["leaders"]) == 1
    assert pending_study(firm) is None


def test_changes_are_counted_once_each_and_the_newest_stands(firm):
    for day in ("2026-04-01", "2026-04-02", "2026-04-03"):
        text = f"employee_id,stage,date\nE2,adoption,{day}\n"
        load_adoption(firm, text.encode(), file_name="a.csv")
    first, *_, last = Job.objects.filter(kind="adoption").order_by("pk")
    last.wait()
    first.wait()
    assert AdoptionStudy.objects.get().version == Initiative.objects.get().adoption_version == 3
    first.refresh_from_db()
    assert first.result == {"study": "up to date"}


def test_scope_and_stages_that_change_are_counted_anew(firm):
    load_adoption(firm, ADOPTION.encode(), file_name="a.csv")
    pending_study(firm).wait()
    update_initiative(firm, scope={"departments": ["Sales"]})
    pending_study(firm).wait()
    assert AdoptionStudy.objects.get().people_count == 4
    update_initiative(firm, goal="Another goal")
    assert pending_study(firm) is None


def test_everybody_in_the_first_period_is_said(firm, files):
    text = "employee_id,stage,date\n" + "".join(f"E{i},adoption,2026-04-0{i}\n" for i in range(1, 4))
    printed("load_ties", "invoices", files("ties.csv", "source,target\nE4,E5\nE5,E2\n"))
    printed("load_adoption", "invoices", files("a.csv", text), period="month")
    assert AdoptionStudy.objects.get().evidence[0]["refusal"] == (
        "Everybody who moved did so in the first period, so nobody's exposure came before."
    )


def test_nothing_left_is_an_empty_study(firm):
    load_adoption(firm, ADOPTION.encode(), file_name="a.csv")
    pending_study(firm).wait()
    withdraw_label(firm, "a.csv")
    pending_study(firm).wait()
    study = AdoptionStudy.objects.get()
    assert (study.events_count, study.series.count(), study.evidence) == (0, 0, [])


def test_without_a_chart_the_job_says_what_to_do(firm):
    load_adoption(firm, ADOPTION.encode(), file_name="a.csv")
    OrgChart.objects.update(is_current=False)
    job = pending_study(firm)
    job.wait()
    job.refresh_from_db()
    assert job.fault == "There is no active org chart; load and activate one, then count adoption again."
