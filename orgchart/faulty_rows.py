"""The sender's own file again, with one more column that says what is wrong in each row."""

from __future__ import annotations

from collections.abc import Iterator

from orgchart.people_files import PeopleFile


def rows_with_reasons(file: PeopleFile) -> Iterator[list[str]]:
    """Every row at its own number, its faults in words after the last column."""
    reasons: dict[int, list[str]] = {}
    for fault in file.faults:
        for row in fault.rows or (fault.row,):
            reasons.setdefault(row, []).append(f"{fault.message} {fault.remedy}")
    if file.table is None:
        yield ["What is wrong"]
        yield [" ".join(reasons.get(0, []))]
        return
    width = max([len(file.table.header), *(len(cells) for _, cells in file.table.rows)])
    rows = {file.table.header_row: file.table.header, **dict(file.table.rows)}
    for number in range(1, max(rows) + 1):
        yield _row(rows.get(number, []), width, _reason(number, file, reasons))


def _reason(number: int, file: PeopleFile, reasons: dict[int, list[str]]) -> str:
    if number == file.table.header_row:
        return " ".join(["What is wrong", *reasons.get(0, []), *reasons.get(number, [])])
    return " ".join(reasons.get(number, []))


def _row(cells: list[str], width: int, reason: str) -> list[str]:
    return [*cells, *[""] * (width - len(cells)), reason]
