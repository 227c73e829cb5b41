"""Read an org chart file, write it as a chart and make it current."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from bpm_influence.jobs.database import migrate_if_empty
from orgchart.charts import ChartReport, load_chart
from orgchart.people_columns import PEOPLE
from orgchart.people_files import DUPLICATE_ID, UNKNOWN_MANAGER


class Command(BaseCommand):
    help = "Load an org chart from an HR export (CSV or .xlsx) and make it current where it has no error."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as-of", type=datetime.date.fromisoformat, help="the date the chart is valid from"
        )
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
        mapping = read_mapping(options["map"])
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        migrate_if_empty()
        return load_chart(
            content,
            file_name=file.name,
            as_of=options["as_of"],
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


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """``field=column`` pairs as a mapping; a pair without ``=`` is refused."""
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals:
            raise CommandError(f'"{pair}" does not say which column: write FIELD=COLUMN.')
        mapping[name.strip()] = column.strip()
    return mapping
