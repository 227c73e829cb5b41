from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_influence.accounts.models import ApiToken, User


class Command(BaseCommand):
    help = "Makes an API token with the rights of a user and prints it, this once, on the last line."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", default="made by command")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE)
        parser.add_argument("--days", type=int, help="How long it holds; for good where left out.")

    def handle(self, username, name, scope, days, **options):
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {username!r}. Make one with create_user.")
        if days is not None and days < 1:
            raise CommandError("--days needs a number of at least 1.")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        _, secret = ApiToken.make(user, name=name, scope=scope, expires_at=expires_at)
        self.stdout.write(secret)
