"""Files that would harm or confuse a careless reader get a sentence, or are read as they are."""

import io
import zipfile

import pytest
import xlsxwriter

from orgchart import apart
from orgchart.importing import read_here, read_people

HEADER = "employee_id,name,manager_id,title\n"


def workbook(*rows, formulas=()):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("People")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for row, column, formula in formulas:
            page.write_formula(row, column, formula, None, "")
    return target.getvalue()


def kinds(file):
    return [(fault.row, fault.kind) for fault in file.faults]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b" \r\n\r\n", "empty_file"),
        (HEADER.encode(), "empty_file"),
        (b"\x00" * 500, "not_a_table"),
        (b"%PDF-1.7 \x81\x8d", "not_a_table"),
        (b"PK\x03\x04 broken", "not_a_table"),
        (b"<html><table></table></html>", "not_a_table"),
        (b'{"employee_id": 1}', "not_a_table"),
        (b"Dear colleague\nhere is the list\n", "not_a_table"),
        ("employee_id,nämé\n1,".encode("utf-16")[:-1], "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "encrypted"),
    ],
)  # fmt: skip
def test_file_without_a_table_is_refused_by_kind(content, kind):
    assert kinds(read_people(content)) == [(0, kind)]


def test_text_in_an_archive_is_no_workbook():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("people.csv", HEADER)
    assert kinds(read_people(target.getvalue())) == [(0, "not_a_table")]


def test_sheet_that_reaches_too_far_is_refused_before_it_is_laid_out():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet().write("XFD1048576", "far away")
    assert kinds(read_people(target.getvalue())) == [(0, "too_large")]


def test_cell_of_ten_megabytes_is_named_at_its_row():
    content = f"{HEADER}1,Ann,,\n2,Ben,1,{'x' * 10_000_000}\n".encode()
    assert kinds(read_people(content)) == [(3, "too_large")]


def test_quotation_mark_that_is_never_closed_loses_nobody_in_silence():
    assert kinds(read_people(f'{HEADER}1,Ann,,\n2,"Ben,1,\n3,Cy,1,\n'.encode())) == [(3, "not_a_table")]


def test_row_with_more_cells_than_the_header_is_named():
    assert kinds(read_people(f"{HEADER}1,Ann,,\n2,Müller, Ben,1,Clerk\n".encode())) == [(3, "not_a_table")]


def test_two_hundred_columns_are_read():
    extra = ",".join(f"more {number}" for number in range(200))
    file = read_people(f"employee_id,name,manager_id,{extra}\n1,Ann,\n2,Ben,1\n".encode())
    assert (file.counts(), kinds(file)) == ({"people": 2, "tops": 1, "max_level": 2}, [])


def test_control_characters_are_taken_out_with_a_warning():
    file = read_people(f"{HEADER}1,An\x00n,,\n2,Ben,1,\n".encode())
    assert (file.persons[0].name, kinds(file)) == ("Ann", [(2, "trimmed")])


def test_name_of_five_thousand_characters_is_cut_with_a_warning():
    file = read_people(f"{HEADER}1,{'N' * 5000},,\n".encode())
    assert (len(file.persons[0].name), kinds(file)) == (300, [(2, "trimmed")])


def test_id_too_long_to_be_kept_is_an_error():
    file = read_people(f"{HEADER}1,Ann,,\n{'9' * 201},Ben,1,\n".encode())
    assert kinds(file) == [(3, "too_large")]


def test_many_blank_rows_count_and_cost_nothing():
    blank = "\n" * 200_000
    file = read_people(f"{HEADER}1,Ann,,{blank}2,Ben,8,\n".encode())
    assert kinds(file) == [(200_002, "unknown_manager")]


def test_formula_of_a_workbook_is_found_without_a_stored_value():
    content = workbook(
        ["employee_id", "name", "manager_id", "title"], ["1", "Ann", "", ""], ["2", "Ben", "1", "Clerk"],
        formulas=[(1, 3, "=1+1")],
    )  # fmt: skip
    file = read_people(content)
    assert [(fault.row, fault.column, fault.kind) for fault in file.faults] == [(2, "title", "formula_cell")]


def test_cover_sheet_and_title_rows_are_skipped():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("Cover").write_row(0, 0, ["Staff list", "confidential"])
        page = book.add_worksheet("Data")
        page.write(1, 0, "Staff list of March")
        for number, row in enumerate(
            [["Pers.-Nr.", "Name", "Manager ID"], [7, "Ann", ""], [8, "Ben", 7]], start=3
        ):
            page.write_row(number, 0, row)
    file = read_people(target.getvalue())
    assert [(person.row, person.employee_id, person.manager_id) for person in file.persons] == [
        (5, "7", ""),
        (6, "8", "7"),
    ]
    assert (file.found.sheet, file.found.header_row) == ("Data", 4)


def test_declared_size_that_lies_is_noticed():
    content = bytearray(workbook(["employee_id", "name", "manager_id"], ["1", "Ann", ""]))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[place + 24 : place + 28] = (part.file_size // 2).to_bytes(4, "little")
    assert kinds(read_people(bytes(content))) == [(0, "not_a_table")]


def staff_list(people):
    rows = [f"{number},N{number},{number // 7 or ''},Clerk" for number in range(1, people + 1)]
    return (HEADER + "\n".join(rows)).encode()


def test_process_apart_reads_the_same_table():
    content = staff_list(20_000)
    assert len(content) > apart.HARMLESS
    assert apart.read_people_table(content, {"title": "title"}) == read_here(content, {"title": "title"})


def test_process_apart_tells_what_is_wrong():
    content = staff_list(20_000) + b'\n8,"never closed,1,\n'
    file = read_people(content, reader=apart.read_people_table)
    assert kinds(file) == [(20_002, "not_a_table")]


@pytest.mark.parametrize(("limit", "most"), [("MEMORY", 150 * 1024 * 1024), ("CPU_SECONDS", 1)])
def test_file_that_takes_too_much_to_read_is_refused_in_words(monkeypatch, limit, most):
    monkeypatch.setattr(apart, limit, most)
    file = read_people(staff_list(600_000), reader=apart.read_people_table)
    assert kinds(file) == [(0, "too_large")]


def test_table_of_too_many_columns_is_named():
    assert kinds(read_people(b"employee_id,name,manager_id" + b",x" * 3000 + b"\n1,Ann,\n")) == [
        (1, "too_large")
    ]


@pytest.mark.parametrize("content", [b"\x16", b",,,\n,,,\n", b'""\n""\n', b"\n\n;;\n"])
def test_file_of_empty_cells_is_refused_in_words(content):
    assert kinds(read_people(content)) == [(0, "not_a_table")]
