from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from initiatives.commanding import initiative_named
from surveys.editing import SurveyError, create_survey, open_survey
from surveys.models import LANGUAGES, Survey
from surveys.questionnaires import QUESTIONNAIRES


class Command(BaseCommand):
    help = "Makes a survey with the questions of a ready questionnaire, and opens it on request."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="The initiative.")
        parser.add_argument("--questionnaire", choices=list(QUESTIONNAIRES), default="standard")
        parser.add_argument(
            "--confidentiality",
            choices=Survey.Confidentiality.values,
            default=Survey.Confidentiality.SCORES_ONLY,
        )
        parser.add_argument(
            "--low-groups",
            choices=Survey.LowGroups.values,
            default=Survey.LowGroups.NAMES,
            help="Leaders without reach and audience by name, or as counts.",
        )
        parser.add_argument("--title", default="")
        parser.add_argument(
            "--language", nargs="+", choices=[code for code, _ in LANGUAGES], default=["en"], dest="languages"
        )
        parser.add_argument("--open", action="store_true", help="Invite everybody in scope at once.")

    def handle(self, *, slug, questionnaire, open, **options):
        initiative = initiative_named(slug)
        fields = ("confidentiality", "low_groups", "title", "languages")
        chosen = {field: options[field] for field in fields}
        try:
            with transaction.atomic():
                survey = create_survey(initiative, questionnaire=questionnaire, **chosen)
                invited = open_survey(survey) if open else 0
        except SurveyError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"“{survey.title}” is {survey.state}; {survey.get_confidentiality_display()}.")
        if open:
            self.stdout.write(f"{invited:,} people are invited. survey_links {slug} prints their links.")
