"""From a record of adoption to all that is kept of it: series, evidence, rates, who came after whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from influence.adoption.grouping import Kind, Split, series_of, shown_units, splits
from influence.adoption.models import AdoptionSeries
from influence.adoption.reading import Record
from influence.gathering import Gathered
from influence.models import Analysis
from influence.network.calibration import Calibration, calibrate, expected_curve
from influence.network.cascade import (
    RATE_LIMIT,
    Chances,
    influence_probabilities,
    leadership_probabilities,
)
from influence.network.graph import Layer, build_layers
from influence.network.hazard import Contacts, Evidence, evidence
from influence.network.model import FloatArray, IntArray
from influence.network.spreading import (
    Followed,
    adopters_alone,
    followers_of,
    named_and_early,
    reach_through_adopters,
    who_came_after,
)
from influence.network.stages import NEVER_DAY, history_of, who_they_look_to

DEFAULT_RATES = {"theta": 0.4, "line": 0.3}
FIRST_SHOWN = 10
ALONE_SHOWN = 50
CARRIERS_SHOWN = 3
PERIODS_AHEAD = 3
WORLDS = 200
WORLDS_OF_MANY = 60
MANY = 20_000
Report = Callable[[float, str], None]


@dataclass
class Found:
    """What is kept of a record."""

    seed: int
    series: list[AdoptionSeries] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    rates: dict[str, Any] = field(default_factory=dict)
    band: dict[str, Any] = field(default_factory=dict)
    spread: dict[str, Any] = field(default_factory=dict)


def estimate(
    record: Record,
    gathered: Gathered,
    analysis: Analysis | None,
    champions: Iterable[int],
    report: Report,
) -> Found:
    """Everything that is kept, for the people, ties and champions (primary keys) given."""
    return _Estimator(record, gathered, analysis, champions).everything(report)


class _Estimator:
    """One record on one network."""

    def __init__(
        self, record: Record, gathered: Gathered, analysis: Analysis | None, champions: Iterable[int]
    ):
        self.record, self.gathered, self.analysis = record, gathered, analysis
        self.parameters = {**DEFAULT_RATES, "seed": 1, **(analysis.parameters if analysis else {})}
        data = gathered.data
        self.people = data.people
        self.layers: dict[str, Layer] = build_layers(data.people, data.relations, data.ties)
        self.looks = who_they_look_to(data.people, self.layers)
        self.followers = followers_of(self.looks, len(data.people))
        self.pks = [position.person_id for position in gathered.positions]
        place = {pk: at for at, pk in enumerate(self.pks)}
        self.champions = np.array([place[pk] for pk in champions if pk in place], np.int32)
        self.day = record.journeys.day[:, record.watched - 1]
        self.there = record.journeys.standing[:, -1] >= record.watched

    def everything(self, report: Report) -> Found:
        found = Found(seed=int(self.parameters["seed"]))
        report(0.1, "Counting who stands where")
        by_kind = {split.kind: split for split in splits(self.gathered, self.analysis)}
        for split in by_kind.values():
            found.series += series_of(split, self.record)
        named = set(shown_units(by_kind[Kind.DEPARTMENT], self.record))
        for number, stage in enumerate(self.record.recorded):
            share = number / len(self.record.recorded)
            report(0.2 + 0.4 * share, f"Evidence for {self.record.stages[stage - 1].name}")
            found.evidence.append(self.evidence(stage, named))
        report(0.6, "Fitting rates to what happened")
        calibration = self.calibration()
        found.rates = _rates(calibration, self.parameters)
        report(0.8, "Expecting what the model would")
        found.band = self.band(calibration)
        report(0.9, "Looking at who came after whom")
        found.spread = self.spread()
        self.add_next_steps(found, by_kind[Kind.DEPARTMENT])
        return found

    def evidence(self, stage: int, named: set[str]) -> dict[str, Any]:
        first, history = history_of(self.record.journeys, stage)
        found = evidence(history, self.looks, self.people.department, seed=int(self.parameters["seed"]))
        early = named_and_early(self.layers["influence"], history.reached, history.periods)
        return {
            "stage": stage,
            "first_period": self.record.first_period + first,
            **_evidence(found, self.record.first_period + first, self.people.department_names, named),
            "early": asdict(early) if early else None,
        }

    def chances(self, theta: float, line: float) -> tuple[Chances, Chances]:
        """Influence and leadership layer at these rates."""
        return (
            influence_probabilities(self.layers["influence"], theta),
            leadership_probabilities(self.people, self.layers["leadership"], line),
        )

    def calibration(self) -> Calibration:
        _, history = history_of(self.record.journeys, self.record.watched)
        usual = (float(self.parameters["theta"]), float(self.parameters["line"]))
        return calibrate(*self.chances(1.0, 1.0), history.reached, history.periods, usual)

    def band(self, calibration: Calibration) -> dict[str, Any]:
        """How many the model with the fitted rates expects, from the first leader or champion there on."""
        first, history = history_of(self.record.journeys, self.record.watched)
        started = history.reached[np.union1d(self.gathered.data.leaders, self.champions)]
        started = started[started >= 0]
        if calibration.refusal:
            return {"reason": calibration.refusal}
        if not started.size:
            return {"reason": "No leader or champion has come as far yet, so there is nobody to start from."}
        rates = tuple(rate.value or 0.0 for rate in _three(calibration))
        start, ahead = int(started.min()), history.periods + PERIODS_AHEAD
        curve = expected_curve(
            *self.chances(1.0, 1.0), rates, history.reached, start, ahead,
            worlds=WORLDS_OF_MANY if len(self.people) > MANY else WORLDS, seed=int(self.parameters["seed"]),
        )  # fmt: skip
        low, middle, high = np.round(curve, 1).tolist()
        return {
            "first_period": self.record.first_period + first + start,
            "low": low,
            "middle": middle,
            "high": high,
        }

    def spread(self) -> dict[str, Any]:
        came = np.flatnonzero(self.day < NEVER_DAY)
        first = came[np.argsort(self.day[came], kind="stable")][:FIRST_SHOWN].astype(np.int32)
        alone = adopters_alone(self.looks, self.followers, self.there)
        return {
            "first": [self._told(one) for one in who_came_after(self.followers, self.day, first)],
            "leaders": [
                self._told(one)
                for one in who_came_after(self.followers, self.day, self.gathered.data.leaders)
            ],
            "there": int(self.there.sum()),
            "fell_back": self.fell_back(),
            "alone": int(alone.size),
            "alone_people": [self.pks[person] for person in alone[:ALONE_SHOWN]],
        }

    def fell_back(self) -> int:
        """How many stand at an earlier stage than they had come to."""
        journeys = self.record.journeys
        furthest = (journeys.reached >= 0).sum(axis=1)
        return int((journeys.standing[:, -1] < furthest).sum())

    def _told(self, one: Followed) -> dict[str, Any]:
        return {
            "person": self.pks[one.person],
            "day": self._day(one.person),
            "looking": one.looking,
            "after": one.after,
            "first": [
                {"person": self.pks[person], "day": self._day(person), "after": after}
                for person, after in one.first
            ],
        }

    def _day(self, person: int) -> int | None:
        day = int(self.day[person])
        return day if day < NEVER_DAY else None

    def add_next_steps(self, found: Found, departments: Split) -> None:
        """For each department that stalls: who reaches most of its waiting people through those there."""
        stalled = [one for one in found.series if one.kind == Kind.DEPARTMENT and one.is_stalled]
        starts = np.union1d(self.gathered.data.leaders, self.champions).astype(np.int32)
        if not stalled or not starts.size:
            return
        influence, leadership = self.chances(*_usable(found.rates, self.parameters))
        reached = reach_through_adopters(
            leadership, influence, self.there, departments.code, departments.codes, starts, seed=found.seed
        )
        carried = _carried(influence, leadership, self.there, departments)
        for one in stalled:
            codes = list(departments.units[one.name])
            one.next_step = self._step(reached[:, codes].sum(axis=1), carried[:, codes].sum(axis=1), starts)

    def _step(self, reached: FloatArray, carried: FloatArray, starts: IntArray) -> dict[str, Any]:
        best = int(reached.argmax())
        if reached[best] <= 0:
            return {}
        through = np.argsort(-carried, kind="stable")[:CARRIERS_SHOWN]
        return {
            "person": self.pks[int(starts[best])],
            "reached": float(reached[best]),
            "is_leader": bool(np.isin(starts[best], self.gathered.data.leaders)),
            "through": [self.pks[int(person)] for person in through if carried[person] > 0],
        }


def _carried(influence: Chances, leadership: Chances, there: np.ndarray, departments: Split) -> FloatArray:
    """How many waiting people each of those there would move directly, by department (n x departments)."""
    from scipy import sparse

    n = there.size
    total = sparse.csr_array((n, departments.codes))
    for layer in (influence, leadership):
        waiting = np.repeat(np.arange(n), np.diff(layer.indptr))
        kept = ~there[waiting] & there[layer.indices] & (departments.code[waiting] >= 0)
        cells = (layer.indices[kept], departments.code[waiting[kept]])
        total = total + sparse.csr_array((layer.probability[kept], cells), shape=total.shape)
    return total


def _evidence(
    found: Evidence, first_period: int, departments: tuple[str, ...], named: set[str]
) -> dict[str, Any]:
    """The model's facts; of departments that dropped out only those large enough by name."""
    facts = asdict(found)
    dropped = [departments[code] for code in facts.pop("dropped_departments") if code >= 0]
    periods = [first_period + period for period in facts.pop("dropped_periods")]
    return {
        **facts,
        "dropped_departments": [name for name in dropped if name in named],
        "dropped_unnamed": len(found.dropped_departments) - sum(name in named for name in dropped),
        "dropped_periods": periods,
    }


def _three(calibration: Calibration):
    return calibration.theta, calibration.line, calibration.spontaneous


def _rates(calibration: Calibration, parameters: dict[str, Any]) -> dict[str, Any]:
    return {**asdict(calibration), "defaults": {name: parameters[name] for name in DEFAULT_RATES}}


def _usable(rates: dict[str, Any], parameters: dict[str, Any]) -> tuple[float, float]:
    """The fitted rates where both can be used in an analysis, else those it ran with."""
    fitted = [rates.get(name, {}).get("value") for name in ("theta", "line")]
    if all(fitted) and sum(fitted) < RATE_LIMIT:
        return fitted[0], fitted[1]
    return float(parameters["theta"]), float(parameters["line"])


__all__ = ["Contacts", "Found", "estimate"]
