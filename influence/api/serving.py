"""Answering with results: whoever has them already gets 304 before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from rest_framework.exceptions import NotFound, PermissionDenied

from influence.models import Analysis
from influence.results import NoResults, analysis_to_show
from initiatives.api import visible_initiative
from initiatives.models import Initiative

BYTES_PER_PIECE = 64 * 1024
NEXT_ASK_SECONDS = 2


def results_of(request, slug: str) -> tuple[Initiative, Analysis]:
    """The initiative and its newest finished analysis, for those who may see results."""
    initiative = visible_initiative(request, slug)
    if not request.user.can_see_scores:
        raise PermissionDenied("Your role does not see results.")
    try:
        return initiative, analysis_to_show(initiative)
    except NoResults as nothing:
        raise NotFound(str(nothing)) from nothing


def unless_known(request, version: Iterable[Any], changed_at: datetime, build: Callable[[], HttpResponse]):
    """The response that ``build`` makes, or 304 where the client names the same version."""
    text = repr((*version, request.get_full_path()))
    etag = quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    moment = int(changed_at.timestamp())
    response = get_conditional_response(request._request, etag=etag, last_modified=moment) or build()
    response["ETag"], response["Last-Modified"] = etag, http_date(moment)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def download(lines: Iterable[str], media_type: str, file_name: str) -> StreamingHttpResponse:
    """A file sent piece by piece, never whole in memory."""
    response = StreamingHttpResponse(_pieces(lines), content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _pieces(lines: Iterable[str]):
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= BYTES_PER_PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
