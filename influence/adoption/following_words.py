"""Who came after whom, in words: first adopters, leaders with and without followers, adopters alone."""

from __future__ import annotations

from typing import Any

from influence.adoption.models import AdoptionStudy
from influence.adoption.people import People, people_of
from influence.adoption.timeline import day_words
from influence.confidentiality import promise_of
from influence.models import Analysis
from initiatives.models import Initiative
from orgchart.models import Position

MOST_WORTH_ASKING = 3


def followers_context(study: AdoptionStudy, initiative: Initiative, user) -> dict[str, Any]:
    """What the page of first followers shows, as far as the promise and the user's role allow names."""
    spread = study.spread
    people = people_of(initiative, user, _mentioned(spread))
    foreseen = _foreseen(study.analysis, initiative) if people.stages_are_named else {}
    return {
        "is_named": people.stages_are_named,
        "promise_hides": promise_of(initiative).stages_hidden,
        "watched": study.stage_names[study.stage - 1],
        "first": _rows(spread["first"], people),
        "leaders": _leaders(spread["leaders"], people, foreseen),
        "without": _without(spread["leaders"]),
        "leaders_count": len(spread["leaders"]),
        "leaders_there": sum(leader["day"] is not None for leader in spread["leaders"]),
        "alone": spread["alone"],
        "there": spread["there"],
        "alone_people": people.named(spread["alone_people"]) if people.stages_are_named else [],
    }


def _mentioned(spread: dict[str, Any]) -> list[int]:
    rows = [*spread["first"], *spread["leaders"]]
    return [
        *(row["person"] for row in rows),
        *(one["person"] for row in rows for one in row["first"]),
        *spread["alone_people"],
    ]


def _without(leaders: list[dict[str, Any]]) -> int:
    """How many leaders are there themselves, are looked to, and were followed by nobody."""
    return sum(_is_alone(leader) for leader in leaders)


def _is_alone(leader: dict[str, Any]) -> bool:
    return leader["day"] is not None and not leader["after"]


def _rows(told: list[dict[str, Any]], people: People) -> list[dict[str, Any]]:
    if not people.stages_are_named:
        return []
    return [
        {
            "who": people.get(row["person"]),
            "day": day_words(row["day"]),
            "looking": row["looking"],
            "after": row["after"],
            "first": [
                {"who": people.get(one["person"]), "day": day_words(one["day"]), "after": one["after"]}
                for one in row["first"]
                if people.get(one["person"])
            ],
        }
        for row in told
        if people.get(row["person"])
    ]


def _leaders(
    told: list[dict[str, Any]], people: People, foreseen: dict[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Each leader with those who came after; where nobody did, with the people most worth asking."""
    facts = {row["person"]: row for row in told}
    return [
        row
        | {
            "is_there": facts[row["who"].person_id]["day"] is not None,
            "is_alone": _is_alone(facts[row["who"].person_id]),
            "ask": foreseen.get(row["who"].person.employee_id, []),
        }
        for row in _rows(told, people)
    ]


def _foreseen(analysis: Analysis | None, initiative: Initiative) -> dict[str, list[dict[str, Any]]]:
    """The likeliest first followers of each leader, by the analysis, as positions of the current chart."""
    rows = analysis.results.get("first_followers", []) if analysis else []
    ids = {row["person"] for row in rows}
    current = Position.objects.filter(chart__is_current=True, person__employee_id__in=ids)
    known = {position.person.employee_id: position for position in current.select_related("person")}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["person"] in known:
            found.setdefault(row["leader"], []).append(
                {"who": known[row["person"]], "extra": row["extra_reach"]}
            )
    return {leader: ask[:MOST_WORTH_ASKING] for leader, ask in found.items()}
