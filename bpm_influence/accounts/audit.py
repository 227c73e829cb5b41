"""The audit log: who did what to which object, through which door.

What is noted follows from the routes: every request that changes something, every one that a signed-in
person was refused, and those reads that show personal results or take links out of the house
(`AUDITED_ROUTES` says which, and in which words).
"""

import contextlib
import getpass
import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError, connection, transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from bpm_influence.accounts.locality import client_address
from bpm_influence.accounts.models import AuditEntry
from bpm_influence.tracing import request_id

logger = logging.getLogger(__name__)

SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSED = 403
AT_ONCE = 1000
ALLOW_REMOVAL = "SET LOCAL bpm_influence.audit_retention = 'on'"


def note(actor, action, subject="", *, door=AuditEntry.Door.PAGE, status=200, request=None):
    """Add one entry; a log that cannot be written is told in the other log, and stops nobody."""
    try:
        with transaction.atomic() if connection.in_atomic_block else contextlib.nullcontext():
            AuditEntry.objects.create(
                actor=actor[:160],
                door=door,
                action=action[:100],
                subject=subject[:300],
                status=status,
                address=(client_address(request) or None) if request else None,
                request_id=request_id.get(),
            )
    except DatabaseError:
        logger.exception("Not noted in the audit log: %s: %s %s", actor, action, subject)


class AuditTrail:
    """Notes what somebody who is signed in does, once it is answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    @cached_property
    def routes(self):
        """Return the words of each route, by method and route name."""
        return import_string(settings.AUDITED_ROUTES)

    def __call__(self, request):
        """Answer, then note."""
        response = self.get_response(request)
        words = self._words(request, response.status_code)
        if words and request.user.is_authenticated:
            note(
                request.user.get_username(),
                words,
                subject_of(request),
                door=_door(request),
                status=response.status_code,
                request=request,
            )
        return response

    def _words(self, request, status):
        match = request.resolver_match
        if match is None or not match.view_name:
            return ""
        if status == REFUSED:
            return f"refused: {request.method} {match.view_name}"
        if status >= 400 or status == 304:
            return ""
        method = "GET" if request.method in SAFE else request.method
        default = "" if method == "GET" else f"{method} {match.view_name}"
        return self.routes.get(f"{method} {match.view_name}", default)


def subject_of(request):
    """Return the keys that the address names, in their order."""
    return " ".join(str(value) for value in request.resolver_match.kwargs.values())


def _door(request):
    if request.path.startswith("/api/"):
        return AuditEntry.Door.API
    return AuditEntry.Door.ADMIN if request.path.startswith("/admin/") else AuditEntry.Door.PAGE


@contextlib.contextmanager
def command_noted(name, subject):
    """Note that somebody at the machine ran a command, and how it ended."""
    status = 0
    try:
        yield
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
        raise
    finally:
        note(f"{_who_runs()} (command line)", name, subject, door=AuditEntry.Door.COMMAND, status=status)


def _who_runs():
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def remove_old_entries():
    """Remove what is past its retention time; return how many rows went."""
    oldest = timezone.now() - timedelta(days=settings.AUDIT_KEPT_DAYS)
    removed = 0
    while keys := list(AuditEntry.objects.filter(at__lt=oldest).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            if connection.vendor == "postgresql":
                connection.cursor().execute(ALLOW_REMOVAL)
            AuditEntry.objects.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed


@receiver(user_logged_in)
def _note_sign_in(sender, request, user, **kwargs):
    note(user.get_username(), "signed in", request=request)


@receiver(user_logged_out)
def _note_sign_out(sender, request, user, **kwargs):
    if user:
        note(user.get_username(), "signed out", request=request)


@receiver(user_login_failed)
def _note_failure(sender, credentials, request=None, **kwargs):
    note(str(credentials.get("username", "")), "was refused sign-in", status=401, request=request)
