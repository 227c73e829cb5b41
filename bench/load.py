"""The mixed day: respondents, managers and programs at once, while an analysis and an import run.

``python -m bench.load [--minutes N] [--people N]`` with ``CELERY_BROKER_URL``: ``manage.py serve`` as
``make run`` starts it, on PostgreSQL where there is one. Prints errors, p95 by kind of visitor, how long
analysis and import took, and the memory of all processes in the first and the last fifth of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import io
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bench.charts import databases
from bench.respondents import Connection, Log, Respondent
from bench.survey import ROOT, _below, _in_django, percentile, running

RESULTS = Path(__file__).parent / "results" / "load.json"
RESPONDENTS, MANAGERS, PROGRAMS = 200, 20, 10
RESPONDENT_THINKS, MANAGER_THINKS, PROGRAM_THINKS = 4.0, 4.0, 1.0
LONGEST_MS = 500
HERE = "/initiatives/bench/"
PAGES = (HERE, f"{HERE}map/", f"{HERE}map.json", f"{HERE}people/", f"{HERE}leaders/", f"{HERE}champions/",
         f"{HERE}departments/", f"{HERE}surveys/", "/jobs/")  # fmt: skip
THERE = "/api/v1/initiatives/bench/"
ENDPOINTS = (f"{THERE}scores/?page_size=100", f"{THERE}champions/", f"{THERE}summary/", f"{THERE}surveys/")


@dataclass
class Visits:
    """What one kind of visitor saw."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def visit(port: int, header: str, paths: tuple[str, ...], think: float, until: float, seen: Visits):
    """Look at one after the other of the addresses, with pauses, until the day is over."""
    chance = random.Random(header)
    connection = Connection(port, (header,))
    await asyncio.sleep(chance.uniform(0, think))
    while time.monotonic() < until:
        path, start = chance.choice(paths), time.perf_counter()
        try:
            status, answer = await connection.ask("GET", path)
        except OSError as error:
            seen.faults.append(f"{path}: {error}")
        else:
            seen.seconds.append(time.perf_counter() - start)
            if status != 200:
                seen.faults.append(f"{path}: {status} {answer[:200]!r}")
        await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    connection.close()


async def respond(port: int, tokens: list[str], until: float, log: Log):
    """Answer one link after the other, as long as the day lasts."""
    may_go_on = asyncio.Event()
    may_go_on.set()
    for token in tokens:
        if time.monotonic() < until:
            think = RESPONDENT_THINKS
            await Respondent(token, port, log, think, may_go_on, random.Random(token)).walk()


def memory(pid: int) -> float:
    """Megabytes that the processes below hold for themselves (their proportional share)."""
    total = 0
    for each in _below(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1000


class LongWork(threading.Thread):
    """Asks for an analysis and sends an org chart, over REST, and waits for both."""

    def __init__(self, port: int, token: str, file: bytes):
        super().__init__(daemon=True)
        self.base, self.token, self.file = f"http://127.0.0.1:{port}/api/v1", token, file
        self.seconds: dict[str, float] = {}
        self.faults: list[str] = []

    def run(self) -> None:
        """One after the other."""
        try:
            self._wait("analysis, s", self._post("/initiatives/bench/analyses/", b"{}", "application/json"))
            ends = b"--end"
            parts = (
                b'Content-Disposition: form-data; name="as_of"\r\n\r\n2026-06-01',
                b'Content-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n' + self.file,
            )
            body = b"".join(ends + b"\r\n" + part + b"\r\n" for part in parts) + ends + b"--\r\n"
            self._wait("import, s", self._post("/org-charts/", body, "multipart/form-data; boundary=end"))
        except OSError as error:
            self.faults.append(f"long work: {error}")

    def _post(self, path: str, body: bytes, kind: str) -> str:
        return self._asked(self.base + path, body, {"Content-Type": kind})["url"]

    def _wait(self, name: str, url: str) -> None:
        start = time.perf_counter()
        while (state := self._asked(url if "://" in url else self.base.split("/api")[0] + url)["state"]) in (
            "queued",
            "running",
        ):
            time.sleep(1)
        self.seconds[name] = time.perf_counter() - start
        if state != "done":
            self.faults.append(f"{name}: {state}")

    def _asked(self, url: str, body: bytes | None = None, headers=None) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            return json.loads(answer.read())


async def day(port: int, made: dict, until: float) -> tuple[Log, Visits, Visits]:
    """Everybody at once."""
    log, managers, programs = Log(), Visits(), Visits()
    tokens = made["tokens"]
    crowd = asyncio.gather(
        *(respond(port, tokens[n::RESPONDENTS], until, log) for n in range(RESPONDENTS)),
        *(visit(port, f"Cookie: bpm_influence_session={one}", PAGES, MANAGER_THINKS, until, managers)
          for one in made["sessions"]),
        *(visit(port, f"Authorization: Bearer {one}", ENDPOINTS, PROGRAM_THINKS, until, programs)
          for one in made["api_tokens"]),
    )  # fmt: skip
    with contextlib.suppress(TimeoutError):  # respondents in the middle of a question go home
        await asyncio.wait_for(crowd, until - time.monotonic())
    return log, managers, programs


def prepare(environment: dict[str, str], people: int) -> dict:
    """Ties, a finished analysis, and those who look at it."""
    path = Path(environment["DATA_DIR"]) / "ties.csv"
    chance = random.Random(5)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["source", "target", "relation"])
        for n in range(people * 8):
            one, other = chance.randrange(people), int(people * chance.random() ** 2)
            if one != other:
                rows.writerow([f"{one:07d}", f"{other:07d}", "advice" if n % 5 else "leadership"])
    for arguments in (("load_ties", "bench", str(path)), ("analyse", "bench", "--wait")):
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    return _in_django(environment, "visitors", str(MANAGERS), str(PROGRAMS))


def people_file(people: int) -> bytes:
    """The same people under other departments, as HR would send them."""
    content = io.StringIO()
    rows = csv.writer(content)
    rows.writerow(["employee_id", "name", "manager_id", "department"])
    for n in range(people):
        rows.writerow([f"{n:07d}", f"Person {n}", f"{(n - 1) // 8:07d}" if n else "", f"Unit {n // 50}"])
    return content.getvalue().encode()


def measure(database: str, people: int, minutes: float) -> dict[str, float]:
    """The day on one database."""
    links = RESPONDENTS * (1 + int(minutes))
    with running(database, people, links) as (server, environment, made):
        made |= prepare(environment, people)
        until = time.monotonic() + 60 * minutes
        work = LongWork(server.port, made["api_tokens"][0], people_file(people))
        used: list[float] = []
        threading.Timer(20, work.start).start()
        threading.Thread(target=_watch, args=(server.process.pid, until, used), daemon=True).start()
        log, managers, programs = asyncio.run(day(server.port, made, until))
        work.join(timeout=120)
        faults = [*log.faults, *managers.faults, *programs.faults, *work.faults]
        print("\n".join(faults[:20]), file=sys.stderr)
        fifth = max(1, len(used) // 5)
        return {
            "minutes": minutes, "people": people,
            "saves and searches of respondents": len(log.saves) + len(log.searches),
            "pages of managers": len(managers.seconds), "requests of programs": len(programs.seconds),
            "errors": len(faults) + log.retries, "save an answer, p95 ms": percentile(log.saves),
            "search a name, p95 ms": percentile(log.searches),
            "page of a manager, p95 ms": percentile(managers.seconds),
            "request of a program, p95 ms": percentile(programs.seconds),
            "all, p95 ms": percentile(log.saves + log.searches + managers.seconds + programs.seconds),
            "memory at first, MB": sum(used[:fifth]) / fifth,
            "memory at last, MB": sum(used[-fifth:]) / fifth,
            **work.seconds,
        }  # fmt: skip


def _watch(pid: int, until: float, used: list[float]) -> None:
    while time.monotonic() < until:
        with contextlib.suppress(OSError):  # a process that ended meanwhile
            used.append(memory(pid))
        time.sleep(5)


def main() -> None:
    """Run the day, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=databases(), default=databases()[-1])
    asked = parser.parse_args()
    os.environ.setdefault("API_RATE", "6000/minute")
    figures = measure(asked.database, asked.people, asked.minutes)
    bounds = {"errors": 0, "all, p95 ms": LONGEST_MS}
    print(f"The mixed day on {asked.database}\n\n| figure | measured | bound |\n|---|--:|--:|")
    print("\n".join(f"| {name} | {value:,.0f} | {bounds.get(name, '')} |" for name, value in figures.items()))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"database": asked.database, **figures}, indent=1))


if __name__ == "__main__":
    main()
