"""Time reverse-reachable sets and everybody's spheres, and compare with direct cascades and with ndlib.

``python -m bench.engine_cascades [--people N] [--ties M]``: one thread, times of the processor. ndlib is no
dependency: ``BENCH_PEERS`` names the site-packages of an environment that has it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np

from bench.engine_classical import look_for_peers, seconds
from bench.organisation import organisation
from influence.network.cascade import Chances, cascades, influence_probabilities
from influence.network.exchange import to_networkx
from influence.network.graph import Layer, layer_from_arrays
from influence.network.spheres import expected_spheres, sphere_counts
from influence.network.warm import warm

RESULTS = Path(__file__).parent / "results" / "engine_cascades.json"
THETA, JUDGED, CASCADES, PEER_CASCADES = 0.4, 200, 20_000, 30


def weighted_cascade(layer: Layer) -> Chances:
    """The usual benchmark of the field: everybody named has the same chance, all together certainty."""
    plain = layer_from_arrays(layer.n, layer.source, layer.indices)
    return influence_probabilities(plain, 1.0)


def sets_at_weighted_cascade(people, layer: Layer) -> float:
    """Microseconds for one reverse-reachable set."""
    chances = weighted_cascade(layer)
    per_root = 20
    run = lambda: sphere_counts(people, chances, per_root=per_root, seed=1, threads=1)  # noqa: E731
    run()
    return 1e6 * seconds(run, rounds=2) / (per_root * layer.n)


def spheres(people, layer: Layer) -> dict[str, float]:
    """Seconds for everybody's spheres, and their error against direct cascades of some people."""
    chances = influence_probabilities(layer, THETA)
    found = {}

    def run() -> None:
        found["spheres"] = expected_spheres(people, chances, seed=1, threads=1)

    took = seconds(run)
    judged = np.random.default_rng(2).choice(layer.n, JUDGED, replace=False)
    direct = np.array([mean_size(chances, person) for person in judged])
    errors = np.abs(found["spheres"].expected[judged] / direct - 1)
    figures = {
        "seconds": took,
        "median error, %": 100 * float(np.median(errors)),
        "largest error, %": 100 * float(errors.max()),
    }
    return figures | beside_ndlib(layer, chances, found["spheres"], took)


def mean_size(chances: Chances, person: int) -> float:
    """The mean size of many direct cascades."""
    indptr, _ = cascades(chances, np.array([person]), CASCADES, seed=3, threads=1)
    return float(np.diff(indptr).mean())


def beside_ndlib(layer: Layer, chances: Chances, found, took: float) -> dict[str, float]:
    """How long ndlib's cascades take for the largest sphere with the same standard error."""
    look_for_peers()
    if not importlib.util.find_spec("ndlib"):
        return {}
    import ndlib.models.epidemics as epidemics
    from ndlib.models.ModelConfig import Configuration

    person = int(np.argmax(found.expected))
    graph = to_networkx(layer).reverse(copy=True)
    model = epidemics.IndependentCascadesModel(graph)
    config = Configuration()
    config.add_model_initial_configuration("Infected", [person])
    people = np.repeat(np.arange(layer.n), np.diff(chances.indptr))
    for v, u, p in zip(people.tolist(), chances.indices.tolist(), chances.probability.tolist(), strict=True):
        config.add_edge_configuration("threshold", (u, v), p)
    model.set_initial_status(config)
    sizes: list[int] = []

    def run() -> None:
        for _ in range(PEER_CASCADES):
            model.reset([person])
            status = model.iteration()
            while status["node_count"][1]:
                status = model.iteration()
            sizes.append(status["node_count"][2])

    each = seconds(run) / PEER_CASCADES
    wanted = (np.std(sizes) / found.se[person]) ** 2
    return {"ndlib, cascades for the same error": float(wanted), "ndlib, seconds": float(wanted * each),
            "ratio to ndlib": float(wanted * each / took)}  # fmt: skip


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    options = parser.parse_args()
    warm()
    people, layer = organisation(options.people, options.ties)
    figures = {"one reverse-reachable set, microseconds": sets_at_weighted_cascade(people, layer)}
    figures |= {f"all spheres: {name}": value for name, value in spheres(people, layer).items()}
    goals = {"one reverse-reachable set, microseconds": "<= 2", "all spheres: seconds": "<= 10",
             "all spheres: median error, %": "<= 2.5", "all spheres: ratio to ndlib": ">= 100"}  # fmt: skip
    print(
        f"{layer.n:,} people, {layer.entries:,} ties, one thread\n\n"
        "| figure | measured | goal |\n|---|--:|--:|"
    )
    for name, value in figures.items():
        print(f"| {name} | {value:,.2f} | {goals.get(name, '')} |")
    if "all spheres: ratio to ndlib" not in figures:
        print("\nndlib is not there (BENCH_PEERS): its rows are missing.")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": layer.n, "ties": layer.entries, **figures}, indent=1))


if __name__ == "__main__":
    main()
