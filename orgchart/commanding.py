"""What the commands that load a file share: reading it, and telling what came of it as text or one object."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orgchart.faults import Fault, FileRefused, refuse


class Report(Protocol):
    """What a load found and did."""

    errors: list[Fault]
    warnings: list[Fault]

    def as_dict(self) -> dict[str, Any]:
        """The object to print."""

    def sentence(self) -> str:
        """The same in words, where it was written."""


class LoadCommand(BaseCommand):
    """Loads a file; with ``--format json`` it prints one object, whatever stops it."""

    counts: tuple[str, ...] = ()

    def add_arguments(self, parser) -> None:
        """Declare the format; to be called by the loading commands."""
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def load(self, **options: Any) -> Report:
        """Load the file; each command does it its own way."""
        raise NotImplementedError

    def handle(self, *, format: str, **options: Any) -> None:
        """Load, and tell what came of it."""
        try:
            report = self.load(**options)
        except FileRefused as refusal:
            self._tell(self._nothing(refusal.faults.errors), refusal.faults.errors, [], format)
            return
        except CommandError as refusal:
            fault = Fault("refused", 0, "", "", str(refusal), "")
            self._print(self._nothing([fault]), format)
            raise
        self._tell(report.as_dict(), report.errors, report.warnings, format)
        if format == "text":
            self.stdout.write(report.sentence())

    def _nothing(self, errors: list[Fault]) -> dict[str, Any]:
        """The object where nothing could be read."""
        counts = dict.fromkeys(self.counts, 0)
        return {**counts, "written": False, "errors": [fault.as_dict() for fault in errors], "warnings": []}

    def _tell(self, found: dict[str, Any], errors: list[Fault], warnings: list[Fault], format: str) -> None:
        self._print(found, format)
        for word, faults in (("error", errors), ("warning", warnings)):
            for fault in faults:
                self.stderr.write(f"{word} {fault.kind}: {fault}")
        if errors:
            raise CommandError(
                f"{len(errors):,} {'errors' if len(errors) > 1 else 'error'}; nothing was written."
            )

    def _print(self, found: dict[str, Any], format: str) -> None:
        if format == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))


def content_of(file: Path) -> bytes:
    """A file's bytes; one that cannot be read, or is over the upload limit, is refused in words."""
    try:
        if file.stat().st_size > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise refuse(
                "too_large",
                f"The file is larger than {settings.UPLOAD_LIMIT_MB} MB, the most that is accepted here.",
                "Leave out columns that nobody needs, or raise UPLOAD_LIMIT_MB.",
            )
        return file.read_bytes()
    except OSError as error:
        raise unreadable(file, error) from None


def unreadable(file: Path, error: OSError) -> FileRefused:
    """The refusal of a file that cannot be opened."""
    reason = f"{file} cannot be read: {error.strerror}."
    return refuse("not_a_table", reason, "Check the path and the rights to read it.")


def day_of(text: str | None, option: str) -> datetime.date | None:
    """A day given as an option; refused where it is none."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        message, remedy = f"“{text}” is not a date.", f"Write --{option} as 2026-03-31."
        raise refuse("bad_date", message, remedy, column=option.replace("-", "_"), value=text) from None


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """``field=column`` pairs as a mapping; a pair without ``=`` is refused."""
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals:
            message = f"“{pair}” does not say which column holds a field."
            raise refuse("missing_column", message, "Write --map FIELD=COLUMN.", value=pair)
        mapping[name.strip()] = column.strip()
    return mapping
