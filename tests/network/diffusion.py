"""Made-up diffusion over made-up contacts, and the physicians of the published study."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from influence.network.hazard import Contacts, History
from tests.network.networks import DATA

PHYSICIANS = DATA / "medical-innovation"


def contacts(rows) -> Contacts:
    """Contacts from one list of people per person."""
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Contacts(indptr, np.array([one for row in rows for one in row], np.int32))


def history(reached, periods) -> History:
    """Everybody stays where they came."""
    reached = np.asarray(reached, np.int32)
    there = (reached[:, None] >= 0) & (reached[:, None] <= np.arange(periods))
    return History(reached, there.astype(np.uint8))


def made_up(n=600, departments=12, periods=8, effect=(1.5, 0.0), seed=1):
    """People with three colleagues and a manager each, who move by exactly the model's chances."""
    random = np.random.default_rng(seed)
    named = [random.choice(np.delete(np.arange(n), i), 3, replace=False) for i in range(n)]
    manager = [[] if i < departments else [random.integers(0, departments)] for i in range(n)]
    department = np.arange(n) % departments
    reached = np.where(random.random(n) < 0.15, 0, -1)
    base = -2.4 + 0.3 * random.standard_normal(departments)
    for t in range(1, periods):
        there = (reached >= 0) & (reached < t)
        share = np.array([there[row].mean() for row in named])
        above = np.array([there[row].mean() if len(row) else 0.0 for row in manager])
        chance = 1 / (1 + np.exp(-(base[department] + 0.1 * t + effect[0] * share + effect[1] * above)))
        reached[(reached < 0) & (random.random(n) < chance)] = t
    looks = {"leadership": contacts(manager), "influence": contacts(named)}
    return history(reached, periods), looks, department.astype(np.int32)


def physicians():
    """The physicians' history, whom they name, and their cities; skips where the data are not there."""
    if not PHYSICIANS.exists():
        pytest.skip("The published data sets are not beside the project.")
    people = list(csv.DictReader((PHYSICIANS / "people.csv").open()))
    index = {person["employee_id"]: i for i, person in enumerate(people)}
    named = [set() for _ in people]
    for tie in csv.DictReader((PHYSICIANS / "ties.csv").open()):
        named[index[tie["source"]]].add(index[tie["target"]])
    reached = np.full(len(people), -1)
    for event in csv.DictReader((PHYSICIANS / "adoption.csv").open()):
        year, month, _ = map(int, event["date"].split("-"))
        reached[index[event["employee_id"]]] = 12 * (year - 1953) + month - 11
    cities = sorted({person["department"] for person in people})
    department = np.array([cities.index(person["department"]) for person in people], np.int32)
    return history(reached, 17), contacts([sorted(row) for row in named]), department
