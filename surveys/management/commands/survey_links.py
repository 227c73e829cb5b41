import json

from django.core.management.base import BaseCommand, CommandError

from bpm_influence.rest.exporting import csv_lines
from surveys.commanding import survey_of
from surveys.inviting import LINK_FIELDS, link_rows
from surveys.models import LinkExport, Survey


class Command(BaseCommand):
    help = "Prints a new personal link for everybody invited; links given earlier stay valid."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="The initiative.")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *, slug, format, **options):
        survey = survey_of(slug)
        if survey.state not in (Survey.State.OPEN, Survey.State.PILOT):
            raise CommandError(f"“{survey.title}” is {survey.state}; only an open survey has links.")
        rows = link_rows(survey, form=LinkExport.Form.COMMAND)
        if format == "json":
            self.stdout.write(json.dumps(list(rows), ensure_ascii=False))
            return
        for line in csv_lines(LINK_FIELDS, ([row[field] for field in LINK_FIELDS] for row in rows)):
            self.stdout.write(line, ending="")
