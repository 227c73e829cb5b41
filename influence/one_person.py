"""One person in words: how likely they are reached, and the network measures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from influence.confidentiality import named_scores
from influence.models import Score
from influence.parts import PART_WORDS, SCORE_FIELD, pieces
from influence.sampling import NoSamples, typical_sphere
from influence.words import number, percent, rank_words
from initiatives.models import Initiative
from orgchart.models import Person
from surveys.promises import Promise

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


def outside_words(score: Score) -> str:
    """How much of the sphere lies outside the own line, in a sentence; empty where nobody else is moved."""
    others = score.sphere - 1
    if others < 0.05:
        return "Hardly anybody else moves when this person does."
    share = percent(min(1.0, score.sphere_outside_line / others))
    return f"{share} of those moved are outside the own line: they follow without having to."


@dataclass(frozen=True)
class Members:
    """The typical sphere: its people, and in words how much cascades differ from it."""

    people: list[Score]
    words: str

    @property
    def departments(self) -> list[tuple[str, int]]:
        """How many of them are in each department, the largest first."""
        found = Counter(one.department or "No department" for one in self.people)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def sphere_members(analysis, score: Score) -> Members | None:
    """Who typically moves with the person; None where it was not kept. Not for scores-only promises."""
    try:
        found = typical_sphere(analysis, score)
    except NoSamples:
        return None
    if found is None:
        return None
    others = [one for one in found.scores if one.person_id != score.person_id]
    return Members(sorted(others, key=lambda one: (one.department, one.name)), _steady(found.stability))


def _steady(distance: float) -> str:
    if distance < 0.34:
        return "Mostly these same people."
    return "Often these people." if distance < 0.67 else "Who exactly moves differs much from case to case."


def standings(initiative: Initiative, person: Person, promise: Promise) -> list[dict[str, str]]:
    """Where the person stood in each finished analysis of the initiative, newest first."""
    rows = Score.objects.filter(
        person=person, analysis__initiative=initiative, analysis__finished_at__isnull=False
    )
    rows = named_scores(rows, promise).select_related("analysis")
    return [
        {
            "when": f"{score.analysis.finished_at:%d %b %Y}",
            "leadership": rank_words(
                score.leadership_rank, score.leadership_rank_low, score.leadership_rank_high
            ),
            "influence": rank_words(
                score.influence_rank, score.influence_rank_low, score.influence_rank_high
            ),
            "sphere": number(score.sphere),
        }
        for score in rows.order_by("-analysis__finished_at")[:12]
    ]
