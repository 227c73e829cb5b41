"""The timeline in words and numbers: shares over time, ahead or behind, departments and what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence.adoption.models import AdoptionSeries, AdoptionStudy
from influence.adoption.people import People
from influence.models import Group
from influence.network.periods import period_names
from influence.planning import settings_of
from influence.presenting import about, number, percent

KIND_WORDS = {
    AdoptionSeries.Kind.DEPARTMENT: "Departments",
    AdoptionSeries.Kind.LEVEL: "Levels",
    AdoptionSeries.Kind.GROUP: "Groups",
}
ONE = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Chosen:
    """Of whom the curves are, and how that is called."""

    series: AdoptionSeries
    value: str
    word: str


def choices(study: AdoptionStudy) -> list[dict[str, Any]]:
    """Whom the timeline can be looked at for, by kind; groups that are too small are not among them."""
    rows = study.series.exclude(kind=EVERYBODY).values_list("kind", "name")
    names: dict[str, list[str]] = {kind: [] for kind in KIND_WORDS}
    for kind, name in rows:
        names[kind].append(name)
    names["level"].sort(key=int)
    return [
        {
            "word": word,
            "options": [{"value": f"{kind}:{name}", "word": name_of(kind, name)} for name in names[kind]],
        }
        for kind, word in KIND_WORDS.items()
        if names[kind]
    ]


def name_of(kind: str, name: str) -> str:
    """A group as people call it."""
    if kind == EVERYBODY:
        return "everybody"
    if kind == "level":
        return f"Level {name}"
    return str(Group(name).label) if kind == "group" else name or "No department"


def chosen_series(study: AdoptionStudy, wanted: str) -> Chosen:
    """The series asked for as "kind:name"; everybody where that is not there."""
    kind, _, name = wanted.partition(":")
    found = study.series.filter(kind=kind, name=name).first() if kind in KIND_WORDS else None
    if found is None:
        return Chosen(study.series.get(kind=EVERYBODY), "", "everybody")
    return Chosen(found, wanted, name_of(kind, name))


def period_words(study: AdoptionStudy, ahead: int = 0) -> Sequence[str]:
    """The names of the periods, and of some that are still to come."""
    return period_names(study.first_period, study.periods_count + ahead, study.period)


def picture(study: AdoptionStudy, chosen: Chosen) -> dict[str, Any]:
    """What the pictures draw: shares at least at each stage per period, and the expected band."""
    people = max(chosen.series.people, 1)
    band = _band(study) if not chosen.value else None
    ahead = len(band["low"]) - study.periods_count if band else 0
    return {
        "periods": period_words(study, ahead),
        "stages": study.stage_names,
        "shares": [[_share(count, people) for count in row] for row in chosen.series.counts],
        "watched": study.stage - 1,
        "band": band,
    }


def _share(count: float, people: int) -> float:
    return round(100 * count / people, 2)


def _band(study: AdoptionStudy) -> dict[str, list[float | None]] | None:
    if "low" not in study.band:
        return None
    lead = [None] * (study.band["first_period"] - study.first_period)
    people = max(study.people_count, 1)
    return {
        name: [*lead, *(_share(value, people) for value in study.band[name])]
        for name in ("low", "middle", "high")
    }


def table(study: AdoptionStudy, chosen: Chosen) -> list[dict[str, Any]]:
    """The same figures as rows, the newest period first."""
    people = max(chosen.series.people, 1)
    rows = zip(period_words(study), *chosen.series.counts, strict=True)
    return [
        {"period": name, "shares": [percent(count / people) for count in counts]} for name, *counts in rows
    ][::-1]


def expected_table(study: AdoptionStudy, chosen: Chosen) -> list[dict[str, Any]]:
    """The expected course beside the real one as rows, the last period first."""
    drawn = picture(study, chosen)
    band, real = drawn["band"], drawn["shares"][study.stage - 1]
    if not band:
        return []
    columns = (real + [None] * (len(band["low"]) - len(real)), band["low"], band["middle"], band["high"])
    return [
        {"period": name, "cells": [_percent_cell(value) for value in values]}
        for name, *values in zip(drawn["periods"], *columns, strict=True)
    ][::-1]


def _percent_cell(value: float | None) -> str:
    return "–" if value is None else percent(value / 100)


def standing(study: AdoptionStudy, chosen: Chosen) -> list[dict[str, str]]:
    """How many have come as far as each stage now."""
    people = max(chosen.series.people, 1)
    return [
        {"word": name, "value": percent(count / people), "people": f"{count:,}"}
        for name, count in zip(study.stage_names, chosen.series.now, strict=True)
    ]


def headline(study: AdoptionStudy, chosen: Chosen) -> str:
    """The finding above the picture."""
    row, people = chosen.series.counts[study.stage - 1], max(chosen.series.people, 1)
    stage = study.stage_names[study.stage - 1]
    whom = "" if not chosen.value else f" of {chosen.word}"
    first = f"{percent(row[-1] / people)}{whom} have come to {stage}"
    if len(row) < 2:
        return first
    gain = 100 * (row[-1] - row[-2]) / people
    points = round(abs(gain))
    if not points:
        return f"{first}, as many as a {ONE[study.period]} before"
    more = f"{points} point{'' if points == 1 else 's'} {'more' if gain > 0 else 'fewer'}"
    return f"{first}, {more} than a {ONE[study.period]} before"


def ahead_or_behind(study: AdoptionStudy) -> str:
    """Whether adoption goes as the model with the fitted rates expects, or why that cannot be said."""
    band = study.band
    if "low" not in band:
        return f"What the model expects cannot be drawn: {band.get('reason', 'nothing is recorded.')}"
    there = study.series.get(kind=EVERYBODY).now[study.stage - 1]
    place = study.first_period + study.periods_count - 1 - band["first_period"]
    low, high = band["low"][place], band["high"][place]
    people = max(study.people_count, 1)
    where = "Behind" if there < low else "Ahead of" if there > high else "Within"
    return (
        f"{where} what the model expects by now: {there:,} people are there ({percent(there / people)}), "
        f"expected were {number(low, 0)} to {number(high, 0)}."
    )


def fallen_back(study: AdoptionStudy) -> str:
    """How many are no longer where they were."""
    count = study.spread.get("fell_back", 0)
    if not count:
        return ""
    return "1 person has fallen back" if count == 1 else f"{count:,} people have fallen back"


def rest_words(study: AdoptionStudy, series: AdoptionSeries) -> str:
    """How long ago somebody of the group came further."""
    if series.last_move is None:
        return "never"
    if series.last_move == 0:
        return f"this {ONE[study.period]}"
    if series.last_move == 1:
        return f"last {ONE[study.period]}"
    return f"{series.last_move:,} {ONE[study.period]}s ago"


def department_rows(study: AdoptionStudy, rows: Iterable[AdoptionSeries]) -> list[dict[str, Any]]:
    """Each department with how far it is and when it last moved."""
    return [
        {
            **_named(study, series),
            "people": series.people,
            "shares": [percent(count / max(series.people, 1)) for count in series.now],
            "is_stalled": series.is_stalled,
        }
        for series in rows
    ]


def step_rows(study: AdoptionStudy, rows: Iterable[AdoptionSeries], people: People) -> list[dict[str, Any]]:
    """The next best step of each department that stands still; empty where nobody reaches it.

    Champions who are kept back are not named.
    """
    held_back = settings_of(study.initiative).is_held_back
    return [
        {
            **_named(study, series),
            "is_held_back": held_back and series.next_step and not series.next_step["is_leader"],
            "step": _step(series, people),
        }
        for series in rows
    ]


def _named(study: AdoptionStudy, series: AdoptionSeries) -> dict[str, str]:
    return {
        "word": name_of(series.kind, series.name),
        "value": f"{series.kind}:{series.name}",
        "rest": rest_words(study, series),
    }


def _step(series: AdoptionSeries, people: People) -> dict[str, Any]:
    step = series.next_step
    who = people.get(step.get("person"))
    if who is None:
        return {}
    return {
        "who": who,
        "role": "leader" if step["is_leader"] else "champion",
        "reached": about(step["reached"]),
        "through": people.named(step["through"]) if people.stages_are_named else [],
    }


def day_words(ordinal: int | None) -> str:
    """A day as it is written everywhere; a dash where there is none."""
    return "–" if ordinal is None else datetime.date.fromordinal(ordinal).isoformat()


def span_words(study: AdoptionStudy) -> str:
    """From when to when, and in which steps."""
    names = period_words(study)
    step = ONE[study.period]
    if len(names) == 1:
        return f"1 {step}, {names[0]}"
    return f"{len(names):,} {step}s, {names[0]} to {names[-1]}"


def rate_rows(rates: Mapping[str, Any]) -> list[dict[str, str]]:
    """The fitted rates with their intervals beside the usual ones."""
    words = {
        "theta": "Persuasion rate (theta)",
        "line": "Line rate (lambda)",
        "spontaneous": "Moving of one's own accord, per period",
    }
    return [
        {
            "word": word,
            "value": number(rates[name]["value"], 3),
            "interval": (
                f"{number(rates[name]['low'], 3)} to {number(rates[name]['high'], 3)}"
                if rates[name]["value"] is not None
                else rates[name]["reason"]
            ),
            "usual": number(rates.get("defaults", {}).get(name), 3),
        }
        for name, word in words.items()
    ]
