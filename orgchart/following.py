"""Initiatives follow: what a change of chart touches in the rooms above.

The rooms above register *followers* in their ``AppConfig.ready``; nothing here knows them. A follower is
called with the change and the user who looks, and yields one ``Effect`` for each part of an initiative that
is touched (its scope, its roles, its champions, an open survey)::

    @follower
    def open_surveys(change, user):
        for survey in Survey.objects.open().visible_to(user):
            yield Effect(survey.initiative.name, survey.get_absolute_url(), "Open survey", left=[...],
                         actions=[Action("Invite 3 joiners", reverse("surveys:invite_joiners", ...))])

Followers only look: they run before an activation (the preview) and after it, and must change nothing. What
has to happen with an activation itself belongs to a receiver of ``orgchart.signals.chart_activated``; what a
person decides (inviting joiners) is an ``Action``, a button that posts to the room's own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from orgchart.diff import Comparison, compare
from orgchart.models import OrgChart

NAMES_SHOWN = 20


@dataclass(frozen=True)
class Action:
    """A button that posts to an address of the room that offers it."""

    label: str
    url: str


@dataclass(frozen=True)
class Effect:
    """What happens to one part of an initiative; people by name, in words for whoever looks.

    ``counts`` replaces the names (left, moved, joined) where the user may not see them.
    """

    initiative: str
    url: str
    part: str
    left: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    note: str = ""
    counts: tuple[int, int, int] | None = None
    actions: list[Action] = field(default_factory=list)

    @property
    def figures(self) -> list[dict]:
        """Left, moved and joined, each as a number and the first names."""
        lists = (("left", self.left), ("moved", self.moved), ("joined", self.joined))
        counts = self.counts or tuple(len(people) for _, people in lists)
        return [
            {"word": word, "count": count, "names": people[:NAMES_SHOWN], "more": count - NAMES_SHOWN}
            for (word, people), count in zip(lists, counts, strict=True)
        ]

    @property
    def touches(self) -> bool:
        """Whether anybody left, moved or joined."""
        return any(figure["count"] for figure in self.figures)


@dataclass(frozen=True)
class ChartChange:
    """A change from one chart to another, as followers want it: people by primary key."""

    before: OrgChart | None
    after: OrgChart
    comparison: Comparison

    @property
    def left(self) -> dict[int, str]:
        """Names of those who are in no chart any more."""
        return {place.person_id: place.name for place in self.comparison.leavers}

    @property
    def moved(self) -> dict[int, str]:
        """Names of those with another manager, department or title."""
        return {move.after.person_id: move.after.name for move in self.comparison.movers}

    @property
    def joined(self) -> dict[int, str]:
        """Names of those who were not in the chart before."""
        return {place.person_id: place.name for place in self.comparison.joiners}


Follower = Callable[[ChartChange, object], Iterable[Effect]]
_followers: list[Follower] = []


def follower(function: Follower) -> Follower:
    """Have a function asked what a change of chart touches; once, however often its app is readied."""
    if function not in _followers:
        _followers.append(function)
    return function


def change_to(chart: OrgChart) -> ChartChange:
    """The change that a chart brings, or brought: against the current chart, or the one it replaced."""
    before = chart.replaced if chart.activated_at else OrgChart.objects.current()
    return ChartChange(before, chart, compare(before, chart))


def touched(change: ChartChange, user) -> list[tuple[str, str, list[Effect]]]:
    """Every initiative that the change touches: its name, its address, and what happens to it."""
    effects = [effect for effect in _effects(change, user) if effect.touches]
    effects.sort(key=lambda effect: (effect.initiative, effect.url))
    groups = groupby(effects, key=lambda effect: (effect.initiative, effect.url))
    return [(name, url, list(parts)) for (name, url), parts in groups]


def _effects(change: ChartChange, user) -> Iterator[Effect]:
    if change.before is None:
        return
    for one in _followers:
        yield from one(change, user)
