"""Ties from event logs: small cases by hand, and the counts of two published logs."""

from __future__ import annotations

import csv
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from influence.network.eventlog import (
    Pairs,
    activity_counts,
    crossings,
    handovers,
    handovers_by_activity,
    ordered_events,
    similar_activities,
    subcontracting,
    working_together,
)

DATA = Path(__file__).parents[3] / "shared" / "data"
LOGS = ("running-example", "receipt")
published = pytest.mark.skipif(
    not (DATA / "event-log-receipt").exists(), reason=f"The published logs are not in {DATA}."
)


def case_of(*people, known=3):
    """One case whose events are those people's, in this order."""
    zeros = [0] * len(people)
    return ordered_events(zeros, range(len(people)), zeros, people, known, 1)


def as_dict(pairs, values=None):
    values = pairs.count if values is None else values
    return {
        (a, b): v
        for a, b, v in zip(pairs.source.tolist(), pairs.target.tolist(), values.tolist(), strict=True)
    }


def test_events_of_one_time_keep_the_order_of_the_file():
    assert ordered_events([1, 0, 1, 1], [3, 3, 3, 1], [0] * 4, [0, 1, 2, 3], 4, 1).person.tolist() == [
        1, 3, 0, 2,
    ]  # fmt: skip


def test_handovers_count_oneself_in_the_matrix_but_not_among_ties():
    pairs = handovers(case_of(0, 0, 1, 0, 1))
    assert as_dict(pairs) == {(0, 0): 1, (0, 1): 2, (1, 0): 1}
    assert as_dict(pairs.of_two(), pairs.of_two().strength()) == {(0, 1): 1.0, (1, 0): 0.5}


def test_event_of_nobody_known_is_not_bridged():
    assert as_dict(handovers(case_of(0, -1, 1))) == {}
    assert as_dict(handovers(case_of(0, -1, 1), depth=2, fading=0.5)) == {(0, 1): 1}
    assert as_dict(subcontracting(case_of(0, -1, 0))) == {}


def test_handovers_do_not_cross_from_one_case_to_the_next():
    events = ordered_events([0, 1], [1, 2], [0, 0], [0, 1], 2, 1)
    assert len(handovers(events)) == len(handovers(events, depth=5)) == 0


def test_subcontracting_counts_every_occurrence_of_two_different_people():
    assert as_dict(subcontracting(case_of(0, 1, 0, 1, 0))) == {(0, 1): 2, (1, 0): 1}
    assert as_dict(subcontracting(case_of(0, 0, 0))) == {}


def test_working_together_is_the_share_of_either_ones_cases():
    events = ordered_events([0, 0, 0, 1, 2], range(5), [0] * 5, [0, 1, 0, 0, 2], 3, 1)
    pairs = working_together(events)
    assert (as_dict(pairs), as_dict(pairs, pairs.weight)) == ({(0, 1): 1}, {(0, 1): 0.5})


def test_similar_activities_need_no_case_in_common():
    events = ordered_events(range(6), range(6), [0, 0, 1, 0, 0, 1], [0, 0, 0, 1, 1, 2], 3, 2)
    pairs = similar_activities(events, at_least=0.9)
    assert as_dict(pairs, pairs.weight) == pytest.approx({(0, 1): 1.0})
    assert activity_counts(events).toarray().tolist() == [[2, 1], [2, 0], [0, 1]]


def test_nearest_keeps_each_persons_most_similar():
    random = np.random.default_rng(1)
    events = ordered_events(range(400), range(400), random.integers(0, 9, 400), np.arange(400) % 20, 20, 9)
    everybody, few = similar_activities(events, -1), similar_activities(events, -1, nearest=2)
    assert (len(everybody), 20 <= len(few) <= 40) == (190, True)
    assert set(as_dict(few)) < set(as_dict(everybody))


def test_empty_log_gives_no_pairs():
    events = ordered_events([], [], [], [], 0, 0)
    found = (handovers, working_together, subcontracting, similar_activities)
    assert [len(measure(events)) for measure in found] == [0, 0, 0, 0]
    assert len(handovers_by_activity(events)[1]) == 0


def test_crossings_tell_lines_and_departments():
    pairs = Pairs(np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([4, 2, 1]), np.array([4.0, 2.0, 1.0]))
    found = crossings(pairs, np.array([0, 0, 1, -1]), np.array([0, 1, 2, -1]), np.array([2, 1, 2, -1]))
    assert (found.handovers, found.inside_line) == (6, 4)
    assert (found.with_departments, found.inside_department) == (6, 4)


@cache
def published_log(name):
    """The events of a published log and its resources, sorted."""
    with (DATA / f"event-log-{name}" / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [[row[key] for row in rows] for key in ("case:concept:name", "concept:name", "org:resource")]
    (case, _), (activity, activities), (person, resources) = (codes_of(column) for column in columns)
    times = [datetime.fromisoformat(row["time:timestamp"]).timestamp() for row in rows]
    return ordered_events(case, times, activity, person, len(resources), len(activities)), resources


def codes_of(column):
    names = sorted(set(column))
    code = {name: place for place, name in enumerate(names)}
    return [code[text] for text in column], names


def reference(name, file, value):
    with (DATA / f"event-log-{name}" / "reference" / file).open(newline="") as lines:
        reader = csv.DictReader(lines)
        first, second = reader.fieldnames[:2]
        return {(row[first], row[second]): float(row[value]) for row in reader}


def named(pairs, values, resources):
    return {(resources[a], resources[b]): value for (a, b), value in as_dict(pairs, values).items()}


@published
@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize(
    ("measure", "file", "column"),
    [
        (handovers, "handover.csv", "count"),
        (working_together, "working_together.csv", "cases_together"),
        (subcontracting, "subcontracting.csv", "count"),
    ],
)
def test_counts_of_a_published_log_are_those_of_its_reference(name, measure, file, column):
    events, resources = published_log(name)
    pairs = measure(events)
    assert named(pairs, pairs.count, resources) == reference(name, file, column)


@published
@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize(
    ("measure", "file", "column"),
    [
        (lambda events: handovers(events, 1000, 0.5), "handover_beta_0.5.csv", "weighted_count"),
        (working_together, "working_together.csv", "jaccard_of_cases"),
        (
            lambda events: similar_activities(events, -1),
            "activity_similarity.csv",
            "pearson_of_activity_counts",
        ),
    ],
)
def test_weights_of_a_published_log_are_those_of_its_reference(name, measure, file, column):
    events, resources = published_log(name)
    pairs = measure(events)
    assert named(pairs, pairs.weight, resources) == pytest.approx(reference(name, file, column), abs=1e-9)


@published
def test_receipt_log_has_the_handovers_counted_by_hand():
    events, _ = published_log("receipt")
    pairs = handovers(events)
    own = pairs.source == pairs.target
    assert (pairs.count.sum(), pairs.count[own].sum(), len(pairs.of_two())) == (7143, 5935, 246)
    assert handovers_by_activity(events)[1].count.sum() == 7143
