"""Which request or job a line of the log belongs to, and lines that programs read."""

import json
import logging
import re
import secrets
from contextvars import ContextVar

request_id = ContextVar("request_id", default="")
job_id = ContextVar("job_id", default="")
ACCEPTED = re.compile(r"[\w.-]{8,64}", re.ASCII)
FIELDS = ("request", "job")


class TraceRequests:
    """Gives each request an id, or keeps the one that a proxy gave, and answers with it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Remember the id while the request lasts."""
        given = request.headers.get("X-Request-ID", "")
        name = given if ACCEPTED.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = name
        return response


class TraceFilter(logging.Filter):
    """Adds the ids of request and job to each record."""

    def filter(self, record):
        """Let every record pass."""
        record.request, record.job = request_id.get(), job_id.get()
        ids = [f"{name}={getattr(record, name)}" for name in FIELDS if getattr(record, name)]
        record.trace = f" [{' '.join(ids)}]" if ids else ""
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record):
        """Return the line."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if getattr(record, name, "")}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
