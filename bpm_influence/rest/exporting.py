"""Tables as files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


class _Line:
    """Hands back what the csv writer writes."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV, one at a time, every cell safe."""
    writer = csv.writer(_Line())
    yield writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """A CSV download, streamed."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def xlsx_bytes(rows: Iterable[Sequence[Any]], sheet: str = "People") -> bytes:
    """A workbook of one sheet; every text is written as text and never as a formula or a link."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        page = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                write_cell(page, number, place, cell)
    return target.getvalue()


def xlsx_response(file_name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A workbook download."""
    response = HttpResponse(xlsx_bytes(rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def write_cell(page, number: int, place: int, cell: Any) -> None:
    """Write one cell so that no spreadsheet runs it."""
    if isinstance(cell, str):
        page.write_string(number, place, safe_cell(cell)[:LONGEST_CELL])
    elif cell is not None:
        page.write(number, place, cell)
