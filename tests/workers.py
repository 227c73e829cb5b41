"""Real Celery workers for tests: processes of their own on the test's database and broker."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment():
    """Return the environment in which another process sees the test's own rows and messages."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    own = {"DATA_DIR": str(settings.DATA_DIR), "DATABASE_URL": database_url(), "DEMO": "0"}
    return inherited | own | {"CELERY_SKIP_CHECKS": "true"}


def database_url():
    """Return the address of the test's database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    server = f"{database['HOST']}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}{password}@{server}/{database['NAME']}"


class WorkerProcess:
    """A `celery worker` with its children in a process group of its own."""

    def __init__(self, name="test", queues="work,quick", dies_at=""):
        self.log = Path(settings.DATA_DIR) / f"worker-{name}.log"
        command = [
            sys.executable, "-m", "celery", "-A", "bpm_influence", "worker", "-n", f"{name}-{os.getpid()}@%h",
            "-Q", queues, "--concurrency", "1", "--include", "tests.jobs.kinds,tests.jobs.dying",
            "--loglevel", "INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment() | {"DIES_AT": dies_at}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self):
        """Kill it with all its children, as kill -9 does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def wait_until(true, *, seconds=30.0):
    """Wait until something is true; False where it did not become so in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())
