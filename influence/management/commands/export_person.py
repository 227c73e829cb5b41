import json

from django.core.management.base import BaseCommand, CommandError

from influence.privacy.export import export_person
from orgchart.models import Person


class Command(BaseCommand):
    help = "Prints everything that is kept of one person (GDPR article 15), as JSON."

    def add_arguments(self, parser):
        parser.add_argument("employee_id")

    def handle(self, *, employee_id, **options):
        person = Person.objects.filter(employee_id=employee_id).first()
        if person is None:
            raise CommandError(f"Nobody has the employee id {employee_id}. Ids are compared exactly.")
        self.stdout.write(json.dumps(export_person(person), indent=2, ensure_ascii=False))
