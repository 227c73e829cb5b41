"""Read an event log and keep the ties that it shows."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from bpm_influence.jobs.database import migrate_if_empty
from influence.eventlogs.loading import LogReport, load_event_log
from influence.eventlogs.models import EventLog
from influence.eventlogs.noticing import NotSwitchedOn
from influence.eventlogs.options import COLUMNS, RELATIONS, InvalidOptions, LogChoices, choices_from
from initiatives.commanding import initiative_named
from orgchart.commanding import LoadCommand, read_mapping, unreadable

CHOICES = ("depth", "fading", "first", "last", "activities", "zone")


class Command(LoadCommand):
    help = "Loads who hands work to whom from an event log; what the label brought before is replaced."
    counts = ("people", "ties", "events", "cases")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("slug")
        parser.add_argument("file", type=Path, help="XES, XES.gz, CSV or .xlsx; its content is looked at.")
        parser.add_argument(
            "--relation", nargs="+", action="extend", metavar="RELATION",
            help=f"What to count: {', '.join(RELATIONS)} (default: handover).",
        )  # fmt: skip
        parser.add_argument("--label", help="What brought these ties (default: the file's name).")
        parser.add_argument("--depth", help="How many events later a handover is still seen (default: 1).")
        parser.add_argument("--fading", help="What each further event leaves of it (default: 0.5).")
        parser.add_argument("--first", metavar="DATE", help="First day of the window.")
        parser.add_argument("--last", metavar="DATE", help="Last day of the window.")
        parser.add_argument(
            "--activity", nargs="+", action="extend", dest="activities", metavar="ACTIVITY",
            help="Count these activities alone.",
        )  # fmt: skip
        parser.add_argument(
            "--zone", help="Time zone of timestamps that name none, as Europe/Amsterdam (default: UTC)."
        )
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN",
            help=f"Say which column holds a field: {', '.join(COLUMNS)}.",
        )  # fmt: skip
        parser.add_argument(
            "--collaboration", action="store_true",
            help="The file holds interactions (from, to, kind, timestamp) instead of events.",
        )  # fmt: skip
        parser.add_argument(
            "--weight", nargs="+", action="extend", default=[], metavar="KIND=NUMBER",
            help="What an interaction of a kind weighs (default: 1).",
        )  # fmt: skip

    def load(self, *, slug, file: Path, label, **options) -> LogReport:
        migrate_if_empty()
        kind = EventLog.Kind.COLLABORATION if options["collaboration"] else EventLog.Kind.PROCESS
        initiative, choices = initiative_named(slug), choices_of(options)
        try:
            with file.open("rb") as opened:
                return load_event_log(
                    initiative, opened, file_name=file.name, label=label, choices=choices, kind=kind
                )
        except OSError as error:
            raise unreadable(file, error) from None
        except NotSwitchedOn as refusal:
            raise CommandError(str(refusal)) from None


def choices_of(options: dict) -> LogChoices:
    """How to read the log, from the command's options."""
    given = {name: options[name] for name in CHOICES}
    given["relations"] = [part for text in options["relation"] or () for part in text.split(",")]
    given |= {"mapping": read_mapping(options["map"]), "weights": read_mapping(options["weight"])}
    try:
        return choices_from(given)
    except InvalidOptions as refusal:
        raise CommandError(str(refusal)) from None
