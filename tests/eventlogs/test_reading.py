"""Logs in every dress, and what is wrong with them."""

import codecs
import gzip
import io
import zipfile

import pytest
import xlsxwriter

from influence.eventlogs.options import InvalidOptions
from influence.models import Tie, TieSet
from tests.eventlogs.conftest import kinds, table, ties_of, xes

pytestmark = pytest.mark.django_db
LOG = table("E1 E2 E3", "E2 E3 E2")
HANDED = {
    ("E1", "E2", "handover"): 1,
    ("E2", "E3", "handover"): 2,
    ("E3", "E2", "handover"): 1,
}


def archive(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed.getvalue()


def workbook(content):
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("Events")
        sheet.write(0, 0, "A log, exported on Monday")
        for number, row in enumerate(content.decode().splitlines(), start=1):
            sheet.write_row(number, 0, row.split(","))
    return packed.getvalue()


def renamed(**columns):
    text = LOG.decode()
    for name, other in columns.items():
        text = text.replace(name, other, 1)
    return text.encode()


@pytest.mark.parametrize(
    "content",
    [
        LOG,
        codecs.BOM_UTF8 + LOG,
        LOG.replace(b",", b";"),
        LOG.replace(b",", b"\t"),
        LOG.replace(b"\n", b"\r\n"),
        b"sep=;\n" + LOG.replace(b",", b";"),
        LOG.decode().encode("utf-16"),
        LOG.decode().encode("utf-16-le"),
        LOG.decode().replace("step", "Prüfung").encode("cp1252"),
        gzip.compress(LOG),
        archive(**{"log.csv": LOG, "__MACOSX/._log.csv": b"x"}),
        workbook(LOG),
        gzip.compress(workbook(LOG)),
        renamed(case_id="case:concept:name", activity="concept:name", timestamp="time:timestamp",
                resource="org:resource"),
        renamed(case_id="Case ID", activity="Activity", timestamp="Complete Timestamp", resource="Resource"),
        renamed(case_id="Vorgangsnummer", activity="Schritt", timestamp="Zeitstempel", resource="Bearbeiter"),
    ],
)  # fmt: skip
def test_table_is_read_in_any_dress(load, initiative, content):
    report = load(content)
    assert (report.counted.events, report.counted.cases, kinds(report.counted.faults)) == (6, 2, [])
    assert ties_of(initiative) == HANDED


def test_columns_are_those_of_the_mapping(load, initiative):
    content = renamed(case_id="a", activity="b", timestamp="c", resource="d")
    assert "missing_column" in kinds(load(content).counted.faults)
    load(content, mapping={"case_id": "a", "activity": "b", "timestamp": "c", "resource": "d"})
    assert ties_of(initiative) == HANDED


def test_columns_of_the_standard_go_before_likely_ones(load, initiative):
    rows = LOG.decode().replace(
        "case_id,activity,timestamp,resource",
        "case:concept:name,concept:name,time:timestamp,org:resource,Resource",
    )
    lines = [f"{line},E4" if number else line for number, line in enumerate(rows.splitlines())]
    load("\n".join(lines).encode())
    assert ties_of(initiative) == HANDED


def test_events_count_in_the_order_of_time_and_where_it_is_equal_of_the_file(load, initiative):
    load(
        b"case_id,activity,timestamp,resource\n"
        b"1,c,2026-03-02T12:00:00Z,E3\n"
        b"1,a,2026-03-02T12:00:00+02:00,E1\n"
        b"2,x,2026-03-02T12:00:00Z,E4\n"
        b"1,b,2026-03-02T10:00:00Z,E2\n"
    )
    assert ties_of(initiative) == {("E1", "E2", "handover"): 1, ("E2", "E3", "handover"): 1}


def test_xes_is_read_with_namespaces_globals_lifecycles_and_nested_attributes(load, initiative):
    content = b"""<?xml version="1.0" encoding="UTF-8"?>
<x:log xmlns:x="http://www.xes-standard.org/" xes.version="1849.2016">
<x:extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<x:global scope="event"><x:string key="org:resource" value="UNKNOWN"/></x:global>
<x:classifier name="Event" keys="concept:name lifecycle:transition"/>
<x:trace>
 <x:event><x:string key="org:resource" value="E1"><x:string key="org:resource" value="E4"/></x:string>
  <x:string key="lifecycle:transition" value="start"/>
  <x:date key="time:timestamp" value="2026-03-02T10:00:00Z"/></x:event>
 <x:event><x:string key="org:resource" value=" E2 "/><x:list key="parts"><x:values>
  <x:string key="org:resource" value="E4"/></x:values></x:list>
  <x:string key="lifecycle:transition" value="complete"/>
  <x:date key="time:timestamp" value="2026-03-02T11:00:00Z"/></x:event>
 <x:event><x:date key="time:timestamp" value="2026-03-02T12:00:00Z"/></x:event>
 <x:event><x:string key="org:resource" value="E3"/>
  <x:date key="time:timestamp" value="2026-03-02T13:00:00Z"/></x:event>
 <x:string key="concept:name" value="case 7"/>
</x:trace>
<x:trace><x:string key="concept:name" value="empty"/></x:trace>
</x:log>"""
    report = load(content, "log.xes")
    assert (report.counted.events, report.counted.cases, kinds(report.counted.faults)) == (4, 1, [])
    assert ties_of(initiative) == {("E1", "E2", "handover"): 1}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_xes_may_be_in_other_encodings(load, initiative, encoding):
    text = xes(("ü", "2026-03-02T10:00:00Z", "E1"), ("b", "2026-03-02T11:00:00Z", "E2")).decode()
    load(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding), "log.xes")
    assert ties_of(initiative) == {("E1", "E2", "handover"): 1}


def test_xes_without_times_counts_in_the_order_of_the_file_and_says_so(load, initiative):
    report = load(xes(("a", None, "E1"), ("b", None, "E2")), "log.xes")
    assert kinds(report.counted.faults) == ["unparsable_date"]
    assert ties_of(initiative) == {("E1", "E2", "handover"): 1}


def test_formula_is_read_as_text_with_a_warning(load):
    report = load(LOG + b"c1,=1+1,2026-03-02T10:09:00+01:00,E1\n")
    assert [(fault.kind, fault.row, fault.column) for fault in report.counted.faults] == [
        ("formula_cell", 8, "activity")
    ]


UNZONED = LOG.replace(b"+01:00", b"")


def test_times_without_a_zone_are_read_with_a_warning(load, initiative):
    report = load(UNZONED)
    assert [(fault.kind, fault.row) for fault in report.counted.faults] == [("unparsable_date", 2)]
    assert ties_of(initiative) == HANDED


def test_times_without_a_zone_stand_in_the_zone_named(load, initiative):
    assert kinds(load(UNZONED, zone="Europe/Amsterdam").counted.faults) == []
    assert initiative.event_logs.get().found["begin"] == "2026-03-02T09:00+00:00"


@pytest.mark.parametrize(
    ("content", "choices"),
    [(UNZONED, {"first": "2026-03-01"}), (UNZONED + LOG.partition(b"\n")[2], {})],
    ids=["window", "mixed"],
)
def test_zone_is_asked_for_where_something_hangs_on_it(load, content, choices):
    report = load(content, **choices)
    assert [(fault.kind, fault.row) for fault in report.counted.faults.errors] == [("bad_date", 2)]
    assert "Name the zone" in report.counted.faults.errors[0].remedy
    assert load(content, zone="UTC", **choices).written


def rows_of(count):
    head = "case_id,activity,timestamp,resource\n"
    return (head + "".join(f"1,a,2026-03-02T10:00:00Z,E{i % 2 + 1}\n" for i in range(count))).encode()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<log><trace><event><string key="org:resource" value="&b;"/></event></trace></log>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]><log>&a;</log>"""
WHOLE = gzip.compress(LOG * 200)
TEN_THOUSAND = archive(**{f"{number}.csv": b"" for number in range(10_000)})


@pytest.mark.parametrize(
    ("content", "kind", "row"),
    [
        (BOMB, "not_a_table", 0),
        (OUTSIDE, "not_a_table", 0),
        (b"<html><body>Sign in first</body></html>", "not_a_table", 0),
        (b"<log><trace><event>", "not_a_table", 0),
        (b"<log><trace " + b"a" * 20_000_000, "too_large", 0),
        (WHOLE[:200], "not_a_table", 0),
        (WHOLE[:-9] + b"123456789", "not_a_table", 0),
        (b"\x1f\x8b nothing of the kind", "not_a_table", 0),
        (gzip.compress(b"0" * 300_000_000), "too_large", 0),
        (TEN_THOUSAND, "not_a_table", 0),
        (archive(**{"../../etc/cron.d/log.csv": LOG}), "not_a_table", 0),
        (archive(**{"/etc/log.csv": LOG}), "not_a_table", 0),
        (archive(**{"C:\\log.csv": LOG}), "not_a_table", 0),
        (archive(**{"inner.zip": archive(**{"log.csv": LOG})}), "not_a_table", 0),
        (b"PK\x03\x04 broken", "not_a_table", 0),
        (b"", "empty_file", 0),
        (b"<log></log>", "empty_file", 0),
        (b"case_id,activity,timestamp,resource\n", "empty_file", 0),
        (xes(("a", "2026-03-02T10:00:00Z", None)), "missing_column", 0),
        (xes(("a", "2026-03-02T10:00:00Z", " ")), "missing_column", 0),
        (LOG.replace(b"resource", b"colour"), "missing_column", 1),
        (table("_ _"), "missing_column", 0),
        (LOG.replace(b"2026-03-02T10:01:00+01:00", b"yesterday", 1), "bad_date", 3),
        (xes(("a", "2026-03-02T10:00:00Z", "E1"), ("b", "soon", "E2")), "bad_date", 2),
        (LOG.replace(b"\nc0,", b"\n,", 1), "missing_id", 2),
        (LOG + b'c9,"a,2026-03-02T10:00:00Z,E1\n', "not_a_table", 8),
        (rows_of(100_001), "too_large", 0),
        (bytes(range(256)) * 40, "not_a_table", 0),
    ],
)  # fmt: skip
def test_bad_log_is_refused_in_words_and_leaves_nothing(load, content, kind, row):
    report = load(content)
    assert [(fault.kind, fault.row) for fault in report.counted.faults.errors][:1] == [(kind, row)]
    assert all(fault.message and fault.remedy for fault in report.counted.faults)
    assert (report.written, TieSet.objects.count(), Tie.objects.count()) == (False, 0, 0)


def test_every_unreadable_time_is_named(load):
    report = load(LOG.replace(b"2026", b"X026"))
    assert [fault.row for fault in report.counted.faults.errors] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"relations": "friendship"}, "relations"),
        ({"depth": "0"}, "depth"),
        ({"depth": "1.5"}, "depth"),
        ({"depth": "nan"}, "depth"),
        ({"fading": "2"}, "fading"),
        ({"first": "1 March"}, "first"),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "last"),
        ({"zone": "Middle-earth"}, "zone"),
        ({"mapping": {"colour": "red"}}, "mapping"),
        ({"weights": {"mention": "-1"}}, "weights"),
        ({"taste": "sweet"}, "taste"),
    ],
)
def test_choice_that_makes_no_sense_is_refused_by_name(load, choices, field):
    with pytest.raises(InvalidOptions) as refused:
        load(LOG, **choices)
    assert list(refused.value.errors) == [field]
