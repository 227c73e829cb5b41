"""Pulses: the same people asked again where they stand, over the links they have, under the same promise."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bpm_influence.jobs.models import Job
from initiatives.models import AdoptionEvent
from surveys import editing, pulsing
from surveys.models import InvitationToken, Mailing, Survey
from surveys.tasks import keep_time
from tests.surveys.test_door import begin, call
from tests.surveys.test_mailing import mails, send, with_mail  # noqa: F401 - fixtures

DESK = "/initiatives/invoices/surveys/"


@pytest.fixture
def asked(world, link):
    """Return a survey that has ended, and the links that two people have from it."""
    survey, _ = world
    Survey.objects.update(state="draft")
    Survey.objects.update(confidentiality="named_network", low_groups="names", languages=["en", "de"])
    Survey.objects.update(state="open")
    survey.refresh_from_db()
    links = {person: link(person) for person in ("F1", "S1")}
    editing.close_survey(survey)
    return survey, links


def say(address, stage):
    """Let somebody answer the first question of the survey that their link leads to."""
    question = begin(address)[0]
    assert call("put", f"{address}answers/{question}/", {"value": stage})[0] == 200


def events():
    rows = AdoptionEvent.objects.order_by("pk")
    return [(e.person.employee_id, e.stage.name, e.date, e.label.partition(": ")[2]) for e in rows]


def test_link_of_a_survey_that_ended_leads_to_its_pulse_and_every_pulse_is_a_source(asked):
    survey, links = asked
    assert call("get", links["F1"])[0] == 410
    (first,) = pulsing.plan_pulses(survey)
    today = timezone.localdate()
    say(links["F1"], 2)
    say(links["S1"], 1)
    editing.close_survey(first)
    assert call("get", links["F1"])[0] == 410
    (second,) = pulsing.plan_pulses(first)
    Survey.objects.filter(pk=second.pk).update(title="Second pulse")
    say(links["F1"], 4)
    keep_time()

    assert [question.kind for question in second.questions.all()] == ["stage"]
    assert second.pulse_of == survey
    assert events() == [
        ("F1", "willingness", today, first.title),
        ("S1", "awareness", today, first.title),
        ("F1", "adoption", today, "Second pulse"),
    ]


def test_pulse_says_in_its_notice_what_its_survey_promised_and_asks_in_a_minute(asked, client):
    survey, links = asked
    pulsing.plan_pulses(survey, rating=True)
    page = client.get(f"{links['F1']}?lang=en").content.decode()

    assert "Where do you stand today?" in page
    assert "asks for no names" in page
    assert "see, with your name, where you stand" in page
    assert "Others can name you" not in page
    assert "About one minute." in page
    assert [one["kind"] for one in call("get", f"{links['F1']}questions/")[1]] == ["stage", "rating"]
    pulse = Survey.objects.get(pulse_of=survey)
    assert (pulse.confidentiality, pulse.low_groups) == ("named_network", "names")
    assert pulse.languages == ["en", "de"]


def test_pulse_can_neither_promise_otherwise_nor_ask_for_names(asked, client, administrator):
    survey, _ = asked
    (pulse,) = pulsing.plan_pulses(survey, first=timezone.now() + timedelta(days=3))
    client.force_login(administrator)
    page = client.get(f"{DESK}{pulse.pk}/settings/").content.decode()
    assert 'name="confidentiality"' not in page
    client.post(
        f"{DESK}{pulse.pk}/settings/",
        {"title": "In autumn", "confidentiality": "scores_only", "languages": ["en"]},
    )
    client.post(f"{DESK}{pulse.pk}/questions/ready/", {"name": "influence"})

    pulse.refresh_from_db()
    assert (pulse.title, pulse.confidentiality) == ("In autumn", "named_network")
    assert [question.kind for question in pulse.questions.all()] == ["stage"]
    pulse.confidentiality = "scores_only"
    with pytest.raises(editing.SurveyError, match="promises what the survey promised"):
        editing.change_survey(pulse, {})


def test_planned_pulses_open_one_after_the_other_when_their_time_comes(asked, client, administrator):
    survey, links = asked
    client.force_login(administrator)
    plan = {"first": "2096-03-01T09:00", "days": 5, "times": 3, "weeks": 4}
    said = client.post(f"{DESK}{survey.pk}/do/pulse/", plan, follow=True).content.decode()
    pulses = list(Survey.objects.filter(pulse_of=survey).order_by("opens_at"))
    assert "3 pulses open later, by itself." in said
    assert "Opens 1 Mar 2096" in said
    assert [one.opens_at - pulses[0].opens_at for one in pulses] == [timedelta(weeks=4 * n) for n in range(3)]
    keep_time()
    assert {one.state for one in Survey.objects.filter(pulse_of=survey)} == {"draft"}
    now = timezone.now()
    Survey.objects.filter(pk=pulses[0].pk).update(opens_at=now, closes_at=now + timedelta(days=5))
    keep_time()
    keep_time()

    assert list(Survey.objects.filter(state="open")) == [pulses[0]]
    assert call("get", f"{links['F1']}questions/")[0] == 200


def test_pulse_waits_while_another_survey_is_open(asked):
    survey, links = asked
    (pulse,) = pulsing.plan_pulses(survey, first=timezone.now() + timedelta(days=1))
    now = timezone.now()
    Survey.objects.filter(pk=pulse.pk).update(opens_at=now, closes_at=now + timedelta(days=5))
    editing.extend_survey(survey, now + timedelta(hours=1))
    keep_time()
    assert call("get", f"{links['F1']}questions/")[1][0]["kind"] == "names"
    editing.close_survey(survey)
    keep_time()

    assert call("get", f"{links['F1']}questions/")[1][0]["kind"] == "stage"


def test_links_go_back_to_the_survey_when_it_is_extended_or_its_pulse_deleted(asked):
    survey, links = asked
    (pulse,) = pulsing.plan_pulses(survey)
    editing.close_survey(pulse)
    editing.delete_survey(pulse)
    editing.extend_survey(survey, timezone.now() + timedelta(days=1))

    assert call("get", f"{links['F1']}questions/")[1][0]["kind"] == "names"
    assert InvitationToken.objects.filter(invitation__survey=survey).count() == 2


def test_revoked_links_and_people_who_object_stay_outside_of_a_pulse(asked):
    survey, links = asked
    editing.extend_survey(survey, timezone.now() + timedelta(days=1))
    assert call("post", f"{links['F1']}not-me/", {})[0] == 200
    assert call("post", f"{links['S1']}object/", {})[0] == 200
    editing.close_survey(survey)
    (pulse,) = pulsing.plan_pulses(survey)

    assert pulse.invitations.count() == 6
    assert call("get", links["F1"])[0] == 410
    assert call("get", links["S1"])[0] == 410


def test_pulse_goes_out_by_mail_where_its_survey_did(with_mail, mails):  # noqa: F811
    survey, _ = with_mail
    send(survey)
    editing.close_survey(survey)
    (pulse,) = pulsing.plan_pulses(survey)
    mailing = Mailing.objects.get(survey=pulse)
    Job.run_here(mailing.job)
    sent = mails()

    assert len(sent) == 12
    for secret in {secret for to, secret in sent if to == "f2@firm.example"}:
        assert call("get", f"/s/{secret}/questions/")[1][0]["kind"] == "stage"


@pytest.mark.parametrize(
    ("state", "plan", "why"),
    [
        ("draft", {}, "Nobody has been asked yet"),
        ("closed", {"times": 2, "days": 20, "weeks": 1}, "has to end before the next begins"),
    ],
)
def test_pulse_that_cannot_be_is_refused_in_words(world, state, plan, why):
    survey, _ = world
    Survey.objects.update(state=state)
    survey.refresh_from_db()

    with pytest.raises(editing.SurveyError, match=why):
        pulsing.plan_pulses(survey, **plan)
