"""Workbooks (.xlsx) to rows of cells, refused before they can do harm.

A workbook is a zip archive of XML. Its declared sizes are checked before anything is
unpacked, every part is unpacked once in small blocks to prove that the declared sizes
are true, and the extent of each sheet is measured before its cells are laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree

import python_calamine

from orgchart.faults import FileRefused, refuse

LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_RATIO = 100
SMALL_PART = 1024 * 1024
MOST_CELLS = 20_000_000
BLOCK = 1 << 20
CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>(<f\b)?)')


@dataclass
class Sheet:
    """One sheet: rows of cells from A1 on, and the cells that hold a formula."""

    name: str
    rows: list[list]
    formulas: set[tuple[int, int]] = field(default_factory=set)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a zip archive, as every .xlsx is."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_sheets(data: bytes) -> list[Sheet]:
    """All sheets of a workbook, or a refusal in words."""
    formulas = _inspect(data)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(workbook, name, formulas) for name in _visible_first(workbook)]
    except FileRefused:
        raise
    except Exception:  # calamine's errors share no base class, and a broken workbook is the sender's
        raise _unreadable() from None


def column_index(letters: str) -> int:
    """Place of a column from its letters, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _visible_first(workbook) -> list[str]:
    hidden = [str(sheet.visible) != "SheetVisibleEnum.Visible" for sheet in workbook.sheets_metadata]
    names = workbook.sheet_names
    return [name for name, away in zip(names, hidden, strict=True) if not away] or names


def _sheet(workbook, name: str, formulas: dict[str, set]) -> Sheet:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return Sheet(name, rows, formulas.get(name, set()))


def _inspect(data: bytes) -> dict[str, set]:
    """Check the archive; give the formula cells of each sheet by its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_declared(archive.infolist())
            found = {}
            for part in archive.infolist():
                content = _unpacked(archive, part)
                if re.match(r"xl/worksheets/[^/]+\.xml$", part.filename):
                    found[part.filename] = _formulas(content)
            return {name: found.get(part, set()) for name, part in _sheet_parts(archive).items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise _unreadable() from None


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to the part that holds it, as the workbook's own directory says."""
    try:
        book = _parsed(archive.read("xl/workbook.xml"))
        relations = _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    parts = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            key = next((value for name, value in sheet.items() if name.endswith("}id")), "")
            parts[sheet.get("name", "")] = "xl/" + targets.get(key, "").removeprefix("/xl/")
    return parts


def _parsed(content: bytes) -> ElementTree.Element:
    """XML without a document type, so that no entity can be declared, let alone expanded."""
    if b"<!DOCTYPE" in content:
        raise _unreadable()
    return ElementTree.fromstring(content)  # noqa: S314


def _check_declared(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 1 for part in parts):
        raise refuse(
            "encrypted", "The workbook is protected by a password.", "Remove it and send the file again."
        )
    if not any(part.filename in ("xl/workbook.xml", "xl/workbook.bin", "content.xml") for part in parts):
        raise refuse("not_a_table", "The file is an archive, not a workbook.", "Send the table itself.")
    swollen = [
        part
        for part in parts
        if part.file_size > SMALL_PART and part.file_size > LARGEST_RATIO * max(part.compress_size, 1)
    ]
    if swollen or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _too_large("The workbook unpacks to far more than a staff list needs.")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """One part's bytes; reading stops at the declared size and the checksum proves it."""
    with archive.open(part) as stream:
        if not part.filename.startswith("xl/worksheets/"):
            while stream.read(BLOCK):
                pass
            return b""
        return stream.read()


def _formulas(content: bytes) -> set[tuple[int, int]]:
    """Check how far the sheet extends; give the cells that hold a formula."""
    rows = max((int(number) for number in re.findall(rb'<row\b[^>]*?\br="(\d{1,7})"', content)), default=0)
    letters = set(re.findall(rb'<c\b[^>]*?\br="([A-Z]{1,3})', content))
    columns = max((column_index(text.decode()) for text in letters), default=0) + 1
    if rows * columns > MOST_CELLS:
        raise _too_large(f"The sheet reaches to row {rows:,} and column {columns:,}.")
    if b"<f" not in content:
        return set()
    return {
        (int(row), column_index(column.decode())) for column, row, formula in CELL.findall(content) if formula
    }


def _too_large(message: str) -> FileRefused:
    return refuse(
        "too_large", message, "Keep the sheet with the people only, delete empty rows, and save it anew."
    )


def _unreadable() -> FileRefused:
    return refuse(
        "not_a_table",
        "The workbook is damaged and cannot be read.",
        "Open it in a spreadsheet, save it as .xlsx.",
    )
