"""When something happened, in the forms that logs write it, as microseconds since 1970 (UTC)."""

from __future__ import annotations

import datetime
import re
import zoneinfo

from orgchart.dates import ISO, PARTS, SERIAL, SERIAL_ZERO, parse_date

MICROSECONDS = 1_000_000
EPOCH = re.compile(r"\d{10}(\d{3}|\d{6})?(\.\d+)?$")
ZONE = r"(?: *(?P<zone>Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?))?$"
MOMENT = re.compile(
    r"(?P<date>.*?\d)[T ,:]+(?P<hour>\d{1,2})[:.](?P<minute>\d\d)"
    r"(?:[:.](?P<second>\d\d)(?:[.,:](?P<part>\d+))?)?(?: *Uhr)? *(?P<half>[ap]\.?m\.?)?" + ZONE,
    re.IGNORECASE,
)
COMPACT = re.compile(
    r"(?P<date>\d{8})[T ]?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<part>\d+))?)?" + ZONE,
    re.IGNORECASE,
)
DATE_ENDS = re.compile(r"[T ,:]")


def zone_named(name: str) -> datetime.tzinfo:
    """The time zone of a name such as Europe/Amsterdam or +01:00; ``ValueError`` where there is none."""
    text = name.strip()
    if re.match(r"[+-]\d\d:?\d\d$", text):
        return _offset(text)
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone") from None


def parse_moment(text: str, *, month_first: bool = False) -> datetime.datetime:
    """The moment that a text means, with its zone where it names one; ``ValueError`` where it means none."""
    if (
        text[4:5] == "-"
    ):  # digits alone are seconds since 1970 or a spreadsheet's days, whatever ISO 8601 says
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            pass
    return _parse_other(text.strip(), month_first)


def date_part(text: str) -> str:
    """What stands before the time of day."""
    return DATE_ENDS.split(text.strip(), maxsplit=1)[0]


def is_ambiguous(text: str) -> bool:
    """Whether the order of day and month cannot be told from this date alone."""
    return bool(PARTS.match(text))


def microseconds(moment: datetime.datetime) -> int:
    """A moment with a zone as microseconds since 1970."""
    return round(moment.timestamp() * MICROSECONDS)


def day_bounds(
    first: datetime.date | None, last: datetime.date | None, zone: datetime.tzinfo
) -> tuple[int | None, int | None]:
    """Where a window of whole days begins and where it has ended, each None where it is open."""
    begin = first and _midnight(first, zone)
    end = last and _midnight(last + datetime.timedelta(days=1), zone)
    return begin, end


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> int:
    return microseconds(datetime.datetime.combine(day, datetime.time(), zone))


def _parse_other(text: str, month_first: bool) -> datetime.datetime:
    if EPOCH.match(text):
        return _from_epoch(text)
    if SERIAL.match(text):
        return _from_serial(float(text))
    match = COMPACT.match(text) or MOMENT.match(text)
    if match is None:
        return _midnight_of(text, month_first)
    day = parse_date(match["date"], month_first=month_first)
    clock = datetime.time(_hour(match), int(match["minute"]), int(match["second"] or 0))
    part = int((match["part"] or "0").ljust(6, "0")[:6])
    return datetime.datetime.combine(day, clock.replace(microsecond=part, tzinfo=_offset(match["zone"])))


def _midnight_of(text: str, month_first: bool) -> datetime.datetime:
    """A day alone; one with a time of day that is not understood would lose it."""
    if DATE_ENDS.search(text) and (":" in text or ISO.match(text) or PARTS.match(text)):
        raise ValueError(f"{text!r} is no moment")
    return datetime.datetime.combine(parse_date(text, month_first=month_first), datetime.time())


def _hour(match: re.Match) -> int:
    hour = int(match["hour"])
    half = match.groupdict().get("half")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is no hour of half a day")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _offset(text: str | None) -> datetime.tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return datetime.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    away = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(away if text[0] == "+" else -away)


def _from_epoch(text: str) -> datetime.datetime:
    whole = text.partition(".")[0]
    seconds = float(text) / 10 ** (len(whole) - 10)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _from_serial(days: float) -> datetime.datetime:
    if not 10_000 <= days <= 80_000:
        raise ValueError(f"{days} is no day number")
    midnight = datetime.datetime.combine(SERIAL_ZERO, datetime.time())
    return midnight + datetime.timedelta(seconds=round(days * 86_400))
