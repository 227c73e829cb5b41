"""*Who sees what*, for an employee and a works council."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from influence.access import visible_initiative
from influence.who_sees import who_sees_what


@require_safe
def who_sees(request: HttpRequest, slug: str) -> HttpResponse:
    """One page that prints: roles, what each sees, who has which role here, and what was promised."""
    initiative = visible_initiative(request.user, slug)
    context = {"initiative": initiative, "tab": "settings", **who_sees_what(initiative)}
    return render(request, "influence/who_sees.html", context)
