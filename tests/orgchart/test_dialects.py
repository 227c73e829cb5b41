"""Any tree, written in any dialect, comes back exactly; a fault put in is named at its row."""

import csv
import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orgchart.importing import read_people

FIRST = ["Anna", "Jürgen", "Łukasz", "Zoë", "Søren", "Grete", "Ines", "Tom"]
LAST = ["Weber", "Müller", "O'Brien", "van den Berg", "Öztürk", "Schmidt-Lange", "Conti"]
HEADERS = [
    ("employee_id", "name", "manager_id", "email"),
    ("Employee ID", "Worker", "Manager ID", "Email - Primary Work"),
    ("Personalnummer", "Mitarbeiter/in", "Vorgesetzter", "E-Mail"),
    ("Employee #", "Last name, First name", "Reporting to", "Work Email"),
]


@st.composite
def organisations(draw):
    """People as (id, first name, last name, place of the manager or None), unique in id and name."""
    count = draw(st.integers(1, 25))
    prefix = draw(st.sampled_from(["", "00", "E-", "a"]))
    names = draw(st.permutations([(first, last) for first in FIRST for last in LAST]))[:count]
    managers = [None, *(draw(st.integers(0, place - 1)) for place in range(1, count))]
    order = draw(st.permutations(range(count)))
    people = [(f"{prefix}{place + 1}", *names[place], managers[place]) for place in range(count)]
    return people, order


@st.composite
def dialects(draw):
    """How a file is written: format, encoding, delimiter, headers, title rows, the manager's form."""
    return {
        "format": draw(st.sampled_from(["csv", "csv", "xlsx"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])),
        "delimiter": draw(st.sampled_from([",", ";", "\t"])),
        "newline": draw(st.sampled_from(["\n", "\r\n"])),
        "headers": draw(st.sampled_from(HEADERS)),
        "titles": draw(st.integers(0, 3)),
        "manager": draw(st.sampled_from(["id", "email", "first last", "last, first", "dn", "cn"])),
        "no_manager": draw(st.sampled_from(["", "NO_MANAGER", "n/a", "-"])),
        "blank_end": draw(st.integers(0, 2)),
    }


def email_of(person):
    return f"p{person[0]}@firm.example".lower()


def dn_of(person):
    return f"CN={person[2]}\\, {person[1]},OU=Users,DC=firm,DC=example"


FORMS = {
    "id": lambda person: person[0],
    "email": email_of,
    "first last": lambda person: f"{person[1]} {person[2]}",
    "last, first": lambda person: f"{person[2]}, {person[1]}",
    "dn": dn_of,
    "cn": dn_of,
}


def rows_of(organisation, dialect):
    """All rows of the file: titles, a blank row where there are titles, header, people."""
    people, order = organisation
    form = FORMS[dialect["manager"]]
    with_dn = dialect["manager"] == "dn"
    rows = [[f"Staff list, part {number + 1}"] for number in range(dialect["titles"])]
    rows.append([*dialect["headers"], *(["DN"] if with_dn else [])])
    for place in order:
        person = people[place]
        manager = dialect["no_manager"] if person[3] is None else form(people[person[3]])
        name = f"{person[1]} {person[2]}"
        rows.append([person[0], name, manager, email_of(person), *([dn_of(person)] if with_dn else [])])
    return rows + [[""]] * dialect["blank_end"]


def written(rows, dialect):
    """The rows as the bytes of a file."""
    if dialect["format"] == "xlsx":
        target = io.BytesIO()
        with xlsxwriter.Workbook(target) as book:
            page = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    page.write_string(number, place, cell)
        return target.getvalue()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect["delimiter"], lineterminator=dialect["newline"])
    writer.writerows(rows)
    return text.getvalue().encode(dialect["encoding"])


@settings(max_examples=150, deadline=None)
@given(organisations(), dialects())
def test_any_tree_in_any_dialect_comes_back_exactly(organisation, dialect):
    file = read_people(written(rows_of(organisation, dialect), dialect))
    people, order = organisation
    expected = [
        (people[p][0], f"{people[p][1]} {people[p][2]}", people[people[p][3]][0] if p else "") for p in order
    ]
    assert [fault.kind for fault in file.faults] == []
    assert [(row.employee_id, row.name, row.manager_id) for row in file.persons] == expected


@settings(max_examples=150, deadline=None)
@given(organisations(), dialects(), st.data())
def test_a_fault_put_in_is_named_at_its_row(organisation, dialect, data):
    rows = rows_of(organisation, dialect)
    first = dialect["titles"] + 1
    place = data.draw(st.integers(first, first + len(organisation[0]) - 1))
    kind = data.draw(st.sampled_from(["missing_id", "unknown_manager", "duplicate_id"]))
    row = place + 1
    if kind == "missing_id":
        rows.insert(place, ["", "Nobody Known", "", "nobody@firm.example"])
    elif kind == "unknown_manager":
        rows.insert(place, ["X1", "New Person", "Nobody At All", "new@firm.example"])
    else:
        rows.append([rows[place][0], "New Person", "", "new@firm.example"])
        row = len(rows)
    file = read_people(written(rows, dialect))
    assert [(fault.kind, fault.row) for fault in file.faults.errors] == [(kind, row)]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "utf-16-be"])
def test_umlauts_survive_each_encoding(encoding):
    content = "employee_id;name;manager_id\n1;Jürgen Groß;\n".encode(encoding)
    assert [person.name for person in read_people(content).persons] == ["Jürgen Groß"]
