"""The report for the committee: the same figures as the pages, on paper and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.db.models import QuerySet

from bpm_influence.rest.exporting import write_cell
from influence import presenting
from influence.areas import AXES
from influence.champion_rows import FILE_HEADINGS, champion_rows, file_rows
from influence.groups import GROUP_HELP
from influence.mapping import GROUPS, Window, cells_of
from influence.models import Analysis, Group, Score
from influence.parts import PART_WORDS, DepartmentParts
from surveys.promises import Promise

DOTS_UP_TO = 2_000
SIDE = 100
NAMES_IN_FILE = ("Employee id", "Name", "Email", "Title", "First moved by", "Note", "Why")
LIMITS = (
    "A model's estimate: it says how many people would be moved on average, not who moves on which day.",
    "How readily people move each other is an assumption until it is calibrated with adoption data; the "
    "ranges show both rates from two thirds to four thirds of what is assumed.",
    "Who names nobody cannot be moved by colleagues in the model; with fewer answers, reaches fall.",
    "Scores describe a network in one initiative; they are not for evaluating, promoting or dismissing "
    "people.",
)


def map_picture(rows: QuerySet[Score], people: int) -> dict[str, Any]:
    """The map as shapes of an SVG that is 100 by 100: points where people are few, else cells of density."""
    across, up = AXES["score"]
    if people <= DOTS_UP_TO:
        values = rows.order_by().values_list(across, up, "group")
        dots = [{"x": f"{x:.1f}", "y": f"{SIDE - y:.1f}", "group": group} for x, y, group in values]
        return {"dots": dots, "cells": []}
    cells = cells_of(rows, across, up, Window())
    most = max(cell[2] for cell in cells)
    size = SIDE / 60
    return {
        "dots": [],
        "cells": [
            {
                "x": f"{column * size:.2f}",
                "y": f"{SIDE - (row + 1) * size:.2f}",
                "size": f"{size:.2f}",
                "group": GROUPS[group],
                "opacity": f"{0.25 + 0.7 * (count / most) ** 0.3:.2f}",
            }
            for column, row, count, group in cells
        ],
    }


def curve_points(curve: Sequence[dict[str, float]]) -> str:
    """Reach over the number of champions as the points of a line in a box of 100 by 50."""
    if len(curve) < 2:
        return ""
    most = max(point["reach"] for point in curve) or 1
    step = SIDE / (len(curve) - 1)
    return " ".join(f"{i * step:.2f},{50 - 48 * point['reach'] / most:.2f}" for i, point in enumerate(curve))


def group_rows(analysis: Analysis) -> list[tuple[str, str, int, str]]:
    """The four groups with their size and advice."""
    counts = analysis.summary["groups"]
    return [(group.value, group.label, counts[group.value], GROUP_HELP[group]) for group in Group]


def tables(
    analysis: Analysis, departments: Iterable[DepartmentParts], promise: Promise, *, with_names: bool
) -> dict[str, list[list[Any]]]:
    """The tables of the report by the name of their sheet, headings first."""
    return {
        "Reach": _reach_table(analysis),
        "Parts": _parts_table(analysis),
        "Groups": [["Group", "People"], *([word, count] for _, word, count, _ in group_rows(analysis))],
        "Departments": _department_table(departments),
        "Curve": _curve_table(analysis),
        "Champions": _champions_table(analysis, promise, with_names=with_names),
        "Method": [["Keep in mind"], *([text] for text in (*LIMITS, *analysis.results.get("notes", [])))],
    }


def _reach_table(analysis: Analysis) -> list[list[Any]]:
    figures = [*presenting.reaches(analysis.summary), *presenting.baselines(analysis)]
    rows = [[one.word, one.share, one.people, one.se, one.low, one.high] for one in figures]
    return [["Through", "Share", "People", "±", "Lowest over the rates", "Highest over the rates"], *rows]


def _parts_table(analysis: Analysis) -> list[list[Any]]:
    figures = [row["figure"] for row in presenting.parts(analysis.summary)]
    rows = [[one.word, one.share, one.people, one.se, one.low, one.high] for one in figures]
    return [["Part", "Share", "People", "±", "Lowest over the rates", "Highest over the rates"], *rows]


def _department_table(departments: Iterable[DepartmentParts]) -> list[list[Any]]:
    rows = [[row.word, row.people, *(row.parts[part] for part in PART_WORDS)] for row in departments]
    return [["Department", "People", *PART_WORDS.values()], *rows]


def _curve_table(analysis: Analysis) -> list[list[Any]]:
    rows = [
        [point["champions"], point["reach"], point["se"], point["only_together"], point.get("direct")]
        for point in analysis.results.get("curve", [])
    ]
    return [["Champions", "Reached", "±", "Only together", "Direct"], *rows]


def _champions_table(analysis: Analysis, promise: Promise, *, with_names: bool) -> list[list[Any]]:
    rows = file_rows(champion_rows(analysis, promise))
    if with_names:
        return rows
    kept = [place for place, heading in enumerate(FILE_HEADINGS) if heading not in NAMES_IN_FILE]
    return [[row[place] for place in kept] for row in rows]


def champion_places(rows: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """How many champions each department gives, for a report without names."""
    found: dict[str, int] = {}
    for row in rows:
        name = row["department"] or "No department"
        found[name] = found.get(name, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """The tables as a workbook, a sheet each; texts are never formulas or links."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            page.set_row(0, None, bold)
            page.set_column(0, 0, 28)
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write_cell(page, place, column, cell)
    return target.getvalue()
