"""The notice with which an administrator switches collaboration records on."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from influence.access import visible_initiative
from influence.eventlogs.models import EventLog
from influence.eventlogs.noticing import (
    USUAL_NOTICE,
    NoticeTooShort,
    notice_of,
    switch_off,
    switch_on,
)
from initiatives.models import Initiative
from orgchart.models import Person
from surveys.answering import leave_out


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """What people are told about collaboration records; administrators switch them on and off here."""
    initiative = visible_initiative(request.user, slug)
    error = ""
    if request.method == "POST":
        error = _act(request, initiative)
        if not error:
            return redirect("influence:collaboration", slug)
    standing = notice_of(initiative)
    context = {
        "initiative": initiative,
        "tab": "data",
        "notice": standing,
        "text": request.POST.get("text") or (standing.text if standing else _usual(initiative)),
        "error": error,
        "about_person": request.POST.get("action") == "object",
        "objected": initiative.objections.count(),
        "logs": initiative.event_logs.filter(kind=EventLog.Kind.COLLABORATION).count(),
    }
    return render(request, "influence/eventlogs/collaboration.html", context, status=422 if error else 200)


def _act(request: HttpRequest, initiative: Initiative) -> str:
    """Do what was asked; a sentence where it cannot be done."""
    if request.POST.get("action") == "object" and request.user.can_manage_initiatives:
        return _object(request, initiative)
    if not request.user.is_administrator:
        raise PermissionDenied("Only an administrator switches collaboration records on or off.")
    return _switch(request, initiative)


def _object(request: HttpRequest, initiative: Initiative) -> str:
    employee_id = request.POST.get("person", "").partition(";")[0].strip()
    person = Person.objects.filter(employee_id=employee_id).first()
    if person is None:
        return "Choose somebody from the list: nobody has that employee id."
    with transaction.atomic():
        leave_out(initiative, person)
    messages.success(request, f"{person.name} is left out of every source of this initiative.")
    return ""


def _usual(initiative: Initiative) -> str:
    return USUAL_NOTICE.replace("{initiative}", initiative.name)


def _switch(request: HttpRequest, initiative: Initiative) -> str:
    if request.POST.get("action") == "off":
        gone = switch_off(initiative)
        messages.success(
            request, f"Collaboration records are off; {gone} loaded files and their ties are gone."
        )
        return ""
    try:
        switch_on(initiative, request.POST.get("text", ""), request.user)
    except NoticeTooShort as refusal:
        return str(refusal)
    messages.success(request, "Collaboration records are on. Now send the notice to the people concerned.")
    return ""
