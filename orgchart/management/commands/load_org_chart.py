"""Read an org chart file, write it as a chart and make it current."""

from __future__ import annotations

from pathlib import Path

from orgchart.charts import ChartReport, load_chart
from orgchart.commanding import LoadCommand, content_of, day_of, read_mapping
from orgchart.people_columns import PEOPLE
from orgchart.people_files import DUPLICATE_ID, UNKNOWN_MANAGER


class Command(LoadCommand):
    help = "Load an org chart from an HR export (CSV or .xlsx) and make it current where it has no error."
    counts = ("people", "tops", "max_level")

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
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

    def load(self, *, file: Path, **options) -> ChartReport:
        as_of, mapping = day_of(options["as_of"], "as-of"), read_mapping(options["map"])
        return load_chart(
            content_of(file),
            file_name=file.name,
            as_of=as_of,
            mapping=mapping,
            unknown_manager=options["unknown_manager"],
            duplicate_id=options["duplicate_id"],
            activate=not options["no_activate"],
            dry_run=options["dry_run"],
        )
