"""Who may open which page on org charts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

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
