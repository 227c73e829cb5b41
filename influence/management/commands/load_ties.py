from pathlib import Path

from influence.loading import TieReport, load_ties
from initiatives.commanding import initiative_named
from orgchart.commanding import LoadCommand, content_of


class Command(LoadCommand):
    help = "Loads who names whom from a file; what the label brought before is replaced."
    counts = ("people", "ties")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--label", help="What brought these ties (default: the file's name).")

    def load(self, *, slug, file, label, **options) -> TieReport:
        initiative = initiative_named(slug)
        return load_ties(initiative, content_of(file), file_name=file.name, label=label)
