"""Errors outside of the API's views: a page for people, a problem document below /api/."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from bpm_influence.jobs.room import is_full
from bpm_influence.rest.problems import problem

RETRY_AFTER = 10
AWAY = ("The database does not answer", "Nothing was lost; ask again soon.")
FULL = ("The disk is full", "Nothing of this was stored. Make room under DATA_DIR, then try again.")


def _is_api(request):
    return request.path.startswith("/api/")


def bad_request(request, exception):
    """Answer what cannot be understood."""
    return problem(400) if _is_api(request) else defaults.bad_request(request, exception)


def permission_denied(request, exception):
    """Answer what is not allowed."""
    return problem(403) if _is_api(request) else defaults.permission_denied(request, exception)


def page_not_found(request, exception):
    """Answer an address that does not exist."""
    return problem(404) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request):
    """Answer after a bug, whose trace is in the log, or while the database is away or the disk full."""
    error = sys.exc_info()[1]
    if is_full(error):
        return _unavailable(request, *FULL)
    if isinstance(error, (OperationalError, InterfaceError)):
        return _unavailable(request, *AWAY)
    if _is_api(request):
        return problem(500, "Something went wrong that should not. The log has the details.")
    return defaults.server_error(request)


def _unavailable(request, what, then):
    headers = {"Retry-After": str(RETRY_AFTER)}
    if _is_api(request):
        return problem(503, f"{what}. {then}", headers=headers)
    return HttpResponse(
        render_to_string("503.html", {"what": what, "then": then}), status=503, headers=headers
    )
