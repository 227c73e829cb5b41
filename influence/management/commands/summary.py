import json

from django.core.management.base import BaseCommand, CommandError

from influence.commanding import FORMATS, print_rows
from influence.results import NoResults, summary
from initiatives.commanding import initiative_named


class Command(BaseCommand):
    help = "Prints the key figures of the newest finished analysis."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--k", type=int, help="Without effect here; scores and champions take it.")
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *, slug, format, **options):
        try:
            figures = summary(initiative_named(slug))
        except NoResults as nothing:
            raise CommandError(str(nothing)) from None
        if format == "json":
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            rows = [{"figure": name, "value": value} for name, value in flattened(figures)]
            print_rows(self, rows, ("figure", "value"), format)


def flattened(figures: dict, before: str = ""):
    """Nested figures as pairs of a dotted name and a value."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
