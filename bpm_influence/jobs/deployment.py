"""What an installation lacks for production, each in one sentence with its remedy."""

import os
import secrets
import shutil
import time

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection

from bpm_influence.accounts.models import User
from bpm_influence.jobs.database import is_out_of_date
from bpm_influence.jobs.doorbell import broker_answers
from bpm_influence.jobs.models import Job, Worker

FREE_GIGABYTES = 2
PATIENCE = 20
LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


def shortcomings():
    """Yield a sentence for each thing that is missing; nothing where all is well."""
    for check in (_addresses, _secrets, _parts, _mail, _files, _people):
        yield from check()


def _addresses():
    if not settings.HTTPS:
        yield "Pages are served without encryption: set HTTPS=1 behind a proxy that ends TLS."
    elif not settings.PUBLIC_URL.startswith("https://"):
        yield "PUBLIC_URL does not begin with https://: links in mails would leave encryption."
    if set(settings.ALLOWED_HOSTS) <= LOCAL:
        yield "Only this machine reaches the pages: name the host in ALLOWED_HOSTS."
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS takes any name: write the names under which the pages are reached."
    if settings.API_RATE is None:
        yield "The API counts no requests: remove API_RATE=off."


def _secrets():
    if not os.environ.get("SECRET_KEY"):
        yield "SECRET_KEY comes from DATA_DIR: set it in the environment, the same on every host."
    mode = settings.DATA_DIR.stat().st_mode
    if mode & 0o007:
        yield f"Everybody on this machine may look into DATA_DIR: chmod o= {settings.DATA_DIR}."


def _parts():
    if connection.vendor != "postgresql":
        yield "The database is SQLite, good for a trial: set DATABASE_URL to a PostgreSQL database."
    if settings.CELERY_BROKER_URL.startswith("embedded:"):
        yield "The broker is a folder, good for a trial: set CELERY_BROKER_URL to Redis or RabbitMQ."
    try:
        if is_out_of_date():
            yield "The database is of an earlier version: run manage.py migrate."
    except DatabaseError as error:
        yield f"The database does not answer: {str(error).strip()}"
        return
    if not broker_answers():
        yield "The broker does not answer: start it, or correct CELERY_BROKER_URL."
    if not Worker.answers():
        yield "No worker has been heard of: start one (docs/deployment.md)."


def _mail():
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield "Mails are written to files: set EMAIL_URL to your mail server, smtp+tls://user:password@host."
    elif not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield "Mails with personal links go to the mail server unencrypted: use smtp+tls:// or smtps://."


def _files():
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield "Styles and scripts are not collected: run make setup."
    free = shutil.disk_usage(settings.DATA_DIR).free / 1e9
    if free < FREE_GIGABYTES:
        yield f"Only {free:.1f} GB are free under DATA_DIR: make room for {FREE_GIGABYTES} GB."
    yield from _storage()


def _storage():
    content = secrets.token_bytes(16)
    try:
        name = default_storage.save("check/deployment", ContentFile(content))
        with default_storage.open(name) as file:
            same = file.read() == content
        seen = same and _a_worker_sees(name)
        default_storage.delete(name)
    except OSError:
        same = False
    if not same:
        yield "What is stored cannot be read back: mount the same folder, writable, on every host."
    elif not seen:
        yield "A worker does not find what is stored here: mount the same DATA_DIR/uploads on every host."


def _a_worker_sees(name):
    """Ask whichever worker takes the job; where none does in time, another sentence has said so."""
    try:
        if not Worker.answers():
            return True
        job = Job.enqueue("storage_check", {"name": name})
        until = time.monotonic() + PATIENCE
        while job.is_unfinished and time.monotonic() < until:
            time.sleep(0.1)
            job.refresh_from_db()
    except DatabaseError:
        return True
    job.cancel()
    return bool(job.result and job.result["found"])


def _people():
    try:
        administrators = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True)
        if not administrators.filter(is_demonstration=False).exists():
            yield "Nobody administers: run manage.py create_user NAME --role administrator."
        if User.objects.filter(is_demonstration=True).exists():
            yield "The demonstration organisation is loaded: run manage.py demo --remove, and set DEMO=0."
    except DatabaseError:
        return
