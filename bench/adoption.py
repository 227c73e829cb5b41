"""Time what a record of adoption costs: the evidence, the fitted rates and the expected course.

    python -m bench.adoption [PEOPLE] [PERIODS]

An organisation of 100,000 people with 10 ties each, 24 periods; the evidence for one stage and for five.
Goal: the evidence of all five in at most 20 s.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.organisation import organisation
from influence.network.calibration import calibrate, expected_curve, simulate_history
from influence.network.cascade import influence_probabilities, leadership_probabilities
from influence.network.graph import layer_from_arrays
from influence.network.hazard import History, evidence
from influence.network.stages import follow_events, history_of, who_they_look_to

TIES_PER_PERSON = 10
RATES = (0.3, 0.2, 0.01)


def measured(name: str, function: Callable[[], Any]) -> Any:
    """Run it, print wall and processor seconds, give its result."""
    begun, used = time.perf_counter(), _processor_seconds()
    result = function()
    wall, processor = time.perf_counter() - begun, _processor_seconds() - used
    print(f"{name:<28} {wall:6.1f} s  {processor:6.1f} s of processor")
    return result


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(people: int = 100_000, periods: int = 24) -> None:
    """Make the organisation and a course of adoption, then time each step."""
    staff, layer = organisation(people, TIES_PER_PERSON * people, seed=3)
    nobody = layer_from_arrays(people, [], [])
    layers = influence_probabilities(layer, 1.0), leadership_probabilities(staff, nobody, 1.0)
    seeds = np.random.default_rng(1).choice(people, people // 200, replace=False).astype(np.int32)
    reached = simulate_history(*layers, RATES, seeds, periods, seed=1)
    came = np.flatnonzero(reached >= 0).astype(np.int32)
    when, once = reached[came].astype(np.int32), np.ones(came.size, np.int32)

    print(f"{people:,} people, {layer.entries:,} ties, {periods} periods, {came.size:,} moves")
    journeys = measured(
        "stages over time", lambda: follow_events(came, when, when, once, people=people, stages=1)
    )
    _, history = history_of(journeys, 1)
    looks = who_they_look_to(staff, {"influence": layer, "leadership": nobody})
    found = measured("evidence, one stage", lambda: evidence(history, looks, staff.department))
    for name, term in found.terms.items():
        print(f"    {name}: {term.odds_ratio:.2f}, {term.low:.2f} to {term.high:.2f}")
    five = [history, *(_course(layers, seeds, periods, seed) for seed in range(2, 6))]
    measured("evidence, five stages", lambda: [evidence(one, looks, staff.department) for one in five])
    rates = measured("rates", lambda: calibrate(*layers, history.reached, history.periods))
    fitted = tuple(rate.value or 0.0 for rate in (rates.theta, rates.line, rates.spontaneous))
    measured(
        "expected course, 60 worlds", lambda: expected_curve(*layers, fitted, reached, 0, periods, worlds=60)
    )


def _course(layers: Any, seeds: Any, periods: int, seed: int) -> History:
    """Another course of adoption on the same ties."""
    reached = simulate_history(*layers, RATES, seeds, periods, seed=seed)
    there = (reached[:, None] >= 0) & (reached[:, None] <= np.arange(periods))
    return History(reached.astype(np.int32), there.astype(np.uint8))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
