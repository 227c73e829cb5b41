"""What is counted in a log: relations, depth, window, activities, zone, columns, weights."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from influence.eventlogs.reading import FIELDS
from influence.eventlogs.timestamps import zone_named

HANDOVER, TOGETHER = "handover", "working together"
SUBCONTRACTING, SIMILAR = "subcontracting", "similar activities"
RELATIONS = (HANDOVER, TOGETHER, SUBCONTRACTING, SIMILAR)
COLLABORATION = "collaboration"
OBSERVED = (*RELATIONS, COLLABORATION)
DEEPEST = 50
COLUMNS = (*FIELDS, "from", "to", "kind")


class InvalidOptions(ValueError):
    """What is wrong with the choices: sentences by field."""

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))


@dataclass(frozen=True)
class LogChoices:
    """How one log is read and what is counted in it."""

    relations: tuple[str, ...] = (HANDOVER,)
    depth: int = 1
    fading: float = 0.5
    first: datetime.date | None = None
    last: datetime.date | None = None
    activities: tuple[str, ...] | None = None
    zone: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The choices as they are stored."""
        days = {name: day and day.isoformat() for name, day in (("first", self.first), ("last", self.last))}
        return asdict(self) | days

    @property
    def has_window(self) -> bool:
        """Whether only a part of the time counts."""
        return bool(self.first or self.last)

    @property
    def timezone(self) -> datetime.tzinfo | None:
        """The zone of timestamps that name none."""
        return zone_named(self.zone) if self.zone else None


def choices_from(values: Mapping[str, Any]) -> LogChoices:
    """Choices, checked; raises ``InvalidOptions`` with everything that is wrong. Left out means default."""
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    checked, errors = {}, {}
    for name, value in given.items():
        try:
            checked[name] = CHECKS[name](value)
        except KeyError:
            errors[name] = [f"There is no choice “{name}”; there are {', '.join(CHECKS)}."]
        except ValueError as wrong:
            errors[name] = [str(wrong)]
    if checked.get("first") and checked.get("last") and checked["last"] < checked["first"]:
        errors["last"] = ["The last day lies before the first; change one of the two."]
    if errors:
        raise InvalidOptions(errors)
    return LogChoices(**checked)


def relation_named(text: str) -> str:
    """A relation from its name however it is written: working_together is working together."""
    name = re.sub(r"[\s_-]+", " ", str(text)).strip().lower()
    if name not in RELATIONS:
        raise ValueError(f"“{text}” is no relation that a log shows; use {', '.join(RELATIONS)}.")
    return name


def _relations(value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    return tuple(dict.fromkeys(relation_named(text) for text in texts))


def _depth(value: Any) -> int:
    number = _number(value, f"The depth is “{value}”; give a whole number from 1 to {DEEPEST}.")
    if number != int(number) or not 1 <= number <= DEEPEST:
        raise ValueError(f"The depth is “{value}”; give a whole number from 1 to {DEEPEST}.")
    return int(number)


def _fading(value: Any) -> float:
    sentence = f"The fading factor is “{value}”; give a number above 0, at most 1."
    number = _number(value, sentence)
    if not 0 < number <= 1:
        raise ValueError(sentence)
    return number


def _number(value: Any, sentence: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(sentence) from None


def _day(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"“{value}” is not a date; write it as 2026-03-31.") from None


def _zone(value: Any) -> str:
    try:
        zone_named(str(value))
    except ValueError:
        raise ValueError(
            f"“{value}” is not a time zone; write it as Europe/Amsterdam, UTC or +01:00."
        ) from None
    return str(value).strip()


def _mapping(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError("Write an object of field and column, both text.")
    unknown = [name for name in value if name not in COLUMNS]
    if unknown:
        raise ValueError(f"There is no field “{unknown[0]}”; the fields are {', '.join(COLUMNS)}.")
    return dict(value)


def _activities(value: Any) -> tuple[str, ...]:
    return tuple(str(text) for text in value)


def _weights(value: Any) -> dict[str, float]:
    weights = {}
    for kind, weight in dict(value).items():
        sentence = f"The weight of “{kind}” is “{weight}”; give a number, 0 to leave it out."
        weights[kind.strip().lower()] = _number(weight, sentence)
        if not 0 <= weights[kind.strip().lower()] < 1e6:
            raise ValueError(sentence)
    return weights


CHECKS = {
    "relations": _relations,
    "depth": _depth,
    "fading": _fading,
    "first": _day,
    "last": _day,
    "activities": _activities,
    "zone": _zone,
    "mapping": _mapping,
    "weights": _weights,
}
