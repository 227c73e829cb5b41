"""What any people put together by hand would reach: the answer of the samples, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

from django.db.models import QuerySet

from influence import presenting
from influence.models import Analysis, Score
from influence.network.model import Estimate
from influence.sampling import Answer, NoSamples, what_if
from influence.telling import why_untold
from influence.words import about, number
from surveys.promises import Promise

MOST_TRIED = 200


@dataclass(frozen=True)
class Trial:
    """A set of people with what it reaches; ``refusal`` says why there is no answer."""

    people: list[Score]
    reaches: list[dict[str, Any]]
    parts: list[dict[str, str]]
    change: str
    losses: dict[int, str]
    refusal: str = ""


def try_people(analysis: Analysis, people: Sequence[Score], promise: Promise) -> Trial:
    """Answer for these people as champions beside the leaders, as far as the promise allows."""
    people = list(people)
    if promise.ties_hidden and (refusal := why_untold(analysis, people)):
        return _refused(people, refusal)
    try:
        answer = what_if(analysis, [one.person_id for one in people])
    except NoSamples as nothing:
        return _refused(people, str(nothing))
    answer = _in_whole_people(answer) if promise.ties_hidden else answer
    found = _figures(answer)
    losses = {} if promise.ties_hidden else {pk: number(loss) for pk, loss in answer.losses.items()}
    bar = presenting.pieces({name: one.people / answer.people for name, one in answer.split.items()})
    return Trial(people, presenting.on_scale(found), bar, _change(analysis, answer), losses)


def reach_words(analysis: Analysis, rows: QuerySet[Score] | None, promise: Promise) -> str:
    """What a list would reach with the leaders through both layers, with its range; or why that is untold."""
    people = list(rows[: MOST_TRIED + 1]) if rows is not None else []
    if not people:
        return "–"
    if len(people) > MOST_TRIED:
        return f"told for up to {MOST_TRIED} people"
    trial = try_people(analysis, people, promise)
    if trial.refusal:
        return trial.refusal
    both = next(row["figure"] for row in trial.reaches if row["figure"].name == "both")
    return f"{both.people_words} ({both.range_words})"


def _in_whole_people(answer: Answer) -> Answer:
    """Totals without fractions, which say more than a total should."""
    return replace(
        answer,
        reach={name: _whole(one) for name, one in answer.reach.items()},
        split={name: _whole(one) for name, one in answer.split.items()},
    )


def _whole(one: Estimate) -> Estimate:
    return Estimate(
        float(round(one.people)), float(ceil(one.se)), float(floor(one.low)), float(ceil(one.high))
    )


def _refused(people: list[Score], words: str) -> Trial:
    return Trial(people, [], [], "", {}, words)


def _figures(answer: Answer) -> list[presenting.Figure]:
    summary = {
        "people": answer.people,
        "reach": {name: vars(one) for name, one in answer.reach.items()},
        "split": {name: vars(one) for name, one in answer.split.items()},
    }
    return presenting.reaches(summary)


def _change(analysis: Analysis, answer: Answer) -> str:
    """The difference to the analysis's own champions, in a sentence."""
    before, now = analysis.summary["reach"]["both"]["people"], answer.reach["both"].people
    if abs(now - before) < 0.05:
        return "As many as with the champions of the analysis."
    more = "more" if now > before else "fewer"
    return f"About {about(abs(now - before))} people {more} than with the champions of the analysis."
