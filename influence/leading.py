"""Leaders, managers and people who lead without a title: where each stands, and whom to win first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from influence.groups import GROUP_OF_ONE
from influence.models import Analysis, Corner, Group, Score
from influence.picture.chances import direct_followers
from influence.picture.stored import Picture
from influence.results import scores
from influence.sampling import NoSamples, kept_samples
from influence.words import about, number, percent, rank_words
from initiatives.models import Initiative
from surveys.promises import Promise

WHO = {
    "committed": "Committed leaders",
    "managers": "Managers",
    "untitled": "Lead without a title",
}
FIRST = 2
"""How many followers are named in a row of the table."""
ORDERS = {
    "managers": ("leadership_rank", "person__employee_id"),
    "untitled": ("leadership_rank", "person__employee_id"),
}


@dataclass(frozen=True)
class Standing:
    """One leader: the score with its words, the roles held, and who follows first."""

    score: Score
    roles: list[str] = field(default_factory=list)
    followers: list[dict[str, Any]] = field(default_factory=list)
    own_line: tuple[float, int] | None = None
    """Of the people below in scope: how many this leader alone reaches through both layers, and how many
    there are; None where it is not known or promised away."""

    @property
    def group_word(self) -> str:
        return GROUP_OF_ONE[Group(self.score.group)]

    @property
    def leadership_words(self) -> str:
        one = self.score
        return rank_words(one.leadership_rank, one.leadership_rank_low, one.leadership_rank_high)

    @property
    def influence_words(self) -> str:
        one = self.score
        return rank_words(one.influence_rank, one.influence_rank_low, one.influence_rank_high)

    @property
    def outside_share(self) -> str:
        """How much of the sphere, oneself left out, lies outside the circle of control."""
        others = self.score.sphere - 1
        return percent(min(1.0, self.score.sphere_outside_line / others)) if others > 0.005 else "–"

    @property
    def own_line_share(self) -> str:
        """The part of the own line that this leader alone reaches."""
        return percent(self.own_line[0] / self.own_line[1]) if self.own_line else "–"

    @property
    def own_line_bar(self) -> str:
        """The same as the width of a bar of 100."""
        return f"{100 * self.own_line[0] / self.own_line[1]:.2f}" if self.own_line else "0"

    @property
    def own_line_words(self) -> str:
        """The same with its people."""
        if not self.own_line:
            return ""
        reached, below = self.own_line
        return f"{self.own_line_share}: about {about(reached)} of {below:,}"

    @property
    def advice(self) -> str:
        """What to do about this leader, in a sentence."""
        return _advice(self)


def _advice(leader: Standing) -> str:
    score = leader.score
    if score.group == Group.LEADING_INFLUENCER:
        return "Let this person speak first: others follow, beyond the own line too."
    if score.corner == Corner.MANAGES_WITHOUT_LEADING:
        return "Has the title, but few say they take direction here: pair with somebody they do."
    if score.group == Group.LEADER_WITHOUT_REACH:
        return "Leads, but moves few beyond the line: pair with a champion who does."
    if score.influence >= score.leadership:
        return "Moves more people than the title tells: use it."
    return "Lead through the people who follow first."


def roles_by_person(initiative: Initiative) -> dict[str, list[str]]:
    """The roles that people hold, in words, by employee_id."""
    found: dict[str, list[str]] = {}
    for role in initiative.roles.select_related("person"):
        found.setdefault(role.person.employee_id, []).append(role.get_role_display())
    return found


def own_lines(analysis: Analysis, picture: Picture, leaders: Iterable[Score]) -> dict[int, tuple[float, int]]:
    """By place, of how many people below each leader reaches how many, alone and through both layers.

    Not under scores only: what one person reaches of few tells who named whom.
    """
    from influence.network.kept import reached_by

    try:
        arrays = kept_samples(analysis)
    except NoSamples:
        return {}
    below = {leader.place: picture.below(leader.place) for leader in leaders if leader.headcount}
    return {
        place: (float(reached_by(arrays, place)[people].sum()), int(people.sum()))
        for place, people in below.items()
        if people.any()
    }


def likely_followers(
    analysis: Analysis, picture: Picture, leaders: Iterable[Score], promise: Promise
) -> dict[int, list[dict[str, Any]]]:
    """By place, whom each leader moves directly: those first of whom most is to be expected.

    Ordered by probability times sphere. Only for those who see ties.
    """
    places = np.array([leader.place for leader in leaders], np.int64)
    found = direct_followers(analysis, picture, places)
    wanted = {follower for followers in found.values() for follower in followers}
    named = scores(analysis, promise).filter(place__in=wanted)
    spheres = dict(named.values_list("place", "sphere"))
    first = {
        leader: heapq.nlargest(FIRST, (one for one in followers if one in spheres),
                               key=lambda one, chance=followers: (chance[one] * spheres[one], -one))
        for leader, followers in found.items()
    }  # fmt: skip
    shown = {one.place: one for one in named.filter(place__in={p for ps in first.values() for p in ps})}
    return {
        leader: [{"score": shown[one], "probability": percent(found[leader][one])} for one in ones]
        for leader, ones in first.items()
    }


def committed(analysis: Analysis, rows: QuerySet[Score], promise: Promise) -> list[Standing]:
    """The committed leaders, or the tops that stand in, each with the first followers where they may show."""
    leaders = analysis.results.get("leaders", [])
    followers = [] if promise.ties_hidden else analysis.results.get("first_followers", [])
    roles = roles_by_person(analysis.initiative)
    known = scores(analysis, promise).filter(
        person__employee_id__in=[*leaders, *(one["person"] for one in followers)]
    )
    found = list(known.annotate(fits=Exists(rows.filter(pk=OuterRef("pk")))).order_by("-headcount", "pk"))
    named = {score.person.employee_id: score for score in found}
    leading = [score for score in found if score.fits and score.person.employee_id in set(leaders)]
    return [
        Standing(score, roles.get(score.person.employee_id, []), _followers(score, followers, named))
        for score in leading
    ]


def _followers(leader: Score, first: list[dict], named: Mapping[str, Score]) -> list[dict[str, Any]]:
    own = [one for one in first if one["leader"] == leader.person.employee_id and one["person"] in named]
    return [
        {
            "score": named[one["person"]],
            "probability": percent(one["probability"]),
            "extra": number(one["extra_reach"]),
        }
        for one in own
    ]


def managers(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Those with somebody below them, who leads most first."""
    return rows.filter(headcount__gt=0).order_by(*ORDERS["managers"])


def untitled(rows: QuerySet[Score]) -> QuerySet[Score]:
    """Those who lead without managing, who leads most first."""
    return rows.filter(corner=Corner.LEADS_WITHOUT_MANAGING).order_by(*ORDERS["untitled"])
