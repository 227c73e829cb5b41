"""Time the classical measures against NetworkX, and igraph where it is installed.

``python -m bench.engine_classical [--people N] [--ties M]``: the same synthetic network
for all, one thread. A peer that would take hours is run from sampled people and scaled;
the table marks it. Times are of the processor, so that a busy machine changes little. Peers
are no dependencies: ``BENCH_PEERS`` names the site-packages of an environment that has igraph.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import networkx as nx
import numpy as np

from bench.organisation import organisation
from influence.network import measures
from influence.network.exchange import to_networkx
from influence.network.graph import Layer
from influence.network.warm import warm

RESULTS = Path(__file__).parent / "results" / "engine_classical.json"
BETWEENNESS_SOURCES = 256
SAMPLED = 24
GOALS = {
    ("pagerank", "NetworkX"): 25, ("core", "NetworkX"): 100, ("clustering", "NetworkX"): 100,
    (f"betweenness ({BETWEENNESS_SOURCES} sources)", "NetworkX"): 30, ("constraint", "NetworkX"): 100,
    ("harmonic (exact)", "NetworkX"): 1000, ("constraint", "igraph"): 2, ("harmonic (exact)", "igraph"): 30,
    ("pagerank", "igraph"): 1, ("core", "igraph"): 1,
    (f"betweenness ({BETWEENNESS_SOURCES} sources)", "igraph"): 0.9,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One measure, timed for us and for a peer, in seconds."""

    measure: str
    peer: str
    ours: float
    theirs: float
    scaled: bool

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


@dataclass(frozen=True)
class Peer:
    """A peer's run of a measure; ``share`` of the full work is what it does."""

    run: Callable[[], object]
    share: float = 1.0


def seconds(run: Callable[[], object], rounds: int = 1) -> float:
    """Time the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def look_for_peers() -> None:
    """Make the peers of another environment importable, behind our own packages."""
    folder = os.environ.get("BENCH_PEERS")
    if folder and folder not in sys.path:
        sys.path.append(folder)


def bandwidth() -> float:
    """Bytes a second that one thread moves from memory and back."""
    source = np.ones(32_000_000)
    target = np.empty_like(source)
    target[:] = source
    return 2 * source.nbytes / seconds(lambda: np.copyto(target, source), rounds=3)


def pagerank_limit(layer: Layer, iterations: int = 60) -> float:
    """The least time that reading the ties takes in so many iterations: 12 bytes each, 24 a person."""
    return iterations * (12 * layer.entries + 24 * layer.n) / bandwidth()


def our_runs(layer: Layer) -> dict[str, Callable[[], object]]:
    """Name our measures; the views of the layer they share are made beforehand."""
    _ = layer.contacts, layer.reverse_strength, layer.matrix
    return {
        "pagerank": lambda: measures.pagerank(layer),
        "core": lambda: measures.core(layer),
        "clustering": lambda: measures.clustering(layer),
        "constraint": lambda: measures.constraint(layer),
        f"betweenness ({BETWEENNESS_SOURCES} sources)": lambda: measures.betweenness(
            layer, sources=BETWEENNESS_SOURCES
        ),
        "harmonic (exact)": lambda: measures.harmonic(layer, sources=layer.n),
    }


def networkx_runs(layer: Layer) -> dict[str, Peer]:
    """Name NetworkX's runs of the same measures."""
    graph = to_networkx(layer)
    simple = graph.to_undirected()
    some = np.random.default_rng(0).choice(layer.n, SAMPLED, replace=False).tolist()

    return {
        "pagerank": Peer(lambda: nx.pagerank(graph, tol=1e-9 / layer.n, max_iter=1000)),
        "core": Peer(lambda: nx.core_number(simple)),
        "clustering": Peer(lambda: nx.clustering(simple)),
        "constraint": Peer(lambda: nx.constraint(graph, weight="weight")),
        f"betweenness ({BETWEENNESS_SOURCES} sources)": Peer(
            lambda: nx.betweenness_centrality(graph, k=8, seed=0), 8 / BETWEENNESS_SOURCES
        ),
        "harmonic (exact)": Peer(lambda: nx.harmonic_centrality(graph, sources=some), SAMPLED / layer.n),
    }


def igraph_runs(layer: Layer) -> dict[str, Peer]:
    """Name igraph's runs of the same measures; a peer only, never a dependency."""
    import igraph

    pairs = np.column_stack([layer.source, layer.indices])
    graph = igraph.Graph(n=layer.n, edges=pairs, directed=True)
    simple = graph.as_undirected(mode="collapse")
    weights = layer.strength.tolist()
    random = np.random.default_rng(0)
    sources = random.choice(layer.n, BETWEENNESS_SOURCES, replace=False).tolist()
    some = sources[:64]
    return {
        "pagerank": Peer(lambda: graph.pagerank(damping=0.85, weights=weights)),
        "core": Peer(simple.coreness),
        "clustering": Peer(lambda: simple.transitivity_local_undirected(mode="zero")),
        "constraint": Peer(lambda: graph.constraint(weights=weights)),
        f"betweenness ({BETWEENNESS_SOURCES} sources)": Peer(lambda: graph.betweenness(sources=sources)),
        "harmonic (exact)": Peer(lambda: graph.harmonic_centrality(some, mode="in"), len(some) / layer.n),
    }


def compare(layer: Layer, wanted: list[str]) -> list[Row]:
    """Time every measure for us and for each wanted peer there is."""
    ours = {name: seconds(run, rounds=1 if "exact" in name else 3) for name, run in our_runs(layer).items()}
    peers = {"NetworkX": networkx_runs}
    look_for_peers()
    if importlib.util.find_spec("igraph"):
        peers["igraph"] = igraph_runs
    return [
        Row(name, peer, ours[name], seconds(run.run) / run.share, run.share < 1)
        for peer, runs in peers.items()
        if peer in wanted
        for name, run in runs(layer).items()
    ]


def table(rows: list[Row]) -> str:
    """Lay the rows out as a Markdown table."""
    lines = ["| measure | peer | ours, s | peer, s | ratio | goal |", "|---|---|--:|--:|--:|--:|"]
    for row in rows:
        scaled = " (sampled, scaled)" if row.scaled else ""
        lines.append(
            f"| {row.measure} | {row.peer} | {row.ours:.3f} | {row.theirs:,.2f}{scaled} | {row.ratio:,.1f} "
            f"| {GOALS.get((row.measure, row.peer), '')} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the comparison, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--peers", nargs="+", choices=["NetworkX", "igraph"], default=["NetworkX", "igraph"])
    options = parser.parse_args()
    warm()
    _, layer = organisation(options.people, options.ties)
    rows = compare(layer, options.peers)
    print(f"{layer.n:,} people, {layer.entries:,} ties, one thread\n\n{table(rows)}")
    if not importlib.util.find_spec("igraph"):
        print("\nigraph is not there (BENCH_PEERS): its rows are missing.")
    print(f"\nPageRank at the limit of the memory's bandwidth: {pagerank_limit(layer):.3f} s")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1))


if __name__ == "__main__":
    main()
