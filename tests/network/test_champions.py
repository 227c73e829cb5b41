"""Champions against the best possible choice, and the rules about who may be chosen."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.network.bounding import searched_bound
from influence.network.cascade import influence_probabilities, leadership_probabilities
from influence.network.champions import (
    alike_people,
    choose,
    default_champions,
    make_choice,
    proven_share,
)
from influence.network.exact import choose_exactly, exact_sets
from influence.network.graph import layer_from_arrays
from influence.network.kept import keep_samples
from influence.network.model import ChampionRules, NetworkError
from influence.network.reach import reach_in_parts, reach_of
from influence.network.replanning import choice_arrays, choose_kept, extend, replan
from influence.network.reverse import reverse_samples
from tests.network.networks import people_of_chart
from tests.network.worlds import all_worlds, best_gain, exact_reach, small_organisations

few = settings(max_examples=25, deadline=None)
NOBODY = np.empty(0, np.int32)
TOP = np.array([0], np.int32)


def star(spokes=8, departments=2):
    """One top with reports in departments by turns; everybody names the first report."""
    n = spokes + 1
    codes = [-1, *(spoke % departments for spoke in range(spokes))]
    people = people_of_chart([-1] + [0] * spokes, department=codes, names=("A", "B", "C")[:departments])
    others = np.arange(2, n)
    influence = influence_probabilities(layer_from_arrays(n, others, np.ones(n - 2, int)), 0.4)
    leadership = leadership_probabilities(people, layer_from_arrays(n, [], []), 0.3)
    return people, leadership, influence


def chosen_of(rules=ChampionRules(), **knobs):  # noqa: B008
    people, leadership, influence = star()
    choice = make_choice(people, TOP, TOP, rules, **knobs)
    samples = reverse_samples(leadership, influence, 400, seed=1)
    alike = alike_people(leadership, influence)
    return choose(samples, TOP, choice, alike=alike).people.tolist(), people


@few
@given(small_organisations())
def test_greedy_and_its_proof_hold_against_every_choice(organisation):
    people, leadership, influence = organisation
    worlds, n = all_worlds(leadership, influence), len(people)
    choice = make_choice(people, TOP, NOBODY, ChampionRules(), k=2, managers_too=True)
    samples = reverse_samples(leadership, influence, 20_000, seed=4)
    selection = choose(samples, TOP, choice)
    reach = reach_in_parts(samples, TOP, selection.people)
    best = best_gain(worlds, [0], list(range(1, n)), choice.k)
    gain = exact_reach(worlds, [0, *selection.people]) - exact_reach(worlds, [0])
    judged = (reach.reach_curve[-1, 2] - reach.reach_curve[0, 2]) * samples.half
    share = proven_share(judged, selection.bound, n=n)
    assert gain >= (1 - 1 / np.e) * best - 0.02
    assert share * best <= gain + 1e-9


@few
@given(small_organisations())
def test_searched_bound_is_what_the_best_choice_covers(organisation):
    people, leadership, influence = organisation
    choice = make_choice(people, TOP, NOBODY, ChampionRules(), k=2, managers_too=True)
    samples = reverse_samples(leadership, influence, 100, seed=4)
    selection = choose(samples, TOP, choice)
    reached = float(selection.gains.sum())
    pairs = combinations(range(1, len(people)), choice.k)
    best = max(sets_covered(samples, pair) for pair in pairs)
    assert reached <= best <= selection.bound
    assert searched_bound(samples, TOP, choice, reached, selection.bound) == best


def sets_covered(samples, chosen):
    """Sets of the choosing half that hold somebody chosen and not the top."""
    pointers = zip(samples.set_indptr[:-1], samples.set_indptr[1:], samples.for_choosing, strict=True)
    sets = [set(samples.members[start:end].tolist()) for start, end, chosen_set in pointers if chosen_set]
    return sum(0 not in members and not members.isdisjoint(chosen) for members in sets)


@few
@given(small_organisations())
def test_proof_holds_under_department_limits(organisation):
    people, leadership, influence = organisation
    n = len(people)
    codes = np.arange(n) % 2
    people = people_of_chart(people.manager, department=codes, names=("A", "B"))
    rules = ChampionRules(limits={0: (0, 1)})
    choice = make_choice(people, TOP, NOBODY, rules, k=2, managers_too=True)
    samples = reverse_samples(leadership, influence, 20_000, seed=4)
    selection = choose(samples, TOP, choice)
    worlds, alone = all_worlds(leadership, influence), None
    alone = exact_reach(worlds, [0])
    allowed = [c for c in combinations(range(1, n), choice.k) if np.sum(codes[list(c)] == 0) <= 1]
    best = max(exact_reach(worlds, [0, *c]) - alone for c in allowed)
    gain = exact_reach(worlds, [0, *selection.people]) - alone
    reach = reach_in_parts(samples, TOP, selection.people)
    share = proven_share((reach.reach_curve[-1, 2] - alone) * samples.half, selection.bound, n=n)
    assert tuple(sorted(selection.people)) in allowed
    assert gain >= best / 2 - 0.02
    assert share * best <= gain + 0.05


@pytest.mark.parametrize(("n", "k"), [(1, 5), (21, 5), (167, 6), (200, 6), (1000, 30), (100_000, 50)])
def test_default_number_is_three_percent_within_five_and_fifty(n, k):
    assert default_champions(n) == k


def test_the_person_everybody_names_is_chosen_first_and_then_the_lowest_id():
    chosen, _ = chosen_of(k=3)
    assert chosen == [1, 2, 3]


def test_leaders_role_holders_and_managers_are_not_eligible():
    people = people_of_chart([-1, 0, 1, 1, 0])
    choice = make_choice(people, TOP, np.array([4]), ChampionRules(), k=5)
    assert np.flatnonzero(choice.eligible).tolist() == [2, 3]
    assert choice.k == 2


def test_managers_are_eligible_where_the_change_manager_says_so():
    people = people_of_chart([-1, 0, 1, 1, 0])
    choice = make_choice(people, TOP, NOBODY, ChampionRules(excluded=(4,)), managers_too=True)
    assert np.flatnonzero(choice.eligible).tolist() == [1, 2, 3]


def test_fixed_people_come_first_and_excluded_ones_never():
    chosen, _ = chosen_of(ChampionRules(fixed=(5,), excluded=(1,)), k=3)
    assert chosen == [5, 2, 3]


def test_department_limits_are_kept():
    chosen, people = chosen_of(ChampionRules(limits={0: (0, 1), 1: (3, None)}), k=4)
    assert np.bincount(people.department[chosen]).tolist() == [1, 3]


def test_room_left_by_the_limits_lowers_the_number():
    chosen, _ = chosen_of(ChampionRules(limits={0: (0, 1), 1: (0, 1)}), k=6)
    assert len(chosen) == 2


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (ChampionRules(limits={0: (9, None)}), "only 4 people there are eligible"),
        (ChampionRules(limits={0: (3, None), 1: (3, None)}), "ask for 6 champions"),
        (ChampionRules(limits={0: (2, 1)}), "must be 0 or more and not above"),
        (ChampionRules(fixed=(1, 3), limits={0: (0, 1)}), "at most 1 may be"),
        (ChampionRules(fixed=(1,), excluded=(1,)), "both fixed and excluded"),
        (ChampionRules(fixed=(0,)), "holds a role"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_in_words(rules, words):
    with pytest.raises(NetworkError, match=words):
        chosen_of(rules, k=4)


def test_nobody_is_chosen_where_nobody_is_eligible():
    people = people_of_chart([-1])
    choice = make_choice(people, TOP, TOP, ChampionRules())
    layer = layer_from_arrays(1, [], [])
    samples = reverse_samples(
        leadership_probabilities(people, layer, 0.3), influence_probabilities(layer, 0.4), 20
    )
    assert choose(samples, TOP, choice).people.size == 0


def test_kept_samples_extend_the_list_and_judge_any_set():
    people, leadership, influence = star()
    rules = ChampionRules(limits={1: (0, 2)})
    samples = reverse_samples(leadership, influence, 400, seed=1)
    choice = make_choice(people, TOP, TOP, rules, k=3)
    chosen = choose(samples, TOP, choice).people
    kept = (
        keep_samples(samples)
        | choice_arrays(
            choice, rules, alike_people(leadership, influence), TOP, people.line_start < people.line_end
        )
        | {"leaders": TOP}
    )
    longer = extend(kept, chosen, 20).people
    assert extend(kept, chosen, 2).people.tolist() == chosen[:2].tolist()
    assert longer[:3].tolist() == chosen.tolist()
    assert sorted(people.department[longer].tolist()) == [0, 0, 0, 0, 1, 1]
    direct = reach_in_parts(samples, TOP, longer)
    assert np.array_equal(reach_of(kept, TOP, longer).reach_curve, direct.reach_curve)


@few
@given(small_organisations(), st.integers(1, 4), st.booleans())
def test_choosing_from_kept_samples_is_choosing(organisation, k, limited):
    people, leadership, influence = organisation
    names = ("A", "B")
    people = people_of_chart(people.manager, department=np.arange(len(people)) % 2, names=names)
    rules = ChampionRules(limits={1: (0, 1)} if limited else {}, fixed=(1,) if k > 2 else ())
    samples = reverse_samples(leadership, influence, 60, seed=k)
    alike = alike_people(leadership, influence)
    choice = make_choice(people, TOP, TOP, rules, k=k, managers_too=True)
    kept = (
        keep_samples(samples)
        | {"leaders": TOP}
        | choice_arrays(choice, rules, alike, TOP, people.line_start < people.line_end)
    )
    plan = replan(kept, rules, k=k, managers_too=True, department_names=names)
    direct = choose(samples, TOP, choice, alike=alike)
    again = choose_kept(kept, TOP, choice)
    assert plan.people.tolist() == direct.people.tolist() == again.people.tolist()
    assert again.gains.tolist() == direct.gains.tolist()
    assert direct.gains.sum() <= direct.bound <= again.bound
    reach = reach_in_parts(samples, TOP, direct.people)
    assert np.array_equal(plan.reach.reach_curve, reach.reach_curve)
    assert np.array_equal(plan.reach.part_se, reach.part_se)
    assert np.array_equal(plan.reach.probabilities, reach.probabilities)


@few
@given(small_organisations())
def test_exact_choice_takes_the_largest_exact_gain_and_the_lower_id_of_equal_ones(organisation):
    people, leadership, influence = organisation
    worlds = all_worlds(leadership, influence)
    choice = make_choice(people, TOP, TOP, ChampionRules(), k=3, managers_too=True)
    starters, expected = [0], []
    for _ in range(choice.k):
        gains = {
            person: round(exact_reach(worlds, [*starters, person]) - exact_reach(worlds, starters), 9)
            for person in range(1, len(people))
            if person not in expected
        }
        expected.append(min(gains, key=lambda person: (-gains[person], people.ids[person])))
        starters.append(expected[-1])
    sets = exact_sets(leadership, influence)
    assert choose_exactly(sets, TOP, choice).tolist() == expected
    assert sets[1].sum() == pytest.approx(len(people))


def test_equal_people_with_other_ties_are_taken_by_employee_id():
    manager = [-1] + [0] * 8
    ids = ("top", "z", "b", "c", "a", "d", "e", "f", "g")
    people = replace(people_of_chart(manager), ids=ids)
    layer = layer_from_arrays(9, [2, 3, 5, 6], [1, 1, 4, 4])
    influence = influence_probabilities(layer, 0.4)
    leadership = leadership_probabilities(people, layer_from_arrays(9, [], []), 0.3)
    choice = make_choice(people, TOP, TOP, ChampionRules(), k=2)
    assert choose_exactly(exact_sets(leadership, influence), TOP, choice).tolist() == [4, 1]


def test_dense_and_large_organisations_are_not_enumerated():
    dense = influence_probabilities(layer_from_arrays(21, *np.nonzero(1 - np.eye(21))), 0.4)
    assert exact_sets(dense, dense) is None
    large = influence_probabilities(layer_from_arrays(63, [], []), 0.4)
    assert exact_sets(large, large) is None


def test_proven_share_is_nothing_without_gain_and_never_above_one():
    assert proven_share(0, 0, n=10) == 0.0
    assert proven_share(10_000, 10_000, n=10) < 1.0
