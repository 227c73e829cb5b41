from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from influence.backups.restoring import CannotRestore, restore_backup


class Command(BaseCommand):
    help = "Brings back what `backup` wrote, whole or not at all, and erases again who was erased since."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="Take away first what is here.")
        parser.add_argument(
            "--other-key", action="store_true", help="Go on although the SECRET_KEY of the backup is lost."
        )

    def handle(self, *, file, replace, other_key, **options):
        try:
            restored = restore_backup(file, replace=replace, other_key=other_key)
        except CannotRestore as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}. Nothing was changed.") from error
        self.stdout.write(
            f"Restored: {restored.rows:,} rows and {restored.files:,} files; "
            f"{restored.erased_again:,} erased again."
        )
