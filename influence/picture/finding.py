"""What the picture says in words: its finding, and the rows of the table behind it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from influence.models import Analysis
from influence.picture.departments import Departments
from influence.picture.stored import Picture

ROWS = 60
TIES_LISTED = 40


def finding(departments: Departments) -> str:
    """The sentence above the picture."""
    outside = departments.outside
    if outside is None:
        return "Nobody names anybody yet in the influence layer"
    strongest = departments.strongest(1)
    sentence = f"{100 * outside:.0f}% of the influence ties leave the own department"
    if not len(strongest):
        return sentence
    source, target = (departments.names[code] for code in strongest[0, :2])
    return f"{sentence}; the strongest bridge: people of {source} name people of {target}"


def pair_rows(departments: Departments) -> list[dict[str, Any]]:
    """The strongest ties between departments, for the table."""
    return [
        {"source": departments.names[source], "target": departments.names[target], "ties": int(ties),
         "people": int(namers)}
        for source, target, ties, namers in departments.strongest(ROWS).tolist()
    ]  # fmt: skip


def tie_rows(analysis: Analysis, picture: Picture, place: int) -> tuple[list[dict], list[dict]]:
    """Who names somebody and whom they name, the strongest first, each person once."""
    by, of = ends_around(picture, place)
    pks = [int(picture.people[other]) for other in (*by, *of)]
    named = {
        score.person_id: score for score in analysis.scores.filter(person__in=pks).select_related("person")
    }
    return tuple(
        [
            {"score": named[int(picture.people[other])], "relations": ", ".join(relations)}
            for other, relations in islice(ends.items(), TIES_LISTED)
        ]
        for ends in (by, of)
    )


def ends_around(picture: Picture, place: int) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Who names somebody and whom they name: by index the relations, strongest tie first."""
    return (
        _ends(picture, picture.target == place, picture.source),
        _ends(picture, picture.source == place, picture.target),
    )


def _ends(picture: Picture, chosen: np.ndarray, others: np.ndarray) -> dict[int, list[str]]:
    found = np.flatnonzero(chosen)
    found = found[np.argsort(-picture.strength[found], kind="stable")]
    by_person: dict[int, set[str]] = {}
    for tie in found.tolist():
        by_person.setdefault(int(others[tie]), set()).add(str(picture.relations[picture.relation[tie]]))
    return {other: sorted(relations) for other, relations in by_person.items()}
