"""The wiring: settings, URLs, the Celery application, the API router. Nothing imports these."""

from bpm_influence.celery import app as celery_app

__all__ = ["celery_app"]
