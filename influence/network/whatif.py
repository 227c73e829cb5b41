"""What any hand-picked people would reach, from the samples that a finished run keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from influence.network.kept import Kept, next_value, rows_of_people
from influence.network.model import PARTS, Estimate, FloatArray, IntArray
from influence.network.rates import CENTRE, people_at_rates, rated_sets
from influence.network.reach import REACHES, department_parts

NAMES = (*PARTS, *REACHES)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What some people reach together.

    Attributes
    ----------
    reach, split : dict of str to Estimate
        People reached through ``leadership``, ``influence`` and ``both``, and in the five parts,
        with standard errors and with their range over the rates.
    losses : float64 array, starters
        For each of them, how many fewer would be reached through both layers without them.
    probabilities : float64 array, n x 5
        Per person the probability of each part, in the order of ``PARTS``.
    departments : float64 array, departments x 5
        Expected people in each part, by department.
    """

    reach: dict[str, Estimate]
    split: dict[str, Estimate]
    losses: FloatArray
    probabilities: FloatArray
    departments: FloatArray


def what_if(kept: Kept, starters: IntArray) -> WhatIf:
    """Answer for any people, from the judging half of the kept sets.

    The figures of the run's own leaders and champions come out as the run gave them.

    Parameters
    ----------
    kept : mapping
        ``AnalysisResult.samples``; its arrays may lie on disk, of ``row_code`` only the rows of the
        starters are read.
    starters : int32 array
        Where cascades start, leaders and champions alike; ``losses`` has their order, each once.
    """
    starters = np.array(list(dict.fromkeys(np.asarray(starters).tolist())), np.int32)
    n, per_root = int(kept["people"]), int(kept["per_root"])
    sums, squares, parts, losses = _answer(*rows_of_people(kept, starters), n, per_root, per_root // 2)
    worlds = per_root - per_root // 2
    people = sums / worlds
    error = np.sqrt(squares / (worlds**2 * max(worlds - 1, 1)))
    below, above = _range(kept, starters)
    estimates = {
        name: Estimate(
            float(people[i]),
            float(error[i]),
            float(min(people[i], max(0.0, people[i] - below[i]))),
            float(max(people[i], min(float(n), people[i] + above[i]))),
        )
        for i, name in enumerate(NAMES)
    }
    probabilities = parts / worlds
    department = np.asarray(kept["department"], np.int32)
    return WhatIf(
        reach={name: estimates[name] for name in REACHES},
        split={name: estimates[name] for name in PARTS},
        losses=losses / worlds,
        probabilities=probabilities,
        departments=department_parts(probabilities, department, int(kept["departments"])),
    )


def _range(kept: Kept, starters: IntArray) -> tuple[FloatArray, FloatArray]:
    """How far each figure moves over the rates, below and above its value at the run's own."""
    sets = rated_sets(kept)
    moved = people_at_rates(sets, [starters], (sets[0].size - 1) // int(kept["people"]), 1)
    moved -= moved[CENTRE]
    return -moved.min(axis=0), moved.max(axis=0)


@njit(cache=True, nogil=True)
def _answer(ends, code, n, per_root, first):
    """Per root how many worlds are in each part and reach; the sets that one starter alone covers."""
    worlds = per_root - first
    found = np.zeros(n * worlds, np.uint8)
    by = np.full(n * worlds, -1, np.int32)
    for starter in range(ends.size - 1):
        number, at = np.int64(-1), ends[starter]
        while at < ends[starter + 1]:
            value, at = next_value(code, at)
            number += value >> 2
            world = number % per_root - first
            if world >= 0:
                place = (number // per_root) * worlds + world
                by[place] = starter if found[place] == 0 else -2
                found[place] |= (value & 3) | 4
    losses = np.zeros(ends.size - 1, np.int64)
    sums, squares = np.zeros(8, np.int64), np.zeros(8, np.int64)
    parts = np.zeros((n, 5), np.int64)
    counts = np.zeros(8, np.int64)
    for root in range(n):
        counts[:] = 0
        for place in range(root * worlds, (root + 1) * worlds):
            flags = found[place]
            if by[place] >= 0:
                losses[by[place]] += 1
            in_a, in_b, in_u = flags & 1, (flags >> 1) & 1, (flags >> 2) & 1
            counts[5] += in_a
            counts[6] += in_b
            counts[7] += in_u
            if in_a:
                counts[2 if in_b else 0] += 1
            elif in_b:
                counts[1] += 1
            else:
                counts[3 if in_u else 4] += 1
        for column in range(8):
            sums[column] += counts[column]
            squares[column] += counts[column] * (worlds - counts[column])
        parts[root] = counts[:5]
    return sums, squares, parts, losses
