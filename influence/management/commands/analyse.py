from django.core.management.base import BaseCommand, CommandError

from bpm_influence.jobs.models import Job
from influence.analysing import CannotAnalyse, request_analysis
from influence.models import Analysis
from influence.parameters import BY_NAME, InvalidParameters
from initiatives.commanding import initiative_named


class Command(BaseCommand):
    help = "Analyses an initiative: who leads, who influences, what they reach together, whom to ask."

    def add_arguments(self, parser):
        parser.add_argument("slug", nargs="?")
        parser.add_argument("--seed", help="Where chance begins; the same seed gives the same figures.")
        parser.add_argument(
            "--param",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME=VALUE",
            help=f"Any of {', '.join(BY_NAME)}.",
        )
        parser.add_argument(
            "--verify",
            type=int,
            metavar="ID",
            help="Compute a finished analysis once more and compare every figure; exit 1 where one differs.",
        )
        parser.add_argument("--wait", action="store_true", help="Return once the analysis has ended.")

    def handle(self, *, slug, seed, param, wait, verify, **options):
        if verify is not None:
            self._verify(verify, slug)
            return
        if not slug:
            raise CommandError(
                "Name the initiative to analyse, or give --verify and the number of an analysis."
            )
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

    def _verify(self, pk, slug):
        from influence.verifying import CannotVerify, other_versions, verify

        found = Analysis.objects.filter(pk=pk, **({"initiative__slug": slug} if slug else {})).first()
        if found is None:
            raise CommandError(f"There is no analysis {pk}{f' of “{slug}”' if slug else ''}.")
        try:
            differences = verify(found)
        except CannotVerify as refusal:
            raise CommandError(str(refusal)) from None
        for note in other_versions(found):
            self.stderr.write(note)
        if differences:
            raise CommandError("\n".join([f"Analysis {pk} came out differently.", *differences]))
        self.stdout.write(
            f"Analysis {pk}: every figure of {found.people_count:,} people, the reach, the champions and "
            "their proven share came out the same."
        )


def named_value(text: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"“{text}” is not NAME=VALUE, for example theta=0.4.")
    return name.strip(), value.strip()
