"""Figures as a manager reads them."""

from __future__ import annotations


def number(value: float | None, digits: int = 1) -> str:
    """A figure with thousands separated; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.{0 if abs(value) >= 1000 else digits}f}"


def about(people: float) -> str:
    """A number of people in a sentence: whole from five upwards."""
    return number(people, 0 if people >= 5 else 1)


def percent(share: float | None) -> str:
    """A share of one as whole per cent."""
    if share is None:
        return "–"
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{100 * share:.0f}%"


def rank_words(rank: int, low: int | None, high: int | None) -> str:
    """A rank with its interval: "rank 4, 2 to 9"."""
    return f"rank {rank:,}" if low is None or high is None else f"rank {rank:,}, {low:,} to {high:,}"


def people_words(count: int) -> str:
    """A whole number of people: "1 person", "2,000 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


def number_of(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 champion", "12 champions"."""
    return f"{count:,} {one if count == 1 else many}"


SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def spelled(count: int) -> str:
    """A small whole number as a word, as a sentence has it."""
    return SMALL[count] if 0 <= count < len(SMALL) else f"{count:,}"
