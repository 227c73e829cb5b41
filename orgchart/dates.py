"""Dates in the forms that HR systems write them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from orgchart.naming import search_form

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari",
            "feb february februar fevrier febrero febbraio februari",
            "mar march marz maerz mrz mars marzo maart",
            "apr april avril abril aprile",
            "may mai mayo maggio mei",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august aout agosto augustus",
            "sep sept september septembre septiembre settembre",
            "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
SERIAL_ZERO = datetime.date(1899, 12, 30)
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[TZ +].*)?$")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{6}(?:\.\d+)?Z?)?$")
PARTS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?:[ ,T].*)?$")
NAMED_PARTS = re.compile(r"(\d{1,2})([./-])([^\W\d_]+)\.?\2(\d{4}|\d\d)$")
DAY_NAMED = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|\.)?[ -]*(?:de |of )?([^\W\d_]+)\.?,?[ -]*(?:de |del )?(\d{4}|\d\d)$"
)
MONTH_NAMED = re.compile(r"([^\W\d_]+)\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})$")
WEEKDAY = re.compile(
    r"(?:mon|tues?|wed|wednes|thu|thurs?|fri|satur?|sat|sun|mon|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    r"sonnabend|sonntag|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lun|mar|mie|jue|vie|sab|dom|lunedi|martedi|"
    r"mercoledi|giovedi|venerdi|sabato|domenica|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|wo|vr|"
    r"za|zo)(?:day)?(?:\.,?|,)? +",
    re.IGNORECASE,
)
PROGRAMS = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) [\d:]{8} (?:\S+ )?(\d{4})$")
EAST_ASIAN = re.compile(r"(\d{4})[年년] *(\d{1,2})[月월] *(\d{1,2})[日일]$")
EPOCH = re.compile(r"/Date\((-?\d{1,14})(?:[+-]\d{4})?\)/$")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
TIME_AFTER = re.compile(r"[, T]+\d{1,2}:\d{2}(?::\d{2})?.*$")


def month_comes_first(texts: Iterable[str], *others: Iterable[str]) -> bool:
    """Whether a column writes 12/31/2020, not 31/12/2020: its values decide, else the file's others."""
    own = _order_told(texts)
    return {_order_told(column) for column in others} - {None} == {True} if own is None else own


def _order_told(texts: Iterable[str]) -> bool | None:
    pairs = [(int(m[1]), int(m[3])) for m in map(PARTS.match, texts) if m]
    day_first, month_first = (any(pair[place] > 12 for pair in pairs) for place in (0, 1))
    return month_first and not day_first if day_first or month_first else None


def parse_date(text: str, *, month_first: bool = False) -> datetime.date:
    """The date that a text means; ``ValueError`` where it means none."""
    text = text.strip()
    try:
        return _parsed(text, month_first)
    except ValueError:
        if match := WEEKDAY.match(text):
            return _parsed(text[match.end() :], month_first)
        raise


def _parsed(text: str, month_first: bool) -> datetime.date:
    for pattern in (ISO, COMPACT, EAST_ASIAN):
        if match := pattern.match(text):
            return datetime.date(int(match[1]), int(match[2]), int(match[3]))
    if match := EPOCH.match(text):
        return datetime.date(1970, 1, 1) + datetime.timedelta(milliseconds=int(match[1]))
    if match := PARTS.match(text):
        return _day_and_month(int(match[1]), int(match[3]), _year(match[4]), month_first)
    if SERIAL.match(text):
        return _from_serial(float(text))
    return _named(text)


def _day_and_month(first: int, second: int, year: int, month_first: bool) -> datetime.date:
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day:
        day, month = month, day
    return datetime.date(year, month, day)


def _from_serial(days: float) -> datetime.date:
    """A spreadsheet's day number, where it lies in a working life (1927 to 2119)."""
    if not 10_000 <= days <= 80_000:
        raise ValueError(f"{days} is no day number")
    return SERIAL_ZERO + datetime.timedelta(days=int(days))


def _named(text: str) -> datetime.date:
    """A date whose month is written as a word, in any of the languages, with or without a time."""
    if match := PROGRAMS.match(text):
        month, day, year = match[1].casefold(), match[2], match[3]
    else:
        day, month, year = _day_month_year(TIME_AFTER.sub("", search_form(text)))
    if month not in MONTHS:
        raise ValueError(f"{month!r} is no month")
    return datetime.date(_year(year), MONTHS[month], int(day))


def _day_month_year(text: str) -> tuple[str, str, str]:
    if match := NAMED_PARTS.match(text):
        return match[1], match[3], match[4]
    if match := DAY_NAMED.match(text):
        return match[1], match[2], match[3]
    if match := MONTH_NAMED.match(text):
        return match[2], match[1], match[3]
    raise ValueError(f"{text!r} is no date")


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < 70 else 1900)
