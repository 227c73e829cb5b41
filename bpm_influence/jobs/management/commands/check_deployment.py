import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand

from bpm_influence.jobs.deployment import shortcomings


class Command(BaseCommand):
    help = "Says in words what this installation lacks for production; exits 1 where anything does."

    def handle(self, **options):
        found = list(shortcomings())
        for sentence in found:
            self.stderr.write(f"- {sentence}")
        if found:
            self.stderr.write(f"{len(found)} to mend before this serves an organisation.")
            sys.exit(1)
        call_command("check", verbosity=0)
        self.stdout.write("Nothing is missing: this installation is fit for production.")
