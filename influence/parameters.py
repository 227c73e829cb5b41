"""The parameters of an analysis as people give them: names, bounds, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LARGEST_RATE_SUM = 0.95


@dataclass(frozen=True)
class Parameter:
    """One knob of an analysis: its kind (int, float, bool), default, bounds and what it does."""

    name: str
    kind: type
    default: Any
    low: float | None
    high: float | None
    help: str


PARAMETERS = (
    Parameter("seed", int, 1, 0, 2**53, "Where chance begins; the same seed gives the same figures."),
    Parameter(
        "theta", float, 0.4, 0.001, 0.949, "Persuasion rate: how strongly the people someone named move them."
    ),
    Parameter("line", float, 0.3, 0, 0.949, "Line rate: how strongly those who lead someone move them."),
    Parameter("cut", float, None, 0.001, 99.999, "From this percentile on a score counts as high."),
    Parameter(
        "champions",
        int,
        None,
        1,
        10_000,
        "How many champions to choose; left empty: 3% of the people, 5 to 50.",
    ),
    Parameter("managers_too", bool, False, None, None, "Whether people with reports may be champions."),
    Parameter("resamples", int, 200, 20, 1000, "How often the respondents are drawn anew for the intervals."),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class InvalidParameters(ValueError):
    """What is wrong with the parameters: sentences by name."""

    def __init__(self, errors: dict[str, list[str]]):
        self.errors = errors
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))


def checked_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with its value, as given (texts are read) or by default; raises InvalidParameters."""
    errors: dict[str, list[str]] = {
        name: [f"“{name}” is not a parameter; use {', '.join(BY_NAME)}."]
        for name in sorted(set(given) - set(BY_NAME))
    }
    values = {}
    for parameter in PARAMETERS:
        try:
            values[parameter.name] = _read(parameter, given.get(parameter.name))
        except ValueError as wrong:
            errors[parameter.name] = [str(wrong)]
    if not errors and values["theta"] + values["line"] >= LARGEST_RATE_SUM:
        errors["theta"] = [
            f"theta + line is {values['theta'] + values['line']:g}; keep the sum below {LARGEST_RATE_SUM}, "
            "or a cascade would never die out."
        ]
    if errors:
        raise InvalidParameters(errors)
    return values


def _read(parameter: Parameter, given: Any) -> Any:
    if given is None or given == "":
        return parameter.default
    value = _as_kind(parameter, given)
    if parameter.low is not None and not parameter.low <= value <= parameter.high:
        raise ValueError(_bounds_sentence(parameter, given))
    return value


def _as_kind(parameter: Parameter, given: Any) -> Any:
    if parameter.kind is bool:
        if isinstance(given, bool):
            return given
        if str(given).strip().lower() in WORDS:
            return WORDS[str(given).strip().lower()]
        raise ValueError(f"{parameter.name} is “{given}”; say true or false.")
    if isinstance(given, bool):
        raise ValueError(_bounds_sentence(parameter, given))
    try:
        return parameter.kind(str(given).strip())
    except ValueError:
        raise ValueError(_bounds_sentence(parameter, given)) from None


def _bounds_sentence(parameter: Parameter, given: Any) -> str:
    noun = "a whole number" if parameter.kind is int else "a number"
    return f"{parameter.name} is “{given}”; give {noun} from {parameter.low:g} to {parameter.high:g}."
