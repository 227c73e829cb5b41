"""Pulses: short surveys that ask the same people again where they stand, over the links they have.

A pulse promises what the survey promised that it repeats. Its answers become adoption events like those of
any stage question, with the day and the pulse as source. Planned pulses are drafts with a time at which they
open by themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from surveys.editing import PROMISE, SurveyError, add_ready_question, create_survey, open_survey
from surveys.inviting import series_of
from surveys.mailing import plan_mailing
from surveys.models import Mailing, Survey

DAYS_OPEN, WEEKS_BETWEEN, MOST_TIMES = 7, 4, 12
RATING = "support"


def plan_pulses(
    survey: Survey,
    *,
    first: datetime | None = None,
    days: int = DAYS_OPEN,
    times: int = 1,
    weeks: int = WEEKS_BETWEEN,
    rating: bool = False,
    user=None,
) -> list[Survey]:
    """Write so many pulses, the first to open now or at that time; what is due opens at once."""
    asked = survey.pulse_of or survey
    if not asked.is_frozen:
        raise SurveyError("Nobody has been asked yet; a pulse goes to those whom this survey asks.")
    if times > 1 and days > 7 * weeks:
        raise SurveyError("A pulse has to end before the next begins; choose fewer days or more weeks.")
    now = timezone.now()
    start = max(first or now, now)
    with transaction.atomic():
        pulses = [
            _write(asked, start + timedelta(weeks=weeks * turn), days, rating, user) for turn in range(times)
        ]
        if start == now:
            open_pulse(pulses[0], user)
    return pulses


def open_pulse(pulse: Survey, user=None) -> int:
    """Open it, and mail it where the survey that it repeats went out by mail; say how many are asked."""
    with transaction.atomic():
        invited = open_survey(pulse)
        by_mail = Mailing.objects.filter(survey__in=series_of(pulse), kind=Mailing.Kind.INVITATION)
        if by_mail.exists():
            plan_mailing(pulse, Mailing.Kind.INVITATION, user=user)
    return invited


def open_due_pulses() -> int:
    """Open the pulses whose time has come; one that another survey holds up waits until its own end."""
    now = timezone.now()
    planned = Survey.objects.filter(
        state=Survey.State.DRAFT, pulse_of__isnull=False, opens_at__lte=now, closes_at__gt=now
    )
    return sum(_opens(pk) for pk in planned.values_list("pk", flat=True))


def _opens(pk: int) -> bool:
    with transaction.atomic():
        pulse = Survey.objects.select_for_update().filter(pk=pk, state=Survey.State.DRAFT).first()
        if pulse is None:
            return False
        try:
            open_pulse(pulse, pulse.created_by)
        except SurveyError:
            return False
    return True


def _write(asked: Survey, opens_at: datetime, days: int, rating: bool, user) -> Survey:
    day = date_format(timezone.localtime(opens_at), "j F Y")
    kept = ("languages", "purpose", "contact", *PROMISE)
    pulse = create_survey(
        asked.initiative,
        questionnaire="stage",
        created_by=user,
        title=f"Pulse of {day}",
        pulse_of=asked,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=days),
        **{field: getattr(asked, field) for field in kept},
    )
    if rating:
        add_ready_question(pulse, RATING)
    return pulse
