import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connections

from bpm_influence.accounts.demonstration import demonstration_logins
from bpm_influence.jobs.database import migrate
from bpm_influence.jobs.supervising import Supervisor, commands, port_is_free

PATIENCE = 60


class Command(BaseCommand):
    help = "Starts web, workers and timer, and starts them again when one dies. Ctrl-C ends all."
    requires_system_checks = []

    def handle(self, **options):
        host, port = settings.HOST, settings.PORT
        if not port_is_free(host, port):
            sys.exit(
                f"Port {port} of {host} is used by another program. "
                f"Stop that, or choose another port: PORT={port + 1}."
            )
        self._prepare()
        supervisor = Supervisor(
            commands(host, port), logs=settings.DATA_DIR / "logs", folder=settings.BASE_DIR
        )
        supervisor.run(when_started=lambda: self._greet(supervisor))

    def _prepare(self):
        migrate()
        for file in (settings.DATA_DIR / "metrics").glob("*.db"):
            file.unlink(missing_ok=True)  # counts of web processes that are gone
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
        if (
            settings.DEMO
            and "demo" in get_commands()
            and not apps.get_model("orgchart", "OrgChart").objects.exists()
        ):
            self.stdout.write("Loading the demonstration organisation ...")
            self._load_demonstration()
        connections.close_all()

    def _load_demonstration(self):
        # The logins follow with the address.
        loading = [sys.executable, "manage.py", "demo", "--verbosity", "0"]
        loaded = subprocess.run(loading, cwd=settings.BASE_DIR, check=False)
        if loaded.returncode:
            self.stderr.write("The demonstration could not be loaded; the application starts without it.")

    def _greet(self, supervisor):
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
        address = f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
        self._wait_until_it_answers(f"{address}/healthz", supervisor)
        if supervisor.stopping:
            return
        self.stdout.write(
            f"\nThe application is at {address}/ (Ctrl-C ends it; logs in {settings.DATA_DIR / 'logs'})"
        )
        self._tell_logins()
        self.stdout.flush()
        connections.close_all()

    def _tell_logins(self):
        for username, password, role in demonstration_logins() if settings.DEMO else []:
            self.stdout.write(f"  {username:<24} {password:<20} {role}")
        if not get_user_model().objects.filter(is_active=True).exists():
            self.stdout.write(
                "Nobody can sign in yet. Make the first user: "
                f"{sys.executable} manage.py create_user NAME --role administrator"
            )

    def _wait_until_it_answers(self, address, supervisor):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not supervisor.stopping:
            supervisor.look_after_first()
            try:
                urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
