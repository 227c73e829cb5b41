"""Time a whole analysis (all measures, spheres, champions, 200 resamples) as the organisation grows.

``python -m bench.engine_whole [--people 1000 10000 100000]``: a process of its own per size, ten ties a
person, k = 100 champions, all cores. What counts on a busy machine is the processor's time over the cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "engine_whole.json"
GOALS = {1_000: (3, 1.5), 100_000: (60, 1.5), 1_000_000: (900, 8.0)}
TIES_A_PERSON, CHAMPIONS = 10, 100


def measure(people: int) -> dict[str, float]:
    """Run one analysis in this process."""
    import numpy as np

    from bench.organisation import organisation
    from influence.network.analysis import analyse
    from influence.network.model import AnalysisInput, Parameters, Relation, Ties

    chart, layer = organisation(people, people * TIES_A_PERSON)
    random = np.random.default_rng(5)
    led = random.choice(people, people // 4, replace=False)
    leads = np.where(random.random(led.size) < 0.5, chart.manager[led], random.integers(0, people, led.size))
    led, leads = led[(leads >= 0) & (leads != led)], leads[(leads >= 0) & (leads != led)]
    count = layer.entries + led.size
    ties = Ties(
        source=np.concatenate([layer.source, led]).astype(np.int32),
        target=np.concatenate([layer.indices, leads]).astype(np.int32),
        relation=np.repeat([0, 1], [layer.entries, led.size]).astype(np.int32),
        strength=np.concatenate([layer.strength, np.ones(led.size)]),
        observed=np.zeros(count, np.bool_),
    )
    leaders = np.arange(9, dtype=np.int32)
    respondents = np.zeros(people, np.bool_)
    respondents[ties.source] = True
    relations = (Relation("influence"), Relation("leadership", "leadership"))
    data = AnalysisInput(chart, relations, ties, leaders, leaders, respondents, leadership_asked=True)
    parameters = Parameters(seed=1, champions=min(CHAMPIONS, people // 2), resamples=200)
    if people <= 1_000:
        analyse(data, parameters)  # a worker's first run loads the kernels
    start, cpu = time.perf_counter(), time.process_time()
    result = analyse(data, parameters)
    return {
        "people": people,
        "ties": count,
        "seconds": time.perf_counter() - start,
        "processor seconds": time.process_time() - cpu,
        "cores": os.cpu_count() or 1,
        "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "kept samples, MB": sum(values.nbytes for values in result.samples.values()) / 1e6,
        "proven share": result.guarantee.share if result.guarantee else 1.0,
    }


def main() -> None:
    """Measure every size in a process of its own, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--here", action="store_true", help="in this process, printing JSON alone")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(measure(options.people[0])))
        return
    rows = []
    print(
        "| people | ties | s | processor s / cores | goal, s | peak GB | goal, GB |\n"
        "|--:|--:|--:|--:|--:|--:|--:|"
    )
    for people in options.people:
        command = [sys.executable, "-m", "bench.engine_whole", "--here", "--people", str(people)]
        row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        rows.append(row)
        goal = GOALS.get(people, ("", ""))
        print(
            f"| {people:,} | {row['ties']:,} | {row['seconds']:.1f} "
            f"| {row['processor seconds'] / row['cores']:.1f} | {goal[0]} "
            f"| {row['peak memory, GB']:.2f} | {goal[1]} |",
            flush=True,
        )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
