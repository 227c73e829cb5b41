"""What is kept of one person: to hand out, and to erase."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from influence.privacy.erasing import erase_person
from influence.privacy.export import export_person
from orgchart.models import Person
from orgchart.searching import name_filter

MOST_SHOWN = 20


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find a person by name or id, on any chart."""
    _administrators_only(request)
    words = request.GET.get("q", "").strip()
    exactly = list(Person.objects.filter(employee_id=words)) if words else []
    found = exactly or (list(Person.objects.filter(name_filter(words))[:MOST_SHOWN]) if words else [])
    return render(request, "influence/privacy.html", {"words": words, "found": found, "most": MOST_SHOWN})


@require_POST
def export(request: HttpRequest, employee_id: str) -> HttpResponse:
    """Hand out everything that is kept of the person."""
    _administrators_only(request)
    person = get_object_or_404(Person, employee_id=employee_id)
    answer = JsonResponse(export_person(person), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return answer


@require_POST
def erase(request: HttpRequest, employee_id: str) -> HttpResponse:
    """Erase the person, once their id has been typed."""
    _administrators_only(request)
    person = get_object_or_404(Person, employee_id=employee_id)
    if request.POST.get("confirm", "").strip() != employee_id:
        messages.error(request, "Nothing was erased: type the employee id exactly as it stands there.")
        return redirect(f"{reverse('influence:privacy')}?{urlencode({'q': employee_id})}")
    gone = erase_person(person)
    messages.success(
        request,
        f"Erased: {gone.rows:,} rows, {gone.files:,} files; {gone.analyses:,} analyses now say so. "
        "Take the person out of HR's export too, or the next upload brings them back.",
    )
    return redirect("influence:privacy")


def _administrators_only(request: HttpRequest) -> None:
    if not request.user.is_administrator:
        raise PermissionDenied("Handing out and erasing personal data is the administrators' work.")
