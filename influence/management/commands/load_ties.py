import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from influence.commanding import initiative_named
from influence.loading import TieReport, load_ties


class Command(BaseCommand):
    help = "Loads who names whom from a file; what the label brought before is replaced."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--label", help="What brought these ties (default: the file's name).")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, slug, file, label, format, **options):
        initiative = initiative_named(slug)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        report = load_ties(initiative, content, file_name=file.name, label=label)
        if format == "json":
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        self._tell(report, format)

    def _tell(self, report: TieReport, format: str) -> None:
        for fault in [*report.errors, *report.warnings]:
            self.stderr.write(f"{fault.kind}: {fault}")
        if report.errors:
            raise CommandError(f"{len(report.errors):,} errors; nothing was written.")
        if format == "text":
            self.stdout.write(
                f"Loaded {report.ties:,} ties between {report.people:,} people as “{report.label}”."
            )
