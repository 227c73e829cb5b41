from django.core.management.base import BaseCommand, CommandError

from influence.commanding import FORMATS, print_rows
from influence.results import CHAMPION_FIELDS, NoResults, champions
from initiatives.commanding import initiative_named

IN_THE_TABLE = (
    "rank", "employee_id", "name", "department", "marginal_reach", "cumulative_reach", "confidence",
    "follows", "state",
)  # fmt: skip


class Command(BaseCommand):
    help = "Prints the champion list: the plan where there is one, else the newest analysis's choice."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--k", type=int, help="The first K, extended where the analysis chose fewer.")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *, slug, k, format, **options):
        if k is not None and k < 1:
            raise CommandError("--k is a whole number from 1 on.")
        try:
            rows = champions(initiative_named(slug), k)
        except NoResults as nothing:
            raise CommandError(str(nothing)) from None
        print_rows(self, rows, IN_THE_TABLE if format == "table" else CHAMPION_FIELDS, format)
