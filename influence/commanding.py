"""What the commands of this room share: printing results as table, CSV or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bpm_influence.rest.exporting import csv_lines

FORMATS = ("table", "csv", "json")


def print_rows(command, rows: Iterable[Mapping[str, Any]], fields: Sequence[str], form: str) -> None:
    """Print rows of the same fields in one of the formats; a table keeps to short figures."""
    if form == "json":
        command.stdout.write(json.dumps(list(rows), ensure_ascii=False))
        return
    if form == "csv":
        for line in csv_lines(fields, ([row[field] for field in fields] for row in rows)):
            command.stdout.write(line, ending="")
        return
    lines = [list(fields), *([_short(row[field]) for field in fields] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(fields))]
    for line in lines:
        command.stdout.write(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def _short(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
