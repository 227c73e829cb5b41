"""The change manager's way: write, look, try, open, bring links, watch, extend, close."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from initiatives.editing import create_initiative
from orgchart.models import Person
from surveys import monitoring
from surveys.models import Answer, LinkExport, Survey
from tests.surveys.conftest import make_chart
from tests.surveys.test_door import begin, call, key_of

DESK = "/initiatives/invoices/surveys/"
NEW = {
    "title": "Who helps invoices along", "questionnaire": "standard", "confidentiality": "named_network",
    "low_groups": "names", "languages": ["en", "de"], "purpose": "We want to know whom to ask.",
    "contact": "the works council, 4711",
}  # fmt: skip


@pytest.fixture
def desk(db, client, administrator):
    """Return the browser of somebody who manages an initiative of seven people."""
    make_chart()
    create_initiative(slug="invoices", name="Faster invoices", created_by=administrator)
    client.force_login(administrator)
    return client


@pytest.fixture
def draft(desk):
    """Return the address of a draft."""
    return desk.post(f"{DESK}new/", NEW)["Location"]


def page(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_draft_has_the_ready_questions_with_their_sources_under_three_minutes(desk, draft):
    text = page(desk, draft)

    assert "3 questions, about 3 minutes, for 7 people" in text
    assert "whose opinion counts" in text
    assert "Coleman, Katz and Menzel 1957" in text
    assert "the works council, 4711" in text
    assert "Wessen Meinung zählt" in page(desk, f"{draft}preview/?language=de")


def test_purpose_is_told_in_every_language_of_the_survey(desk, draft):
    desk.post(f"{draft}settings/", NEW | {"purpose_de": "Wir möchten wissen, wen wir fragen."})
    survey = Survey.objects.get()

    assert survey.purpose == {
        "en": "We want to know whom to ask.",
        "de": "Wir möchten wissen, wen wir fragen.",
    }
    assert "Wir möchten wissen, wen wir fragen." in page(desk, f"{draft}preview/?language=de")
    assert "Wir möchten wissen, wen wir fragen." in page(desk, f"{draft}settings/")


def test_questions_of_every_kind_are_added_moved_and_taken_away(desk, draft):
    survey = Survey.objects.get()
    wording = {"text_en": "Which way do you prefer?", "help_en": "", "text_de": "", "help_de": ""}
    added = (
        ("choice", {**wording, "options_en": "by mail\nin person", "options_de": ""}),
        ("rating", {**wording, "text_en": "How clear is the goal?", "steps": 5}),
        ("text", {**wording, "text_en": "Anything else?", "required": "on"}),
        ("names", {**wording, "text_en": "Who shows you how?", "relation": "influence", "limit": 5,
                   "new_relation": "shows me how", "may_name": "other_departments", "strength": "on"}),
    )  # fmt: skip
    for kind, entries in added:
        assert desk.post(f"{draft}questions/new/{kind}/", entries).status_code == 302, kind
    desk.post(f"{draft}questions/ready/", {"name": "trust"})
    last = survey.questions.last()
    desk.post(f"{draft}questions/{last.pk}/", {"act": "up"})
    desk.post(f"{draft}questions/{survey.questions.first().pk}/", {"act": "delete"})
    asked = list(survey.questions.all())

    assert [question.kind for question in asked] == [
        "names", "stage", "choice", "rating", "text", "names", "names",
    ]  # fmt: skip
    assert [question.relation.name for question in asked if question.relation] == [
        "leadership", "trust", "shows me how",
    ]  # fmt: skip
    own = asked[-1]
    assert (own.limit, own.may_name, len(own.scale), own.write_ins) == (5, "other_departments", 5, False)


def test_fault_in_a_question_is_told_beside_its_field(desk, draft):
    response = desk.post(f"{draft}questions/new/choice/", {"text_en": "Which?", "options_en": "only one"})

    assert response.status_code == 422
    assert "Write 2 to 30 choices." in response.content.decode()


def test_pilot_runs_with_a_few_and_leaves_nothing(desk, draft):
    desk.post(f"{draft}do/pilot/", {"people": "F1;S1"})
    survey = Survey.objects.get()
    rows = list(csv.DictReader(io.StringIO(_text(desk.post(f"{draft}links/")))))
    assert sorted(row["employee_id"] for row in rows) == ["F1", "S1"]
    address = "/s/" + rows[0]["url"].rstrip("/").rpartition("/")[2] + "/"
    assert "trial run" in page(desk, address)
    questions = begin(address)
    call("put", f"{address}answers/{questions[0]}/", {"names": []})
    assert Answer.objects.count() == 1
    desk.post(f"{draft}do/end-pilot/")

    survey.refresh_from_db()
    assert (survey.state, Answer.objects.count(), survey.invitations.count()) == ("draft", 0, 0)
    assert call("get", address)[0] == 404


def test_opening_shows_the_promise_once_more_and_invites_everybody(desk, draft):
    assert "see who named whom" in page(desk, f"{draft}open/")
    desk.post(f"{draft}open/")
    survey = Survey.objects.get()

    assert (survey.state, survey.invitations.count()) == ("open", 7)
    assert survey.notice["en"][0] == "We want to know whom to ask."
    assert len(survey.notice_version) == 12
    assert "0% have answered" in page(desk, draft)


def test_links_and_cards_are_taken_out_and_written_down(desk, draft):
    desk.post(f"{draft}open/")
    rows = list(csv.DictReader(io.StringIO(_text(desk.post(f"{draft}links/")))))
    cards = desk.post(f"{draft}cards/", {"department": "Sales"}).content.decode()
    again = desk.post(f"{draft}cards/", {"department": "Sales"}).content.decode()
    urls = re.findall(r'class="card-url">([^<]+)<', cards), re.findall(r'class="card-url">([^<]+)<', again)

    assert len(rows) == 7
    assert list(rows[0]) == ["employee_id", "name", "email", "url"]
    assert (len(urls[0]), cards.count("data:image/svg+xml")) == (3, 3)
    assert not set(urls[0]) & set(urls[1])  # each print has new links, and earlier ones stay valid
    for url in (*urls[0], *urls[1]):
        assert desk.get("/s/" + url.rstrip("/").rpartition("/")[2] + "/").status_code == 200
    assert list(LinkExport.objects.order_by("pk").values_list("form", "links", "made_by__username")) == [
        ("list", 7, "administrator"), ("cards", 3, "administrator"), ("cards", 3, "administrator"),
    ]  # fmt: skip
    assert "administrator" in page(desk, draft)


def test_monitor_says_how_it_goes_and_whom_to_ask_next(desk, draft):
    desk.post(f"{draft}open/")
    survey = Survey.objects.get()
    for employee_id in ("F1", "F2", "S1", "S2", "T"):
        address = _link(survey, employee_id)
        question = begin(address)[0]
        chosen = ("fourn", "sond") if employee_id != "T" else ("sond",)
        names = [{"key": key_of(address, query)} for query in chosen]
        call("put", f"{address}answers/{question}/", {"names": names})
    text = page(desk, draft)

    assert "71% have answered" in text
    assert "Enough for directions" in text
    assert re.search(r"would move by about ± \d+ place", text)
    assert [row.person.employee_id for row in monitoring.whom_to_ask(survey)["people"]] == ["S", "F"]
    assert re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', text) == ["Sales", "Finance"]
    assert "Zoë Fournier" in text


def test_pages_ask_the_database_little_however_many_surveys(desk, draft, django_assert_num_queries):
    desk.post(f"{draft}open/")
    page(desk, DESK)
    with django_assert_num_queries(5):
        page(desk, DESK)
    desk.post(f"{draft}do/copy/")
    desk.post(f"{draft}do/pulse/", {"first": "2096-03-01T09:00", "days": 5, "times": 2, "weeks": 4})
    page(desk, DESK)  # reads the messages
    with django_assert_num_queries(5):
        page(desk, DESK)
    page(desk, draft)
    with django_assert_num_queries(19):
        page(desk, draft)
    desk.post(f"{draft}do/close/")
    page(desk, draft)
    with django_assert_num_queries(20):
        page(desk, draft)


@pytest.mark.parametrize(
    ("answered", "tier"),
    [(80, "persons"), (79, "directions"), (65, "directions"), (64, "caution"), (0, "caution")],
)
def test_tier_is_never_reached_by_rounding(answered, tier):
    assert monitoring.Response(100, answered).tier == tier
    assert monitoring.Response(1000, 799).tier == "directions"


def test_survey_is_closed_extended_and_closed_by_the_clock(desk, draft):
    from surveys.tasks import keep_time

    desk.post(f"{draft}open/")
    survey = Survey.objects.get()
    address = _link(survey, "F1")
    desk.post(f"{draft}do/close/")
    assert call("get", address)[0] == 410
    later = timezone.localtime() + timedelta(days=2)
    desk.post(f"{draft}do/extend/", {"closes_at": later.strftime("%Y-%m-%dT%H:%M")})
    assert call("get", f"{address}questions/")[0] == 200
    Survey.objects.update(closes_at=timezone.now())
    assert call("get", address)[0] == 410
    keep_time()

    survey.refresh_from_db()
    assert survey.state == "closed"


def test_who_joins_the_scope_is_invited_on_request(desk, draft):
    desk.post(f"{draft}open/")
    survey = Survey.objects.get()
    survey.invitations.filter(person=Person.objects.get(employee_id="S2")).delete()
    assert "1 person has joined the scope" in " ".join(page(desk, draft).split())
    desk.post(f"{draft}do/invite-joiners/")

    assert survey.invitations.count() == 7


def test_commands_make_open_link_and_close(desk):
    out = io.StringIO()
    call_command("create_survey", "invoices", "--confidentiality", "named_network", "--open", stdout=out)
    links = io.StringIO()
    call_command("survey_links", "invoices", "--format", "json", stdout=links)
    rows = json.loads(links.getvalue())
    table = io.StringIO()
    call_command("survey_links", "invoices", stdout=table)
    again = list(csv.DictReader(io.StringIO(table.getvalue())))

    assert [sorted(row) for row in rows[:1]] == [["email", "employee_id", "name", "url"]]
    assert not {row["url"] for row in rows} & {row["url"] for row in again}
    for row in (rows[0], again[0]):
        assert desk.get("/s/" + row["url"].rstrip("/").rpartition("/")[2] + "/").status_code == 200
    call_command("close_survey", "invoices", stdout=out)
    assert Survey.objects.get().state == "closed"
    with pytest.raises(CommandError, match="only an open survey"):
        call_command("survey_links", "invoices")
    with pytest.raises(CommandError, match="not open"):
        call_command("close_survey", "invoices")
    with pytest.raises(CommandError, match="There is no initiative"):
        call_command("create_survey", "nowhere")


def _link(survey, employee_id):
    return f"/s/{survey.invitations.get(person__employee_id=employee_id).make_token()}/"


def _text(response):
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
