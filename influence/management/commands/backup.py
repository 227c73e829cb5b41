from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from influence.backups.writing import write_backup


class Command(BaseCommand):
    help = "Writes database, uploads and the list of erasures into one archive, while the application runs."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        if file.exists():
            raise CommandError(f"{file} is there already. Name a new file.")
        try:
            written = write_backup(file.absolute())
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"Written: {written.rows:,} rows and {written.files:,} files, {written.bytes / 1e6:,.1f} MB."
        )
