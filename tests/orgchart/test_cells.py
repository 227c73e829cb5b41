"""Dates, statuses and other cells in the forms that HR systems write them."""

import datetime

import pytest

from orgchart.dates import parse_date
from orgchart.importing import read_people
from orgchart.people_files import ImportOptions
from orgchart.statuses import StatusColumn

FIRST_OF_MARCH = """
    2020-03-01|01.03.2020|1.3.20|01/03/2020|2020/03/01|2020.03.01|20200301|2020-3-1|43891|43891.0|43891.5
    01-Mar-2020|01/MAR/2020|1 March 2020|March 1, 2020|Mar 1 2020|Mar-01-2020|01 Mar 20|1st March 2020
    1. März 2020|1.Mär.2020|01.Mrz.2020|1 mars 2020|1er mars 2020|1 de marzo de 2020|1 maart 2020
    1 marzo 2020|01.03.2020 00:00|1/3/2020 12:00 AM|2020-03-01T00:00:00.000Z|2020-03-01 00:00:00+01:00
    2020-03-01Z|20200301120000.0Z|/Date(1583020800000)/|Sunday, March 1, 2020|So, 01.03.2020
    dim. 1 mars 2020|Sun Mar 01 00:00:00 CET 2020|2020年3月1日
"""
NO_DATES = """
    31.02.2020|0000-00-00|00.00.0000|2020-13-01|2020-02-30|1900-01-00|99.99.9999|seit immer|yesterday|TBD
    2020|2020-03|March 2020|ca. 2020-03-01|1583020800|99999|/Date(99999999999999999999)/|0|?
"""
GONE = """
    Inactive|Terminated|Left company|Leaver|Resigned|Retired|Deceased|Ex-employee|Not active
    No longer employed|Disabled|Inaktiv|Ausgeschieden|Ausgetreten|Nicht aktiv|Rente|Verstorben|Entlassen
    Inactif|Sorti|Parti|Retraité|Inactivo|Baja|Cesado|No activo|Jubilado|Inactief|Uit dienst|Overleden
    Niet actief|Inattivo|Cessato|No|0|FALSE|Nein|Non|Falsch
"""
THERE = """
    Active|On Leave|Leave of absence|Full-Time|Part time|Probation|Suspended|Working notice|Contractor
    Temporary|Intern|Aktiv|Elternzeit|Mutterschutz|Ruhend|Gekündigt|Onboarding|Actif|Activo|Actief|Attivo
    Expat|1|Yes|Ja|TRUE|Oui|Si|x
"""


def listed(text):
    return [form.strip() for line in text.strip().splitlines() for form in line.strip().split("|")]


@pytest.mark.parametrize("text", listed(FIRST_OF_MARCH))
def test_date_is_read(text):
    assert parse_date(text) == datetime.date(2020, 3, 1)


@pytest.mark.parametrize("text", listed(NO_DATES))
def test_date_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        parse_date(text)


def test_month_comes_first_where_the_column_shows_it():
    rows = b"employee_id,name,manager_id,start_date\n1,Ann,,03/01/2020\n2,Ben,1,12/31/2020\n"
    assert read_people(rows).persons[0].start_date == datetime.date(2020, 3, 1)


@pytest.mark.parametrize("status", listed(GONE))
def test_status_of_somebody_gone(status):
    assert StatusColumn("Status", {status}).is_gone(status) is True


@pytest.mark.parametrize("status", listed(THERE))
def test_status_of_somebody_there(status):
    assert StatusColumn("Status", {status}).is_gone(status) is False


@pytest.mark.parametrize(
    ("header", "letters", "gone"),
    [
        ("Status", "AILT", "IT"),
        ("STATUS", "tf", "f"),
        ("STATUS", "tfed", "fd"),
        ("Active", "YN", "N"),
        ("Aktiv", "jn", "n"),
        ("Employment Status", "FPT", ""),
        ("Employment Status", "FP", ""),
        ("Inactive", "YN", "Y"),
        ("Terminated?", "01", "1"),
    ],
)
def test_letters_are_read_by_those_beside_them(header, letters, gone):
    column = StatusColumn(header, set(letters))
    assert "".join(letter for letter in letters if column.is_gone(letter)) == gone


def test_account_is_disabled_by_its_bit():
    column = StatusColumn("userAccountControl", {"512", "514"})
    assert [column.is_gone(control) for control in ("512", "514", "66048", "66050", "")] == [
        False, True, False, True, False,
    ]  # fmt: skip


def test_leaver_is_left_out_with_the_cell_that_says_so():
    header = b"employee_id,name,manager_id,end_date,status\n"
    rows = b"1,A,,,\n2,B,1,30.03.2025,\n3,C,1,31.03.2025,\n4,D,1,,Sorti\n"
    file = read_people(header + rows, ImportOptions(as_of=datetime.date(2025, 3, 31)))
    assert [one.employee_id for one in file.persons] == ["1", "3"]
    told = [(fault.kind, fault.row, fault.column, fault.value) for fault in file.faults]
    assert told == [("left", 3, "end_date", "30.03.2025"), ("left", 5, "status", "Sorti")]


def test_manager_who_left_is_unknown_and_named():
    rows = b"employee_id,name,manager,status\n1,Ann,,\n2,Ben,1,inactive\n3,Cy,Ben,\n"
    fault = read_people(rows).faults.errors[0]
    assert (fault.kind, fault.row, fault.value) == ("unknown_manager", 4, "Ben")
    assert fault.message == "Ben (row 3), the manager of Cy, has left."


@pytest.mark.parametrize("manager", ["Ben", "Hill, Ben", "ben@x.example", "2"])
def test_reports_of_a_leaver_go_one_level_up_however_they_name_them(manager):
    rows = (
        "employee_id,name,manager,status,email\n1,Ann,,,\n2,Ben Hill,1,left,ben@x.example\n"
        f'3,Cy,"{manager.replace("Ben", "Ben Hill") if manager == "Ben" else manager}",,\n'
    )
    file = read_people(rows.encode(), ImportOptions(unknown_manager="drop"))
    assert ([one.manager_id for one in file.persons], file.faults.errors) == (["", "1"], [])


def test_zeros_that_a_spreadsheet_was_told_to_keep_are_kept():
    file = read_people(b'employee_id,name,manager_id\n="001",Ann,\n002,Ben,="001"\n')
    assert [(one.employee_id, one.manager_id) for one in file.persons] == [("001", ""), ("002", "001")]
    assert [(fault.kind, fault.row) for fault in file.faults] == [("formula_cell", 2), ("formula_cell", 3)]


def test_apostrophe_that_an_export_put_before_a_sign_is_taken_off():
    file = read_people(b"employee_id,name,manager_id\n'-1,'=Ann,\n2,Ben,'-1\n")
    assert [(one.employee_id, one.name, one.manager_id) for one in file.persons] == [
        ("-1", "=Ann", ""), ("2", "Ben", "-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "warned"),
    [
        ("=1+1", True), ("+cmd", True), ("-2+3+cmd", True), ("@SUM(1)", True), ("\t=1", True), ("\rx", True),
        ("- Leiter", True), ("-", True), ("+", True), ("-5", False), ("+1.5", False), ("-1e5", False),
        ("-5 %", False), ("+41441234567", False), ("+41 44 123 45 67", False), ("1-2", False), ("", False),
    ],
)  # fmt: skip
def test_text_that_begins_like_a_formula_is_warned_of_in_any_column(cell, warned):
    file = read_people(f'employee_id,name,manager_id,shoe size\n1,Ann,,"{cell}"\n'.encode())
    assert [(fault.kind, fault.column) for fault in file.faults] == [("formula_cell", "shoe size")] * warned


def test_lone_dash_at_the_top_is_no_formula():
    assert list(read_people(b"employee_id,name,manager_id\n1,Ann,-\n2,Ben,1\n").faults) == []


@pytest.mark.parametrize(
    "mark", ["", "NO_MANAGER", "NO_MGR", "No_Manager", "n/a", "N/A", "-", " ", "none", "00000000"]
)
def test_nobody_above_the_top(mark):
    file = read_people(f"employee_id,name,manager_id\n1,Ann,{mark}\n2,Ben,1\n".encode())
    assert (file.tops, file.faults.errors) == (1, [])


def test_row_with_too_many_cells_is_named_and_the_others_are_read():
    rows = b"employee_id,name,manager_id,title\n1,Ann,,X\n2,Hill, Ben,1,Y\n3,Cy,2,Z\n4,Dee,9,Z\n"
    file = read_people(rows)
    told = [(fault.kind, fault.row) for fault in file.faults.errors]
    assert told == [("not_a_table", 3), ("unknown_manager", 5)]
    assert file.people == 4


def test_row_that_is_too_short_has_blank_cells():
    file = read_people(b"employee_id,name,manager_id,title\n1,Ann\n2,Ben,1\n")
    assert ([one.manager_id for one in file.persons], list(file.faults)) == (["", "1"], [])


def test_footnote_below_the_table_is_nobody():
    file = read_people(b"ID,Name,Manager\n1,Ann,\n2,Ben,1\n\nTotal: 2\nconfidential until May\n")
    assert [(fault.kind, fault.row) for fault in file.faults] == [("trimmed", 5), ("trimmed", 6)]
    assert [one.employee_id for one in file.persons] == ["1", "2"]


def test_id_alone_after_a_blank_row_is_somebody():
    assert read_people(b"ID,Name,Manager\n1,Ann,\n\n2\n").people == 2


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("CN=Weber\\, Anna,OU=U,DC=x", "1"), ("cn=weber\\, anna, ou=U, dc=x", "1"),
        ("CN=Weber\\, Anna,OU=Z", "1"),
        ('CN="Weber, Anna",OU=Z', "1"), ("CN=M\\C3\\BCller,OU=U,DC=x", "2"), ("CN=Müller,OU=U,DC=x", "2"),
        ("uid=2,ou=people", "2"), ("Mueller", "2"), ("Anna WEBER", "1"),
        ("Weber Anna", "1"), ("Weber, Anna", "1"),
    ],
)  # fmt: skip
def test_manager_by_distinguished_name_or_by_any_spelling(cell, found):
    rows = [
        ["ID", "Name", "Manager", "DN"],
        ["1", "Anna Weber", "", "CN=Weber\\, Anna,OU=U,DC=x"],
        ["2", "Müller", "1", "CN=Müller,OU=U,DC=x"],
        ["3", "Cy", cell, "CN=Cy,OU=U,DC=x"],
    ]
    file = read_people("\n".join("\t".join(row) for row in rows).encode())
    assert (file.faults.errors, file.persons[2].manager_id) == ([], found)
