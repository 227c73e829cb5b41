"""The org chart with influence, group and adoption on it: where does the line lead and nobody follow?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from influence.confidentiality import named_scores
from influence.models import Analysis, Group, Score
from influence.words import percent
from orgchart.models import Position
from surveys.promises import Promise

WIDTH, ROW = 1000.0, 26
CELLS_MOST = 700
LEVELS_MOST = 9
LETTER = 6.6
HEATS = 10
REPORTS_SHOWN = 200
LEFT_ALONE_SHOWN = 15
SIGNS = {
    Group.LEADING_INFLUENCER: "◆", Group.LEADER_WITHOUT_REACH: "▲", Group.HIDDEN_INFLUENCER: "■",
    Group.AUDIENCE: "●",
}  # fmt: skip
COLOURS = {"group": "by group", "influence": "by influence", "stage": "by stage"}


@dataclass(frozen=True)
class Cell:
    """One person's bar in the icicle: where it lies, how it is coloured, and the words on and behind it."""

    x: str
    y: int
    width: str
    look: str
    label: str
    words: str
    opens: str


@dataclass(frozen=True)
class Seen:
    """What somebody may know of the people of a chart: their named scores, and stages where allowed."""

    scores: Mapping[int, Score]
    stages: Mapping[int, int]
    stage_names: tuple[str, ...]


def scores_on(positions: list[Position], analysis: Analysis, promise: Promise) -> dict[int, Score]:
    """The named scores of the people of some positions."""
    people = [position.person_id for position in positions]
    rows = named_scores(analysis.scores, promise).filter(person_id__in=people)
    return {score.person_id: score for score in rows.select_related("person")}


def top_of(analysis: Analysis, employee_id: str) -> Position | None:
    """The person at whom the drawing begins; the largest of the tops unless somebody is asked for."""
    positions = Position.objects.filter(chart=analysis.chart_id).select_related("person")
    if employee_id:
        return positions.filter(person__employee_id=employee_id).first()
    return positions.filter(level=1).order_by("-headcount", "lft").first()


def drawn_positions(top: Position) -> list[Position]:
    """Everybody below the top whose bar can be told from its neighbours."""
    least = 0 if top.headcount <= CELLS_MOST else (top.headcount + 1) // 300
    rows = Position.objects.filter(
        chart=top.chart_id, lft__gte=top.lft, lft__lte=top.rgt, headcount__gte=least,
        level__lt=top.level + LEVELS_MOST,
    )  # fmt: skip
    return list(rows.select_related("person").order_by("level", "lft")[:CELLS_MOST])


def icicle(top: Position, positions: list[Position], seen: Seen, colour: str) -> list[Cell]:
    """The bars: as wide as there are people, one row per level."""
    unit = WIDTH / (top.headcount + 1)
    return [_cell(position, top, unit, seen, colour) for position in positions]


def _cell(position: Position, top: Position, unit: float, seen: Seen, colour: str) -> Cell:
    score = seen.scores.get(position.person_id)
    width = unit * (position.headcount + 1)
    name = f"{SIGNS[score.group]} {score.name}" if score else ""
    letters = int((width - 8) / LETTER)
    return Cell(
        x=f"{unit * (position.lft - top.lft):.2f}",
        y=ROW * (position.level - top.level),
        width=f"{max(width - 0.6, 0.4):.2f}",
        look=_look(score, seen, colour),
        label=name if letters >= len(name) else f"{name[: letters - 1]}…" if letters > 5 else "",
        words=_words(position, score, seen),
        opens=position.person.employee_id if position.headcount and score else "",
    )


def _look(score: Score | None, seen: Seen, colour: str) -> str:
    if score is None:
        return "is-unseen"
    if colour == "influence":
        return f"heat-{min(int(score.influence / 100 * HEATS), HEATS - 1)}"
    if colour == "stage":
        stage = seen.stages.get(score.person_id)
        return "is-unseen" if stage is None else f"stage-{stage % 6}"
    return f"is-{score.group}"


def _words(position: Position, score: Score | None, seen: Seen) -> str:
    if score is None:
        return "Outside the scope, or not shown by name"
    parts = [score.name, score.title, Group(score.group).label, f"influence rank {score.influence_rank:,}"]
    if position.headcount:
        parts.append(f"{position.headcount:,} below")
    if score.person_id in seen.stages:
        parts.append(seen.stage_names[seen.stages[score.person_id]])
    return ", ".join(part for part in parts if part)


def open_reports(top: Position) -> QuerySet[Position]:
    """Somebody's direct reports, those with the most people below first."""
    reports = Position.objects.filter(chart=top.chart_id, manager=top.person_id)
    return reports.select_related("person").order_by("-headcount", "lft")[:REPORTS_SHOWN]


def left_alone(analysis: Analysis, promise: Promise) -> list[dict[str, Any]]:
    """Managers who lead without reach, those with the most people below first."""
    rows = named_scores(analysis.scores, promise).filter(headcount__gt=0, group=Group.LEADER_WITHOUT_REACH)
    return [
        {"score": score, "followed": "" if promise.ties_hidden else _followed(score)}
        for score in rows.select_related("person").order_by("-headcount", "leadership_rank")[
            :LEFT_ALONE_SHOWN
        ]
    ]


def _followed(score: Score) -> str:
    return "" if score.own_reports_share is None else percent(score.own_reports_share)


def chart_finding(analysis: Analysis, promise: Promise) -> str:
    """The sentence above the chart, without a count so small that it points at somebody unnamed."""
    managers = analysis.scores.filter(headcount__gt=0)
    counts = dict(managers.order_by().values_list("group").annotate(Count("pk")))
    count, alone = sum(counts.values()), counts.get(Group.LEADER_WITHOUT_REACH, 0)
    if not count:
        return "Nobody in the scope has people below them"
    if promise.low_groups_counted and alone < promise.smallest_group:
        return f"The reporting lines of {count:,} managers and what they move"
    verb = "leads" if alone == 1 else "lead"
    return f"{alone:,} of {count:,} managers {verb} where few follow"
