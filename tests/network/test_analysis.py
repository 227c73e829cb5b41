"""One whole run through the public door."""

from dataclasses import replace

import numpy as np
import pytest

from influence.network.analysis import analyse
from influence.network.model import (
    PARTS,
    AnalysisInput,
    Cancelled,
    ChampionRules,
    NetworkError,
    Parameters,
    Relation,
    Ties,
)
from influence.network.reach import reach_of
from tests.network.networks import people_of_chart, read_rows

RELATIONS = (Relation("influence"), Relation("leadership", layer="leadership"))
QUICK = Parameters(seed=1, resamples=20)


def ties_of(pairs, relation=0) -> Ties:
    size = len(pairs)
    return Ties(
        source=np.array([pair[0] for pair in pairs], np.int32),
        target=np.array([pair[1] for pair in pairs], np.int32),
        relation=np.full(size, relation, np.int32),
        strength=np.ones(size),
        observed=np.zeros(size, np.bool_),
    )


def input_of(manager, pairs=(), *, leaders=(0,), department=None, names=(), **more) -> AnalysisInput:
    n = len(manager)
    respondents = np.zeros(n, np.bool_)
    respondents[[pair[0] for pair in pairs]] = True
    chosen = np.array(leaders, np.int32)
    return AnalysisInput(
        people=people_of_chart(manager, department=department, names=names),
        relations=RELATIONS,
        ties=ties_of(pairs),
        leaders=chosen,
        role_holders=chosen,
        respondents=respondents,
        leadership_asked=False,
        **more,
    )


def organisation(n=60, seed=0) -> AnalysisInput:
    """Teams of six, departments by turns, three names each."""
    random = np.random.default_rng(seed)
    manager = [-1] + [(person - 1) // 6 for person in range(1, n)]
    pairs = [(person, int(named)) for person in range(n) for named in random.integers(0, n, 3)]
    return input_of(manager, pairs, department=np.arange(n) % 3, names=("A", "B", "C"))


def relabelled(data: AnalysisInput, order: np.ndarray) -> AnalysisInput:
    """The same organisation with its people in another order: new person i is old ``order[i]``."""
    people, place = data.people, np.argsort(order)
    manager = people.manager[order]
    moved = replace(
        people,
        ids=tuple(people.ids[old] for old in order),
        manager=np.where(manager < 0, -1, place[manager]).astype(np.int32),
        line_start=people.line_start[order],
        line_end=people.line_end[order],
        department=people.department[order],
    )
    ties = data.ties
    ties = replace(
        ties, source=place[ties.source].astype(np.int32), target=place[ties.target].astype(np.int32)
    )
    leaders = place[data.leaders].astype(np.int32)
    respondents = data.respondents[order]
    return replace(
        data, people=moved, ties=ties, leaders=leaders, role_holders=leaders, respondents=respondents
    )


@pytest.fixture(scope="module")
def result():
    return analyse(organisation(), QUICK)


def test_parts_add_up_to_everybody(result):
    assert sum(result.split[part].people for part in PARTS) == pytest.approx(60)
    assert np.allclose(result.part_probabilities.sum(axis=1), 1.0)
    assert np.allclose(result.part_probabilities.sum(axis=0), [result.split[part].people for part in PARTS])
    assert np.allclose(result.department_parts.sum(axis=0), result.part_probabilities.sum(axis=0))


def test_every_estimate_lies_in_its_range(result):
    for estimates in (result.reach, result.split, result.baselines):
        for estimate in estimates.values():
            assert estimate.low <= estimate.people <= estimate.high
            assert estimate.se <= 0.6


def test_curve_begins_with_the_leaders_alone_and_ends_with_all(result):
    assert result.curve.shape == (6, 7)
    assert result.curve[0, 5] == result.baselines["leaders"].people
    assert result.curve[-1, 5] == result.reach["both"].people
    assert np.allclose(result.curve[:, :5].sum(axis=1), 60)


def test_champions_follow_the_curve(result):
    reached = [champion.cumulative_reach for champion in result.champions]
    assert reached == result.curve[1:, 5].tolist()
    gains = [champion.marginal_reach for champion in result.champions]
    assert result.curve[0, 5] + sum(gains) == pytest.approx(reached[-1])
    assert [champion.rank for champion in result.champions] == [1, 2, 3, 4, 5]


def test_champions_are_better_than_chance_and_their_share_is_proven(result):
    assert result.reach["both"].people > result.baselines["random_champions"].people
    assert 0.6 < result.guarantee.share < 1
    assert result.guarantee.confidence == 0.99


def test_spheres_by_department_add_up_to_the_sphere(result):
    for champion in result.champions:
        sphere = result.scores["sphere"][champion.person]
        assert sum(champion.sphere_by_department.values()) == pytest.approx(sphere)


def test_intervals_and_group_probabilities_are_possible(result):
    for axis in ("influence", "leadership"):
        low, rank, high = (result.scores[f"{axis}_rank{end}"] for end in ("_low", "", "_high"))
        assert np.all((low >= 1) & (low <= rank) & (rank <= high) & (high <= 60))
    assert np.allclose(result.group_probabilities.sum(axis=1), 1.0)
    assert np.all((result.scores["group_confidence"] >= 0) & (result.scores["group_confidence"] <= 1))


def test_first_followers_are_moved_directly(result):
    assert [follower.rank for follower in result.first_followers] == [1, 2, 3]
    data = organisation()
    for follower in result.first_followers:
        names = data.ties.target[data.ties.source == follower.person]
        assert data.people.manager[follower.person] == 0 or 0 in names
        assert 0 < follower.probability < 0.7


def test_what_if_of_the_chosen_gives_the_same_figures(result):
    people = np.array([champion.person for champion in result.champions])
    assert np.array_equal(
        reach_of(result.samples, np.array([0]), people).reach_curve[:, 2], result.curve[:, 5]
    )


def test_same_seed_gives_the_same_figures_on_one_thread_and_two(result):
    again = analyse(organisation(), QUICK, threads=1)
    assert again.champions == result.champions
    assert again.reach == result.reach
    assert again.split == result.split
    assert again.guarantee == result.guarantee
    for name, values in result.scores.items():
        np.testing.assert_array_equal(again.scores[name], values, err_msg=name)
    assert np.array_equal(again.samples["row_code"], result.samples["row_code"])


def test_another_seed_gives_figures_within_the_errors(result):
    other = analyse(organisation(), replace(QUICK, seed=2, resamples=0))
    for name, first in result.reach.items():
        second = other.reach[name]
        assert abs(first.people - second.people) <= 5 * np.hypot(first.se, second.se) + 0.3
    errors = np.hypot(result.scores["sphere_se"], other.scores["sphere_se"])
    assert np.all(np.abs(result.scores["sphere"] - other.scores["sphere"]) <= 5 * errors + 1e-9)


def test_the_order_of_people_changes_nothing_but_chance(result):
    order = np.random.default_rng(3).permutation(60)
    other = analyse(relabelled(organisation(), order), replace(QUICK, resamples=0))
    errors = np.hypot(result.scores["sphere_se"][order], other.scores["sphere_se"])
    assert np.all(np.abs(result.scores["sphere"][order] - other.scores["sphere"]) <= 5 * errors + 1e-9)
    baseline, relabelled_baseline = result.baselines["leaders"], other.baselines["leaders"]
    assert abs(baseline.people - relabelled_baseline.people) <= 5 * np.hypot(
        baseline.se, relabelled_baseline.se
    )
    assert np.array_equal(result.scores["leadership"][order], other.scores["leadership"])


def test_one_person_is_a_defined_answer():
    found = analyse(input_of([-1]), QUICK)
    assert found.reach["both"].people == 1.0
    assert found.champions == ()
    assert found.guarantee is None
    assert found.scores["sphere"].tolist() == [1.0]
    assert found.curve.shape == (1, 7)
    assert "Nobody is eligible as a champion: all are leaders, managers or excluded." in found.notes


def test_empty_layers_leave_the_line_alone():
    found = analyse(input_of([-1, 0, 0]), QUICK)
    assert found.scores["sphere"].tolist() == [1.0] * 3
    assert found.split["only_together"].people == 0
    assert found.silent == pytest.approx(found.split["not_reached"].people)
    assert found.notes[:2] == (
        "Nobody was asked about leadership: leadership is position alone.",
        "Nobody named anybody: the influence layer is empty, and every sphere is one person.",
    )


def test_nobody_eligible_leaves_the_leaders_alone():
    found = analyse(input_of([-1, 0], [(1, 0)], leaders=(0, 1)), QUICK)
    assert found.champions == ()
    assert found.reach["both"].people == 2.0


def test_more_champions_than_eligible_gives_all_with_certainty():
    found = analyse(input_of([-1, 0, 0], [(1, 2)]), replace(QUICK, champions=40))
    assert [champion.person for champion in found.champions] == [2, 1]
    assert found.guarantee.share == 1.0


def test_everybody_in_one_department_is_outside_nothing():
    found = analyse(input_of([-1, 0, 0], [(1, 2)], department=[0, 0, 0], names=("A",)), QUICK)
    assert found.scores["sphere_outside_department"].tolist() == [0.0, 0.0, 0.0]


def test_without_leaders_champions_reach_alone():
    found = analyse(input_of([-1, 0, 0], [(1, 2)], leaders=()), QUICK)
    assert found.baselines["leaders"].people == 0.0
    assert found.first_followers == ()


@pytest.mark.parametrize(
    ("data", "parameters", "words"),
    [
        (input_of([]), QUICK, "Nobody is in the scope"),
        (input_of([-1]), replace(QUICK, theta=0.0), "above 0"),
        (input_of([-1]), replace(QUICK, theta=0.7), "below 0.95"),
        (input_of([-1]), replace(QUICK, cut=100.0), "cut is 100"),
        (input_of([-1]), replace(QUICK, champions=0), "at least 1"),
        (input_of([-1]), replace(QUICK, resamples=-1), "0 or more"),
        (input_of([-1], leaders=(3,)), QUICK, "not in the scope"),
        (input_of([-1, 0], rules=ChampionRules(fixed=(0,))), QUICK, "holds a role"),
    ],
)
def test_input_that_no_analysis_can_use_is_refused_in_words(data, parameters, words):
    with pytest.raises(NetworkError, match=words):
        analyse(data, parameters)


def test_progress_rises_to_the_end_and_can_stop_the_run():
    told = []
    analyse(input_of([-1, 0, 0], [(1, 2)]), QUICK, lambda share, message: told.append(share))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)

    def stop(share, message):
        raise Cancelled

    with pytest.raises(Cancelled):
        analyse(input_of([-1, 0, 0], [(1, 2)]), QUICK, stop)


def krackhardt() -> AnalysisInput:
    rows = read_rows("krackhardt-hightech", "people.csv")
    ids = [row["employee_id"] for row in rows]
    manager = [ids.index(row["manager_id"]) if row["manager_id"] else -1 for row in rows]
    ties = read_rows("krackhardt-hightech", "ties.csv")
    pairs = [
        (ids.index(tie["source"]), ids.index(tie["target"])) for tie in ties if tie["relation"] == "advice"
    ]
    data = input_of(manager, pairs, leaders=(ids.index("M07"),))
    return replace(data, people=replace(data.people, ids=tuple(ids)))


def test_krackhardts_managers_come_through():
    found = analyse(krackhardt(), QUICK)
    assert found.scores["in_degree"].tolist()[:6] == [13, 18, 5, 8, 5, 10]
    assert found.network_figures["chart_least_upper_boundedness"] == 1.0
    assert sum(estimate.people for estimate in found.split.values()) == pytest.approx(21)
    assert len(found.champions) == 5
    assert {champion.person for champion in found.champions}.isdisjoint({1, 6, 13, 17, 20})
    assert found.guarantee.share > 0.85
