"""Collaboration records: off, switched on with a notice, read, weighed, switched off."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.eventlogs.loading import load_event_log
from influence.eventlogs.noticing import NotSwitchedOn, switch_on
from influence.models import CollaborationNotice, EventLog, Tie
from surveys.models import Objection
from tests.eventlogs.conftest import kinds

pytestmark = pytest.mark.django_db
NOTICE = (
    "We look at who comments and mentions whom in our process portal, never at what was said. You may object."
)
TALK = (
    b"from,to,kind,timestamp,body\n"
    b"E1,E2,Comment,2026-03-02T10:00:00Z,=secret\n"
    b"E1,ben@company.example,comment,2026-03-03T10:00:00Z,secret\n"
    b"E2,E3; E4,mention,2026-03-04T10:00:00Z,secret\n"
    b"E3,E3,comment,2026-03-04T11:00:00Z,secret\n"
    b"E4,stranger,,2026-03-05T10:00:00Z,secret\n"
)


@pytest.fixture
def notice(initiative, administrator):
    return switch_on(initiative, NOTICE, administrator)


def strengths():
    rows = Tie.objects.values_list(
        "source__employee_id", "target__employee_id", "relation__name", "strength", "count"
    )
    return {row[:2]: row[2:] for row in rows}


def page(client, initiative, **fields):
    address = reverse("influence:collaboration", args=[initiative.slug])
    return client.post(address, fields) if fields else client.get(address)


def test_nothing_is_read_before_it_is_switched_on(load, initiative):
    with pytest.raises(NotSwitchedOn):
        load(TALK, kind="collaboration")
    assert EventLog.objects.count() == 0


def test_interactions_become_ties_by_who_whom_kind_and_when_alone(load, notice, initiative):
    report = load(TALK, kind="collaboration")
    assert strengths() == {
        ("E1", "E2"): ("collaboration", 1.0, 2),
        ("E2", "E3"): ("collaboration", 0.5, 1),
        ("E2", "E4"): ("collaboration", 0.5, 1),
    }
    assert [(f.kind, f.value) for f in report.counted.faults] == [("unmatched_resource", "stranger")]
    assert report.as_dict()["events"] == 6
    log = initiative.event_logs.get()
    assert "secret" not in f"{log.found}{log.faults}{log.figures}"
    assert log.tie_set.ties.first().relation.flow == "both"


def test_kinds_have_weights_and_0_leaves_one_out(load, notice):
    load(TALK, kind="collaboration", weights={"Mention": "8", "comment": "1"})
    assert [strengths()["E1", "E2"][1], strengths()["E2", "E3"][1]] == [0.25, 1.0]
    load(TALK, kind="collaboration", weights={"mention": "0"})
    assert list(strengths()) == [("E1", "E2")]


def test_window_and_zone_hold_for_interactions_too(load, notice):
    load(TALK, kind="collaboration", first="2026-03-04", last="2026-03-04")
    assert sorted(strengths()) == [("E2", "E3"), ("E2", "E4")]
    assert kinds(load(TALK.replace(b"Z", b""), kind="collaboration", last="2026-03-04").counted.faults.errors)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_file"),
        (b"from,to,kind,timestamp\n", "empty_file"),
        (b"from,kind,timestamp\nE1,x,2026-03-02\n", "missing_column"),
        (b"from,to,timestamp\nE1,E2,yesterday\n", "bad_date"),
        (b"<log/>", "not_a_table"),
    ],
)
def test_bad_table_of_interactions_is_refused_in_words(load, notice, content, kind):
    report = load(content, kind="collaboration")
    assert (kinds(report.counted.faults.errors)[:1], report.written) == ([kind], False)


def test_who_objected_is_in_no_interaction(load, notice, initiative):
    from orgchart.models import Person

    Objection.objects.create(initiative=initiative, person=Person.objects.get(employee_id="E2"))
    load(TALK, kind="collaboration")
    assert strengths() == {}


def test_administrator_switches_on_with_a_notice_and_the_manager_loads(
    client, initiative, administrator, change_manager
):
    client.force_login(administrator)
    assert page(client, initiative, action="on", text="Trust us.").status_code == 422
    assert CollaborationNotice.objects.count() == 0
    assert page(client, initiative, action="on", text=NOTICE).status_code == 302
    client.force_login(change_manager)
    assert NOTICE in page(client, initiative).content.decode()
    sent = {"file": SimpleUploadedFile("talk.csv", TALK)}
    answer = client.post(reverse("influence:new_interactions", args=[initiative.slug]), sent)
    Job.run_here(Job.objects.unfinished().get())
    shown = client.get(answer.url)
    fields = [field.label for field in shown.context["form"].weight_fields()]
    assert fields == ["comment (3)", "mention (2)", "message (1)"]
    again = {"weight_0": "1", "weight_1": "4", "weight_2": "1"}
    client.post(f"{answer.url}read/", again)
    Job.run_here(Job.objects.unfinished().get())
    assert strengths()["E1", "E2"][1] == 0.5


def test_only_an_administrator_switches(client, initiative, change_manager, auditor):
    for user in (change_manager, auditor):
        client.force_login(user)
        assert page(client, initiative, action="on", text=NOTICE).status_code == 403
    assert CollaborationNotice.objects.count() == 0


def test_switching_off_takes_what_was_loaded_along(client, load, notice, initiative, administrator):
    load(TALK, "talk.csv", kind="collaboration")
    load(b"case_id,activity,timestamp,resource\n1,a,2026-03-02T10:00:00Z,E1\n", "log.csv")
    client.force_login(administrator)
    page(client, initiative, action="off")
    assert list(EventLog.objects.values_list("label", flat=True)) == ["log.csv"]
    assert (CollaborationNotice.objects.count(), Tie.objects.count()) == (0, 0)


def test_job_reads_nothing_once_it_is_switched_off(initiative, notice, administrator):
    from influence.eventlogs.loading import submit_event_log

    log = submit_event_log(initiative, io.BytesIO(TALK), file_name="talk.csv", kind="collaboration")
    CollaborationNotice.objects.all().delete()
    Job.run_here(log.job)
    log.job.refresh_from_db()
    assert (log.job.state, Tie.objects.count()) == ("failed", 0)
    assert "Collaboration records are off" in log.job.fault


def test_objection_is_recorded_by_hand_for_somebody_who_was_never_asked(
    client, load, notice, initiative, change_manager
):
    load(TALK, kind="collaboration")
    client.force_login(change_manager)
    assert page(client, initiative, action="object", person="E9").status_code == 422
    assert page(client, initiative, action="object", person="E2").status_code == 302
    assert [person.employee_id for person in Objection.objects.people(initiative)] == ["E2"]
    from influence.sources.loaded import loaded_ties

    assert loaded_ties(initiative).count() == 0


def test_log_loaded_without_a_notice_by_command_is_the_same_refusal(initiative):
    with pytest.raises(NotSwitchedOn):
        load_event_log(initiative, io.BytesIO(TALK), file_name="talk.csv", kind="collaboration")
