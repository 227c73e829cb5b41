"""Taking the demonstration away by one click."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from influence.demonstration.loading import remove_demonstration


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the demonstration organisation; for administrators."""
    if not request.user.is_administrator:
        raise PermissionDenied("Only an administrator removes the demonstration.")
    removed = remove_demonstration()
    sentence = f"The demonstration is gone: {removed.people:,} people, {removed.logins} logins."
    messages.success(request, sentence)
    return redirect("/")
