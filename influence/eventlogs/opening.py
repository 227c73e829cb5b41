"""A log's bytes, whatever it is packed in: plain, .gz, or a zip that holds just one file.

Nothing is unpacked to disk or held whole: a stream is read as far as the reader wants it, and no further
than a limit, so that a bomb costs time up to that limit and no memory.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from orgchart.faults import FileRefused, refuse
from orgchart.workbooks import is_workbook

LARGEST_UNPACKED = 4 * 1024**3
LARGEST_WHOLE = 200 * 1024**2
LARGEST_RATIO = 200
GZIP = b"\x1f\x8b"
BESIDE = re.compile(r"__MACOSX/|(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini)$")
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)
EXPORT_AGAIN = "Export the log again, and send it as .xes, .xes.gz or .csv."


class LogStream(io.RawIOBase):
    """The unpacked bytes of a log, with how far its file has been read.

    Raises ``FileRefused`` where the packing turns out to be broken, or to hold more than anybody needs.
    """

    def __init__(self, file: BinaryIO, unpacked: BinaryIO, size: int):
        self.file, self.unpacked, self.size = file, unpacked, max(size, 1)

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return min(1.0, self.file.tell() / self.size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        """Fill the buffer with unpacked bytes."""
        part = self.read_part(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def read_part(self, size: int) -> bytes:
        """The next bytes, at most so many."""
        try:
            part = self.unpacked.read(size)
            place = self.unpacked.tell()
        except BROKEN:
            raise _broken() from None
        if place > LARGEST_UNPACKED or (place > LARGEST_WHOLE and place > LARGEST_RATIO * self.size):
            raise refuse(
                "too_large",
                f"The file unpacks to more than {place // 1024**2:,} MB.",
                "Export a shorter period.",
            )
        return part

    def read_whole(self) -> bytes:
        """Everything at once, which only a workbook needs."""
        parts, size = [], 0
        while part := self.read_part(1 << 20):
            parts.append(part)
            size += len(part)
            if size > LARGEST_WHOLE:
                raise refuse(
                    "too_large",
                    f"The workbook has more than {LARGEST_WHOLE // 1024**2} MB.",
                    "Export the log as CSV.",
                )
        return b"".join(parts)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; the beginning is all that is needed."""
        return self.unpacked.seek(offset, whence)

    def tell(self) -> int:
        return self.unpacked.tell()


def open_log(file: BinaryIO) -> LogStream:
    """A log's file, opened whatever it is packed in; the format is judged by content."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    beginning = file.read(4)
    file.seek(0)
    if beginning.startswith(GZIP):
        return LogStream(file, gzip.GzipFile(fileobj=file), size)
    if is_workbook(beginning) and (member := _only_member(file)):
        return LogStream(file, member, size)
    return LogStream(file, file, size)


def _only_member(file: BinaryIO) -> BinaryIO | None:
    """The one file in a zip archive; None where the archive is a workbook."""
    try:
        archive = zipfile.ZipFile(file)
        parts = [part for part in archive.infolist() if not part.is_dir() and not BESIDE.match(part.filename)]
        if any(part.filename in ("xl/workbook.xml", "xl/workbook.bin") for part in parts):
            file.seek(0)
            return None
        _check_parts(parts)
        return archive.open(parts[0])
    except (*BROKEN, OSError, ValueError):
        raise _broken() from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) != 1:
        raise refuse(
            "not_a_table",
            f"The archive holds {len(parts):,} files; a log is one.",
            "Send the log's own file, alone in its archive or unpacked.",
        )
    path = PurePosixPath(parts[0].filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise refuse(
            "not_a_table",
            "The archive wants to put its file outside of itself.",
            "Pack the log's own file anew.",
            value=parts[0].filename,
        )
    if parts[0].flag_bits & 1:
        raise refuse("encrypted", "The archive is protected by a password.", "Remove it and send it again.")
    if parts[0].file_size > LARGEST_UNPACKED:
        raise refuse(
            "too_large", "The archive unpacks to more than anybody needs.", "Export a shorter period."
        )


def _broken() -> FileRefused:
    return refuse("not_a_table", "The packed file is damaged and cannot be unpacked.", EXPORT_AGAIN)
