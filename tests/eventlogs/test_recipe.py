"""The recipe: sources side by side, weights, champions under other recipes, survey against behaviour."""

import io
from datetime import date

import numpy as np
import pytest
from django.urls import reverse

from bpm_influence.jobs.models import Job
from influence.eventlogs.loading import load_event_log
from influence.freshness import basis_of
from influence.gathering import gather
from influence.loading import load_ties
from influence.models import RecipeLine
from influence.network.agreement import Source, agreement
from influence.network.model import Parameters
from influence.recipes import InvalidRecipe, change_recipe, leadership_relations, recipe_of
from initiatives.editing import create_initiative
from initiatives.models import Relation
from orgchart.charts import load_chart
from orgchart.models import OrgChart
from surveys.models import Survey

pytestmark = pytest.mark.django_db
CLERKS = [f"C{i}" for i in range(12)]


@pytest.fixture
def initiative(change_manager):
    rows = ["employee_id,name,manager_id,department", "A0,Ada Top,,Board"]
    rows += [f"{one},Clerk {one},A0,{'Sales' if i % 2 else 'Finance'}" for i, one in enumerate(CLERKS)]
    load_chart("\n".join(rows).encode(), file_name="people.csv", as_of=date(2026, 1, 1))
    return create_initiative(name="Faster invoices", created_by=change_manager)


@pytest.fixture
def sources(initiative):
    """Everybody names C0; the work goes round C11."""
    named = [f"{one},C0,advice,1" for one in CLERKS[1:]] + ["C0,C1,advice,1", "C2,A0,leadership,1"]
    load_ties(
        initiative, "\n".join(["source,target,relation,strength", *named]).encode(), file_name="said.csv"
    )
    rows = ["case_id,activity,timestamp,resource"]
    for number, one in enumerate(CLERKS[1:11]):
        for hour, who in enumerate((one, "C11", one)):
            rows.append(f"{number},step {hour},2026-03-02T1{hour}:00:00Z,{who}")
    load_event_log(initiative, io.BytesIO("\n".join(rows).encode()), file_name="work.csv")


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def page(browser, initiative, **fields):
    address = reverse("influence:recipe", args=[initiative.slug])
    return browser.post(address, fields) if fields else browser.get(address)


def test_agreement_counts_shared_pairs_and_compares_the_order_of_those_in_both():
    star = Source(7, np.array([1, 2, 3, 4, 5]), np.array([0, 0, 0, 0, 1]))
    ring = Source(7, np.array([1, 2, 3, 4, 5, 0]), np.array([2, 3, 4, 5, 0, 1]), mutual=True)
    found = agreement(star, ring)
    assert (found.shared, found.rank, found.people) == (1, None, 6)
    assert agreement(star, star).rank == pytest.approx(1.0)
    assert star.named_by().tolist() == [4, 1, 0, 0, 0, 0, 0]
    assert ring.named_by().tolist() == [2, 2, 2, 2, 2, 2, 0]


def test_each_source_says_whom_it_covers_and_what_it_shares(browser, initiative, sources):
    rows = page(browser, initiative).context["sources"]
    assert [(row["label"], row["relation"], row["people"], row["ties"]) for row in rows] == [
        ("said.csv", "advice", 12, 12),
        ("said.csv", "leadership", 2, 1),
        ("work.csv", "handover", 11, 20),
    ]
    assert [row["agreement"] and row["agreement"]["shared"] for row in rows] == [None, None, 0]
    assert rows[2]["agreement"]["rank"] < 0.2


def test_survey_against_behaviour_names_those_who_differ(browser, initiative, sources):
    compared = page(browser, initiative).context["compared"]
    assert [(row.position.name, row.named_by, row.works_with) for row in compared.named_not_seen] == [
        ("Clerk C0", 11, 0)
    ]
    assert [(row.position.name, row.named_by, row.works_with) for row in compared.seen_not_named] == [
        ("Clerk C11", 0, 10)
    ]


def test_comparison_waits_until_a_survey_that_hides_names_has_closed(browser, initiative, sources):
    survey = Survey.objects.create(
        initiative=initiative,
        title="Who helps",
        state="open",
        notice_version="1",
        confidentiality="scores_only",
    )
    shown = page(browser, initiative)
    assert "shown once" in shown.context["compared"].withheld
    assert "Clerk C0" not in shown.content.decode()
    Survey.objects.filter(pk=survey.pk).update(state="closed")
    compared = page(browser, initiative).context["compared"]
    assert (compared.named_not_seen, compared.unnamed) == ((), 2)


def test_weights_hold_for_one_initiative_and_make_results_stale(browser, initiative, sources, change_manager):
    other = create_initiative(name="Other", created_by=change_manager)
    before = basis_of(initiative)
    answer = page(browser, initiative, **{"weight:handover": "0,5", "layer:handover": "influence"})
    assert answer.status_code == 302
    weights = {one.name: one.weight for one in recipe_of(initiative).values()}
    assert (weights["handover"], weights["advice"]) == (0.5, 1.0)
    assert {one.weight for one in recipe_of(other).values()} == {1.0}
    assert basis_of(initiative)["recipe"] != before["recipe"]
    data = gather(initiative, OrgChart.objects.current()).data
    assert {one.name: one.weight for one in data.relations}["handover"] == 0.5


def test_relation_may_be_moved_to_the_leadership_layer(browser, initiative, sources):
    page(browser, initiative, **{"weight:advice": "1", "layer:advice": "leadership"})
    names = Relation.objects.filter(pk__in=leadership_relations(initiative)).values_list("name", flat=True)
    assert set(names) == {"advice", "leadership"}


@pytest.mark.parametrize("weight", ["-1", "lots", "nan", "1e9"])
def test_weight_that_makes_no_sense_is_said_at_its_relation(browser, initiative, sources, weight):
    answer = page(browser, initiative, **{"weight:handover": weight, "layer:handover": "influence"})
    assert (answer.status_code, list(answer.context["errors"])) == (422, ["handover"])
    assert RecipeLine.objects.count() == 0


def test_layer_that_is_none_is_refused(initiative, sources):
    with pytest.raises(InvalidRecipe):
        change_recipe(initiative, {"handover": ("gossip", 1.0)})


def test_champions_are_compared_under_each_recipe(browser, initiative, sources):
    address = reverse("influence:compare_recipes", args=[initiative.slug])
    assert browser.post(address).status_code == 302
    job = Job.objects.get(kind="recipe_comparison")
    assert page(browser, initiative).context["comparison"] == {"job": job}
    Job.run_here(job)
    shown = page(browser, initiative).context["comparison"]
    places = {row["position"].name: row["places"] for row in shown["rows"]}
    assert (shown["size"], shown["stale"], set(shown["alone"])) == (5, False, {"said", "seen"})
    assert (places["Clerk C0"][1], places["Clerk C11"][2]) == (1, 1)
    assert [one["relation"] for one in shown["without"]] == ["advice", "handover"]
    page(browser, initiative, **{"weight:handover": "0", "layer:handover": "influence"})
    assert page(browser, initiative).context["comparison"]["stale"]


def test_champions_of_the_recipe_are_those_of_an_analysis(initiative, sources):
    from influence.network.analysis import analyse
    from influence.network.recipes import champions_of

    data = gather(initiative, OrgChart.objects.current()).data
    chosen = [champion.person for champion in analyse(data, Parameters(seed=1, resamples=20)).champions]
    assert champions_of(data, Parameters(seed=1, resamples=20)).tolist() == chosen


def test_recipe_without_ties_says_what_to_do(browser, initiative):
    assert "No ties yet" in page(browser, initiative).content.decode()


def test_comparison_without_a_chart_is_refused_in_words(initiative, sources):
    OrgChart.objects.update(is_current=False)
    job = Job.enqueue("recipe_comparison", {"initiative_id": initiative.pk})
    Job.run_here(job)
    job.refresh_from_db()
    assert (job.state, "org chart" in job.fault) == ("failed", True)
