"""Compile every kernel into numba's cache: ``python -m influence.network.warm``, run at set-up.

So that no user waits for the compiler. Each step runs the public functions once on a
network of a few people, which compiles the kernels behind them for the types in use.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from influence.network.absence import loss_without
from influence.network.analysis import analyse
from influence.network.calibration import (
    expected_curve,
    expected_moves,
    gather_trials,
    log_likelihood,
)
from influence.network.cascade import influence_probabilities, leadership_probabilities
from influence.network.departments import moved_between
from influence.network.graph import Layer, layer_from_arrays
from influence.network.hazard import fit_logit, period_design, permutation_check, person_periods
from influence.network.hierarchy import build_hierarchy, find_cycles, krackhardt
from influence.network.kept import moved_by
from influence.network.layout import layout
from influence.network.measures import betweenness, classical_measures, harmonic
from influence.network.model import AnalysisInput, ChampionRules, Parameters, People, Relation, Ties
from influence.network.reach import reach_of
from influence.network.replanning import extend, replan
from influence.network.spreading import reach_through_adopters
from influence.network.stages import follow_events, history_of, who_they_look_to
from influence.network.whatif import what_if


def warm_classical() -> None:
    """Compile the kernels of the classical measures and the hierarchy."""
    people, layer = example_people(), example_layer()
    classical_measures(people, layer)
    betweenness(layer, sources=2)
    harmonic(layer, sources=2)
    krackhardt(layer)
    find_cycles(people.manager)


def example_people() -> People:
    """Make six people in two departments, one top."""
    manager = np.array([-1, 0, 0, 1, 1, 2], np.int32)
    chart = build_hierarchy(manager)
    department = np.array([-1, 0, 1, 0, 0, 1], np.int32)
    ids = tuple("abcdef")
    return People(ids, manager, chart.line_start, chart.line_end, department, ("A", "B"))


def example_layer() -> Layer:
    """Make a layer of six people with a triangle, a one-way tie and somebody without ties."""
    return layer_from_arrays(6, source=[0, 1, 2, 3, 3], target=[1, 2, 0, 0, 4])


def warm_analysis() -> None:
    """Compile the kernels of cascades, reach, champions and confidence by one small run."""
    ties = Ties(
        source=np.array([1, 2, 3, 4, 5], np.int32),
        target=np.array([2, 3, 4, 3, 4], np.int32),
        relation=np.array([0, 0, 1, 0, 0], np.int32),
        strength=np.ones(5),
        observed=np.array([False, True, False, False, False]),
    )
    top = np.zeros(1, np.int32)
    data = AnalysisInput(
        people=example_people(),
        relations=(Relation("influence"), Relation("leadership", layer="leadership")),
        ties=ties,
        leaders=top,
        role_holders=top,
        respondents=np.ones(6, np.bool_),
        leadership_asked=True,
    )
    result = analyse(data, Parameters(resamples=2))
    chosen = extend(result.samples, np.array([result.champions[0].person]), 2)
    reach_of(result.samples, top, chosen.people)
    what_if(result.samples, top)
    moved_by(result.samples, 0)
    moved_between(result.samples, data.people.department)
    replan(result.samples, ChampionRules(), k=1)


def warm_picture() -> None:
    """Compile the kernels of the layout and of what one person's absence costs."""
    people, layer = example_people(), example_layer()
    layout(people, {"influence": layer})
    line = leadership_probabilities(people, layer, 0.3)
    loss_without(line, influence_probabilities(layer, 0.4), np.zeros(1, np.int32), 1)


def warm_adoption() -> None:
    """Compile the kernels of evidence, calibration and expected courses by a record of a few people."""
    layer, people = example_layer(), example_people()
    layers = influence_probabilities(layer, 1.0), leadership_probabilities(people, layer, 1.0)
    event = np.arange(6, dtype=np.int32)
    once = np.ones(6, np.int32)
    journeys = follow_events(event, event, event % 3, once, people=6, stages=1)
    _, history = history_of(journeys, 1)
    looks = who_they_look_to(people, {"influence": layer, "leadership": layer})
    rows = person_periods(history, looks, people.department)
    design = period_design(rows.period, "quadratic trend")
    fit_logit(rows, design, clustered=False)
    permutation_check(history, looks, looks, people.department, rows, design, most=1)
    trials, rates = gather_trials(*layers, history.reached, 3), np.array([0.2, 0.2, 0.1])
    log_likelihood(trials, rates)
    expected_moves(trials, rates)
    expected_curve(*layers, (0.2, 0.2, 0.1), history.reached, 0, 3, worlds=1)
    reach_through_adopters(*layers, np.ones(6, np.bool_), people.department, 2, event[:1], worlds=1)


STEPS: tuple[Callable[[], None], ...] = (
    warm_classical,
    warm_analysis,
    warm_picture,
    warm_adoption,
)


def warm() -> None:
    """Run every step."""
    for step in STEPS:
        step()


if __name__ == "__main__":
    warm()
