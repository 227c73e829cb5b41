"""Errors of the API as RFC 9457 problem documents."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"


class FaultyFile(exceptions.APIException):
    """What came in has faults; the problem document lists them in `faults`."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "What was sent has faults; nothing was written."
    default_code = "faults"

    def __init__(self, detail=None, faults=(), status=None):
        super().__init__(detail)
        self.faults = list(faults)
        self.status_code = status or self.status_code


class Conflict(exceptions.APIException):
    """The request is fine, but not now."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "This is not possible in the present state."
    default_code = "conflict"


def problem(status, detail="", *, headers=None, **members):
    """Return a problem document."""
    status = HTTPStatus(status)
    detail = detail or status.description or status.phrase
    sentence = detail if detail.endswith((".", "!", "?")) else f"{detail}."
    content = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": sentence}
    return JsonResponse(content | members, status=status, content_type=MEDIA_TYPE, headers=headers)


def problem_response(error, context):
    """Turn what a view raised into a problem document; what is no answer to anybody stays a bug."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(*error.args)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(*error.args)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return problem(error.status_code, _sentence(error), headers=_headers(error), **_members(error))


def _headers(error):
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    return headers


def _members(error):
    if isinstance(error, FaultyFile):
        return {"faults": error.faults}
    if isinstance(error, exceptions.ValidationError):
        own = error.detail
        return {"errors": own if isinstance(own, dict) else {"non_field_errors": own}}
    return {}


def _sentence(error):
    if isinstance(error, exceptions.ValidationError):
        return " ".join(_flatten(error.detail))
    return str(error.detail)


def _flatten(detail, field=""):
    if isinstance(detail, dict):
        return [line for name, part in detail.items() for line in _flatten(part, _joined(field, name))]
    if isinstance(detail, list):
        return [line for part in detail for line in _flatten(part, field)]
    return [f"{field}: {detail}" if field else str(detail)]


def _joined(field, name):
    if name == "non_field_errors":
        return field
    return f"{field}.{name}" if field else str(name)
