from pathlib import Path

from bpm_influence.jobs.models import Job
from influence.adoption.studying import pending_study
from initiatives.adoption import AdoptionReport, choose_period, load_adoption
from initiatives.commanding import initiative_named
from initiatives.models import AdoptionPeriod, Initiative
from orgchart.commanding import LoadCommand, content_of


class Command(LoadCommand):
    help = (
        "Loads who reached which stage when from a file; what the label brought before is replaced. "
        "Returns once the evidence is computed anew."
    )
    counts = ("people", "events")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--label", help="What brought these events (default: the file's name).")
        parser.add_argument(
            "--period",
            choices=AdoptionPeriod.values,
            help="In which steps adoption is looked at (default: it follows from the dates' spacing).",
        )

    def load(self, *, slug, file, label, period, **options) -> AdoptionReport:
        initiative = initiative_named(slug)
        report = load_adoption(initiative, content_of(file), file_name=file.name, label=label)
        if report.written:
            if period:
                choose_period(initiative, period)
            self._wait(initiative)
        return report

    def _wait(self, initiative: Initiative) -> None:
        """Wait for the evidence; the events are stored whatever becomes of it."""
        job = pending_study(initiative)
        if job is not None and job.is_unfinished:
            job.wait()
            job.refresh_from_db()
        if job is not None and job.state == Job.State.FAILED:
            self.stderr.write(f"The events are stored, but the evidence was not computed: {job.fault}")
