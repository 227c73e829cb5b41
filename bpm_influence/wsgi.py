"""The web process. Its first request rings for jobs that nobody was rung for while it was away."""

import logging
import os
import threading

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bpm_influence.settings")
django_application = get_wsgi_application()
_swept = threading.Event()


def application(environment, start_response):
    """Answer one request."""
    if not _swept.is_set():
        _swept.set()
        _sweep()
    return django_application(environment, start_response)


def _sweep():
    from bpm_influence.jobs.doorbell import sweep

    try:
        sweep()
    except DatabaseError as error:
        logging.getLogger(__name__).warning("The database does not answer: %s", error)
