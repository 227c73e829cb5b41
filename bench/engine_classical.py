"""Time the classical measures against NetworkX, and igraph where it is installed.

``python -m bench.engine_classical [--people N] [--ties M]``: the same synthetic network
for all, one thread. A peer that would take hours is run from sampled people and scaled;
the table marks it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
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
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


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


def compare(layer: Layer) -> list[Row]:
    """Time every measure for us and for each peer there is."""
    ours = {name: seconds(run, rounds=1 if "exact" in name else 3) for name, run in our_runs(layer).items()}
    peers = {"NetworkX": networkx_runs}
    if importlib.util.find_spec("igraph"):
        peers["igraph"] = igraph_runs
    return [
        Row(name, peer, ours[name], seconds(run.run) / run.share, run.share < 1)
        for peer, runs in peers.items()
        for name, run in runs(layer).items()
    ]


def table(rows: list[Row]) -> str:
    """Lay the rows out as a Markdown table."""
    lines = ["| measure | peer | ours, s | peer, s | ratio |", "|---|---|--:|--:|--:|"]
    for row in rows:
        scaled = " (sampled, scaled)" if row.scaled else ""
        lines.append(
            f"| {row.measure} | {row.peer} | {row.ours:.3f} | {row.theirs:,.2f}{scaled} | {row.ratio:,.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the comparison, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    options = parser.parse_args()
    warm()
    _, layer = organisation(options.people, options.ties)
    rows = compare(layer)
    print(f"{layer.n:,} people, {layer.entries:,} ties, one thread\n\n{table(rows)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1))


if __name__ == "__main__":
    main()
