"""Weeks, months, quarters and years as whole numbers, and which of them fits a set of days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import Literal, get_args

Period = Literal["week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
LARGEST_GAPS: tuple[tuple[int, Period], ...] = ((21, "week"), (60, "month"), (180, "quarter"))


def fitting_period(days: Iterable[datetime.date]) -> Period:
    """The period that follows from the days' spacing; a month where there are fewer than two.

    Days that all fall on the same day of a month, or all on a month's last day, stand for whole
    months: the spacing in months decides. Otherwise the median gap between different days does.

    Examples
    --------
    >>> fitting_period([datetime.date(1953, 11, 1), datetime.date(1953, 12, 1), datetime.date(1954, 3, 1)])
    'month'
    >>> fitting_period([datetime.date(1950, 1, 1), datetime.date(1951, 1, 1)])
    'year'
    >>> fitting_period([datetime.date(2026, 1, 5), datetime.date(2026, 1, 8), datetime.date(2026, 1, 20)])
    'week'
    """
    ordered = sorted(set(days))
    if len(ordered) < 2:
        return "month"
    if len({day.day for day in ordered}) == 1 or all(_ends_a_month(day) for day in ordered):
        step = math.gcd(*(period_index(b, "month") - period_index(a, "month") for a, b in pairwise(ordered)))
        return "year" if step % 12 == 0 else "quarter" if step % 3 == 0 else "month"
    gap = median((b - a).days for a, b in pairwise(ordered))
    return next((period for largest, period in LARGEST_GAPS if gap <= largest), "year")


def period_index(day: datetime.date, period: Period) -> int:
    """The number of the period that holds a day; neighbouring periods have neighbouring numbers."""
    if period == "week":
        return (day.toordinal() - 1) // 7
    return (12 * day.year + day.month - 1) // MONTHS[period]


def period_start(index: int, period: Period) -> datetime.date:
    """The first day of a period; a week begins on Monday."""
    if period == "week":
        return datetime.date.fromordinal(7 * index + 1)
    year, month = divmod(index * MONTHS[period], 12)
    return datetime.date(year, month + 1, 1)


def period_name(index: int, period: Period) -> str:
    """What people call a period: 2026-03-02 (a week, by its Monday), 2026-03, 2026 Q1, 2026."""
    start = period_start(index, period)
    names = {
        "week": start.isoformat(),
        "month": f"{start:%Y-%m}",
        "quarter": f"{start.year} Q{(start.month + 2) // 3}",
        "year": str(start.year),
    }
    return names[period]


def period_names(first: int, count: int, period: Period) -> Sequence[str]:
    """The names of successive periods."""
    return [period_name(first + step, period) for step in range(count)]


def _ends_a_month(day: datetime.date) -> bool:
    return (day + datetime.timedelta(days=1)).day == 1
