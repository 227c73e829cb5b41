from django.core.management.base import BaseCommand, CommandError

from surveys.commanding import survey_of
from surveys.editing import SurveyError, close_survey


class Command(BaseCommand):
    help = "Closes the initiative's open survey: its links take no more answers."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="The initiative.")

    def handle(self, *, slug, **options):
        survey = survey_of(slug)
        try:
            close_survey(survey)
        except SurveyError as refusal:
            raise CommandError(str(refusal)) from None
        answered = survey.invitations.answered().count()
        self.stdout.write(
            f"“{survey.title}” is closed: {answered:,} of {survey.invitations.expected().count():,} answered."
        )
