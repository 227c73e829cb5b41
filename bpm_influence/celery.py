"""The Celery application. What there is to do is written in `bpm_influence.jobs`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bpm_influence.settings")
TRANSPORT_ALIASES["embedded"] = "bpm_influence.jobs.broker:Transport"

app = Celery("bpm_influence")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["bpm_influence.jobs"])
