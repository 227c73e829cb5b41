"""Load or remove the demonstration organisation."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from bpm_influence.accounts.demonstration import demonstration_logins
from influence.demonstration.loading import CannotLoad, load_demonstration, remove_demonstration
from influence.demonstration.organisation import LARGEST, SMALLEST, USUAL_SIZE


class Command(BaseCommand):
    """``manage.py demo [--people N] [--remove]``"""

    help = "Loads the demonstration organisation with its first analysis, or removes it whole."

    def add_arguments(self, parser):
        """Declare the two options."""
        size = f"How many: {SMALLEST} to {LARGEST}; {USUAL_SIZE} unless given."
        parser.add_argument("--people", type=int, help=size)
        parser.add_argument("--remove", action="store_true", help="Take away everything it brought.")

    def handle(self, *, people, remove, verbosity, **options):
        """Do one of the two."""
        self.shown, self.tells_logins = "", verbosity > 0
        if remove:
            self._remove()
        else:
            self._load(people)

    def _load(self, people):
        try:
            analysis = load_demonstration(people, self._report)
        except CannotLoad as refusal:
            raise CommandError(str(refusal)) from refusal
        if analysis.state == "failed":
            raise CommandError(f"The demonstration is loaded, but its analysis failed: {analysis.job.fault}")
        state = "its results are there" if analysis.finished_at else "a worker is analysing it"
        self.stdout.write(f"The demonstration organisation is loaded; {state}.")
        for username, password, role in demonstration_logins() if self.tells_logins else ():
            self.stdout.write(f"  {role}: {username} / {password}")

    def _remove(self):
        removed = remove_demonstration()
        self.stdout.write(
            f"Removed: {removed.initiatives} initiative, {removed.people:,} people, {removed.logins} logins."
        )
        if removed.charts_kept:
            self.stdout.write(
                "The org chart stays, no longer current: analyses of your own initiatives rest on it."
            )

    def _report(self, job):
        if job.message and job.message != self.shown:
            self.shown = job.message
            self.stdout.write(f"{job.percent:3d}% {job.message}")
