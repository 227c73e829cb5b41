"""Bytes of any export to a table: encoding, delimiter, sheet and header row are found.

The format is judged by content, never by the name's ending. Rows keep the number that
a spreadsheet shows. What cannot be read is refused in words (``FileRefused``).
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orgchart.columns import Layout, is_label_row
from orgchart.faults import refuse
from orgchart.workbooks import Sheet, is_workbook, read_sheets

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
HEADER_SEARCH = 60
MOST_COLUMNS = 2_000
LONGEST_CELL = 131_072
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
BLANK_BEFORE_QUOTE = re.compile(r'[,;\t|] +"[^"]')
HEXADECIMAL = re.compile(r"X'((?:[0-9a-fA-F]{2})+)'$")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class Found:
    """What was found out about a file, to be shown to whoever sent it."""

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0

    def as_dict(self) -> dict:
        """The findings that apply."""
        return {name: value for name, value in vars(self).items() if value}

    def __str__(self) -> str:
        if self.sheet:
            return f'Workbook, sheet "{self.sheet}", header in row {self.header_row}'
        delimiter = DELIMITERS.get(self.delimiter, self.delimiter)
        return f"Text, {self.encoding}, separated by {delimiter}, header in row {self.header_row}"


@dataclass
class Table:
    """A header and the rows below it, each with its number; cells are untrimmed text.

    ``formulas`` and ``cleaned`` hold (row number, column index) of workbook cells with a
    formula and of cells from which control characters were taken; ``overlong`` the number of
    cells of rows that have more of them than the header, by row number.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    found: Found
    formulas: set[tuple[int, int]] = field(default_factory=set)
    cleaned: set[tuple[int, int]] = field(default_factory=set)
    overlong: dict[int, int] = field(default_factory=dict)

    @property
    def header_row(self) -> int:
        return self.found.header_row

    def name_of(self, column: int) -> str:
        """The header above a column; empty beyond the last one."""
        return self.header[column] if column < len(self.header) else ""

    def samples(self, column: int, count: int = 3) -> list[str]:
        """The first few different values of a column."""
        seen: dict[str, None] = {}
        for _, cells in self.rows:
            value = cells[column].strip() if column < len(cells) else ""
            if value:
                seen[value[:80]] = None
            if len(seen) == count:
                break
        return list(seen)


def read_table(
    data: bytes, layout: Layout, mapping: Mapping[str, str] | None = None, *, keep_overlong: bool = False
) -> Table:
    """Read a file of any of the formats into a table with the header that fits the layout best.

    Rows of text with more cells than the header are refused, or with ``keep_overlong`` left to the caller.

    Raises
    ------
    FileRefused
        Where there is no table; missing columns are the caller's to judge.
    """
    if not data.strip():
        raise _empty("The file is empty.")
    if data.startswith(OLE):
        raise refuse(
            "encrypted",
            "The file is a workbook protected by a password, or one in the old .xls format.",
            "Remove the password, save it as .xlsx or CSV, and send it again.",
        )
    if is_workbook(data):
        return _from_sheets(read_sheets(data), layout, mapping)
    table = _from_text(data, layout, mapping)
    if table.overlong and not keep_overlong:
        number = min(table.overlong)
        raise refuse("not_a_table", *overlong_words(table, number), row=number)
    return table


def overlong_words(table: Table, number: int) -> tuple[str, str]:
    """What is wrong with a row that has more cells than the header, and what to do."""
    return (
        f"Row {number} has {table.overlong[number]} cells, the header has {len(table.header)}.",
        "Put values that contain the separator into quotation marks, or export as .xlsx.",
    )


def decoded(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: by byte order mark, else UTF-8, else Windows-1252."""
    for mark, codec, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with byte order mark"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if data.startswith(mark):
            return _decode(data, codec), name
    unmarked = _utf16_without_mark(data)
    if unmarked:
        return _decode(data, unmarked), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decode(data, "cp1252"), "Windows-1252"


def find_header(
    rows: Sequence[tuple[int, list[str]]], layout: Layout, mapping: Mapping[str, str] | None
) -> tuple[int, tuple[int, int]] | None:
    """Place of the header among the first rows, and its score; the first complete one wins."""
    best = None
    for index, (_, cells) in enumerate(rows[:HEADER_SEARCH]):
        score = layout.score(cells, mapping)
        if score[0] == len(layout.required) and not _heads_groups(cells, rows[index + 1 :], layout, mapping):
            return index, score
        if score[1] and (best is None or sum(score) > sum(best[1])):
            best = index, score
    return best if best and best[1][1] > 1 else None


def _heads_groups(cells: list[str], below: Sequence[tuple[int, list[str]]], layout: Layout, mapping) -> bool:
    """Whether a row is one of headings over groups of columns, whose own names stand in the next row."""
    if not below or layout.score(below[0][1], mapping)[0] < len(layout.required):
        return False
    return 3 * _filled(cells) < 2 * _filled(below[0][1])


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, map(str.strip, cells)))


def _likely_header(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The first row as wide as most rows; where no name of a column is known, it may be the header."""
    widths = [_filled(cells) for _, cells in rows[:HEADER_SEARCH]]
    filled = [width for width in widths if width]
    usual = max(set(filled), key=lambda width: (filled.count(width), width))
    return next(place for place, width in enumerate(widths) if width >= usual)


def _decode(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise _no_table("The file is not text in any known encoding.") from None


def _utf16_without_mark(data: bytes) -> str:
    sample = data[:4000]
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > 0.6 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _from_text(data: bytes, layout: Layout, mapping: Mapping[str, str] | None) -> Table:
    text, encoding = decoded(data)
    text = text.lstrip("\ufeff")
    controls = len(CONTROL.findall(text))
    if controls > 3 + len(text) / 50:
        raise _no_table("The file is binary, not a table of text.")
    if not text.strip():
        raise _empty("The file holds nothing but blanks.")
    if re.match(r"\s*(<\?xml|<!doctype|<html|\{|%PDF)", text[:200], re.IGNORECASE):
        raise _no_table("The file is a web page, XML, JSON or PDF, not a table.")
    delimiter = _delimiter(text, layout, mapping)
    rows = _numbered(_records(text, delimiter), skip_hint=True)
    if "X'" in text:
        _spell_out(rows)
    cleaned = _clean(rows) if controls else set()
    found = Found("text", encoding=encoding, delimiter=delimiter)
    table = _below_header(rows, layout, mapping, found)
    table.cleaned = cleaned
    table.overlong = _overlong(table)
    return table


def _delimiter(text: str, layout: Layout, mapping: Mapping[str, str] | None) -> str:
    hint = re.match(r'"?sep=(.)"?\r?\n', text)
    if hint and hint.group(1) in DELIMITERS:
        return hint.group(1)
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter, layout, mapping))


def _fit(text: str, delimiter: str, layout: Layout, mapping) -> tuple:
    """How well a delimiter cuts the first rows: header found, then width that most rows share."""
    rows = []
    try:
        for row in _reader(text[:200_000], delimiter, strict=False):
            if len(rows) == HEADER_SEARCH:
                break
            rows.append((0, row[:MOST_COLUMNS]))
    except csv.Error:
        if not rows:
            return (0, 0), 0, 0
    header = find_header(rows, layout, mapping)
    widths = [len(cells) for _, cells in rows if len(cells) > 1]
    usual = max(set(widths), key=widths.count) if widths else 0
    return header[1] if header else (0, 0), widths.count(usual) if usual else 0, usual


def _records(text: str, delimiter: str) -> list[list[str]]:
    """All records; strictly first, so that a quote that is never closed does not swallow rows."""
    try:
        return list(_reader(text, delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _unclosed(text, delimiter) from None
    records = []
    try:
        records.extend(_reader(text, delimiter, strict=False))
    except csv.Error:
        row = sum(1 for _ in _until_error(text, delimiter)) + 1
        raise refuse(
            "too_large",
            f"Row {row} has a cell of more than {LONGEST_CELL:,} characters.",
            "Look for a quotation mark that is never closed, or shorten the cell.",
            row=row,
        ) from None
    return records


def _reader(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    blanks = bool(BLANK_BEFORE_QUOTE.search(text, 0, 100_000))
    source = io.StringIO(text, newline="")
    return csv.reader(source, delimiter=delimiter, strict=strict, skipinitialspace=blanks)


def _until_error(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    reader = _reader(text, delimiter, strict=strict)
    while True:
        try:
            yield next(reader)
        except (csv.Error, StopIteration):
            return


def _unclosed(text: str, delimiter: str):
    row = sum(1 for _ in _until_error(text, delimiter, strict=True)) + 1
    return refuse(
        "not_a_table",
        f"A quotation mark opened in row {row} is never closed.",
        "Close it or export the file again; everything after it would be lost.",
        row=row,
    )


def _numbered(records: list[list[str]], *, skip_hint: bool) -> list[tuple[int, list[str]]]:
    rows = list(enumerate(records, start=1))
    if skip_hint and rows and rows[0][1] and rows[0][1][0].startswith("sep="):
        return rows[1:]
    return rows


def _spell_out(rows: list[tuple[int, list[str]]]) -> None:
    """Turn the hexadecimal text that csvde writes for accented letters (`X'4ac3bc'`) back into letters."""
    for _, cells in rows:
        for index, cell in enumerate(cells):
            if match := HEXADECIMAL.match(cell.strip()):
                cells[index] = bytes.fromhex(match[1]).decode("utf-8", "replace")


def _clean(rows: list[tuple[int, list[str]]]) -> set[tuple[int, int]]:
    cleaned = set()
    for number, cells in rows:
        for index, cell in enumerate(cells):
            if CONTROL.search(cell):
                cells[index] = CONTROL.sub("", cell)
                cleaned.add((number, index))
    return cleaned


def _overlong(table: Table) -> dict[int, int]:
    width = len(table.header)
    return {
        number: len(cells)
        for number, cells in table.rows
        if len(cells) > width and any(map(str.strip, cells[width:]))
    }


def _from_sheets(sheets: list[Sheet], layout: Layout, mapping: Mapping[str, str] | None) -> Table:
    filled = [(sheet, _sheet_rows(sheet)) for sheet in sheets if sheet.rows]
    if not filled:
        raise _empty("The workbook has no filled cell.")

    def fit(pair: tuple) -> tuple:
        header = find_header(pair[1], layout, mapping)
        if header is None:
            return (0, 0), False
        below = any(any(cells) for _, cells in pair[1][header[0] + 1 :])
        return (header[1] if header[1][0] < len(layout.required) else (header[1][0], 0)), below

    sheet, rows = max(filled, key=lambda pair: (fit(pair)[0][0], fit(pair)[1], fit(pair)[0][1]))
    found = Found("workbook", sheet=sheet.name)
    table = _below_header(rows, layout, mapping, found)
    table.formulas = sheet.formulas
    table.cleaned = _clean(table.rows)
    return table


def _sheet_rows(sheet: Sheet) -> list[tuple[int, list[str]]]:
    return [
        (number, [cell_text(cell) for cell in cells] if cells.count("") < len(cells) else [])
        for number, cells in enumerate(sheet.rows, start=1)
    ]


def cell_text(value: object) -> str:
    """A workbook's cell as text: whole numbers without ``.0``, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def _below_header(
    rows: list[tuple[int, list[str]]], layout: Layout, mapping: Mapping[str, str] | None, found: Found
) -> Table:
    """The table below the header; where no row looks like one, the first of the usual width stands in."""
    _check_columns(rows)
    if not any(_filled(cells) for _, cells in rows[:HEADER_SEARCH]):
        raise _no_table("There is nothing but empty cells where the header should be.")
    header = find_header(rows, layout, mapping)
    place = header[0] if header else _likely_header(rows)
    number, cells = rows[place]
    if header is None and _filled(cells) < 2:
        raise _no_table("The file is text without columns or a header.")
    names = [cell.strip() for cell in cells]
    filled = [row for row in rows[place + 1 :] if any(map(str.strip, row[1]))]
    while filled and is_label_row(layout, names, filled[0][1]):
        filled = filled[1:]
    found = Found(found.format, found.encoding, found.delimiter, found.sheet, number)
    return Table(names, filled, found)


def _check_columns(rows: Sequence[tuple[int, list[str]]]) -> None:
    for number, cells in rows[:HEADER_SEARCH]:
        if len(cells) > MOST_COLUMNS:
            raise refuse(
                "too_large",
                f"Row {number} has {len(cells):,} columns.",
                f"Keep at most {MOST_COLUMNS:,}.",
                row=number,
            )


def _empty(message: str):
    return refuse("empty_file", message, "Export it again and check that it holds the people.")


def _no_table(message: str):
    return refuse("not_a_table", message, "Export the list as CSV or .xlsx and send that file.")
