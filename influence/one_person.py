"""One person in words: how likely they are reached, and the network measures."""

from __future__ import annotations

from typing import Any

from influence.models import Score
from influence.parts import PART_WORDS, SCORE_FIELD, pieces
from influence.words import number, percent

MEASURES = (
    ("in_degree", "Colleagues who name this person (in-degree)", 0),
    ("pagerank", "Weight of those who name this person (PageRank)", 4),
    ("authority", "Named by those who name well (HITS authority)", 4),
    ("betweenness", "Stands between others (betweenness)", 4),
    ("harmonic", "Near to everybody (harmonic closeness)", 2),
    ("core", "Depth in the dense core (k-core)", 0),
    ("constraint", "Contacts that know each other (Burt's constraint)", 3),
    ("effective_size", "Separate circles reached (effective size)", 2),
    ("ei_index", "Reach outside the own department (E-I index)", 2),
    ("community", "Informal circle (community)", 0),
)


def measures(score: Score) -> list[dict[str, str]]:
    """The network measures of one person, each with its explanation."""
    return [
        {"word": word, "value": number(getattr(score, field), digits)} for field, word, digits in MEASURES
    ]


def person_parts(score: Score) -> list[dict[str, Any]]:
    """How likely the person falls in each of the five parts, as pieces of a bar with their words."""
    shares = {part: getattr(score, SCORE_FIELD[part]) for part in PART_WORDS}
    return [
        {**piece, "word": PART_WORDS[piece["name"]], "share": percent(shares[piece["name"]])}
        for piece in pieces(shares)
    ]
