"""Who reached which stage when, from a command, over REST and by hand: labels, faults, corrections."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bpm_influence.jobs.models import Job
from initiatives.adoption import BY_HAND, correct_event, load_adoption
from initiatives.models import AdoptionEvent, Initiative
from orgchart.faults import ERRORS, WARNINGS
from tests.adoption.conftest import ADOPTION
from tests.commands import printed, refused
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
REST = "/api/v1/initiatives/invoices/adoption/"


def standing(initiative):
    rows = initiative.adoption_events.standing().order_by("date", "person__employee_id", "stage__order")
    return [(p, s, str(d)) for p, s, d in rows.values_list("person__employee_id", "stage__name", "date")]


ROWS = [tuple(line.split(",")) for line in ADOPTION.splitlines()[1:]]


@pytest.fixture
def browser(client, firm):
    user = make_user("carol", "change_manager")
    firm.members.create(user=user)
    client.force_login(user)
    return client


def address(name, *arguments):
    return reverse(f"influence:{name}", args=["invoices", *arguments])


def test_command_stores_every_event_and_reports_it(firm, files):
    report = json.loads(printed("load_adoption", "invoices", files("a.csv", ADOPTION), format="json"))
    assert report == {"people": 4, "events": 5, "written": True, "errors": [], "warnings": []}
    assert standing(firm) == sorted(ROWS, key=lambda row: (row[2], row[0]))
    assert Job.objects.get(kind="adoption").state == "done"
    assert firm.adoption_study.events_count == 5


def test_loading_again_replaces_its_own_label_alone_and_keeps_the_history(firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION), label="first")
    text = "employee_id,stage,date\nE6,ability,2026-03-09\n"
    printed("load_adoption", "invoices", files("b.csv", text), label="second")
    text = "employee_id,stage,date\nE2,adoption,2026-04-06\nE7,willingness,2026-04-07\n"
    printed("load_adoption", "invoices", files("c.csv", text), label="first")
    assert standing(firm) == [
        ("E6", "ability", "2026-03-09"), ("E2", "adoption", "2026-04-06"),
        ("E7", "willingness", "2026-04-07"),
    ]  # fmt: skip
    assert firm.adoption_events.filter(withdrawn_at__isnull=False).count() == 4


def test_every_kind_of_error_is_named_with_row_and_remedy_and_nothing_is_written(firm, files):
    tomorrow = timezone.localdate() + timedelta(days=1)
    text = (
        f"employee_id,stage,date\nE99,adoption,2026-04-01\nE2,enthusiasm,2026-04-01\nE2,adoption,1.4.2026\n"
        f"E2,adoption,2026-02-27\nE2,adoption,{tomorrow}\nE2,adoption,\n,adoption,2026-04-01\n"
        "E2,,2026-04-01\nE4,adoption,2026-02-30\n"
    )
    report, told = refused("load_adoption", "invoices", files("bad.csv", text), format="json")
    assert [(e["kind"], e["row"], e["column"]) for e in report["errors"]] == [
        ("unknown_person", 2, "employee_id"), ("unknown_stage", 3, "stage"), ("bad_date", 4, "date"),
        ("bad_date", 5, "date"), ("bad_date", 6, "date"), ("bad_date", 7, "date"),
        ("missing_id", 8, "employee_id"), ("unknown_stage", 9, "stage"), ("bad_date", 10, "date"),
    ]  # fmt: skip
    assert report["errors"][3]["message"] == ("This day lies before the initiative's start (2026-03-01).")
    assert report["errors"][4]["message"] == "This day lies in the future."
    assert all(error["remedy"] for error in report["errors"])
    assert "unknown_stage: row 3, column stage" in told
    assert (report["written"], standing(firm)) == (False, [])


def test_twice_the_same_and_two_stages_on_one_day_are_told_and_nothing_is_lost(firm, files):
    text = "employee_id,stage,date\nE2,awareness,2026-04-01\nE2,adoption,2026-04-01\nE2,adoption,2026-04-01\n"
    report = json.loads(printed("load_adoption", "invoices", files("a.csv", text), format="json"))
    assert [(w["kind"], w["row"], w["message"]) for w in report["warnings"]] == [
        ("duplicate_tie", 3, "This person is at two stages on 2026-04-01."),
        ("duplicate_tie", 4, "Row 3 says the same."),
    ]
    assert standing(firm) == [("E2", "awareness", "2026-04-01"), ("E2", "adoption", "2026-04-01")]
    assert firm.adoption_study.series.get(kind="everybody").now == [1, 1, 1, 1, 0]


def test_kinds_of_fault_are_those_that_bind():
    raised = {"unknown_person", "unknown_stage", "bad_date", "missing_id", "missing_column", "empty_file"}
    assert raised <= ERRORS
    assert {"duplicate_tie", "outside_scope", "number_as_text", "formula_cell"} <= WARNINGS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("employee_id,date\nE1,2026-04-01\n", "missing_column"),
        ("employee_id,stage,date\n", "empty_file"),
        ("", "empty_file"),
        ("\0\1\2\3" * 200, "not_a_table"),
    ],
)
def test_what_is_no_file_of_adoption_is_refused_in_words(firm, files, text, kind):
    report, _ = refused("load_adoption", "invoices", files("a.csv", text), format="json")
    assert [error["kind"] for error in report["errors"]] == [kind]


def test_semicolons_other_names_emails_and_stage_case_are_understood(firm, files):
    text = "Email;Phase;Day\nBEN@firm.example;ADOPTION;2026-04-06T08:00\n"
    printed("load_adoption", "invoices", files("a.csv", text))
    assert standing(firm) == [("E2", "adoption", "2026-04-06")]


def test_renamed_stages_are_those_of_the_file(firm, files):
    stages = ["heard", "tried", "uses"]
    for order, name in enumerate(stages, 1):
        firm.stages.filter(order=order).update(name=name)
    firm.stages.filter(order__gt=3).delete()
    text = "employee_id,stage,date\nE2,uses,2026-04-06\nE4,tried,2026-04-13\n"
    printed("load_adoption", "invoices", files("a.csv", text))
    assert (firm.adoption_study.stage, firm.adoption_study.series.get(kind="everybody").now) == (3, [2, 2, 1])


def test_rest_stores_a_list_and_a_file_under_their_labels(browser, firm):
    rows = [dict(zip(("employee_id", "stage", "date"), row, strict=True)) for row in ROWS]
    answer = browser.post(f"{REST}?label=LMS", rows, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        201, {"people": 4, "events": 5, "written": True, "errors": [], "warnings": []},
    )  # fmt: skip
    file = SimpleUploadedFile("spring.csv", ADOPTION.encode())
    assert browser.post(REST, {"file": file}).status_code == 201
    labels = firm.adoption_events.order_by().values_list("label", "origin").distinct()
    assert sorted(labels) == [("LMS", "api"), ("spring.csv", "file")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([{"employee_id": "E2", "stage": "adoption", "day": "2026-04-01"}], 400),
        ([{"employee_id": "E2", "stage": "adoption", "date": "soon"}], 422),
        (["E2"], 400),
        ({"employee_id": "E2"}, 400),
        ([], 422),
    ],
)
def test_rest_refuses_in_words_what_it_cannot_read(browser, firm, body, status):
    answer = browser.post(REST, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not AdoptionEvent.objects.exists()


def test_evidence_over_rest_says_that_it_is_being_computed(browser, firm):
    rows = [dict(zip(("employee_id", "stage", "date"), row, strict=True)) for row in ROWS]
    browser.post(REST, rows, content_type="application/json")
    answer = browser.get("/api/v1/initiatives/invoices/evidence/")
    assert (answer.status_code, answer["Retry-After"]) == (200, "2")
    assert [stage["stage"] for stage in answer.json()["stages"]] == ["awareness", "adoption"]
    reasons = {term["reason"] for stage in answer.json()["stages"] for term in stage["odds_ratios"]}
    assert reasons == {
        "The evidence is being computed anew, since adoption data changed; ask again in a moment."
    }
    Job.objects.get(kind="adoption").wait()
    refusal = browser.get("/api/v1/initiatives/invoices/evidence/").json()["stages"][1]["odds_ratios"]
    assert [(term["odds_ratio"], "events to learn from" in term["reason"]) for term in refusal] == [
        (None, True), (None, False),
    ]  # fmt: skip


def test_evidence_answers_304_to_who_has_it(browser, firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION))
    first = browser.get("/api/v1/initiatives/invoices/evidence/")
    again = browser.get("/api/v1/initiatives/invoices/evidence/", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_evidence_of_an_initiative_that_records_nothing_is_empty(browser, firm):
    assert browser.get("/api/v1/initiatives/invoices/evidence/").json() == {"stages": []}


def test_people_and_a_department_are_entered_by_hand_once(browser, firm):
    stage = firm.stages.get(name="ability")
    entry = {"people": "E1;E4", "department": "Finance", "stage": stage.pk, "day": "2026-05-04"}
    for _ in range(2):
        assert browser.post(address("adoption_entries"), entry).status_code == 302
    assert standing(firm) == [(one, "ability", "2026-05-04") for one in ("E1", "E3", "E4", "E6", "E7")]
    event = firm.adoption_events.first()
    assert (event.origin, event.label, event.entered_by.username) == ("hand", BY_HAND, "carol")


@pytest.mark.parametrize(
    ("entry", "field", "sentence"),
    [
        ({"people": "E77"}, "people", "Nobody has the employee id E77."),
        ({"people": ""}, "people", "Nobody was chosen; name a person or a department."),
        ({"day": "2026-02-01"}, "day", "This day lies before the initiative's start (2026-03-01). Give the "
         "day on which it happened."),
        ({"day": "soon"}, "day", "“soon” is not a date; write the day as 2026-03-31."),
    ],
)  # fmt: skip
def test_wrong_entries_by_hand_are_told_at_their_field(browser, firm, entry, field, sentence):
    stage = firm.stages.get(name="ability").pk
    answer = browser.post(
        address("adoption_entries"), {"people": "E1", "stage": stage, "day": "2026-05-04"} | entry
    )
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [sentence])
    assert standing(firm) == []


def test_correction_keeps_what_it_corrects_and_outlives_the_next_load(browser, firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION), label="LMS")
    wrong = firm.adoption_events.get(person__employee_id="E5")
    ability = firm.stages.get(name="ability")
    page = browser.post(
        address("adoption_correct", wrong.pk), {"stage": ability.pk, "day": "2026-04-20"}, follow=True
    )
    assert "The entry about Eva Seller is corrected." in page.content.decode()
    printed("load_adoption", "invoices", files("a.csv", ADOPTION), label="LMS")
    assert [row for row in standing(firm) if row[0] == "E5"] == [("E5", "ability", "2026-04-20")]
    wrong.refresh_from_db()
    assert (wrong.withdrawn_by.username, wrong.corrections.get().stage) == ("carol", ability)


def test_entry_taken_out_of_the_count_stays_in_the_list(browser, firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION))
    event = firm.adoption_events.get(person__employee_id="E5")
    browser.post(address("adoption_correct", event.pk), {"withdraw": "1"})
    assert "E5" not in {row[0] for row in standing(firm)}
    page = browser.get(address("adoption_entries"))
    assert page.context["page"].paginator.count == 5
    assert page.content.decode().count("No longer counts") == 1


def test_label_is_taken_out_of_the_count_whole(browser, firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION), label="LMS")
    browser.post(address("adoption_withdraw"), {"label": "LMS"})
    assert (standing(firm), firm.adoption_events.count()) == ([], 5)
    Job.objects.filter(kind="adoption").latest("pk").wait()
    assert browser.get("/api/v1/initiatives/invoices/evidence/").json() == {"stages": []}


def test_correcting_what_counts_no_longer_is_refused(browser, firm):
    load_adoption(firm, ADOPTION.encode(), file_name="a.csv")
    event = firm.adoption_events.get(person__employee_id="E5")
    correct_event(event, stage=event.stage, day=date(2026, 4, 20))
    event.refresh_from_db()
    answer = browser.post(
        address("adoption_correct", event.pk), {"stage": event.stage.pk, "day": "2026-04-21"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["day"] == [
        "This entry no longer counts; correct the one that took its place."
    ]


def test_file_with_faults_is_told_on_the_page(browser, firm):
    file = SimpleUploadedFile("bad.csv", b"employee_id,stage,date\nE99,adoption,2026-04-01\n")
    answer = browser.post(address("adoption_load"), {"file": file})
    assert (answer.status_code, [fault.kind for fault in answer.context["errors"]]) == (
        422, ["unknown_person"],
    )  # fmt: skip


def test_page_refuses_a_file_over_the_upload_limit_in_words(browser, firm, settings):
    settings.UPLOAD_LIMIT_MB = 1
    file = SimpleUploadedFile("large.csv", ADOPTION.encode() + b" " * 1024 * 1024)
    answer = browser.post(address("adoption_load"), {"file": file})
    words = "The file is larger than 1 MB, the most that is accepted here."
    assert (answer.status_code, answer.content.decode(), standing(firm)) == (413, words, [])


def test_file_of_many_events_takes_the_same_queries_and_notes_who_loaded_it_when(firm):
    user, before = make_user("carol", "change_manager"), timezone.now()
    days = [timezone.localdate() - timedelta(days=number) for number in range(150)]
    Initiative.objects.update(start=None)
    firm.refresh_from_db()

    def queries(label, days):
        rows = [f"E{person},ability,{day}" for person in range(1, 8) for day in days]
        content = "\n".join(["employee_id,stage,date", *rows]).encode()
        with CaptureQueriesContext(connection) as asked:
            load_adoption(firm, content, file_name="a.csv", label=label, user=user)
        return len(asked)

    assert queries("few", days[:1]) == queries('many, “one” "two"', days)
    events = firm.adoption_events.filter(label='many, “one” "two"', entered_by=user)
    assert events.filter(entered_at__range=(before, timezone.now()), withdrawn_at=None).count() == 7 * 150


def test_period_follows_from_the_dates_unless_given(firm, files):
    printed("load_adoption", "invoices", files("a.csv", ADOPTION))
    assert firm.adoption_study.period == "week"
    printed("load_adoption", "invoices", files("a.csv", ADOPTION), period="month")
    assert Initiative.objects.get().adoption_study.period == "month"
