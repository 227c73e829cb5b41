import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from bpm_influence.jobs.models import Job
from influence.adoption.studying import pending_study
from influence.commanding import initiative_named
from initiatives.adoption import AdoptionReport, choose_period, load_adoption
from initiatives.models import AdoptionPeriod, Initiative


class Command(BaseCommand):
    help = (
        "Loads who reached which stage when from a file; what the label brought before is replaced. "
        "Returns once the evidence is computed anew."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--label", help="What brought these events (default: the file's name).")
        parser.add_argument(
            "--period",
            choices=AdoptionPeriod.values,
            help="In which steps adoption is looked at (default: it follows from the dates' spacing).",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, slug, file, label, period, format, **options):
        initiative = initiative_named(slug)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        report = load_adoption(initiative, content, file_name=file.name, label=label)
        if format == "json":
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        self._tell(report, format)
        if period:
            choose_period(initiative, period)
        self._wait(initiative)

    def _tell(self, report: AdoptionReport, format: str) -> None:
        for fault in [*report.errors, *report.warnings]:
            self.stderr.write(f"{fault.kind}: {fault}")
        if report.errors:
            raise CommandError(f"{len(report.errors):,} errors; nothing was written.")
        if format == "text":
            self.stdout.write(
                f"Loaded {report.events:,} events of {report.people:,} people as “{report.label}”."
            )

    def _wait(self, initiative: Initiative) -> None:
        """Wait for the evidence; the events are stored whatever becomes of it."""
        job = pending_study(initiative)
        if job is not None and job.is_unfinished:
            job.wait()
            job.refresh_from_db()
        if job is not None and job.state == Job.State.FAILED:
            self.stderr.write(f"The events are stored, but the evidence was not computed: {job.fault}")
