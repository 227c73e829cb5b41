"""A leak test: who named whom is planted, and then looked for on every page, in every file and answer."""

import io
import json
import re

import pytest
from django.core.management import call_command

from influence.models import Analysis
from surveys.models import Survey
from tests.conftest import make_user
from tests.surveys.test_door import begin, call, key_of

PAGES = ("", "map/", "people/", "people/F1/", "people/F/", "people/S2/", "leaders/", "champions/", "network/",
         "data/", "adoption/", "surveys/", "settings/", "map.json", "scores.csv",
         "champions.csv")  # fmt: skip
FILES = ("network/?format=json", "network/?format=csv", "network/?format=graphml", "network/?format=gexf",
         "scores/", "champions/", "summary/", "surveys/")  # fmt: skip


@pytest.fixture
def answered(world, link):
    """Return the survey after three people have named one another, analysed."""
    survey, people = world
    for source, first, second in (
        ("F1", "anna mil", "anna mil"),
        ("F2", "anna mil", "sond"),
        ("S1", "fourn", "anna mil"),
    ):
        address = link(source)
        influence, leadership, *_, text = begin(address)
        call(
            "put",
            f"{address}answers/{influence}/",
            {"names": [{"key": key_of(address, first), "strength": 3}]},
        )
        call("put", f"{address}answers/{leadership}/", {"names": [{"key": key_of(address, second)}]})
        call("put", f"{address}answers/{text}/", {"value": "PLANTED FREE TEXT"})
        call("post", f"{address}submit/", {})
    call_command(
        "analyse", "invoices", "--param", "resamples=20", "champions=3", "--wait", stdout=io.StringIO()
    )
    return survey, people


def everything(client, user):
    """Every page, file and API answer that the role gets, by address."""
    client.force_login(user)
    given = {}
    for address in (
        *(f"/initiatives/invoices/{p}" for p in PAGES),
        *(f"/api/v1/initiatives/invoices/{f}" for f in FILES),
    ):
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        given[address] = (response.status_code, content.decode())
    return given


@pytest.mark.parametrize("role", ["administrator", "change_manager", "viewer", "auditor"])
def test_scores_only_tells_nobody_who_named_whom(answered, client, role):
    survey, _ = answered
    user = make_user(role, role)
    survey.initiative.members.create(user=user)
    given = everything(client, user)
    seen = {address: text for address, (status, text) in given.items() if status == 200}

    assert seen
    for address, text in seen.items():
        assert "PLANTED FREE TEXT" not in text, address
        assert "would follow</h3>" not in text, address
        assert "Likely to follow first" not in text, address
    if role != "auditor":
        network = (
            json.loads(seen["/api/v1/initiatives/invoices/network/?format=json"])
            if role != "viewer"
            else None
        )
        assert network is None or network["edges"] == []
        champions = json.loads(seen["/api/v1/initiatives/invoices/champions/"])["results"]
        assert {row["follows_probability"] for row in champions} <= {None}
        assert all(row["follows"] in (None, "T", "F", "S") for row in champions)  # along the line alone
        assert not any(row["group"] in ("audience", "leader_without_reach") for row in champions)
    for form in ("csv", "graphml", "gexf"):
        text = seen.get(f"/api/v1/initiatives/invoices/network/?format={form}", "")
        assert not re.search(r"<edge |source=.F1", text)


def test_low_groups_are_counts_on_every_list(answered, client, administrator):
    analysis = Analysis.objects.get()
    low = set(
        analysis.scores.filter(group__in=["audience", "leader_without_reach"]).values_list(
            "person__employee_id", flat=True
        )
    )
    client.force_login(administrator)
    shown = {
        row["employee_id"] for row in client.get("/api/v1/initiatives/invoices/scores/").json()["results"]
    }
    out = io.StringIO()
    call_command("scores", "invoices", "--format", "json", stdout=out)

    assert low
    assert not low & shown
    assert not low & {row["employee_id"] for row in json.loads(out.getvalue())}
    assert client.get(f"/initiatives/invoices/people/{sorted(low)[0]}/").status_code == 404


def test_counts_of_answers_never_show_a_small_group(answered, client, administrator):
    client.force_login(administrator)
    (row,) = client.get("/api/v1/initiatives/invoices/surveys/").json()["results"]

    assert (row["invited"], row["answered"]) == (7, 3)
    assert {unit["answered"] for unit in row["departments"]} == {None}
    page = client.get(f"/initiatives/invoices/surveys/{row['id']}/").content.decode()
    assert "too few to show" in page
    for name in ("Ada Top", "Bernd Søndergaard"):  # silent; the promise does not let anybody see that
        assert name not in page


def test_named_network_tells_members_and_not_viewers(answered, client, administrator, viewer):
    survey, _ = answered
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    Survey.objects.filter(pk=survey.pk).update(confidentiality="named_network", low_groups="names")
    Survey.objects.filter(pk=survey.pk).update(state="closed")
    survey.initiative.members.create(user=viewer)
    client.force_login(administrator)
    assert "would follow</h3>" in client.get("/initiatives/invoices/people/S2/").content.decode()
    client.force_login(viewer)

    assert "would follow</h3>" not in client.get("/initiatives/invoices/people/S2/").content.decode()
    assert client.get("/api/v1/initiatives/invoices/network/?format=json").status_code == 403


def test_answers_ties_and_invitations_have_no_admin_page(answered, client, administrator):
    from django.contrib import admin

    hidden = {
        "survey",
        "question",
        "invitation",
        "invitationtoken",
        "answer",
        "nomination",
        "objection",
        "tie",
    }
    registered = {model._meta.model_name for model in admin.site._registry}
    assert not hidden & registered


def test_promise_and_questions_stay_once_people_were_asked(answered, client, administrator):
    survey, _ = answered
    client.force_login(administrator)
    base = f"/initiatives/invoices/surveys/{survey.pk}/"
    question = survey.questions.first()
    client.post(
        f"{base}settings/", {"title": "Other", "confidentiality": "named_network", "languages": ["en"]}
    )
    client.post(f"{base}questions/{question.pk}/", {"act": "delete"})
    client.post(
        f"{base}questions/{question.pk}/", {"text_en": "Whom do you dislike?", "relation": "influence"}
    )
    client.post(f"{base}questions/ready/", {"name": "trust"})
    survey.refresh_from_db()

    assert survey.confidentiality == "scores_only"
    assert survey.questions.count() == 6
    assert survey.questions.first().text == {"en": "Question 1?"}
    client.post(f"{base}do/copy/")
    copy = Survey.objects.exclude(pk=survey.pk).get()
    client.post(f"/initiatives/invoices/surveys/{copy.pk}/questions/ready/", {"name": "trust"})
    assert copy.questions.count() == 7
