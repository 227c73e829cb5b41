"""Time an org chart of 100,000 people: upload to preview, activation, opening a node, on each database.

``python -m bench.charts [--people N]``: a process of its own per database (PostgreSQL where
``BENCH_POSTGRES`` or the local server answers), through the pages as HR uses them. The second month's
file, with joiners, leavers and movers against a current chart, is the one that is held to the bounds.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "charts.json"
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
SPAN, DEPARTMENT_SIZE, NODES = 8, 300, 300
BOUNDS = {
    "upload to preview, s": {"postgresql": 15, "sqlite": 25},
    "activation, s": {"postgresql": 10, "sqlite": 10},
    "peak memory, MB": {"postgresql": 600, "sqlite": 600},
    "opening a node, p95 ms": {"postgresql": 100, "sqlite": 100},
    "finding somebody, p95 ms": {"postgresql": 100, "sqlite": 100},
}


def people_file(people: int, month: int) -> bytes:
    """Write a tree of span 8 as an HR export; each month 2% move, 1% leave and 1% join."""
    chance = random.Random(month)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        ["Personalnummer", "Vorname", "Nachname", "Vorgesetzter", "E-Mail", "Stelle", "Abteilung", "Eintritt"]
    )
    for number in range(people):
        if number > people // 2 and month and number % 100 == month:
            number += people
        place = number % people
        boss = (place - 1) // SPAN
        if month and boss > 8 and place % 50 == month:
            boss = chance.randrange(boss)
        writer.writerow(
            [f"{number:07d}", f"Vorname{number % 997}", f"Nachname{number}", f"{boss:07d}" if place else "",
             f"p{number}@firm.example", f"Stelle {place % 40}", f"Abteilung {place // DEPARTMENT_SIZE}",
             "01.03.2020"]
        )  # fmt: skip
    return text.getvalue().encode("cp1252")


def measure(people: int) -> dict[str, float]:
    """Walk through two months in this process, on the database that the environment names."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bpm_influence.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from bpm_influence.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user("hr", role=User.Role.HR))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _month(client, people, 0)
    figures = _month(client, people, 1)
    figures["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["memory before, MB"] = before
    return figures | _looking(client)


def _month(client, people: int, month: int) -> dict[str, float]:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from bpm_influence.jobs.models import Job
    from orgchart.models import OrgChart

    current = OrgChart.objects.current()
    content = people_file(people, month)
    start, cpu = time.perf_counter(), _cpu()
    file = SimpleUploadedFile(f"month{month}.csv", content)
    client.post(reverse("orgchart:upload"), {"file": file, "as_of": "2026-01-31"})
    job = Job.objects.latest("pk")
    Job.run_here(job)
    chart = OrgChart.objects.latest("pk")
    page = client.get(chart.get_absolute_url())
    figures = {"upload to preview, s": time.perf_counter() - start, "its CPU, s": _cpu() - cpu}
    assert (page.status_code, chart.state, chart.people_count) == (200, "done", people), chart.fault_counts
    start = time.perf_counter()
    answers = {"against": str(current.pk if current else ""), "confirmed": "1"}
    client.post(reverse("orgchart:activate", args=[chart.pk]), answers)
    figures["activation, s"] = time.perf_counter() - start
    assert OrgChart.objects.current() == chart
    return figures


def _looking(client) -> dict[str, float]:
    from django.urls import reverse

    from orgchart.models import OrgChart

    chart = OrgChart.objects.current()
    managers = list(chart.positions.filter(span__gt=0).order_by("?")[:NODES])
    pages = [reverse("orgchart:reports", args=[chart.pk, manager.pk]) for manager in managers]
    sought = [f"Nachname{number * 331}" for number in range(NODES)]
    finds = [f"{reverse('orgchart:find', args=[chart.pk])}?q={name}" for name in sought]
    return {**_p95(client, "opening a node", pages), **_p95(client, "finding somebody", finds)}


def _p95(client, what: str, addresses: list[str]) -> dict[str, float]:
    """What 95 of 100 requests stay below: on the clock, and in CPU time where the machine is shared."""
    clock, processor = [], []
    for address in addresses:
        start, cpu = time.perf_counter(), time.process_time()
        assert client.get(address).status_code == 200
        clock.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - cpu))
    place = int(0.95 * len(addresses))
    return {f"{what}, p95 ms": sorted(clock)[place], f"{what}, p95 ms of CPU": sorted(processor)[place]}


def _cpu() -> float:
    """CPU seconds of this process and of those it started."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _on_own_database(database: str, people: int) -> dict[str, float]:
    """Measure in a process with an empty database of its own."""
    with tempfile.TemporaryDirectory() as folder, _database(database, folder) as url:
        environment = os.environ | {
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "DEMO": "0",
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "bench.charts", "--people", str(people), "--measure"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    return json.loads(ran.stdout.splitlines()[-1])


class _database:
    """An address of an empty database that is gone afterwards."""

    def __init__(self, vendor: str, folder: str):
        self.name, self.url = f"bench_charts_{os.getpid()}", f"sqlite:///{folder}/bench.sqlite3"
        self.is_server = vendor == "postgresql"

    def __enter__(self) -> str:
        if not self.is_server:
            return self.url
        self._execute(f"CREATE DATABASE {self.name}")
        return f"{POSTGRES.rpartition('/')[0]}/{self.name}"

    def __exit__(self, *error) -> None:
        if self.is_server:
            self._execute(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        import psycopg2

        connection = psycopg2.connect(POSTGRES)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


def databases() -> list[str]:
    """The kinds of database that can be tried here."""
    try:
        import psycopg2

        psycopg2.connect(POSTGRES, connect_timeout=2).close()
    except Exception:
        return ["sqlite"]
    return ["sqlite", "postgresql"]


def table(figures: dict[str, dict[str, float]]) -> str:
    """Lay the figures out as a Markdown table with their bounds."""
    lines = ["| figure | database | measured | bound | share of the bound |", "|---|---|--:|--:|--:|"]
    for vendor, own in figures.items():
        for name, value in own.items():
            bound = BOUNDS.get(name, {}).get(vendor)
            share = f"{value / bound:.0%}" if bound else ""
            lines.append(f"| {name} | {vendor} | {value:,.1f} | {bound or ''} | {share} |")
    return "\n".join(lines)


def main() -> None:
    """Measure on every database there is, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.people)))
        return
    figures = {vendor: _on_own_database(vendor, options.people) for vendor in databases()}
    print(f"An org chart of {options.people:,} people\n\n{table(figures)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": options.people, **figures}, indent=1))


if __name__ == "__main__":
    main()
