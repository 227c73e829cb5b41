"""The pages of a finished analysis: how many queries, what a promise hides, plan, lists and files."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from influence.analysing import request_analysis
from influence.glossary import TERMS
from influence.loading import load_ties
from influence.methods import section
from influence.models import PersonList, PlannedChampion, PlanSettings
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from surveys.models import Survey
from tests.browser.test_journey import people_file, ties_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
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
    request_analysis(made, {"champions": 3, "resamples": 20}).job.wait()
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


def test_champions_kept_back_are_on_no_page(desk, initiative):
    names = [one.person.name for one in initiative.analyses.get().champions.select_related("person")]
    PlanSettings.objects.create(initiative=initiative, is_held_back=True)
    assert [desk(page).status_code for page in ("champions", "what_if")] == [302, 302]
    assert {row[-1] for row in desk("map_data").json()["people"]} == {None}
    steps = " ".join(f"{step.text} {step.why}" for step in desk("overview").context["steps"])
    assert [name for name in names if name in steps] == []
    assert desk("person", "S0").context["champion"] is None


def test_what_if_under_scores_only_tells_whole_people_of_five(desk, initiative):
    Survey.objects.create(
        initiative=initiative, title="Round", notice_version="1", state=Survey.State.CLOSED,
        confidentiality=Survey.Confidentiality.SCORES_ONLY, low_groups=Survey.LowGroups.NAMES,
    )  # fmt: skip
    ids = [f"S{number}" for number in range(5)]
    assert desk("what_if", query="&".join(f"id={one}" for one in ids[:4])).context["trial"].refusal
    trial = desk("what_if", query="&".join(f"id={one}" for one in ids)).context["trial"]
    figures = [row["figure"] for row in trial.reaches]
    told = [value for one in figures for value in (one.people, one.se, one.low, one.high)]
    assert told == [float(round(value)) for value in told]
    assert (len(figures), trial.losses) == (4, {})
