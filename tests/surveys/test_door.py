"""The respondent's door as a client sees it: the contract's addresses, and what they refuse."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from orgchart.models import Person
from surveys.models import Answer, Consent, Invitation, InvitationToken, Nomination, Objection, Survey


def call(method, address, content=None, **headers):
    """Call the door as a client without cookies; return (status, JSON)."""
    body = {} if content is None else {"data": json.dumps(content), "content_type": "application/json"}
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(address, **body, headers={"Accept": "application/json", **headers})
    assert not response.cookies
    return response.status_code, response.json()


def begin(address):
    assert call("post", f"{address}begin/", {})[0] == 200
    return [question["id"] for question in call("get", f"{address}questions/")[1]]


def key_of(address, query):
    return call("get", f"{address}people/?q={query}")[1][0]["key"]


def named(survey, employee_id):
    nominations = Nomination.objects.filter(
        answer__invitation__survey=survey, answer__invitation__person__employee_id=employee_id
    )
    return list(nominations.values_list("target__employee_id", "written_in", "strength"))


def everything(survey):
    """All rows that opening a link might have touched."""
    tables = (Invitation, InvitationToken, Consent, Answer, Nomination, Objection)
    return [sorted(map(repr, table.objects.values_list())) for table in tables], Survey.objects.values().get()


def test_opening_a_link_says_whose_it_is_and_changes_nothing(client, world, link):
    survey, _ = world
    survey.notice = {"en": ["Nobody sees whom you named."]}
    address = link("F1")
    before = everything(survey)
    response = client.get(address)
    page = response.content.decode()

    assert response.status_code == 200
    assert "Łukasz Müller" in page
    assert "This is not me" in page
    assert "not anonymous" in page
    for part in ("questions/", "people/?q=an", "picks/"):
        assert client.get(f"{address}{part}").status_code == 200
    assert client.head(address).status_code == 200
    assert everything(survey) == before
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert not client.cookies


def test_questions_tell_what_is_asked_and_done_but_never_what_was_said(world, link):
    address = link("F1")
    first, second, *_ = begin(address)
    call("put", f"{address}answers/{first}/", {"names": [{"key": key_of(address, "fourn")}]})
    status, questions = call("get", f"{address}questions/")

    assert status == 200
    contract = {"id", "kind", "relation", "text", "limit", "required", "done"}
    assert [{name: question[name] for name in contract} for question in questions[:3]] == [
        {"id": first, "kind": "names", "relation": "influence", "text": "Question 1?", "limit": 10,
         "required": True, "done": True},
        {"id": second, "kind": "names", "relation": "leadership", "text": "Question 2?", "limit": 10,
         "required": False, "done": False},
        {"id": questions[2]["id"], "kind": "stage", "relation": None, "text": "Question 3?", "limit": None,
         "required": False, "done": False},
    ]  # fmt: skip
    assert "Fournier" not in json.dumps(questions)
    assert [option["value"] for option in questions[2]["options"]] == [0, 1, 2, 3, 4, 5]


def test_people_are_found_with_title_and_department_and_not_oneself(world, link):
    status, found = call("get", f"{link('F1')}people/?q=ana")

    assert status == 200
    assert [{name: person[name] for name in ("name", "title", "department")} for person in found] == [
        {"name": "Ana García López", "title": "Controller", "department": "Finance"},
        {"name": "Ana Müller", "title": "Clerk", "department": "Sales"},
    ]
    assert call("get", f"{link('F1')}people/?q=lukasz")[1] == []
    assert call("get", f"{link('F1')}people/?q=a")[1] == []
    assert call("get", f"{link('F1')}people/")[1] == []


def test_answers_wait_until_the_notice_was_read_and_begin_counts_once(world, link):
    address = link("F1")
    questions = call("get", f"{address}questions/")[1]

    assert call("put", f"{address}answers/{questions[0]['id']}/", {"names": []})[0] == 409
    assert call("post", f"{address}submit/", {})[0] == 409
    assert call("post", f"{address}begin/", {}, **{"Accept-Language": "de"})[1] == {
        "notice_version": "1",
        "language": "en",  # the survey is in English alone
    }
    assert call("post", f"{address}begin/", {})[0] == 200
    consent = Consent.objects.get()
    assert (consent.notice_version, consent.language) == ("1", "en")
    assert Invitation.objects.get(pk=consent.invitation_id).state == "begun"


def test_whole_way_from_notice_to_thanks(world, link):
    survey, _ = world
    address = link("F1")
    first, second, stage, rating, choice, text = begin(address)
    names = [{"key": key_of(address, "fourn"), "strength": 5}, {"key": key_of(address, "ana muller")}]

    assert call("put", f"{address}answers/{first}/", {"names": names, "more": 3}) == (200, {"saved": True})
    assert call("put", f"{address}answers/{second}/", {"names": [{"name": " The  consultant "}]})[0] == 200
    assert call("put", f"{address}answers/{stage}/", {"value": "ability"})[0] == 200
    assert call("put", f"{address}answers/{rating}/", {"value": 4})[0] == 200
    assert call("put", f"{address}answers/{choice}/", {"value": "talk"})[0] == 200
    assert call("put", f"{address}answers/{text}/", {"value": "Less paper."})[0] == 200
    assert call("post", f"{address}submit/", {}) == (200, {"submitted": True})
    assert named(survey, "F1") == [("F", "", 5), ("S1", "", None), (None, "The consultant", None)]
    values = dict(Answer.objects.values_list("question", "value"))
    assert values == {first: None, second: None, stage: 3, rating: 4, choice: "talk", text: "Less paper."}
    assert Answer.objects.get(question=first).more == 3
    invitation = Invitation.objects.get(person__employee_id="F1")
    assert (invitation.state, invitation.answered_at is not None) == ("submitted", True)


def test_an_answer_replaces_the_one_before_also_after_sending_and_from_another_link(world, link):
    survey, _ = world
    address, other = link("F1"), link("F1")
    first, *_ = begin(address)
    fournier, ana = key_of(address, "fourn"), key_of(address, "ana garc")
    for _ in range(2):
        call("put", f"{address}answers/{first}/", {"names": [{"key": fournier}, {"key": ana}]})
    call("post", f"{address}submit/", {})
    call("put", f"{other}answers/{first}/", {"names": [{"key": ana, "strength": 2}]})

    assert named(survey, "F1") == [("F2", "", 2)]
    assert Answer.objects.count() == 1
    assert Invitation.objects.get(person__employee_id="F1").state == "submitted"


def test_nobody_is_an_answer_and_null_takes_a_value_back(world, link):
    address = link("F1")
    first, _, stage, *_ = begin(address)
    invitation = Invitation.objects.get(person__employee_id="F1")

    assert call("put", f"{address}answers/{stage}/", {"value": 0})[0] == 200
    assert call("put", f"{address}answers/{stage}/", {"value": None})[0] == 200
    assert not Answer.objects.exists()
    invitation.refresh_from_db()
    assert invitation.answered_at is None
    assert call("put", f"{address}answers/{first}/", {"names": []})[0] == 200
    assert call("post", f"{address}submit/", {})[0] == 200
    invitation.refresh_from_db()
    assert invitation.answered_at is not None


@pytest.fixture
def begun(world, link):
    """Return (address, question ids in order, a key for each of two colleagues, the own key)."""
    address = link("F1")
    ids = begin(address)
    own = key_of(link("T"), "lukasz")
    return address, ids, key_of(address, "fourn"), own


NAMES, LEADERSHIP, STAGE, RATING, CHOICE, TEXT = range(6)
REFUSED = (
    (NAMES, {}, "asks for names"),
    (NAMES, {"value": 3}, "“value” has no place"),
    (NAMES, {"names": "F"}, "asks for names"),
    (NAMES, {"names": ["F"]}, "Name 1 holds neither"),
    (NAMES, {"names": [{}]}, "Name 1 holds neither"),
    (NAMES, {"names": [{"name": "  "}]}, "Name 1 holds neither"),
    (NAMES, {"names": [{"key": 3}]}, "Name 1 holds neither"),
    (NAMES, {"names": [{"key": "1-0123456789abcdef"}]}, "Name 1 is nobody"),
    (NAMES, {"names": [{"key": "ünfug"}]}, "Name 1 is nobody"),
    (NAMES, {"names": [{"key": "FOURNIER", "rank": 1}]}, "“rank” has no place"),
    (NAMES, {"names": [{"key": "OWN"}]}, "cannot name yourself"),
    (NAMES, {"names": [{"key": "FOURNIER"}, {"key": "FOURNIER"}]}, "Zoë Fournier is named twice"),
    (NAMES, {"names": [{"name": "Kim"}, {"name": "kim"}]}, "kim is named twice"),
    (NAMES, {"names": [{"key": "FOURNIER", "strength": 6}]}, "strength of Zoë Fournier is “6”"),
    (NAMES, {"names": [{"key": "FOURNIER", "strength": 0}]}, "above 0, at most 5"),
    (NAMES, {"names": [{"key": "FOURNIER", "strength": "much"}]}, "above 0, at most 5"),
    (NAMES, {"names": [{"key": "FOURNIER", "strength": True}]}, "above 0, at most 5"),
    (NAMES, {"names": [], "more": -1}, "“more” is “-1”"),
    (NAMES, {"names": [], "more": 1.5}, "“more” is “1.5”"),
    (NAMES, {"names": [{"name": f"P{i}"} for i in range(101)]}, "At most 100 people"),
    (STAGE, {"value": 6}, "“6” is no answer"),
    (STAGE, {"value": "boredom"}, "“boredom” is no answer"),
    (RATING, {"value": 0}, "use one of 1, 2, 3, 4, 5"),
    (RATING, {"value": True}, "use one of 1, 2, 3, 4, 5"),
    (RATING, {"value": [3]}, "use one of 1, 2, 3, 4, 5"),
    (CHOICE, {"value": "fax"}, "use one of mail, talk"),
    (TEXT, {"value": 3}, "at most 4000 characters"),
    (TEXT, {"value": "x" * 4001}, "at most 4000 characters"),
    (TEXT, {"value": "a\0b"}, "at most 4000 characters"),
    (TEXT, {"value": "half a character: \ud800"}, "at most 4000 characters"),
    (NAMES, {"names": [{"name": "\ud800"}]}, "Name 1 holds neither"),
)


@pytest.mark.parametrize(("question", "content", "sentence"), REFUSED)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_the_answer_before(
    begun, question, content, sentence
):
    address, ids, fournier, own = begun
    call("put", f"{address}answers/{ids[NAMES]}/", {"names": [{"name": "Kim"}]})
    content = json.loads(json.dumps(content).replace("FOURNIER", fournier).replace("OWN", own))
    status, problem = call("put", f"{address}answers/{ids[question]}/", content)

    assert status == 422
    assert sentence in problem["detail"]
    assert list(Nomination.objects.values_list("written_in", flat=True)) == ["Kim"]


def test_keys_of_another_survey_and_of_people_outside_are_refused(world, link, begun):
    survey, people = world
    address, ids, fournier, _ = begun
    survey.invitations.filter(person=people["F"]).update(state="left")

    assert call("put", f"{address}answers/{ids[0]}/", {"names": [{"key": fournier}]})[0] == 422
    assert call("put", f"{address}answers/{ids[0]}/", {"names": [{"key": "f-" + fournier[2:]}]})[0] == 422


def test_who_may_be_named_follows_the_question(world, link):
    survey, _ = world
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    survey.questions.filter(order=1).update(may_name="own_department")
    survey.questions.filter(order=2).update(may_name="other_departments", write_ins=False)
    Survey.objects.filter(pk=survey.pk).update(state="open")
    address = link("F1")
    home, away, *_ = begin(address)
    fournier, miller = key_of(address, "fourn"), key_of(address, "anna mil")

    assert call("put", f"{address}answers/{home}/", {"names": [{"key": fournier}]})[0] == 200
    assert (
        "people of your own department"
        in (call("put", f"{address}answers/{home}/", {"names": [{"key": miller}]})[1]["detail"])
    )
    assert call("put", f"{address}answers/{away}/", {"names": [{"key": miller}]})[0] == 200
    assert call("put", f"{address}answers/{away}/", {"names": [{"key": fournier}]})[0] == 422
    assert (
        "from the list only"
        in (call("put", f"{address}answers/{away}/", {"names": [{"name": "Kim"}]})[1]["detail"])
    )
    assert [p["name"] for p in call("get", f"{address}people/?q=ana&question={home}")[1]] == [
        "Ana García López"
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"[" * 40_000])
def test_a_body_that_is_no_json_object_is_refused(begun, body):
    address, ids, *_ = begun
    response = Client().put(f"{address}answers/{ids[0]}/", data=body, content_type="application/json")

    assert response.status_code == 400
    assert "JSON object" in response.json()["detail"]


@pytest.mark.parametrize("size", [70_000, 3_000_000])
def test_a_body_that_is_too_large_is_refused(begun, size, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    address, ids, *_ = begun
    body = json.dumps({"value": "x" * size})
    response = Client().put(f"{address}answers/{ids[TEXT]}/", data=body, content_type="application/json")

    assert response.status_code == 413
    assert "send at most 64 kB" in response.json()["detail"]


def test_a_question_of_another_survey_is_not_found(begun):
    assert call("put", f"{begun[0]}answers/999999/", {"names": []})[0] == 404


def test_required_questions_hold_up_the_sending(begun):
    status, problem = call("post", f"{begun[0]}submit/", {})

    assert status == 422
    assert problem["detail"] == "Some questions still need an answer: 1."


def test_withdrawing_deletes_what_was_said_and_the_link_begins_anew(world, begun):
    address, ids, fournier, _ = begun
    call("put", f"{address}answers/{ids[0]}/", {"names": [{"key": fournier}]})
    call("post", f"{address}submit/", {})

    assert call("post", f"{address}withdraw/", {}) == (200, {"withdrawn": True})
    assert (Answer.objects.count(), Nomination.objects.count()) == (0, 0)
    assert Invitation.objects.get(person__employee_id="F1").state == "withdrawn"
    assert call("put", f"{address}answers/{ids[0]}/", {"names": []})[0] == 409
    begin(address)
    assert call("put", f"{address}answers/{ids[0]}/", {"names": []})[0] == 200
    assert Consent.objects.count() == 2


def test_objecting_removes_the_person_as_respondent_and_as_a_name(world, link, begun):
    survey, people = world
    address, ids, fournier, own = begun
    call("put", f"{address}answers/{ids[0]}/", {"names": [{"key": fournier}]})
    other = link("S1")
    begin(other)
    call("put", f"{other}answers/{ids[0]}/", {"names": [{"key": own}, {"key": fournier}]})

    assert call("post", f"{address}object/", {}) == (200, {"objected": True})
    assert named(survey, "F1") == []
    assert named(survey, "S1") == [("F", "", None)]
    assert list(Objection.objects.people(survey.initiative)) == [people["F1"]]
    assert call("get", f"{other}people/?q=lukasz")[1] == []
    assert call("put", f"{other}answers/{ids[0]}/", {"names": [{"key": own}]})[0] == 422
    assert call("post", f"{address}begin/", {})[0] == 410
    assert call("get", address)[0] == 410


def test_this_is_not_me_shuts_this_link_alone(world, link):
    address, other = link("F1"), link("F1")

    assert call("post", f"{address}not-me/", {})[0] == 200
    assert call("get", address)[0] == 410
    assert call("get", f"{other}questions/")[0] == 200
    invitation = Invitation.objects.get(person__employee_id="F1")
    assert (invitation.state, invitation.misdirected_at is not None) == ("invited", True)


ROUTES = (
    ("get", ""), ("post", "begin/"), ("get", "questions/"), ("get", "people/?q=ana"), ("get", "picks/"),
    ("put", "answers/1/"), ("post", "submit/"), ("post", "withdraw/"), ("post", "object/"),
    ("post", "not-me/"), ("get", "who-sees-what/"),
)  # fmt: skip


NOWHERE = (
    ("unknown", 404), ("revoked", 410), ("left", 410), ("closed", 410), ("past its end", 410), ("draft", 404),
)  # fmt: skip


def closed(world, link, how):
    survey, people = world
    address = link("F1")
    if how == "unknown":
        return f"/s/{'x' * 32}/"
    if how == "revoked":
        InvitationToken.objects.revoke()
    if how == "left":
        survey.invitations.filter(person=people["F1"]).update(state="left")
    if how in ("closed", "draft"):
        Survey.objects.update(state=how)
    if how == "past its end":
        Survey.objects.update(closes_at=timezone.now())
    return address


@pytest.mark.parametrize(("how", "status"), NOWHERE)
def test_links_that_lead_nowhere_say_so_on_every_route_and_reveal_nothing(world, link, how, status):
    address = closed(world, link, how)
    given = [call(method, f"{address}{route}", {} if method != "get" else None) for method, route in ROUTES]

    assert {code for code, _ in given} == {status}
    assert not re.search("Łukasz|Müller|Invoices|invoices|Ana", json.dumps([p for _, p in given]))
    assert not Answer.objects.exists()


def test_a_link_that_leads_nowhere_shows_a_page_in_the_readers_language(client, world):
    response = client.get("/s/unknown/", headers={"Accept": "text/html", "Accept-Language": "fr-CH,en;q=0.5"})

    assert response.status_code == 404
    assert "Ce lien ne mène nulle part." in response.content.decode()
    assert 'lang="fr"' in response.content.decode()


def test_a_link_that_searches_too_often_waits_with_429(world, link, monkeypatch):
    monkeypatch.setattr("surveys.door.search_limit.allowed", 2)
    address, other = link("F1"), link("F2")
    given = [call("get", f"{address}people/?q=ana")[0] for _ in range(3)]

    assert given == [200, 200, 429]
    assert call("get", f"{other}people/?q=ana")[0] == 200


def test_quick_picks_offer_manager_team_department_and_everybody_of_a_small_survey(world, link):
    groups = {
        row["group"]: [person["name"] for person in row["people"]]
        for row in call("get", f"{link('F1')}picks/")[1]
    }

    assert groups == {
        "manager": ["Zoë Fournier"],
        "team": ["Ana García López"],
        "everyone": ["Ada Top", "Ana Müller", "Anna Miller", "Bernd Søndergaard"],
    }


def test_other_methods_are_not_allowed(client, world, link):
    address = link("F1")

    assert client.post(address).status_code == 405
    assert client.get(f"{address}begin/").status_code == 405
    assert client.post(f"{address}answers/1/").status_code == 405


def test_nothing_about_a_link_is_written_to_the_log(world, link, caplog):
    address = link("F1")
    call("put", f"{address}answers/1/", {"names": []})
    call("get", "/s/unknown-secret/")

    assert caplog.records == []


def test_a_bug_is_told_without_the_address(world, link, monkeypatch, caplog):
    monkeypatch.setattr("surveys.door.quick_picks", lambda invitation: 1 / 0)
    address = link("F1")

    assert call("get", f"{address}picks/")[0] == 500
    assert address.split("/")[2] not in caplog.text


def test_answers_of_two_people_do_not_meet(world, link):
    survey, _ = world
    one, two = link("F1"), link("F2")
    first, *_ = begin(one)
    begin(two)
    call("put", f"{one}answers/{first}/", {"names": [{"key": key_of(one, "fourn")}]})
    call("put", f"{two}answers/{first}/", {"names": [{"key": key_of(two, "anna mil")}]})
    call("post", f"{one}withdraw/", {})

    assert named(survey, "F2") == [("S2", "", None)]
    assert not Person.objects.filter(objections__isnull=False).exists()
