"""Tables as downloads: the same rows as CSV or as XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from bpm_influence.rest.exporting import XLSX, csv_response, xlsx_bytes

KINDS = ("csv", "xlsx")


def table_response(
    name: str, kind: str, rows: Iterable[Sequence[Any]], sheet: str
) -> HttpResponse | StreamingHttpResponse:
    """The rows, headings first, as a file of that kind."""
    if kind == "csv":
        lines: Iterator[Sequence[Any]] = iter(rows)
        return csv_response(f"{name}.csv", next(lines), lines)
    response = HttpResponse(xlsx_bytes(rows, sheet), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
