"""The page of evidence: verdict, picture, what each stage's model rests on, and the fitted rates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from influence.adoption.models import AdoptionStudy
from influence.adoption.timeline import ONE, rate_rows
from influence.adoption.wording import (
    EXPOSURES,
    chance_words,
    direction,
    figure,
    stage_sentence,
    verdict,
)
from influence.network.periods import period_name
from influence.parameters import BY_NAME, LARGEST_RATE_SUM
from influence.presenting import number

EXPOSURE_WORDS = {"leadership": "Leadership", "influence": "Influence"}
PERIODS_NAMED = 6
SMALLEST_THETA = BY_NAME["theta"].low


def evidence_context(study: AdoptionStudy) -> dict[str, Any]:
    """Everything that the page of evidence shows."""
    names = study.stage_names
    answer, sentence = verdict(len(names), study.evidence)
    return {
        "verdict": answer,
        "verdict_sentence": sentence,
        "entries": [_entry(study, names, entry) for entry in study.evidence],
        "picture": [row for entry in study.evidence for row in _rows(names, entry)],
        "step": ONE[study.period],
        "rates": _rates(study),
    }


def _entry(study: AdoptionStudy, names: list[str], entry: dict[str, Any]) -> dict[str, Any]:
    name = names[entry["stage"] - 1]
    return {
        "name": name,
        "events": entry["events"],
        "sentence": stage_sentence(name, entry),
        "terms": [_term(exposure, entry["terms"][exposure]) for exposure in EXPOSURES],
        "basis": _basis(study, entry),
    }


def _term(exposure: str, term: dict[str, Any]) -> dict[str, Any]:
    word = EXPOSURE_WORDS[exposure]
    if term["odds_ratio"] is None:
        return {"exposure": exposure, "word": word, "reason": term["reason"]}
    return {
        "exposure": exposure,
        "word": word,
        "reason": "",
        "way": direction(term),
        "odds_ratio": figure(term["odds_ratio"]),
        "interval": f"{figure(term['low'])} to {figure(term['high'])}",
        "chance": chance_words(term["p_permutation"]) if term["p_permutation"] is not None else "–",
        "e_value": figure(term["e_value"]),
        "e_value_limit": figure(term["e_value_limit"]),
    }


def _rows(names: list[str], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """What the picture draws: one row per stage and exposure with a figure."""
    return [
        {
            "stage": names[entry["stage"] - 1],
            "exposure": exposure,
            **{key: entry["terms"][exposure][key] for key in ("odds_ratio", "low", "high")},
        }
        for exposure in EXPOSURES
        if entry["terms"][exposure]["odds_ratio"] is not None
    ]


def _basis(study: AdoptionStudy, entry: dict[str, Any]) -> str:
    """What one model rests on, and what dropped out of it."""
    if entry["refusal"]:
        return ""
    parts = [
        f"{entry['rows']:,} person-{ONE[study.period]}s of {entry['people']:,} people; "
        f"department effects and {entry['controls'].replace('quadratic', 'a quadratic')}; "
        f"errors {entry['errors'].replace('robust', 'robust (HC1)')}; "
        f"{entry['permutations']:,} shuffles."
    ]
    departments = [*entry["dropped_departments"]]
    if entry["dropped_unnamed"]:
        departments.append(f"{entry['dropped_unnamed']:,} more")
    if departments:
        parts.append(f"Left out, since nobody or everybody moved there: {', '.join(departments)}.")
    periods = [period_name(index, study.period) for index in entry["dropped_periods"]]
    if periods:
        more = f" and {len(periods) - PERIODS_NAMED:,} more" if len(periods) > PERIODS_NAMED else ""
        parts.append(
            f"Left out, since nobody or everybody moved then: {', '.join(periods[:PERIODS_NAMED])}{more}."
        )
    return " ".join(parts)


def _rates(study: AdoptionStudy) -> dict[str, Any]:
    """The rates that fit, how well beside the usual ones, and the address that offers them to an analysis."""
    rates = study.rates
    if not rates or rates["refusal"]:
        return {"reason": rates["refusal"] if rates else "Nothing is recorded."}
    offered = {
        name: f"{rates[name]['value']:.3f}" for name in ("theta", "line") if rates[name]["value"] is not None
    }
    sum_of = sum(rates[name]["value"] or rates["defaults"][name] for name in ("theta", "line"))
    too_large, too_small = sum_of >= LARGEST_RATE_SUM, float(offered.get("theta", 1)) < SMALLEST_THETA
    return {
        "rows": rate_rows(rates),
        "observed": f"{rates['observed']:,}",
        "expected": number(rates["expected"], 0),
        "usual": number(rates["default_expected"], 0),
        "likelihood": number(rates["log_likelihood"] - rates["default_log_likelihood"], 1),
        "query": "" if too_large or too_small else urlencode(offered),
        "too_large": too_large,
        "too_small": too_small,
    }
