"""A people file becomes persons with their managers, or a list of faults.

Pure: bytes in, ``PeopleFile`` out. Nothing is written here; the command, the page and
the API all read files through ``read_people``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from orgchart import judging
from orgchart.columns import UnknownField, find_column, header_key
from orgchart.faults import FileRefused
from orgchart.guessing import find_columns
from orgchart.managers import MANAGER_FIELDS, resolve_managers
from orgchart.people_columns import PEOPLE
from orgchart.people_files import ImportOptions, PeopleFile
from orgchart.person_rows import RowReader, cell
from orgchart.tables import Table, read_table

Reader = Callable[[bytes, Mapping[str, str]], Table]


def read_here(data: bytes, mapping: Mapping[str, str]) -> Table:
    """Read a staff list into a table in this process."""
    return read_table(data, PEOPLE, mapping, keep_overlong=True)


def read_people(
    data: bytes, options: ImportOptions | None = None, *, reader: Reader = read_here
) -> PeopleFile:
    """Read an org chart file of any of the formats; what is wrong is in ``faults``.

    ``reader`` turns the bytes into a table: in this process, or in another one with less to lose.
    """
    options = options or ImportOptions()
    file = PeopleFile()
    try:
        file.table = reader(data, options.mapping)
    except FileRefused as refused:
        file.faults = refused.faults
        return file
    options = _with_remembered_columns(file, options)
    if _find_columns(file, options):
        _read_rows(file, options)
    file.faults.sort()
    return file


def _with_remembered_columns(file: PeopleFile, options: ImportOptions) -> ImportOptions:
    """The options with the columns chosen by hand for an earlier file with this header."""
    if options.mapping or options.kept:
        return options
    mapping, kept = options.by_header.get(header_key(file.table.header), ({}, ()))
    return replace(options, mapping=mapping, kept=kept)


def _find_columns(file: PeopleFile, options: ImportOptions) -> bool:
    """Say which column holds what; False where nothing can be counted."""
    header = file.table.header
    if not _mapping_fits(file, options.mapping):
        return False
    file.columns = find_columns(file.table, options.mapping)
    places = {name: find_column(header, name) for name in options.kept}
    file.kept = {name: place for name, place in places.items() if place is not None}
    manager_found = any(name in file.columns for name in MANAGER_FIELDS)
    if "employee_id" in file.columns and manager_found:
        return True
    if not manager_found:
        _missing_column(file, "manager_id", "that says whom each person reports to")
    if "employee_id" not in file.columns:
        _missing_column(file, "employee_id", "with employee ids")
        return manager_found and _count_by_email(file)
    return False


def _mapping_fits(file: PeopleFile, mapping: Mapping[str, str]) -> bool:
    try:
        PEOPLE.check_mapping(mapping)
    except UnknownField as unknown:
        _mapping_fault(file, "", str(unknown))
        return False
    for name, column in mapping.items():
        if column and find_column(file.table.header, column) is None:
            _mapping_fault(file, name, f'The file has no column "{column}", which {name} was mapped to.')
    return not file.faults.errors


def _mapping_fault(file: PeopleFile, value: str, message: str) -> None:
    columns = ", ".join(filter(None, file.table.header))
    file.faults.error(
        "missing_column",
        message,
        f"Choose one of the file's columns: {columns[:300]}.",
        row=file.table.header_row,
        value=value,
    )


def _missing_column(file: PeopleFile, name: str, what: str) -> None:
    columns = ", ".join(filter(None, file.table.header))
    file.faults.error(
        "missing_column",
        f"There is no column {what}.",
        f'Add it, or say which column it is ("{name}=..."). Columns found: {columns[:300]}.',
        row=file.table.header_row,
        value=name,
    )


def _count_by_email(file: PeopleFile) -> bool:
    """Let unique emails stand in for ids, so that the rest of the file can be judged."""
    if "email" not in file.columns:
        return False
    values = [cell(cells, file.columns["email"]) for _, cells in file.table.rows]
    if not all(values) or len(set(values)) < len(values):
        return False
    file.columns["employee_id"] = file.columns["email"]
    return True


def _read_rows(file: PeopleFile, options: ImportOptions) -> None:
    if not file.table.rows:
        file.faults.error(
            "empty_file", "There is a header, but nobody below it.", "Export the list again with its people."
        )
        return
    judging.drop_footnotes(file)
    judging.warn_of_cells(file)
    reader = RowReader(file, options)
    rows = [reader.read(number, cells) for number, cells in file.table.rows]
    file.persons = judging.unique(file, [row for row in rows if row], options)
    resolve_managers(file, options)
    judging.judge_tops_and_cycles(file)
    judging.warn_of_doubles(file)
    if not file.persons and not file.faults.errors:
        file.faults.error(
            "empty_file", "Nobody in the file is still there at the chart's date.", "Check the date."
        )
