from django.core.management.base import BaseCommand, CommandError

from influence.commanding import FORMATS, print_rows
from influence.results import SCORE_FIELDS, NoResults, analysis_to_show, score_dict, scores
from initiatives.commanding import initiative_named

IN_THE_TABLE = (
    "influence_rank", "employee_id", "name", "department", "leadership", "influence", "sphere", "sphere_se",
    "group",
)  # fmt: skip


class Command(BaseCommand):
    help = "Prints everybody's figures in the newest finished analysis, most influential first."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--k", type=int, help="The first K alone.")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *, slug, k, format, **options):
        if k is not None and k < 1:
            raise CommandError("--k is a whole number from 1 on.")
        try:
            rows = scores(analysis_to_show(initiative_named(slug)))[:k]
        except NoResults as nothing:
            raise CommandError(str(nothing)) from None
        fields = IN_THE_TABLE if format == "table" else SCORE_FIELDS
        print_rows(self, (score_dict(score) for score in rows), fields, format)
