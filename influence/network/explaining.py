"""What a run says in words: why a champion was chosen, the network as a whole, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from influence.network.champions import Choice
from influence.network.graph import Layer
from influence.network.hierarchy import krackhardt, krackhardt_of_chart
from influence.network.measures import ei_index_of_network, modularity, reciprocity
from influence.network.model import AnalysisInput, FloatArray, Parameters
from influence.network.rates import LARGEST_SUM, RateRange
from influence.network.silence import ORDER_STAYS, Reconstruction, Silence
from influence.network.spheres import Spheres


def why_chosen(
    data: AnalysisInput,
    choice: Choice,
    person: int,
    marginal: float,
    named: dict[str, FloatArray],
    spheres: Spheres,
    by_department: dict[int, float],
) -> str:
    """Why this person is a champion, in two or three sentences; ``named`` counts by layer who names whom."""
    begin = "Fixed by hand; adds" if person in choice.fixed else "Adds"
    sentences = [f"{begin} {marginal:.1f} people whom the leaders and the champions before do not reach."]
    turning, directed = int(named["influence"][person]), int(named["leadership"][person])
    if turning or not directed:
        sentences.append(f"Named by {turning} {'person' if turning == 1 else 'people'}.")
    if directed:
        sentences.append(
            f"{directed} {'person takes' if directed == 1 else 'people take'} direction from this person."
        )
    outside = spheres.outside_department[person]
    if not np.isnan(outside) and outside >= 0.05:
        sentences.append(
            f"Moves {outside:.1f} people outside the own department{_mostly(data, person, by_department)}."
        )
    return " ".join(sentences)


def _mostly(data: AnalysisInput, person: int, by_department: dict[int, float]) -> str:
    others = {code: size for code, size in by_department.items() if code != data.people.department[person]}
    if not others:
        return ""
    most = max(others, key=lambda code: others[code])
    return f", most of them in {data.people.department_names[most]}"


def network_figures(
    data: AnalysisInput,
    layers: dict[str, Layer],
    classical: dict[str, FloatArray],
    ranges: RateRange,
    *,
    seed: int,
) -> dict[str, float | None]:
    """Figures of the network as a whole; None where one is undefined."""
    influence, leadership = layers["influence"], layers["leadership"]
    n = len(data.people)
    figures = {
        "people": float(n),
        "leaders": float(len(data.leaders)),
        "respondents": float(np.sum(data.respondents)),
        "influence_ties": float(influence.entries),
        "leadership_ties": float(leadership.entries),
        "density": influence.entries / (n * (n - 1)) if n > 1 else np.nan,
        "reciprocity": reciprocity(influence),
        "ei_index": ei_index_of_network(influence, data.people),
        "modularity": modularity(influence, classical["community"]),
        "communities": float(np.unique(classical["community"]).size),
        "champions_changed_by_rates": float(ranges.changed),
    }
    chart = krackhardt_of_chart(data.people.manager)
    exercised = krackhardt(leadership, seed=seed)
    for name in ("connectedness", "hierarchy", "efficiency", "least_upper_boundedness"):
        figures[f"chart_{name}"] = getattr(chart, name)
        figures[f"leadership_{name}"] = getattr(exercised, name)
    return {name: None if np.isnan(value) else float(value) for name, value in figures.items()}


def notes(
    data: AnalysisInput,
    parameters: Parameters,
    layers: dict[str, Layer],
    choice: Choice,
    ranges: RateRange,
    classical: dict[str, FloatArray],
) -> Iterator[str]:
    """Sentences that the page must show beside the figures."""
    if not data.leadership_asked:
        yield "Nobody was asked about leadership: leadership is position alone."
    if layers["influence"].entries == 0:
        yield "Nobody named anybody: the influence layer is empty, and every sphere is one person."
    if len(data.leaders) == 0:
        yield "There is no committed leader in the scope: every reach is that of the champions alone."
    yield from _notes_on_choice(parameters, choice, ranges)
    if parameters.resamples and not data.respondents.any():
        yield "No tie comes from an answer, so there are no answers to draw again: ranks have no intervals."
    if np.any(classical["betweenness_se"] > 0):
        yield "Betweenness was estimated from a sample of people, because the network is large."


def _notes_on_choice(parameters: Parameters, choice: Choice, ranges: RateRange) -> Iterator[str]:
    if choice.k == 0:
        yield "Nobody is eligible as a champion: all are leaders, managers or excluded."
    elif parameters.champions is not None and choice.k < parameters.champions:
        yield f"{parameters.champions} champions were asked for; the rules leave room for {choice.k}."
    if choice.k and ranges.changed:
        yield (
            f"Up to {ranges.changed} of the {choice.k} champions would be others if people moved each other "
            "a third less or more readily than assumed."
        )
    if (parameters.theta + parameters.line) * 4 / 3 > LARGEST_SUM:
        yield "The highest rates tried were held so that their sum stays below 0.95."


def silence_sentences(silence: Silence) -> Iterator[str]:
    """What non-response does, in words."""
    if not silence.hidings:
        yield "Too few people answered to tell how much depends on those who did not."
    for hiding in silence.hidings:
        yield (
            f"With {hiding.hidden:.0%} of the answers hidden at random, the order of influence agrees "
            f"{_agreement(hiding.correlation)} with the full one (rank correlation "
            f"{hiding.correlation:.2f}), and {hiding.overlap:.0%} of the top tenth stay in it."
        )
    if silence.tolerance is not None:
        yield _tolerance_sentence(silence.tolerance)
    if silence.reconstruction is not None:
        yield _reconstruction_sentence(silence.reconstruction)


def _agreement(correlation: float) -> str:
    levels = ((0.95, "almost fully"), (ORDER_STAYS, "well"), (0.7, "fairly"), (0.4, "only partly"))
    return next((word for level, word in levels if correlation >= level), "hardly")


def _tolerance_sentence(tolerance: float) -> str:
    if tolerance == 0:
        return "This network does not bear silence well: single ranks rest on who happened to answer."
    return f"So this network bears {tolerance:.0%} more silence without another order of influence."


def _reconstruction_sentence(found: Reconstruction) -> str:
    return (
        f"{found.silent:,} people did not answer. Had they returned ties as often as the others do, the "
        f"order of influence would agree {_agreement(found.correlation)} with the one shown (rank "
        f"correlation {found.correlation:.2f}), {found.overlap:.0%} of the top tenth would stay in it, and "
        f"people would move {found.reconstructed:.2f} on average instead of {found.sphere:.2f}, themselves "
        "included."
    )
