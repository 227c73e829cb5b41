"""One person in words: how likely they are reached, and the network measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from influence.confidentiality import named_scores
from influence.models import Score
from influence.parts import PART_WORDS, SCORE_FIELD, pieces
from influence.picture.sphere import Sphere
from influence.picture.stored import Picture
from influence.words import number, number_of, percent, rank_words
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


def inside_and_outside(score: Score) -> dict[str, Any]:
    """The others in the sphere, inside and outside the own line, as numbers and as parts of a bar of 100."""
    others = max(score.sphere - 1, 0.0)
    outside = min(score.sphere_outside_line, others)
    return {
        "inside": number(others - outside),
        "outside": number(outside),
        "share": f"{100 * outside / others:.2f}" if others else "0",
        "rest": f"{100 - 100 * outside / others:.2f}" if others else "0",
    }


ROW, INDENT = 26, 30
"""Height of a row and width of a step in the picture of a sphere."""


@dataclass(frozen=True)
class Member:
    """Somebody of the sphere with their place in the picture and the link to whom they follow."""

    score: Score
    probability: float
    through: str
    is_inside: bool
    is_typical: bool
    steps: int
    row: int
    from_row: int

    @property
    def share(self) -> str:
        return percent(self.probability)

    @property
    def x(self) -> int:
        return 12 + INDENT * self.steps

    @property
    def y(self) -> int:
        return ROW * self.row + ROW // 2

    @property
    def radius(self) -> str:
        return f"{3 + 6 * self.probability**0.5:.1f}"

    @property
    def link(self) -> str:
        """A curve from whom it goes through."""
        start, above = self.x - INDENT, ROW * self.from_row + ROW // 2
        return f"M{start} {above}C{start} {self.y} {start} {self.y} {self.x} {self.y}"


@dataclass(frozen=True)
class DrawnSphere:
    """Who moves with somebody: the surest in the order of the picture, who typically does, how steadily."""

    people: list[Member]
    size: int
    typical: int
    steady: str

    @property
    def height(self) -> int:
        return ROW * (len(self.people) + 1)

    @property
    def departments(self) -> list[tuple[str, int]]:
        """How many of those shown are in each department, the largest first."""
        found = Counter(one.score.department or "No department" for one in self.people)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def finding(self) -> str:
        """The sentence above the picture: who moves most surely, and how many may beside them."""
        first, others = self.people[0], self.size - 1
        rest = f", then {number_of(others, 'other', 'others')} less surely" if others else ""
        return f"{first.score.name} moves most surely ({first.share}){rest}"

    @property
    def typical_words(self) -> str:
        """Who moves in a typical case, in a sentence."""
        if not self.typical:
            return "In a typical case nobody in particular moves: it differs too much from case to case."
        verb = "moves" if self.typical == 1 else "move"
        return f"In a typical case {number_of(self.typical, 'person', 'people')} {verb}. {self.steady}"


def drawn_sphere(picture: Picture, score: Score, named: Mapping[int, Score], sphere: Sphere) -> DrawnSphere:
    """The sphere with names, of those who may be named. Not for scores-only promises."""
    rows = {score.place: 0}
    people = []
    for one in sphere.people:
        if (other := named.get(int(picture.people[one.person]))) is None:
            continue
        rows[one.person] = len(people) + 1
        through = named.get(int(picture.people[one.through])) if one.through >= 0 else None
        people.append(
            Member(
                score=other,
                probability=one.probability,
                through=through.name if through else "others",
                is_inside=in_one_line(picture, score.place, one.person),
                is_typical=one.is_typical,
                steps=one.steps,
                row=rows[one.person],
                from_row=rows.get(one.through, 0),
            )
        )
    return DrawnSphere(people, sphere.size, sphere.typical, _steady(sphere.stability))


def in_one_line(picture: Picture, one: int, other: int) -> bool:
    """Whether one of the two stands above the other."""
    return other in _above(picture, one) or one in _above(picture, other)


def _above(picture: Picture, person: int) -> list[int]:
    found: list[int] = []
    while (person := int(picture.manager[person])) >= 0 and person not in found:
        found.append(person)
    return found


@dataclass(frozen=True)
class Tied:
    """Somebody whom the person names or who names them: relations, and how likely one follows the other."""

    score: Score
    relations: str
    chance: float | None

    @property
    def share(self) -> str:
        return percent(self.chance) if self.chance else ""


def tied(
    ends: Mapping[int, list[str]], chances: Mapping[int, float], picture: Picture, named: Mapping[int, Score]
) -> list[Tied]:
    """The people at the other ends of ties, by index, likeliest first."""
    found = []
    for other, relations in ({key: [] for key in chances} | dict(ends)).items():
        if score := named.get(int(picture.people[other])):
            found.append(Tied(score, ", ".join(relations), chances.get(other)))
    return sorted(found, key=lambda one: (-(one.chance or 0), one.score.influence_rank, one.score.pk))


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
