from django.core.management.base import BaseCommand, CommandError

from bpm_influence.jobs.models import Job
from influence.analysing import CannotAnalyse, request_analysis
from influence.parameters import BY_NAME, InvalidParameters
from initiatives.commanding import initiative_named


class Command(BaseCommand):
    help = "Analyses an initiative: who leads, who influences, what they reach together, whom to ask."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--seed", help="Where chance begins; the same seed gives the same figures.")
        parser.add_argument(
            "--param",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME=VALUE",
            help=f"Any of {', '.join(BY_NAME)}.",
        )
        parser.add_argument("--wait", action="store_true", help="Return once the analysis has ended.")

    def handle(self, *, slug, seed, param, wait, **options):
        initiative = initiative_named(slug)
        given = dict(named_value(text) for text in param) | ({} if seed is None else {"seed": seed})
        try:
            analysis = request_analysis(initiative, given)
        except (CannotAnalyse, InvalidParameters) as refusal:
            raise CommandError(str(refusal)) from None
        if not wait:
            self.stdout.write(f"Analysis {analysis.pk} is waiting for a worker.")
            return
        analysis.job.wait(self._report)
        analysis.job.refresh_from_db()
        if analysis.job.state != Job.State.DONE:
            raise CommandError(analysis.job.fault or "The analysis was cancelled.")
        self.stdout.write(f"Analysis {analysis.pk} is done.")

    def _report(self, job: Job) -> None:
        if job.message:
            self.stderr.write(f"{job.percent:3d}%  {job.message}")


def named_value(text: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"“{text}” is not NAME=VALUE, for example theta=0.4.")
    return name.strip(), value.strip()
