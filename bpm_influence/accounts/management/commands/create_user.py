import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from bpm_influence.accounts.models import User


class Command(BaseCommand):
    help = "Makes a user who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=User.Role.values)
        parser.add_argument("--password", help="Asked for where it is not given.")

    def handle(self, username, role, password, **options):
        password = password or self._ask()
        administers = role == User.Role.ADMINISTRATOR
        user = User(username=username, role=role, is_staff=administers, is_superuser=administers)
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user.save()
        self.stdout.write(f"{username} can sign in as {user.get_role_display()}.")

    def _ask(self):
        try:
            first, second = getpass.getpass("Password: "), getpass.getpass("Once more: ")
        except (EOFError, OSError):
            raise CommandError("Nobody is here to be asked for the password: give --password.") from None
        if first != second:
            raise CommandError("The two passwords differ.")
        return first
