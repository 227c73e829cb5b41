from django.core.management.base import BaseCommand, CommandError

from influence.privacy.erasing import erase_again, erase_person
from orgchart.models import Person


class Command(BaseCommand):
    help = "Erases one person for good (GDPR article 17), or, after restoring a backup, those erased since."

    def add_arguments(self, parser):
        parser.add_argument("employee_id", nargs="?")
        parser.add_argument(
            "--again", action="store_true", help="Erase again whom a restored backup brought back."
        )

    def handle(self, *, employee_id, again, **options):
        if again:
            self.stdout.write(f"{erase_again():,} erased again.")
            return
        person = Person.objects.filter(employee_id=employee_id or "").first()
        if person is None:
            raise CommandError("Name an employee id that is there; ids are compared exactly.")
        gone = erase_person(person)
        self.stdout.write(
            f"Erased: {gone.rows:,} rows and {gone.files:,} files; {gone.analyses:,} analyses now say so."
        )
