"""Errors outside of the API's views: a page for people, a problem document below /api/."""

from django.views import defaults

from bpm_influence.rest.problems import problem


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
    """Answer after a bug; its trace is in the log."""
    if _is_api(request):
        return problem(500, "Something went wrong that should not. The log has the details.")
    return defaults.server_error(request)
