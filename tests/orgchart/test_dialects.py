"""Any tree, written in any dialect, comes back exactly; a fault put in is named at its row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgchart.importing import read_people
from tests.orgchart.staff_lists import ID, INJECTIONS, NAME, counts_of, inject, staff_lists


@settings(max_examples=120, deadline=None)
@given(staff_lists())
def test_any_tree_in_any_dialect_comes_back_exactly(staff):
    file = read_people(staff.content())
    rows, managers = staff.rows, staff.managers
    expected = [
        (
            staff.row_of(place) + staff.shift,
            row[ID],
            row[NAME],
            "" if managers[place] is None else rows[managers[place]][ID],
        )
        for place, row in enumerate(rows)
    ]
    assert [fault.kind for fault in file.faults] == []
    assert [(row.row, row.employee_id, row.name, row.manager_id) for row in file.persons] == expected
    assert file.counts() == counts_of(managers)


@pytest.mark.parametrize("kind", INJECTIONS)
@settings(max_examples=20, deadline=None)
@given(staff_lists(least=3), st.data())
def test_a_fault_put_in_is_named_at_its_row(kind, staff, data):
    injected = inject(data.draw, staff, kind)
    file = read_people(injected.staff.content())
    assert [(fault.kind, fault.row) for fault in file.faults.errors] == injected.errors
    assert [(fault.kind, fault.row) for fault in file.faults.warnings] == injected.warnings
    assert file.counts() == counts_of(injected.staff.managers)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "utf-16-be"])
def test_umlauts_survive_each_encoding(encoding):
    content = "employee_id;name;manager_id\n1;Jürgen Groß;\n".encode(encoding)
    assert [person.name for person in read_people(content).persons] == ["Jürgen Groß"]
