"""Read an org chart file, write it as a chart and make it current."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from bpm_influence.jobs.database import migrate_if_empty
from orgchart.charts import ChartReport, load_chart
from orgchart.faults import FileRefused, refuse
from orgchart.people_columns import PEOPLE
from orgchart.people_files import DUPLICATE_ID, UNKNOWN_MANAGER, PeopleFile


class Command(BaseCommand):
    help = "Load an org chart from an HR export (CSV or .xlsx) and make it current where it has no error."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", metavar="DATE", help="the date the chart is valid from, as 2026-03-31")
        parser.add_argument(
            "--map",
            nargs="+",
            action="extend",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"say which column holds a field: {', '.join(PEOPLE.names)}",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
        parser.add_argument(
            "--no-activate", action="store_true", help="write the chart, keep the current one"
        )
        parser.add_argument("--unknown-manager", choices=UNKNOWN_MANAGER)
        parser.add_argument("--duplicate-id", choices=DUPLICATE_ID)
        parser.add_argument("--format", choices=["text", "table", "json"], default="text")

    def handle(self, *, file: Path, **options) -> None:
        report = self._load(file, options)
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            self._tell(report, options)
        for fault in report.file.faults.warnings if options["format"] != "json" else ():
            self.stderr.write(f"warning {fault.kind}: {fault}")
        if report.file.faults.errors:
            self._fail(report)

    def _load(self, file: Path, options: dict) -> ChartReport:
        try:
            as_of = read_date(options["as_of"])
            mapping = read_mapping(options["map"])
            content = read_file(file)
        except FileRefused as refused:
            return ChartReport(PeopleFile(faults=refused.faults))
        migrate_if_empty()
        return load_chart(
            content,
            file_name=file.name,
            as_of=as_of,
            mapping=mapping,
            unknown_manager=options["unknown_manager"],
            duplicate_id=options["duplicate_id"],
            activate=not options["no_activate"],
            dry_run=options["dry_run"],
        )

    def _tell(self, report: ChartReport, options: dict) -> None:
        file = report.file
        if file.found:
            self.stdout.write(f"{file.found}.")
        self.stdout.write(f"{file.people:,} people, {file.tops:,} at the top, {file.max_level} levels.")
        if report.written:
            ending = "not activated" if options["no_activate"] else "now current"
            self.stdout.write(f"Written as org chart {report.chart.pk}, {ending}.")

    def _fail(self, report: ChartReport) -> None:
        for fault in report.file.faults.errors:
            self.stderr.write(f"error {fault.kind}: {fault}")
        self.stderr.write("Nothing was written.")
        sys.exit(1)


def read_file(file: Path) -> bytes:
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
        reason = f"{file} cannot be read: {error.strerror}."
        raise refuse("not_a_table", reason, "Check the path and the rights to read it.") from None


def read_date(text: str | None) -> datetime.date | None:
    """The chart's date; refused where it is none."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse(
            "bad_date", f'"{text}" is not a date.', "Write --as-of as 2026-03-31.", column="as_of", value=text
        ) from None


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """``field=column`` pairs as a mapping; a pair without ``=`` is refused."""
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals:
            message = f'"{pair}" does not say which column holds a field.'
            raise refuse("missing_column", message, "Write --map FIELD=COLUMN.", value=pair)
        mapping[name.strip()] = column.strip()
    return mapping
