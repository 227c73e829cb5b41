"""The pages of a finished analysis: how many queries, what a promise hides, plan, lists and files."""

from datetime import date

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bpm_influence.accounts.models import AuditEntry
from influence.glossary import TERMS
from influence.loading import load_ties
from influence.methods import section
from influence.models import PersonList, PlannedChampion, PlanSettings
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from surveys.models import Survey
from tests.browser.test_journey import people_file, ties_file
from tests.commands import printed
from tests.influence.picture.conftest import analyse, unpacked

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20
PAGES = (
    ("overview", (), ""), ("part", ("only_together",), ""), ("map", (), ""), ("map_data", (), ""),
    ("map", (), "axes=corner"), ("people", (), "columns=department,not_reached&sort=-not_reached"),
    ("people", (), "department=Finance&relation=advice"), ("lists", (), ""), ("leaders", (), ""),
    ("leaders", (), "who=managers"), ("champions", (), ""), ("what_if", (), ""), ("champion_terms", (), ""),
    ("picks", (), ""), ("report", (), ""), ("who_sees", (), ""), ("person", ("S0",), ""),
)  # fmt: skip


@pytest.fixture
def initiative(change_manager):
    load_chart(people_file(), file_name="people.csv", as_of=date(2026, 1, 1))
    made = create_initiative(
        name="Faster invoices",
        created_by=change_manager,
        roles=[{"employee_id": "E0", "role": "sponsor"}],
    )
    load_ties(made, ties_file(), file_name="ties.csv")
    analyse(made, champions=3)
    return made


@pytest.fixture
def desk(initiative, signed_in, change_manager):
    """Return a function that asks for a page of the initiative."""
    client = signed_in(change_manager)

    def ask(name, *args, query="", post=None):
        address = f"{reverse(f'influence:{name}', args=[initiative.slug, *args])}?{query}"
        return client.get(address) if post is None else client.post(address, post)

    return ask


def test_pages_ask_a_bounded_number_of_queries(desk):
    asked = {}
    for name, args, query in PAGES:
        with CaptureQueriesContext(connection) as queries:
            answer = desk(name, *args, query=query)
        asked[name, query] = (answer.status_code, len(queries))
    assert {page: found for page, found in asked.items() if found[0] != 200 or found[1] > MOST_QUERIES} == {}


def test_file_holds_what_is_seen(desk):
    query = "department=Finance&columns=department,level&sort=-name"
    rows = b"".join(desk("people_csv", query=query).streaming_content).decode().splitlines()
    assert rows[0] == "Employee id,Name,Department,Level"
    assert rows[1].startswith("H2,Head of Finance,Finance,")
    assert len(rows) == 10


def test_selection_becomes_a_list(desk, initiative):
    desk("lists", post={"ids": "S0\nS1", "name": "Two of sales"})
    kept = PersonList.objects.get(kind="list")
    assert set(kept.people.values_list("employee_id", flat=True)) == {"S0", "S1"}
    answer = desk("people", query=f"list={kept.pk}")
    assert answer.context["page"].paginator.count == 2


def test_champion_who_declined_is_replaced_in_place(desk, initiative):
    desk("begin_plan", post={})
    first = initiative.champion_plan.first()
    desk("change_state", first.pk, post={"state": "declined", "note": "On leave", "date": "2026-01-05"})
    best = desk("replacements", first.pk).context["found"][0]["score"]
    desk("add_champion", post={"employee_id": best.person.employee_id, "replaces": first.pk})
    placed = PlannedChampion.objects.get(person=best.person)
    assert (placed.rank, placed.replaces) == (first.rank, first)
    assert [step.note for step in first.steps.all()] == ["On leave"]


def test_what_if_moves_all_reaches(desk):
    with_all = desk("what_if").context["trial"]
    with_none = desk("what_if", query="begun=1").context["trial"]
    assert with_none.reaches[2]["figure"].people < with_all.reaches[2]["figure"].people
    assert len(with_all.people) == 3


def test_report_without_names_names_nobody(desk):
    page = desk("report", query="names=0").content.decode()
    named = [row["name"] for row in desk("report").context["rows"] if row["name"] in page]
    assert named == []


def test_glossary_leads_to_methods_that_exist():
    assert [term.key for term in TERMS.values() if term.method and section(term.method) is None] == []


@pytest.fixture
def held_back(initiative):
    return PlanSettings.objects.create(initiative=initiative, is_held_back=True)


@pytest.fixture
def scores_only(initiative):
    return Survey.objects.create(
        initiative=initiative, title="Round", notice_version="1", state=Survey.State.CLOSED,
        confidentiality=Survey.Confidentiality.SCORES_ONLY, low_groups=Survey.LowGroups.NAMES,
    )  # fmt: skip


def test_champions_kept_back_are_on_no_page(desk, initiative, held_back):
    chosen = list(initiative.analyses.get().champions.select_related("person"))
    assert [desk(page).status_code for page in ("champions", "what_if")] == [302, 302]
    assert {row[-1] for row in desk("map_data").json()["people"]} == {None}
    steps = " ".join(f"{step.text} {step.why}" for step in desk("overview").context["steps"])
    assert [one.person.name for one in chosen if one.person.name in steps] == []
    assert desk("person", "S0").context["champion"] is None
    listed = {row["score"].person_id for row in desk("part", "either").context["people"]}
    assert listed.isdisjoint(one.person_id for one in chosen)
    assert unpacked(desk("network_data"))["champions"] == []
    assert "The leaders reach" in desk("network_without", "S0").content.decode()
    analyse(initiative, champions=3)
    assert desk("compare").context["champions"] is None


def test_champions_kept_back_are_in_no_answer_and_no_command(client, initiative, api, held_back):
    headers = api(initiative.created_by)
    answer = client.get(f"/api/v1/initiatives/{initiative.slug}/champions/", headers=headers)
    assert (answer.status_code, "kept back" in answer.json()["detail"]) == (403, True)
    with pytest.raises(CommandError, match="kept back"):
        printed("champions", initiative.slug)


def test_picture_of_the_network_forgets_the_champions_once_they_are_kept_back(desk, initiative):
    assert len(unpacked(desk("network_data"))["champions"]) == 3
    PlanSettings.objects.create(initiative=initiative, is_held_back=True)
    assert unpacked(desk("network_data"))["champions"] == []


def tried(desk, *ids):
    return desk("what_if", query="&".join(["begun=1", *(f"id={one}" for one in ids)])).context["trial"]


def test_what_if_under_scores_only_tells_whole_people_of_five(desk, scores_only):
    ids = [f"P{number}" for number in range(5)]
    assert tried(desk, *ids[:4]).refusal
    assert tried(desk, *ids[:4], "E0").refusal  # the sponsor starts anyway
    trial = tried(desk, *ids)
    figures = [row["figure"] for row in trial.reaches]
    told = [value for one in figures for value in (one.people, one.se, one.low, one.high)]
    assert told == [float(round(value)) for value in told]
    assert (len(figures), trial.losses) == (4, {})


def test_no_two_totals_under_scores_only_differ_by_fewer_than_five_people(desk, scores_only):
    five = [f"P{number}" for number in range(5)]
    assert tried(desk, *five).refusal == ""
    assert "differs by 1 person" in tried(desk, *five, "F4").refusal
    assert "at least 1 person more" in tried(desk, *five, "F4", "F5", "F6", "F7").refusal
    assert tried(desk, *five, "F3", "F4", "F5", "F6", "F7").refusal == ""
    assert tried(desk, *five).refusal == ""  # the same as before tells nothing new


def test_no_total_under_scores_only_nearly_equals_that_of_the_champions(desk, initiative, scores_only):
    chosen = list(initiative.analyses.get().champions.values_list("person__employee_id", flat=True))
    others = [one for one in ("F0", "F1", "F2", "F3", "F4", "F5", "F6") if one not in chosen]
    assert "differs by 4 people" in tried(desk, *chosen, *others[:4]).refusal
    assert tried(desk, *chosen, *others[:5]).refusal == ""


def test_plan_under_scores_only_tells_what_each_adds_as_far_as_the_analysis_goes(
    desk, initiative, scores_only
):
    desk("begin_plan", post={})
    desk("add_champion", post={"employee_id": "F3"})
    rows = desk("champions").context["rows"]
    assert [row["marginal_reach"] is None for row in rows] == [False, False, False, True]
    first = initiative.champion_plan.first()
    desk("change_state", first.pk, post={"state": "declined"})
    assert {one["adds"] for one in desk("replacements", first.pk).context["found"]} == {""}
    desk("change_state", first.pk, post={"state": "remove"})
    assert {row["cumulative_reach"] for row in desk("champions").context["rows"]} == {None}


def test_pages_that_show_people_by_name_are_in_the_log(desk, change_manager):
    for name in ("map_data", "network_data", "departments_csv", "people", "leaders"):
        desk(name)
    noted = AuditEntry.objects.filter(actor=change_manager.username, subject="faster-invoices")
    assert list(noted.order_by("pk").values_list("action", flat=True)) == [
        "looked at people's results", "looked at the network", "took the influence between departments out",
        "looked at people's results", "looked at people's results",
    ]  # fmt: skip


def test_leader_reaches_a_part_of_the_own_line(desk, initiative):
    (sponsor,) = desk("leaders").context["leaders"]
    reached, below = sponsor.own_line
    assert below == 27  # everybody but the sponsor
    # Three heads, each moved with 0.3 by the line; who is below them a third as likely again, and ties help.
    assert 3 * 0.3 < reached < 12
    heads = {
        one.score.person.employee_id: one.own_line
        for one in desk("leaders", query="who=managers").context["standings"]
    }
    assert {heads[f"H{number}"][1] for number in (1, 2, 3)} == {8}
    assert all(0.3 * 8 - 0.6 < heads[f"H{number}"][0] < 5 for number in (1, 2, 3))


def test_part_of_the_own_line_is_withheld_under_scores_only(desk, scores_only):
    assert [one.own_line for one in desk("leaders").context["leaders"]] == [None]
    managers = desk("leaders", query="who=managers").context["standings"]
    assert {one.own_line for one in managers} == {None}


def test_lists_and_picks_say_what_they_reach_beside_the_champions(desk, initiative):
    desk("picks", post={"whose": "Ada Top", "id": ["S0", "S1"]})
    for name, ids in (("Well named", "S0"), ("Others", "P5\nP6")):
        desk("lists", post={"ids": ids, "name": name})
    first, second = PersonList.objects.filter(kind="list").order_by("pk")
    rows = {
        row["word"]: row["cells"]
        for row in desk("lists", query=f"list={first.pk}&with={second.pk}").context["rows"]
    }
    reached = [float(cell.split(" ")[0]) for cell in rows["Would reach with the leaders, through both"]]
    assert reached[0] > 1
    assert reached[1] > 1
    page = desk("champions")
    assert page.context["own_reaches"][2].people >= page.context["leaders_alone"].people
    assert [mark["chosen"] for one in page.context["objectives"] for mark in one["marks"]]
    assert "#whom-to-ask-to-lead" in page.content.decode()


def test_managers_and_leads_without_title_have_those_to_win_first(desk, initiative):
    standings = desk("leaders", query="who=managers").context["standings"]
    first = {one.score.person.employee_id: one.followers for one in standings}
    # Nobody names a head, so the line alone moves their people: S0, who moves most, before the others.
    assert [first["H1"][0]["score"].person.employee_id, first["H1"][0]["probability"]] == ["S0", "30%"]
    assert all(one["score"].department == "Finance" for one in first["H2"])


def test_whom_to_win_first_is_not_for_viewers_nor_under_scores_only(
    desk, initiative, signed_in, viewer, scores_only
):
    assert {len(one.followers) for one in desk("leaders", query="who=managers").context["standings"]} == {0}
    scores_only.delete()
    initiative.members.create(user=viewer)
    page = signed_in(viewer).get(f"/initiatives/{initiative.slug}/leaders/?who=managers")
    assert {len(one.followers) for one in page.context["standings"]} == {0}
