"""What the picture shows of people: where they stand, who they are, their scores and their ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence.confidentiality import named_scores
from influence.models import Analysis, Group
from influence.picture.packing import pack
from influence.picture.stored import Picture, read_picture
from initiatives.models import AdoptionEvent, Initiative
from surveys.promises import Promise

Array = NDArray[Any]
PEOPLE_AT_ONCE = 5_000
PEOPLE_IN_ALL = 25_000
NEAR_MOST = 1_500
TIES_MOST = 250_000
ASKED_AT_ONCE = 10_000
TEXTS = ("employee_id", "name", "title")
CODED = ("location", "group")
FLOATS = ("leadership", "influence", "sphere", "betweenness", "pagerank")
WHOLE = (
    "level", "headcount", "in_degree", "community", "influence_rank", "influence_rank_low",
    "influence_rank_high",
)  # fmt: skip
COLUMNS = ("person_id", "person__employee_id", "name", "title", *CODED, *FLOATS, *WHOLE)
NONE = -1


@dataclass(frozen=True, eq=False)
class Selection:
    """Some people of a picture, by a mask, and what the page says of the choice."""

    kept: Array
    words: Mapping[str, Any]


def named_picture(analysis: Analysis, promise: Promise) -> Picture | None:
    """The picture of those who may be shown by name."""
    picture = read_picture(analysis)
    if picture is None or not promise.low_groups_counted:
        return picture
    named = named_scores(analysis.scores, promise).values_list("person_id", flat=True)
    return picture.only(np.isin(picture.people, list(named)))


def everybody(picture: Picture) -> Selection:
    """All people."""
    return Selection(np.ones(picture.n, np.bool_), {"kind": "everybody"})


def department_people(picture: Picture, name: str) -> Selection:
    """The people of a department and its sub-units."""
    codes = [
        code for code, own in enumerate(picture.departments.tolist())
        if own == name or own.startswith(f"{name} / ")
    ]  # fmt: skip
    return Selection(np.isin(picture.department, codes), {"kind": "department", "unit": name})


def neighbourhood(picture: Picture, person: int, steps: int) -> Selection:
    """Everybody within some steps of a person, whichever way ties point; strongest first."""
    kept = np.zeros(picture.n, np.bool_)
    kept[person] = True
    left_out = 0
    for _ in range(steps):
        strength = np.zeros(picture.n, np.float32)
        for one, other in ((picture.source, picture.target), (picture.target, picture.source)):
            near = kept[one] & ~kept[other]
            np.maximum.at(strength, other[near], picture.strength[near])
        found = np.flatnonzero(strength)
        room = max(NEAR_MOST - int(kept.sum()), 0)
        left_out += max(found.size - room, 0)
        kept[found[np.argsort(-strength[found], kind="stable")][:room]] = True
    return Selection(kept, {"kind": "person", "focus": person, "steps": steps, "left_out": left_out})


def packed_people(analysis: Analysis, promise: Promise, picture: Picture, chosen: Selection, *,
                  with_stages: bool, with_champions: bool) -> bytes:  # fmt: skip
    """The chosen people with their figures and ties, for the page's script."""
    shown = picture.only(chosen.kept)
    order = strongest_first(shown)
    ties = shown.ties(order[:TIES_MOST])
    rows = _score_rows(analysis, promise, shown)
    words, columns = _people_columns(rows)
    words |= {
        **chosen.words,
        "people": shown.n,
        "ties": int(order.size),
        "departments": shown.departments.tolist(),
        "relations": relation_words(shown),
        "cut": analysis.parameters.get("cut") or analysis.initiative.cut,
        **_chosen_people(analysis, rows, with_champions=with_champions),
    }
    if "focus" in words:
        words["focus"] = int(np.cumsum(chosen.kept)[words["focus"]] - 1)
    if with_stages:
        words["stages"], columns["stage"] = _stages(analysis.initiative, shown)
    columns |= {
        "x": np.ascontiguousarray(shown.place[:, 0]),
        "y": np.ascontiguousarray(shown.place[:, 1]),
        "manager": shown.manager,
        "department": shown.department,
        "source": ties.source,
        "target": ties.target,
        "relation": ties.relation.astype(np.uint16),
        "strength": ties.strength,
    }
    return pack(words, columns)


def strongest_first(picture: Picture) -> Array:
    """The ties in the order in which they deserve to be drawn.

    The strongest first; of equal ones those that weigh most for the person who names, who named few others.
    """
    given = np.bincount(picture.source, minlength=picture.n)
    return np.lexsort((given[picture.source], -picture.strength))


def relation_words(picture: Picture) -> list[dict[str, Any]]:
    """The relations of the picture's ties, with their layer."""
    present = np.bincount(picture.relation, minlength=picture.relations.size)
    listed = zip(picture.relations.tolist(), picture.layers.tolist(), picture.mutual.tolist(), strict=True)
    return [
        {"name": name, "layer": layer, "mutual": mutual, "ties": int(count)}
        for (name, layer, mutual), count in zip(listed, present, strict=True)
    ]


def _score_rows(analysis: Analysis, promise: Promise, picture: Picture) -> list[tuple]:
    """The named scores of the picture's people, in their order."""
    named = named_scores(analysis.scores, promise).order_by()
    wanted = picture.people.tolist()
    if picture.n > ASKED_AT_ONCE:
        rows = list(named.values_list(*COLUMNS))
    else:
        rows = list(named.filter(person_id__in=wanted).values_list(*COLUMNS))
    found = {row[0]: row for row in rows}
    return [found[pk] for pk in wanted]


def _people_columns(rows: Sequence[tuple]) -> tuple[dict[str, Any], dict[str, Array]]:
    by_name = dict(zip(COLUMNS, zip(*rows, strict=True) if rows else [()] * len(COLUMNS), strict=True))
    locations = sorted(set(by_name["location"]))
    groups = list(Group.values)
    words = {
        "ids": list(by_name["person__employee_id"]),
        "names": list(by_name["name"]),
        "titles": list(by_name["title"]),
        "locations": locations,
        "groups": groups,
    }
    columns = {name: np.array(by_name[name], np.float32) for name in FLOATS}
    columns |= {name: _whole(by_name[name]) for name in WHOLE}
    columns["location"] = _coded(by_name["location"], locations)
    columns["group"] = _coded(by_name["group"], groups)
    return words, columns


def _whole(values: Sequence[int | None]) -> Array:
    return np.array([NONE if value is None else value for value in values], np.int32)


def _coded(values: Sequence[str], names: Sequence[str]) -> Array:
    codes = {name: code for code, name in enumerate(names)}
    return np.array([codes[value] for value in values], np.int32)


def _chosen_people(analysis: Analysis, rows: Sequence[tuple], *, with_champions: bool) -> dict[str, Any]:
    """Leaders and champions (with their rank) by place in the columns."""
    place = {row[1]: i for i, row in enumerate(rows)}
    chosen = analysis.champions if with_champions else analysis.champions.none()
    champions = chosen.values_list("person__employee_id", "rank")
    return {
        "leaders": [place[one] for one in analysis.results.get("leaders", []) if one in place],
        "champions": [[place[one], rank] for one, rank in champions if one in place],
    }


def _stages(initiative: Initiative, picture: Picture) -> tuple[list[str], Array]:
    """The stages' names and, per person, the number of the one they stand at; -1 where nothing is known."""
    names, standing = stages_now(initiative)
    return list(names), np.array([standing.get(pk, NONE) for pk in picture.people.tolist()], np.int32)


def stages_now(initiative: Initiative) -> tuple[tuple[str, ...], dict[int, int]]:
    """The stages' names, and per person the place, from 0, of the stage that their latest event names."""
    events = AdoptionEvent.objects.filter(initiative=initiative).standing()
    latest = dict(events.order_by("date", "stage__order").values_list("person_id", "stage_id"))
    if not latest:
        return (), {}
    stages = list(initiative.stages.values_list("pk", "name"))
    order = {pk: place for place, (pk, _) in enumerate(stages)}
    return tuple(name for _, name in stages), {person: order[stage] for person, stage in latest.items()}
