"""Text that a spreadsheet would take for a formula."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgchart.faults import FaultList
    from orgchart.tables import Table

SIGNS = frozenset("=+-@\t\r")
NUMBER = re.compile(r"[+-]?(\d+([.,' \u00a0\u202f]\d+)*[.,]?|[.,]\d+)([eE][+-]?\d+)?\s?%?$")
QUOTED = re.compile(r'="([^"]*)"$')


def begins_like_a_formula(cell: str) -> bool:
    """Whether a cell begins with one of the signs that start a formula, and is no number."""
    return cell[:1] in SIGNS and bool(cell.strip()) and not NUMBER.match(cell.strip())


def without_armour(text: str) -> str:
    """Text as it was meant: ``="001"`` keeps zeros, an apostrophe before ``=`` stops a formula."""
    if match := QUOTED.match(text):
        return match[1].strip()
    return text[1:] if text[:1] == "'" and text[1:2] in SIGNS else text


def warn_of_formulas(faults: FaultList, table: Table, *, dashes: Collection[int] = ()) -> None:
    """Warn of cells that are a formula or begin like one; in the columns ``dashes`` a dash says none."""
    for number, cells in table.rows:
        warn_of_row(faults, table, number, cells, dashes=dashes)


def warn_of_row(
    faults: FaultList, table: Table, number: int, cells: list[str], *, dashes: Collection[int] = ()
) -> None:
    """Warn of one row's formulas."""
    for place, cell in enumerate(cells):
        begins = cell[:1] in SIGNS and begins_like_a_formula(cell)
        begins = begins and not (place in dashes and cell.strip() == "-")
        if begins or (number, place) in table.formulas:
            faults.warn(
                "formula_cell",
                "This cell is a formula, or begins like one.",
                "It is kept as text; write the value itself where a formula was not meant.",
                row=number,
                column=table.name_of(place),
                value=cell,
            )
