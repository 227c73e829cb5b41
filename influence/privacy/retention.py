"""How long each kind of data is kept, and its removal when the time is over.

Org chart files, jobs and the audit log have their own tasks in the rooms that hold them; here is what
surveys, event logs and analyses leave behind. What goes is small pieces at a time, so that nobody waits for
a lock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.models import Max, QuerySet
from django.utils import timezone

from influence.eventlogs.loading import forget_old_files
from influence.models import Analysis
from influence.uploading import forget_old_ties
from surveys.mail_ways import mails_are_files
from surveys.models import Answer, InvitationToken, Survey

AT_ONCE = 500


def remove_past_retention() -> dict[str, int]:
    """Remove everything whose time is over; return how much of each kind went."""
    call_command("clearsessions")
    closed = Survey.objects.filter(
        state=Survey.State.CLOSED, closed_at__lt=_before(settings.ANSWERS_KEPT_DAYS)
    )
    return {
        "answers": _delete(Answer.objects.filter(invitation__survey__in=closed)),
        "links": _delete(InvitationToken.objects.filter(invitation__survey__in=closed)),
        "event_logs": forget_old_files(timedelta(days=settings.UPLOADS_KEPT_DAYS)),
        "ties": forget_old_ties(timedelta(days=settings.UPLOADS_KEPT_DAYS)),
        "analyses": sum(1 for _ in _old_analyses()),
        "mails": sum(1 for _ in _old_mails()),
    }


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _delete(rows: QuerySet) -> int:
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        rows.model.objects.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


def _old_analyses() -> Iterator[Analysis]:
    """Delete old analyses, but never the newest finished one of an initiative: its pages show it."""
    newest = Analysis.objects.finished().order_by().values("initiative").annotate(newest=Max("pk"))
    old = Analysis.objects.filter(created_at__lt=_before(settings.ANALYSES_KEPT_DAYS))
    for analysis in old.exclude(pk__in=newest.values("newest")):
        analysis.delete()
        yield analysis


def _old_mails() -> Iterator[Path]:
    if not mails_are_files():
        return
    oldest = time.time() - settings.MAILS_KEPT_DAYS * 24 * 60 * 60
    for path in Path(settings.EMAIL_FILE_PATH).glob("*"):
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            yield path
