"""Mails with personal links: written down first, then sent one by one, never twice, nobody left out.

Each mail is a row that a run of the job claims by a conditional update before it sends. Right before the last
bytes of a mail leave, the row says ``handing_over``: until then a server throws an unfinished mail away, so
what an earlier run left in ``sending`` is sent again. A run that died within the microseconds after it leaves
a doubt: where the way can tell (files) it is asked, else the mail is listed as ``doubtful`` and sent again
only when somebody says so.
"""

from __future__ import annotations

import smtplib
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from surveys.editing import SurveyError
from surveys.inviting import invite, link_to, reachable
from surveys.letters import letter
from surveys.mail_ways import open_way
from surveys.models import Invitation, InvitationToken, Mailing, MailItem, Nomination, Survey

ROWS_PER_INSERT = 500
TRIES = 3
PAUSE_AFTER_FAILURE = 1.0
State = MailItem.State
NO_CONNECTION = (
    smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError,
)  # fmt: skip


class Taken(Exception):
    """Another run has this mail now: it must not leave from here."""


def plan_mailing(
    survey: Survey,
    kind: str,
    *,
    due_at: datetime | None = None,
    words: str = "",
    most_named: int | None = None,
    user=None,
) -> Mailing:
    """Write a mailing down; one that is due begins at once, as a job."""
    if survey.state not in (Survey.State.OPEN, Survey.State.PILOT):
        raise SurveyError("Mails go out only while the survey is open.")
    same = survey.mailings.filter(kind=kind, state__in=[Mailing.State.PLANNED, Mailing.State.RUNNING])
    now = timezone.now()
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=survey.pk)
        under_way = same.filter(state=Mailing.State.RUNNING).first()
        if due_at is None and under_way:
            return under_way
        mailing = Mailing.objects.create(
            survey=survey, kind=kind, due_at=due_at or now, words=words, most_named=most_named, asked_by=user
        )
        if mailing.due_at <= now:
            _start(mailing)
    return mailing


def cancel_mailing(mailing: Mailing) -> bool:
    """Take a planned mailing back, or stop one that runs; what was sent stays sent."""
    if mailing.job:
        mailing.job.cancel()
    unfinished = [Mailing.State.PLANNED, Mailing.State.RUNNING]
    return bool(
        Mailing.objects.filter(pk=mailing.pk, state__in=unfinished).update(state=Mailing.State.CANCELLED)
    )


def send_doubtful_again(mailing: Mailing) -> int:
    """Send those mails once more of which nobody knows whether they arrived."""
    with transaction.atomic():
        again = mailing.items.filter(state=State.DOUBTFUL).update(state=State.WAITING, owner="")
        if again:
            _start(mailing)
    return again


def start_due_mailings() -> int:
    """Begin the planned mailings whose time has come; say how many."""
    due = Mailing.objects.filter(
        state=Mailing.State.PLANNED, due_at__lte=timezone.now(), survey__state=Survey.State.OPEN
    )
    mailings = list(due.select_related("survey__initiative", "asked_by"))
    for mailing in mailings:
        with transaction.atomic():
            _start(mailing)
    return len(mailings)


def _start(mailing: Mailing) -> None:
    survey = mailing.survey
    mailing.job = Job.enqueue(
        "mailing",
        {"mailing_id": mailing.pk},
        asked_by=mailing.asked_by,
        about=f"{mailing.get_kind_display()}s of “{survey.title}”",
        url=f"/initiatives/{survey.initiative.slug}/surveys/{survey.pk}/",
        key=f"mailing:{mailing.pk}",
    )
    mailing.state = Mailing.State.RUNNING
    mailing.save(update_fields=["job", "state"])


def send_mailing(mailing: Mailing, run: Run) -> dict[str, Any]:
    """Send what is not sent yet. Repeatable: an earlier run of it may have died at any point."""
    if mailing.started_at is None:
        _write_down(mailing)
    way = open_way()
    _make_good(mailing, way, run.job.owner)
    total = mailing.items.count()
    try:
        for _ in range(TRIES):  # what the server put off is tried again at the end
            for item in _waiting(mailing):
                left = mailing.items.filter(state=State.WAITING).count()
                run.progress(total - left, total, f"{total - left:,} of {total:,} mails are out")
                _send_one(item, way, run)
    finally:
        way.close()
    Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.RUNNING).update(
        state=Mailing.State.DONE, finished_at=timezone.now()
    )
    return counts_of(mailing)


def counts_of(mailing: Mailing) -> dict[str, int]:
    """How many of its mails are in which state."""
    rows = mailing.items.order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def recipients(survey: Survey, kind: str) -> QuerySet[Invitation]:
    """Whom a mailing of this kind reaches now: reminders go to those not done, each invitation goes once.

    Where its link was revoked since, because the person left and came back, it goes again.
    """
    asked = reachable(survey).not_done().exclude(person__email="")
    if kind == Mailing.Kind.REMINDER:
        return asked
    invited = MailItem.objects.filter(mailing__survey=survey, mailing__kind=kind, state__in=[State.SENT])
    open_doors = InvitationToken.objects.filter(invitation=OuterRef("invitation"), revoked_at=None)
    return asked.exclude(pk__in=invited.filter(Exists(open_doors)).values("invitation"))


def invite_joiners(survey: Survey, *, user=None) -> str:
    """Invite who joined since; by mail where the survey invites by mail. Say what was done."""
    if survey.state != Survey.State.OPEN:
        raise SurveyError("Only an open survey takes more people in.")
    count = invite(survey)
    words = "One person is" if count == 1 else f"{count:,} people are"
    if not survey.mailings.filter(kind=Mailing.Kind.INVITATION).exists():
        return f"{words} invited. Send them the invitation, or hand them their links."
    plan_mailing(survey, Mailing.Kind.INVITATION, user=user)
    return f"{words} invited, and the mails are on their way."


def most_named_silent(survey: Survey) -> QuerySet[Invitation]:
    """Those who have not answered, the ones first whom most of the others name."""
    named_by = Nomination.objects.filter(
        answer__question__survey=survey, target=OuterRef("person")
    ).order_by()
    namers = named_by.values("target").annotate(n=Count("answer__invitation", distinct=True)).values("n")
    silent = survey.invitations.not_done().filter(answered_at=None).select_related("person")
    counted = silent.annotate(named_by=Coalesce(Subquery(namers), 0)).filter(named_by__gt=0)
    return counted.order_by("-named_by", "person__employee_id")


def _write_down(mailing: Mailing) -> None:
    chosen = recipients(mailing.survey, mailing.kind)
    if mailing.most_named:
        first = list(most_named_silent(mailing.survey).values_list("pk", flat=True)[: mailing.most_named])
        chosen = chosen.filter(pk__in=first)
    rows = list(chosen.values_list("pk", "person__email"))  # read to the end before anything is written
    for begin in range(0, len(rows), ROWS_PER_INSERT):
        block = rows[begin : begin + ROWS_PER_INSERT]
        MailItem.objects.bulk_create(
            [MailItem(mailing=mailing, invitation_id=pk, address=email) for pk, email in block],
            ignore_conflicts=True,
        )
    Mailing.objects.filter(pk=mailing.pk).update(started_at=timezone.now())


def _make_good(mailing: Mailing, way, owner: str) -> None:
    """Settle what a run that is gone left behind."""
    left = mailing.items.exclude(owner=owner)
    left.filter(state=State.SENDING).update(state=State.WAITING, owner="")
    for item in left.filter(state=State.HANDING_OVER):
        sent = way.was_sent(_name_of(item))
        state = State.DOUBTFUL if sent is None else State.SENT if sent else State.WAITING
        sent_at = timezone.now() if sent else None
        mailing.items.filter(pk=item.pk, state=State.HANDING_OVER).update(state=state, sent_at=sent_at)


def _waiting(mailing: Mailing):
    """The waiting mails in order, each once in this run, read a block at a time."""
    last = 0
    while True:
        waiting = mailing.items.filter(state=State.WAITING, pk__gt=last).order_by("pk")
        block = list(waiting.select_related("mailing__survey__initiative", "invitation__person")[:100])
        if not block:
            return
        for item in block:
            last = item.pk
            yield item


def _send_one(item: MailItem, way, run: Run) -> None:
    """Claim one mail and send it, at the pace that the settings allow."""
    began = time.monotonic()
    if not _wanted(item):
        _move(item, State.WAITING, state=State.DROPPED)
        return
    for attempt in range(1, TRIES + 1):
        message = _claim(item, run.job.owner)
        if message is None or _try(item, message, way, run.job.owner):
            break
        if attempt == TRIES:
            raise JobFault(
                "The mail server does not answer. What has gone out stays out; start this again later, "
                "and it goes on with the others."
            )
        way.close()
        time.sleep(PAUSE_AFTER_FAILURE)
        run.progress(0, 1, "The mail server does not answer; trying again")
    time.sleep(max(0.0, 60 / settings.MAILS_PER_MINUTE - (time.monotonic() - began)))


def _wanted(item: MailItem) -> bool:
    """Whether the person is still to be asked: neither done nor gone since the mailing was written down."""
    survey = Survey.objects.get(pk=item.mailing.survey_id)
    return survey.takes_answers and reachable(survey).not_done().filter(pk=item.invitation_id).exists()


def _claim(item: MailItem, owner: str) -> EmailMessage | None:
    """Take the row and make its mail with a new link; None where another run was first."""
    with transaction.atomic():
        taken = _move(item, State.WAITING, state=State.SENDING, owner=owner, attempts=F("attempts") + 1)
        if not taken:
            return None
        kind = item.mailing.kind
        purpose = "reminder" if kind == Mailing.Kind.REMINDER else "mail"
        secret = item.invitation.make_token(purpose)
    person = item.invitation.person
    subject, text = letter(
        item.mailing.survey, kind, name=person.name, url=link_to(secret), words=item.mailing.words
    )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {"Message-ID": f"<{_name_of(item)}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[item.address], headers=headers)


def _try(item: MailItem, message: EmailMessage, way, owner: str) -> bool:
    """Send a claimed mail; False where the server could not be asked and it may be tried again."""

    def hand_over() -> None:
        if not _move(item, State.SENDING, owner, state=State.HANDING_OVER):
            raise Taken

    try:
        way.send(message, _name_of(item), hand_over)
    except Taken:
        return True
    except NO_CONNECTION as error:
        return _after_broken_connection(item, owner, error)
    except smtplib.SMTPException as refusal:
        _refuse(item, owner, _said(refusal))
        return True
    except OSError as error:
        return _after_broken_connection(item, owner, error)
    except (ValueError, UnicodeError):
        _refuse(item, owner, "This is not a mail address.")
        return True
    with transaction.atomic():
        _move(item, State.HANDING_OVER, owner, state=State.SENT, sent_at=timezone.now())
        Invitation.objects.filter(pk=item.invitation_id).update(mails_sent=F("mails_sent") + 1)
    return True


def _after_broken_connection(item: MailItem, owner: str, error: Exception) -> bool:
    if _move(item, State.HANDING_OVER, owner, state=State.DOUBTFUL, reason=str(error)[:300]):
        return True
    _move(item, State.SENDING, owner, state=State.WAITING)
    return False


def _refuse(item: MailItem, owner: str, reason: str) -> None:
    put_off = reason.startswith("4") and item.attempts + 1 < TRIES
    after = State.WAITING if put_off else State.REFUSED
    for state in (State.SENDING, State.HANDING_OVER):
        _move(item, state, owner, state=after, reason=reason[:300])


def _move(item: MailItem, before: str, held_by: str | None = None, **values: Any) -> int:
    """Change the row if it is still as it was, and (given ``held_by``) still that run's."""
    rows = MailItem.objects.filter(pk=item.pk, state=before)
    if held_by is not None:
        rows = rows.filter(owner=held_by)
    return rows.update(**values)


def _said(refusal: smtplib.SMTPException) -> str:
    """What the server said against a mail."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(refusal.recipients.values()))
    else:
        code, text = getattr(refusal, "smtp_code", ""), getattr(refusal, "smtp_error", str(refusal))
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}".strip()


def _name_of(item: MailItem) -> str:
    return f"survey-{item.mailing.survey_id}-mail-{item.pk}"
