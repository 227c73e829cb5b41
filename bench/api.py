"""Time the REST interface with 100,000 people on PostgreSQL: champions, scores, 304s, everything as CSV.

``python -m bench.api [--people N]``: a gunicorn of its own asked over HTTP, one request after the other. The
scores are made-up rows, so that no analysis has to run first; queries, answers and sizes are the real ones.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.charts import _database, databases

RESULTS = Path(__file__).parent / "results" / "api.json"
BOUNDS = {
    "champions, p95 ms": 50,
    "champions again (304), p95 ms": 15,
    "scores again (304), p95 ms": 15,
    "1,000 scores, p95 ms": 250,
    "all scores as CSV, s": 5,
    "memory for it, MB": 50,
}
ROUNDS = 200
ADDRESS = "/api/v1/initiatives/bench"


def fill(people: int) -> str:
    """Write a chart, an analysis with scores and champions, and a token; return the token."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bpm_influence.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from bpm_influence.accounts.models import ApiToken, User
    from influence.models import Analysis, ChosenChampion, Score
    from initiatives.models import Initiative
    from orgchart.models import OrgChart, Person, Position

    now = timezone.now()
    chart = OrgChart.objects.create(
        as_of=now.date(), file_name="made-up", file_hash="0" * 64, people_count=people,
        tops_count=1, max_level=9, is_current=True, activated_at=now, state="done",
    )  # fmt: skip
    persons = Person.objects.bulk_create(
        [
            Person(
                employee_id=f"{n:07d}",
                name=f"Person {n}",
                email=f"p{n}@firm.example",
                search_name=f"person {n}",
            )
            for n in range(people)
        ],
        batch_size=5000,
    )
    Position.objects.bulk_create(
        [
            Position(
                chart=chart, person=person, name=person.name, title="Clerk", department=f"Unit {n // 300}",
                level=1, span=0, headcount=0, lft=n, rgt=n,
            )
            for n, person in enumerate(persons)
        ],
        batch_size=5000,
    )  # fmt: skip
    user = User.objects.create_user("bench", role=User.Role.CHANGE_MANAGER)
    initiative = Initiative.objects.create(slug="bench", name="Bench", created_by=user)
    initiative.members.create(user=user)
    analysis = Analysis.objects.create(
        initiative=initiative, chart=chart, people_count=people, ties_count=0, finished_at=now, summary={}
    )
    Score.objects.bulk_create(_scores(Score, analysis, persons), batch_size=5000)
    ChosenChampion.objects.bulk_create(
        ChosenChampion(
            analysis=analysis, person=persons[n * 7], rank=n + 1, marginal_reach=9.5 - n / 10,
            cumulative_reach=9.5 * n, confidence=0.5, follows=persons[0], follows_probability=0.1,
            why="Named by many.",
        )
        for n in range(50)
    )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what autovacuum does by itself within a minute
    return ApiToken.make(user, name="bench")[1]


MADE_UP = {
    "title": "Clerk", "level": 1, "span": 0, "headcount": 0, "positional_authority": 50.0,
    "group": "audience", "exercised_leadership": 50.0, "core": 3, "sphere_se": 0.2, "by_leadership_only": 0.1,
    "by_influence_only": 0.1, "by_either": 0.1, "only_together": 0.1, "not_reached": 0.6,
}  # fmt: skip
SHARES = ("pagerank", "authority", "betweenness", "harmonic", "constraint", "effective_size", "ei_index")
SPHERES = ("sphere", "sphere_outside_line", "sphere_outside_department")
RANKS = ("leadership_rank", "influence_rank", "influence_rank_low", "influence_rank_high")


def _scores(score, analysis, persons):
    chance, count = random.Random(1), len(persons)
    for n, person in enumerate(persons):
        figure = chance.random()
        yield score(
            analysis=analysis, person=person, name=person.name, department=f"Unit {n // 300}",
            leadership=100 * figure, influence=100 * (1 - n / count), group_confidence=figure,
            in_degree=n % 40, community=n % 50, **MADE_UP, **dict.fromkeys(SHARES, figure / 9),
            **dict.fromkeys(SPHERES, 1 + 40 * figure), **dict.fromkeys(RANKS, n + 1),
        )  # fmt: skip


class Server:
    """A web server with one worker process, asked over one connection."""

    def __init__(self, token: str, environment: dict[str, str]):
        self.headers = {"Authorization": f"Bearer {token}"}
        self.port = 20_000 + os.getpid() % 20_000
        command = [
            sys.executable, "-m", "gunicorn", "bpm_influence.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "error",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=environment | {"API_RATE": "off"})
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                return self.ask("/champions/")
            except OSError:
                self.connection.close()
                time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def ask(self, path: str, **headers: str) -> tuple[int, float, str]:
        """Ask once; return the status, the seconds to the last byte and the ETag."""
        start = time.perf_counter()
        self.connection.request("GET", ADDRESS + path, headers=self.headers | headers)
        answer = self.connection.getresponse()
        while answer.read(1 << 16):
            pass
        return answer.status, time.perf_counter() - start, answer.headers.get("ETag", "")

    def p95(self, path: str, status: int, rounds: int, **headers: str) -> float:
        """Ask many times; return the 95th percentile in milliseconds."""
        answers = [self.ask(path, **headers) for _ in range(rounds)]
        assert {answer[0] for answer in answers} == {status}, answers[0]
        return 1000 * sorted(answer[1] for answer in answers)[int(0.95 * rounds)]

    def worker(self) -> Path:
        """Where the kernel tells of the worker process."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return Path("/proc") / children[0]

    def peak_megabytes(self) -> float:
        """The most memory that the worker has held."""
        status = (self.worker() / "status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def cpu_seconds(self) -> float:
        """Processor time of the worker."""
        fields = (self.worker() / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(server: Server, people: int) -> dict[str, float]:
    """Ask for everything that has a bound."""
    middle = f"/scores/?page_size=1000&page={max(1, people // 2000)}"
    figures = {"champions, p95 ms": server.p95("/champions/", 200, ROUNDS)}
    for name, path in (("champions", "/champions/"), ("scores", "/scores/?page_size=1000")):
        etag = server.ask(path)[2]
        figures[f"{name} again (304), p95 ms"] = server.p95(path, 304, ROUNDS, **{"If-None-Match": etag})
    figures["1,000 scores, p95 ms"] = server.p95(middle, 200, ROUNDS // 5)
    memory, cpu = server.peak_megabytes(), server.cpu_seconds()
    figures["all scores as CSV, s"] = server.ask("/scores/?format=csv")[1]
    figures["memory for it, MB"] = server.peak_megabytes() - memory
    figures["its CPU in the web process, s"] = server.cpu_seconds() - cpu
    return figures


def table(figures: dict[str, float]) -> str:
    """Lay the figures out as a Markdown table with their bounds."""
    lines = ["| figure | measured | bound | share of the bound |", "|---|--:|--:|--:|"]
    for name, value in figures.items():
        bound = BOUNDS.get(name)
        lines.append(f"| {name} | {value:,.1f} | {bound or ''} | {f'{value / bound:.0%}' if bound else ''} |")
    return "\n".join(lines)


def main() -> None:
    """Fill a database, start a server, ask it, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder, _database(databases()[-1], folder) as url:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url, "DEMO": "0", "LOG_LEVEL": "ERROR"}
        server = Server(fill(people), dict(os.environ))
        try:
            figures = measure(server, people)
        finally:
            server.process.terminate()
            server.process.wait()
    print(f"The REST interface with {people:,} people on {databases()[-1]}\n\n{table(figures)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": people, **figures}, indent=1))


if __name__ == "__main__":
    main()
