"""Who may open which page on org charts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from orgchart.models import OrgChart

View = Callable[..., HttpResponse]


def allowed(right: str) -> Callable[[View], View]:
    """Let a view be opened by users who have a right, named as a property of the user."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not getattr(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


def visible_chart(request: HttpRequest, pk: int) -> OrgChart:
    """The chart, or 404 for those who may not know of it."""
    return get_object_or_404(OrgChart.objects.visible_to(request.user), pk=pk)
