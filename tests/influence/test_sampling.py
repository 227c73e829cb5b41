"""What the kept samples of a finished analysis answer, by the functions that pages call."""

import pytest
from django.core.files.storage import default_storage

from influence.models import PlannedChampion, Score
from influence.sampling import (
    CannotPlan,
    NoSamples,
    best_replacements,
    group_probabilities,
    kept_samples,
    replan,
    typical_sphere,
    what_if,
    whom_to_ask_to_lead,
)
from influence.terms import InvalidTerms, Terms, set_terms, terms_of
from orgchart.models import Person
from tests.influence.conftest import analysed

pytestmark = pytest.mark.django_db


def chosen_ids(analysis) -> list[int]:
    return list(analysis.champions.values_list("person_id", flat=True))


def test_what_if_of_the_champions_gives_the_run_s_own_figures(analysis):
    answer = what_if(analysis, chosen_ids(analysis))
    for name, estimate in answer.reach.items():
        assert vars(estimate) == pytest.approx(analysis.summary["reach"][name])
    for name, estimate in answer.split.items():
        assert vars(estimate) == pytest.approx(analysis.summary["split"][name])
    assert answer.departments == analysis.results["department_parts"]
    assert answer.outside == []
    places = analysis.scores.order_by("place").values_list("only_together", flat=True)
    assert answer.probabilities[:, 3].tolist() == pytest.approx(list(places))


def test_losses_are_what_is_reached_no_more_without_somebody(analysis):
    ids = chosen_ids(analysis)
    answer = what_if(analysis, ids)
    for pk in ids:
        rest = what_if(analysis, ids, without=[pk])
        assert answer.losses[pk] == pytest.approx(answer.reach["both"].people - rest.reach["both"].people)


def test_people_outside_the_analysis_are_named_and_change_nothing(analysis):
    stranger = Person.objects.create(employee_id="X1", name="Stranger")
    assert what_if(analysis, [stranger.pk]).outside == [stranger.pk]
    assert what_if(analysis, [stranger.pk]).reach == what_if(analysis, []).reach


def test_erasing_somebody_leaves_the_others_where_they_are(analysis):
    ids = chosen_ids(analysis)
    before = what_if(analysis, ids[1:]).reach
    erased = Person.objects.exclude(pk__in=ids).order_by("employee_id")[3]
    erased.scores.all().delete()
    assert what_if(analysis, ids[1:]).reach == before


def test_other_terms_are_met_at_once(analysis):
    unit = Terms(limits={"Unit 2": (2, 2), "Unit 3": (0, 0)}, excluded=(chosen_ids(analysis)[0],))
    plan = replan(analysis, unit, k=4)
    departments = Score.objects.filter(analysis=analysis, person__in=plan.person_ids)
    found = sorted(departments.values_list("department", flat=True))
    assert found == ["Unit 1", "Unit 1", "Unit 2", "Unit 2"]
    assert chosen_ids(analysis)[0] not in plan.person_ids
    assert plan.reached[0] == pytest.approx(analysis.summary["baselines"]["leaders"]["people"])
    assert plan.reached[-1] == pytest.approx(what_if(analysis, plan.person_ids).reach["both"].people)
    assert 0.3 < plan.guarantee.share <= 1


def test_the_same_terms_give_the_same_champions(analysis):
    assert replan(analysis, Terms(), k=5).person_ids == chosen_ids(analysis)


def test_terms_that_cannot_be_met_are_refused_in_words(analysis):
    with pytest.raises(CannotPlan, match="only 12 people there are eligible"):
        replan(analysis, Terms(limits={"Unit 2": (30, None)}), k=40)


def test_replacement_is_the_best_of_the_others(analysis):
    first, *others = chosen_ids(analysis)
    PlannedChampion.objects.create(
        initiative=analysis.initiative, person_id=first, rank=1, state=PlannedChampion.State.DECLINED
    )
    found = best_replacements(analysis, [first, *others])
    (instead,) = found.person_ids
    assert instead not in (first, *others)
    assert found.reached[-1] == pytest.approx(what_if(analysis, [*others, instead]).reach["both"].people)


def test_sponsors_are_chosen_among_those_who_manage(analysis):
    plan = whom_to_ask_to_lead(analysis, k=2)
    managers = set(
        Person.objects.filter(employee_id__in=["E00", "E01", "E02", "E03"]).values_list("pk", flat=True)
    )
    assert set(plan.person_ids) <= managers
    assert len(plan.person_ids) == 2
    stored = analysis.results["sponsors"]
    assert [row["reach"] for row in stored["people"]][:2] == pytest.approx(plan.reached[1:])


def test_results_hold_silence_and_the_plain_objectives(analysis):
    results = analysis.results
    assert [hiding["hidden"] for hiding in results["silence"]["hidings"]] == [0.1, 0.2, 0.3]
    assert len(results["silence"]["sentences"]) == 4
    direct = results["objectives"]["direct"]
    assert [mark["share"] for mark in direct["marks"]] == [0.03, 0.05, 0.1]
    assert direct["curve"][0] == {"chosen": 0, "reached": 0}


def test_groups_and_typical_spheres_are_kept_for_everybody_they_are_promised_for(analysis):
    for score in analysis.scores.all():
        shares = group_probabilities(analysis, score)
        assert sum(shares.values()) == pytest.approx(1, abs=1e-6)
        assert shares[score.group] == pytest.approx(score.group_confidence, abs=1e-6)
        assert score.person_id in typical_sphere(analysis, score).person_ids


def test_terms_kept_for_an_initiative_hold_in_its_next_analysis(initiative):
    last = Person.objects.get(employee_id="E39")
    best = analysed(initiative).champions.first().person
    set_terms(initiative, Terms(fixed=(last.pk,), excluded=(best.pk,), limits={"Unit 1": (0, 1)}))
    analysis = analysed(initiative)
    chosen = analysis.champions.select_related("person")
    assert chosen[0].person == last
    assert best.pk not in chosen_ids(analysis)
    assert analysis.scores.filter(person__in=chosen_ids(analysis), department="Unit 1").count() <= 1
    assert analysis.results["terms"]["fixed"] == ["E39"]
    assert terms_of(initiative).limits == {"Unit 1": (0, 1)}


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"fixed": ["E01"]}, "Manager 1 holds a role"),
        ({"fixed": ["E09"], "excluded": ["E09"]}, "Person 9 is both fixed and left out"),
        ({"limits": {"Unit 9": (0, 1)}}, "no department “Unit 9”"),
        ({"limits": {"Unit 1": (3, 1)}}, "at least 3 and at most 1 cannot both be"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_in_words(initiative, terms, words):
    people = dict(Person.objects.values_list("employee_id", "pk"))
    chosen = {
        name: tuple(people[one] for one in value) if name != "limits" else value
        for name, value in terms.items()
    }
    with pytest.raises(InvalidTerms, match=words):
        set_terms(initiative, Terms(**chosen))
    assert terms_of(initiative) == Terms()


def test_samples_go_with_their_analysis(analysis, django_capture_on_commit_callbacks):
    name = analysis.samples.name
    with django_capture_on_commit_callbacks(execute=True):
        analysis.delete()
    assert not default_storage.exists(name)


def test_analysis_whose_samples_are_lost_says_what_to_do(analysis):
    default_storage.delete(analysis.samples.name)
    with pytest.raises(NoSamples, match="start a new one"):
        kept_samples(analysis)


def test_page_of_an_analysis_tells_of_silence_plain_reach_and_whom_to_ask(analysis, signed_in, administrator):
    page = signed_in(administrator).get(analysis.get_absolute_url()).content.decode()
    for heading in ("What silence does", "Whom to ask to lead", "Name at least two champions"):
        assert heading in page
    assert "over the rates" in page
    assert "/methods/#silence" in page
