"""What the evidence says, in careful sentences: what went with what, how sure, never what caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

EXPOSURES = ("leadership", "influence")
LOOKED_TO = {
    "leadership": "those who lead them",
    "influence": "the colleagues they name",
}
CHANCE = 0.05
Term = Mapping[str, Any]


def ratio_words(term: Term) -> str:
    """An odds ratio with its interval: "odds ratio 0.83, 0.39 to 1.75"."""
    return f"odds ratio {figure(term['odds_ratio'])}, {figure(term['low'])} to {figure(term['high'])}"


def figure(value: float) -> str:
    """Two places below ten, one below a hundred, else whole."""
    return f"{value:,.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"


def chance_words(p: float) -> str:
    """A p-value as people write it."""
    return "p below 0.001" if p < 0.001 else f"p {p:.3f}" if p < 0.1 else f"p {p:.2f}"


def direction(term: Term) -> str:
    """more, less, unclear (interval and shuffles disagree), none, or nothing where nothing came out."""
    if term["odds_ratio"] is None:
        return ""
    if term["low"] <= 1 <= term["high"]:
        return "none"
    if term["p_permutation"] is not None and term["p_permutation"] > CHANCE:
        return "unclear"
    return "more" if term["low"] > 1 else "less"


def term_sentence(exposure: str, term: Term) -> str:
    """One exposure of one stage."""
    who, way = LOOKED_TO[exposure], direction(term)
    if not way:
        return term["reason"] or ""
    if way == "none":
        figures = f"{exposure}: {ratio_words(term)}"
        return f"No clear sign that moving went with {who} having come before ({figures})."
    if way == "unclear":
        return (
            f"Whether moving went with {who} having come before is unclear "
            f"({exposure}: {ratio_words(term)}): times shuffled within departments give as much by chance "
            f"({chance_words(term['p_permutation'])})."
        )
    often = "more often" if way == "more" else "less often"
    return f"People moved {often} once {who} had ({exposure}: {ratio_words(term)})."


def early_sentence(early: Mapping[str, Any] | None) -> str:
    """Whether those named by many came early; position in the network, no proof of influence."""
    if not early or early["p"] >= CHANCE:
        return ""
    when = "earlier" if early["correlation"] < 0 else "later"
    return (
        f"Those named by many came {when} (rank correlation {early['correlation']:.2f}, "
        f"{chance_words(early['p'])}): that is about their position, and shows no influence."
    )


def stage_sentence(name: str, entry: Mapping[str, Any]) -> str:
    """One stage: how many moves there were, what went with them, and what that rests on."""
    terms = entry["terms"]
    if entry["refusal"]:
        return " ".join(filter(None, [f"{_first(name)}: {entry['refusal']}", early_sentence(entry["early"])]))
    count = f"{entry['events']:,} moves" if entry["events"] != 1 else "1 move"
    parts = [f"{_first(name)}, {count}."]
    parts += [term_sentence(exposure, terms[exposure]) for exposure in EXPOSURES if exposure in terms]
    return " ".join(filter(None, [*parts, early_sentence(entry["early"])]))


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


AGREE = "Agree"
DISAGREE = "Disagree"
TOO_LITTLE = "Too little data"


def verdict(stages: int, entries: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Does leadership set the scene, and influence carry it? The answer, and the sentence behind it.

    Leadership sets the scene where moving to one of the first half of the stages went with it; influence
    carries it where moving to one of the later ones did.
    """
    early = [entry for entry in entries if entry["stage"] <= stages // 2]
    late = [entry for entry in entries if entry["stage"] > stages // 2]
    scene, carries = _found(early, "leadership"), _found(late, "influence")
    if not scene or not carries:
        missing = [
            words
            for ways, words in (
                (scene, "leadership at the early stages"),
                (carries, "influence at the later ones"),
            )
            if not ways
        ]
        return TOO_LITTLE, f"Nothing can be said of {' or of '.join(missing)}."
    sets, carried = "more" in scene, "more" in carries
    sentence = (
        f"At the early stages moving {'went' if sets else 'did not clearly go'} with leadership; "
        f"at the later ones it {'went' if carried else 'did not clearly go'} with influence."
    )
    return (AGREE if sets and carried else DISAGREE), sentence


def _found(entries: Sequence[Mapping[str, Any]], exposure: str) -> list[str]:
    return [way for entry in entries if (way := direction(entry["terms"].get(exposure, NOTHING)))]


NOTHING: dict[str, Any] = {"odds_ratio": None, "reason": ""}
