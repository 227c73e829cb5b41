"""Timestamps as systems write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from influence.eventlogs.timestamps import parse_moment, zone_named

NOON = datetime(2011, 10, 3, 14, 5, 6)
CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2011-10-03T14:05:06.000+01:00", NOON.replace(tzinfo=CET)),
        ("2011-10-03 14:05:06+0100", NOON.replace(tzinfo=CET)),
        ("2011-10-03T14:05:06Z", NOON.replace(tzinfo=UTC)),
        ("2011-10-03 14:05:06 UTC", NOON.replace(tzinfo=UTC)),
        ("2011-10-03T14:05:06.123456789Z", NOON.replace(tzinfo=UTC, microsecond=123456)),
        ("2011/10/03 14:05:06", NOON),
        ("2011/10/03 14:05:06.000", NOON),
        ("03-10-2011 14:05:06", NOON),
        ("03.10.2011, 14:05:06", NOON),
        ("03.10.2011 14.05.06 Uhr", NOON),
        ("03-10-2011:14.05", NOON.replace(second=0)),
        ("3 Oct 2011 2:05:06 PM", NOON),
        ("Oct 3, 2011 14:05:06", NOON),
        ("20111003140506", NOON),
        ("20111003T140506Z", NOON.replace(tzinfo=UTC)),
        ("1317650706", NOON.replace(tzinfo=UTC)),
        ("1317650706000", NOON.replace(tzinfo=UTC)),
        ("1312010112345", datetime(2011, 7, 30, 7, 15, 12, 345000, tzinfo=UTC)),
        ("1317650706000000", NOON.replace(tzinfo=UTC)),
        ("40819.58687500", NOON),
        ("2011-10-03", datetime(2011, 10, 3)),
        ("03.10.2011", datetime(2011, 10, 3)),
    ],
)
def test_moment_is_read_in_any_usual_form(text, moment):
    found = parse_moment(text)
    assert abs(found - moment) < timedelta(milliseconds=1)
    assert found.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2011-13-01T00:00:00Z", "2011-10-03 at noon", "03.10.2011 14h", "14:05", "2011-10-03T25:00"],
)
def test_moment_that_is_not_understood_is_refused_rather_than_cut_short(text):
    with pytest.raises(ValueError):
        parse_moment(text)


def test_month_comes_first_where_the_column_says_so():
    assert parse_moment("10/03/2011 14:05:06", month_first=True) == NOON


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "UTC", "+01:00", "-0530"])
def test_zone_is_known_by_name_or_offset(name):
    assert zone_named(name)


@pytest.mark.parametrize("name", ["Amsterdam", "../etc/passwd", "", "+1"])
def test_zone_that_is_none_is_refused(name):
    with pytest.raises(ValueError):
        zone_named(name)
