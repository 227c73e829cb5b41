"""Departments compared: who moves whom, which are closed, where leadership and influence fall apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count, Q
from numpy.typing import NDArray

from influence.confidentiality import named_scores
from influence.groups import any_of
from influence.models import Analysis, Group, Score
from influence.picture.between import SOURCE, TARGET, TIES, external_internal, shown_pairs
from influence.picture.people import stages_now
from influence.picture.stored import Picture
from surveys.promises import Promise
from surveys.small_groups import SEPARATOR, shown_counts

Array = NDArray[Any]
UNITS_MOST = 16
OTHERS = "All others"
CLOSED, OPEN = -0.6, 0.2
BRIDGES = 12
HEATS = 10


@dataclass(frozen=True, eq=False)
class Units:
    """The units compared: names, people, the unit of each department (-1: none), and which are large."""

    within: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    people: Array
    of_department: Array
    large: Array
    opens: tuple[bool, ...]


def units_of_picture(picture: Picture, promise: Promise, *, within: str, sees_ties: bool) -> Units:
    """The departments on one level of their paths, the largest by name and the rest together."""
    paths = [_unit(name, within) for name in picture.departments.tolist()]
    people = np.bincount(picture.department[picture.department >= 0], minlength=len(paths))
    sizes: dict[str, int] = {}
    for path, count in zip(paths, people.tolist(), strict=True):
        if path is not None:
            sizes[path] = sizes.get(path, 0) + count
    largest = sorted(sizes, key=lambda path: (-sizes[path], path))
    named = largest if len(largest) <= UNITS_MOST else largest[: UNITS_MOST - 1]
    code = {path: number for number, path in enumerate(named)}
    rest = len(named) if len(largest) > len(named) else -1
    of_department = np.array([-1 if path is None else code.get(path, rest) for path in paths], np.int32)
    names = [*named, *([OTHERS] if rest >= 0 else [])]
    size = np.bincount(of_department[of_department >= 0], people[of_department >= 0], len(names)).astype(int)
    units = Units(
        within=within,
        names=tuple(name.removeprefix(f"{within}{SEPARATOR}") if within else name for name in names),
        addresses=tuple("" if name == OTHERS else name for name in names),
        people=size,
        of_department=of_department,
        large=np.ones(len(names), np.bool_),
        opens=tuple(_has_units_below(name, picture) for name in names),
    )  # fmt: skip
    return units if sees_ties else _only_large(units, picture, promise)


def _has_units_below(name: str, picture: Picture) -> bool:
    return any(other.startswith(f"{name}{SEPARATOR}") for other in picture.departments.tolist())


def _unit(department: str, within: str) -> str | None:
    """The unit that a department belongs to, one level below ``within``; None where it lies elsewhere."""
    if not department:
        return None
    if not within:
        return department.split(SEPARATOR)[0]
    if department == within:
        return department
    if not department.startswith(f"{within}{SEPARATOR}"):
        return None
    return SEPARATOR.join(department.split(SEPARATOR)[: within.count(SEPARATOR) + 2])


def _only_large(units: Units, picture: Picture, promise: Promise) -> Units:
    naming = picture.department[np.unique(picture.source)]
    codes = units.of_department[naming[naming >= 0]]
    counts = np.bincount(codes[codes >= 0], minlength=len(units.names))
    # Without separators, every unit is a sibling of the others.
    shown = shown_counts({str(code): int(count) for code, count in enumerate(counts)}, promise.smallest_group)
    large = np.array([shown.get(str(code)) is not None for code in range(len(units.names))], np.bool_)
    return Units(**{**vars(units), "large": large})


def unit_ties(picture: Picture, units: Units) -> Array:
    """Ties of the influence layer between units: source, target, ties."""
    size = max(len(units.names), 1)
    rows = picture.influence_pairs
    one, other = units.of_department[rows[:, SOURCE]], units.of_department[rows[:, TARGET]]
    inside = (one >= 0) & (other >= 0)
    ties = np.bincount(one[inside] * size + other[inside], rows[inside, TIES], size * size).astype(np.int32)
    pairs = np.flatnonzero(ties)
    return np.column_stack([pairs // size, pairs % size, ties[pairs]])


def unit_pairs(picture: Picture, units: Units) -> Array:
    """The same with the different people who name: those of departments may not be added up."""
    size = max(len(units.names), 1)
    influence = (picture.layers == "influence")[picture.relation]
    of_person = np.where(picture.department >= 0, units.of_department[picture.department], -1)
    source, target = picture.source[influence], picture.target[influence]
    inside = (of_person[source] >= 0) & (of_person[target] >= 0)
    source, target = source[inside], target[inside]
    couples = np.unique(source.astype(np.int64) * picture.n + target)
    one, other = of_person[couples // picture.n], of_person[couples % picture.n]
    pairs, ties = np.unique(one * size + other, return_counts=True)
    people = np.unique((couples // picture.n) * size + other)
    _, namers = np.unique(of_person[people // size] * size + people % size, return_counts=True)
    return np.column_stack([pairs // size, pairs % size, ties, namers]).astype(np.int32)


def moved_matrix(picture: Picture, units: Units) -> Array:
    """Expected people of each unit (column) whom the people of each unit (row) move, each starting alone."""
    size = len(units.names)
    source = units.of_department[picture.moved_pairs[:, 0]]
    target = units.of_department[picture.moved_pairs[:, 1]]
    counted = (source >= 0) & (target >= 0)
    key = source[counted] * max(size, 1) + target[counted]
    return np.bincount(key, picture.moved[counted], size * size).reshape(size, size)


@dataclass(frozen=True)
class Cell:
    """How much of what moves one unit comes from another."""

    share: float | None
    people: float | None
    heat: int
    is_own: bool

    @property
    def words(self) -> str:
        if self.share is None:
            return "·"
        percent = 100 * self.share
        return "–" if percent == 0 else "<1" if percent < 1 else f"{percent:.0f}"


def influence_matrix(
    picture: Picture, units: Units, promise: Promise, *, sees_ties: bool
) -> list[list[Cell]]:
    """Per unit that moves (row) and unit that is moved (column) the share of all that moves the latter."""
    moved = moved_matrix(picture, units)
    total = moved.sum(axis=0)
    shares = np.divide(moved, total, out=np.zeros_like(moved), where=total > 0)
    shown = np.ones(moved.shape, np.bool_) if sees_ties else _shown_cells(picture, units, promise)
    return [
        [
            Cell(float(shares[a, b]), float(moved[a, b]), _heat(shares[a, b]), a == b)
            if shown[a, b] else Cell(None, None, 0, a == b)
            for b in range(len(units.names))
        ]
        for a in range(len(units.names))
    ]  # fmt: skip


def _heat(share: float) -> int:
    """A step of the scale; the root spreads the many small shares."""
    return min(int(HEATS * share**0.5), HEATS - 1)


def _shown_cells(picture: Picture, units: Units, promise: Promise) -> Array:
    """Where nothing is told of a small group: who is named moves who names, so rows are the named."""
    pairs = unit_pairs(picture, units)
    cells = units.large[:, None] & units.large[None, :]
    hidden = ~shown_pairs(pairs, units.large, promise.smallest_group)
    cells[pairs[hidden, TARGET], pairs[hidden, SOURCE]] = False
    return cells


def unit_rows(
    analysis: Analysis, picture: Picture, units: Units, promise: Promise, *, sees_ties: bool
) -> list[dict[str, Any]]:
    """One row per unit: people, who leads and who moves, how closed it is, how far adoption went."""
    pairs = unit_ties(picture, units)
    contacts = external_internal(pairs, len(units.names))
    counts = _group_counts(analysis, picture, units)
    adopted = _adopted(analysis, picture, units, promise)
    careful = promise.ties_hidden or promise.low_groups_counted
    rows = []
    for code, name in enumerate(units.names):
        told = units.large[code] and not (careful and units.people[code] < promise.smallest_group)
        index = contacts["index"][code]
        rows.append({
            "name": name, "address": units.addresses[code],
            "opens": units.opens[code] and units.addresses[code] != units.within,
            "people": int(units.people[code]), "adopted": adopted.get(code),
            **(_parted(counts, code) if told else {}),
            "index": None if not units.large[code] or np.isnan(index) else float(index),
            "word": _closed_word(index) if units.large[code] else "",
        })  # fmt: skip
    return rows


def _parted(counts: Mapping[tuple[int, str], int], code: int) -> dict[str, int]:
    both = counts.get((code, Group.LEADING_INFLUENCER), 0)
    leads = counts.get((code, Group.LEADER_WITHOUT_REACH), 0)
    moves = counts.get((code, Group.HIDDEN_INFLUENCER), 0)
    return {
        "both": both,
        "leads_only": leads,
        "moves_only": moves,
        "apart": leads + moves,
        "high": both + leads + moves,
    }


def _closed_word(index: float) -> str:
    if np.isnan(index):
        return ""
    return "closed" if index <= CLOSED else "open" if index >= OPEN else "mixed"


def _group_counts(analysis: Analysis, picture: Picture, units: Units) -> dict[tuple[int, str], int]:
    unit = dict(zip(picture.departments.tolist(), units.of_department.tolist(), strict=True))
    found: dict[tuple[int, str], int] = {}
    rows = analysis.scores.order_by().values_list("department", "group").annotate(Count("pk"))
    for department, group, count in rows:
        key = (unit.get(department, -1), group)
        found[key] = found.get(key, 0) + count
    return found


def _adopted(analysis: Analysis, picture: Picture, units: Units, promise: Promise) -> dict[int, str]:
    """Per unit how many of its recorded people have adopted, or come further; small groups untold."""
    stages, standing = stages_now(analysis.initiative)
    if not standing:
        return {}
    named = (place for place, name in enumerate(stages) if name.casefold() == "adoption")
    watched = next(named, len(stages) - 1)
    order = np.array([standing.get(pk, -1) for pk in picture.people.tolist()])
    unit = np.where(picture.department >= 0, units.of_department[picture.department], -1)
    known, there = ((order >= least) & (unit >= 0) for least in (0, watched))
    recorded, done = (np.bincount(unit[mask], minlength=len(units.names)) for mask in (known, there))
    return {
        code: f"{100 * done[code] / recorded[code]:.0f}% of {recorded[code]:,}"
        for code in range(len(units.names)) if recorded[code] >= promise.smallest_group
    }  # fmt: skip


def bridges(analysis: Analysis, promise: Promise, units: Units) -> list[Score]:
    """The people whose sphere lies most outside their own department."""
    rows = named_scores(analysis.scores, promise).filter(sphere_outside_department__gt=0)
    if units.within:
        rows = rows.filter(
            Q(department=units.within) | Q(department__startswith=f"{units.within}{SEPARATOR}")
        )
    found = any_of([rows.order_by("-sphere_outside_department", "influence_rank")[:BRIDGES]])
    return sorted(found, key=lambda one: -(one.sphere_outside_department or 0))


def department_finding(units: Units, matrix: list[list[Cell]]) -> str:
    """The sentence above the page: who moves others most, and who listens mostly to itself."""
    outward = [sum(cell.people or 0 for cell in row if not cell.is_own) for row in matrix]
    own = [matrix[code][code].share or 0 for code in range(len(matrix))]
    if len(matrix) < 2 or not any(outward):
        return "Departments do not move one another here"
    mover, inward = int(np.argmax(outward)), int(np.argmax(own))
    return (
        f"{units.names[mover]} moves most people outside itself; "
        f"{100 * own[inward]:.0f}% of what moves {units.names[inward]} comes from its own people"
    )


def matrix_lines(units: Units, matrix: list[list[Cell]]) -> Iterator[list[Any]]:
    """The matrix as rows of a file."""
    for a, row in enumerate(matrix):
        for b, cell in enumerate(row):
            if cell.share is not None:
                yield [units.names[a], units.names[b], round(cell.people or 0, 3), round(cell.share, 4)]
