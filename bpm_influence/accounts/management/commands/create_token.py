from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bpm_influence.accounts.models import ApiToken, User
from bpm_influence.accounts.reach import choices_of


class Command(BaseCommand):
    help = "Makes an API token with the rights of a user and prints it, this once, on the last line."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--name", default="made by command")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE)
        parser.add_argument("--days", type=int, help="How long it holds; for good where left out.")
        parser.add_argument(
            "--initiative", nargs="+", default=[], metavar="SLUG", help="Limit it to these initiatives."
        )

    def handle(self, username, name, scope, days, initiative, **options):
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {username!r}. Make one with create_user.")
        if days is not None and days < 1:
            raise CommandError("--days needs a number of at least 1.")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        limits = self._keys_of(user, initiative)
        _, secret = ApiToken.make(user, name=name, scope=scope, expires_at=expires_at, initiatives=limits)
        self.stdout.write(secret)

    def _keys_of(self, user, slugs):
        keys = {choice.slug: choice.pk for choice in choices_of(user)}
        unknown = [slug for slug in slugs if slug not in keys]
        if unknown:
            raise CommandError(f"{user.username} sees no initiative {unknown[0]!r}; write the slug of one.")
        return [keys[slug] for slug in slugs]
