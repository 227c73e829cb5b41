"""What people say in a survey is the initiative's network without another step, and leaves it as easily."""

import io
import json

import pytest
from django.core.management import call_command

from influence.loading import load_tie_rows
from initiatives.editing import create_initiative
from initiatives.models import AdoptionEvent, Relation
from surveys import editing
from surveys.models import Survey
from tests.surveys.test_door import begin, call, key_of

NAMED = {"confidentiality": "named_network", "low_groups": "names"}


@pytest.fixture
def named(world):
    """Return the survey as one that promises a named network."""
    survey, people = world
    _promise(survey, **NAMED)
    return survey, people


def _promise(survey, **fields):
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    Survey.objects.filter(pk=survey.pk).update(**fields)
    Survey.objects.filter(pk=survey.pk).update(state="open")
    survey.refresh_from_db()


def answer(link, employee_id, place, names, **more):
    """Let somebody name people (query, strength) in one question; return their link."""
    address = link(employee_id)
    questions = begin(address)
    said = [{"key": key_of(address, query), **({"strength": s} if s else {})} for query, s in names]
    assert call("put", f"{address}answers/{questions[place]}/", {"names": said, **more})[0] == 200
    return address


def edges(client, headers, slug="invoices"):
    """The network's ties as programs get them."""
    response = client.get(f"/api/v1/initiatives/{slug}/network/?format=json", headers=headers)
    rows = json.loads(b"".join(response.streaming_content))["edges"]
    return [(row["source"], row["target"], row["relation"], row["strength"]) for row in rows]


def analyse(slug="invoices", **parameters):
    """Run an analysis and return its summary."""
    chosen = [f"{name}={value}" for name, value in {"resamples": 20, **parameters}.items()]
    call_command("analyse", slug, "--param", *chosen, "--wait", stdout=io.StringIO())
    out = io.StringIO()
    call_command("summary", slug, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def scores(slug="invoices"):
    out = io.StringIO()
    call_command("scores", slug, "--format", "json", stdout=out)
    return {row["employee_id"]: row for row in json.loads(out.getvalue())}


def test_answers_are_edges_at_once_scaled_by_the_largest_strength(named, link, client, api, administrator):
    headers = api(administrator)
    answer(link, "F1", 0, [("fourn", 4), ("ana mull", 2)])
    answer(link, "S1", 0, [("fourn", None)])
    answer(link, "S2", 1, [("sond", None)])

    assert edges(client, headers) == [
        ("F1", "F", "influence", 1.0),
        ("F1", "S1", "influence", 0.5),
        ("S1", "F", "influence", 0.75),  # no strength given: the average of 4 and 2, of 4 at most
        ("S2", "S", "leadership", 1.0),
    ]


def test_answers_and_a_file_with_the_same_ties_give_the_same_figures(named, link):
    answer(link, "F1", 0, [("fourn", 4), ("ana mull", 2)])
    answer(link, "S1", 0, [("fourn", 3)])
    answer(link, "S2", 1, [("sond", None)])
    said = (analyse(seed=5), scores())
    initiative = create_initiative(slug="from-a-file", name="From a file")
    rows = [("F1", "F", "influence", 4), ("F1", "S1", "influence", 2), ("S1", "F", "influence", 3),
            ("S2", "S", "leadership", 1)]  # fmt: skip
    fields = ("source", "target", "relation", "strength")
    load_tie_rows(initiative, [dict(zip(fields, map(str, row), strict=True)) for row in rows])
    loaded = (analyse("from-a-file", seed=5), scores("from-a-file"))

    assert said[1] == loaded[1]
    changed = {"analysis", "response_rate"}
    assert {k: v for k, v in said[0].items() if k not in changed} == {
        k: v for k, v in loaded[0].items() if k not in changed
    }
    assert (said[0]["response_rate"], loaded[0]["response_rate"]) == (3 / 7, None)


def test_who_says_nobody_has_answered_and_leadership_was_asked(named, link):
    answer(link, "F1", 0, [("fourn", 4)])
    for employee_id in ("F2", "S1"):
        answer(link, employee_id, 1, [])
    summary, rows = analyse(), scores()

    assert summary["response_rate"] == 3 / 7
    assert {row["exercised_leadership"] for row in rows.values()} == {50.0}  # asked, and nobody named


def test_direction_named_in_the_survey_is_exercised_leadership(named, link):
    for employee_id in ("F1", "F2", "S1"):
        answer(link, employee_id, 1, [("anna mil", None)])
    answer(link, "F1", 0, [("ana garc", 1)])
    analyse()
    rows = scores()

    assert rows["S2"]["exercised_leadership"] == max(row["exercised_leadership"] for row in rows.values())
    assert rows["S2"]["headcount"] == 0
    assert rows["S2"]["leadership"] > rows["S1"]["leadership"]


def test_withdrawn_answers_are_gone_and_results_out_of_date(named, link, client, api, administrator):
    address = answer(link, "F1", 0, [("fourn", 4)])
    answer(link, "S1", 0, [("fourn", 4)])
    analyse()
    client.force_login(administrator)
    assert "out of date" not in client.get("/initiatives/invoices/").content.decode()
    call("post", f"{address}withdraw/", {})

    assert edges(client, api(administrator)) == [("S1", "F", "influence", 1.0)]
    page = client.get("/initiatives/invoices/").content.decode()
    assert "people answered the survey, or changed what they said" in page


def test_network_answers_anew_after_an_answer_changed(named, link, client, api, administrator):
    headers = api(administrator)
    address = "/api/v1/initiatives/invoices/network/?format=json"
    answer(link, "F1", 0, [("fourn", 4)])
    first = client.get(address, headers=headers)
    assert client.get(address, headers=headers | {"If-None-Match": first["ETag"]}).status_code == 304
    answer(link, "F1", 0, [("ana garc", 4)])

    assert client.get(address, headers=headers | {"If-None-Match": first["ETag"]}).status_code == 200


def test_who_objects_is_in_no_source_and_no_champion(named, link, client, api, administrator):
    survey, _ = named
    rows = [
        {"source": "S1", "target": "F2"},
        {"source": "F2", "target": "S1"},
        {"source": "S1", "target": "S2"},
    ]
    load_tie_rows(survey.initiative, rows)
    answer(link, "F1", 0, [("ana garc", 4), ("anna mil", 2)])
    address = answer(link, "F2", 0, [("anna mil", 2)])
    call("post", f"{address}object/", {})

    assert edges(client, api(administrator)) == [
        ("S1", "S2", "influence", 1.0),
        ("F1", "S2", "influence", 1.0),
    ]
    analyse(champions=7)
    out = io.StringIO()
    call_command("champions", "invoices", "--format", "json", stdout=out)
    chosen = {row["employee_id"] for row in json.loads(out.getvalue())}
    assert chosen == {"F1", "S1", "S2"}  # managers are not eligible, and F2 objects


def test_what_a_pilot_brings_never_counts(world, link, client, api, administrator):
    survey, people = world
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    Survey.objects.filter(pk=survey.pk).update(**NAMED)
    survey.refresh_from_db()
    survey.invitations.all().delete()
    editing.start_pilot(survey, [people["F1"]])
    answer(link, "F1", 0, [])

    assert edges(client, api(administrator)) == []
    editing.end_pilot(survey)
    assert survey.invitations.count() == 0


def test_later_initiative_reuses_names_and_asks_for_the_stage_alone(named, link, client, api, administrator):
    survey, _ = named
    _promise(survey, reuse_allowed=True)
    answer(link, "F1", 0, [("fourn", 4)])
    editing.close_survey(survey)
    later = create_initiative(slug="purchasing", name="Purchasing")
    second = editing.create_survey(later, questionnaire="stage", reuses=survey, **NAMED)
    assert edges(client, api(administrator), "purchasing") == []  # a draft reuses nothing yet
    editing.open_survey(second)

    assert [question.kind for question in second.questions.all()] == ["stage"]
    assert edges(client, api(administrator), "purchasing") == [("F1", "F", "influence", 1.0)]
    assert analyse("purchasing")["response_rate"] == 1 / 7


def test_names_are_not_reused_where_people_were_not_told(named):
    survey, _ = named
    later = create_initiative(slug="purchasing", name="Purchasing")

    with pytest.raises(editing.SurveyError, match="were not told"):
        editing.create_survey(later, questionnaire="stage", reuses=survey)


def test_stages_said_become_adoption_events_and_go_with_the_answer(world, link):
    survey, _ = world
    for employee_id, stage in (("F1", 3), ("F2", 2), ("S1", 0)):
        address = link(employee_id)
        call("put", f"{address}answers/{begin(address)[2]}/", {"value": stage})
    withdrawing = link("F2")
    call_keep_time()
    assert _events() == [("F1", "ability", "survey"), ("F2", "willingness", "survey")]
    call("post", f"{withdrawing}withdraw/", {})
    assert _events() == [("F1", "ability", "survey")]
    address = link("F1")
    call("put", f"{address}answers/{begin(address)[2]}/", {"value": 4})
    editing.close_survey(survey)

    assert _events() == [("F1", "adoption", "survey")]


def call_keep_time():
    from surveys.tasks import keep_time

    keep_time()


def _events():
    rows = AdoptionEvent.objects.order_by("person__employee_id")
    return list(rows.values_list("person__employee_id", "stage__name", "origin"))


def test_promise_outlives_a_deleted_survey(world, link, client, api, administrator):
    survey, _ = world
    load_tie_rows(survey.initiative, [{"source": "S1", "target": "F2"}])
    editing.close_survey(survey)
    editing.delete_survey(survey)

    assert not Survey.objects.exists()
    assert edges(client, api(administrator)) == []


def test_names_written_in_never_become_ties(named, link, client, api, administrator):
    address = link("F1")
    questions = begin(address)
    call("put", f"{address}answers/{questions[0]}/", {"names": [{"name": "The consultant"}]})

    assert edges(client, api(administrator)) == []


def test_relation_of_its_own_joins_the_influence_layer(named, link):
    survey, _ = named
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    survey.questions.filter(order=1).update(relation=Relation.objects.create(name="shows me how"))
    Survey.objects.filter(pk=survey.pk).update(state="open")
    answer(link, "F1", 0, [("fourn", 4)])
    answer(link, "S1", 0, [("fourn", 4)])
    analyse()

    assert scores()["F"]["in_degree"] == 2
