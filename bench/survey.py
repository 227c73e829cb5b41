"""Time the survey's door, and kill the processes behind it in the middle of its load.

``python -m bench.survey [--people N] [--respondents N] [--only weight,search,load,kill]``: on each database,
``manage.py serve`` as ``make run`` starts it, asked over HTTP through the contract's addresses.

``weight``: bytes of the first screen with all scripts and styles. ``search``: 50 name searches a second among
all people. ``load``: respondents from link to thanks at once. ``kill``: the same load under a mailing, all
processes of web and workers killed with -9 in the middle; what the clients' own log calls acknowledged is
then looked for in the database, and every mail is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.charts import _database, databases
from bench.respondents import Log, Respondent, search_at
from bench.survey_world import made_up_names

RESULTS = Path(__file__).parent / "results" / "survey.json"
BOUNDS = {
    "first screen, kB on the wire": {"postgresql": 60, "sqlite": 60},
    "name search, p95 ms": {"postgresql": 100, "sqlite": 150},
    "autosave, p95 ms": {"postgresql": 300},
    "errors under load": {"postgresql": 0, "sqlite": 0},
    "acknowledged answers lost": {"postgresql": 0, "sqlite": 0},
    "mails sent twice or not at all": {"postgresql": 0, "sqlite": 0},
}
SEARCHES_A_SECOND, SEARCH_SECONDS = 50, 20
THINK = 4.0
ROOT = Path(__file__).resolve().parents[1]
PARTS = ("weight", "search", "load", "kill")


def typed(names: list[str], count: int) -> list[str]:
    """What people type: beginnings, whole names, parts in any order, one letter wrong."""
    chance = random.Random(3)
    queries = []
    for number in range(count):
        first, last = chance.choice(names).split(" ")
        place = chance.randrange(1, len(last) - 1)
        wrong = last[:place] + chance.choice("aeinrst") + last[place + 1 :]
        forms = (last[:2], last[:4], last, f"{last[:3]} {first[:2]}", f"{first} {last}", wrong)
        queries.append(urllib.parse.quote_plus(forms[number % len(forms)]))
    return queries


class Server:
    """The application as ``make run`` starts it: web, two workers and the timer, kept alive."""

    def __init__(self, environment: dict[str, str]):
        self.port = int(environment["PORT"])
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(1200):
            with contextlib.suppress(OSError):
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
            time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def kill_all(self) -> int:
        """Kill web and workers with everything below them, as kill -9 does; say how many processes."""
        killed = 0
        for child in _children(self.process.pid):
            command = Path(f"/proc/{child}/cmdline").read_text()
            if "gunicorn" in command or "celery" in command:
                killed += len(_below(child))
                os.killpg(child, signal.SIGKILL)
        return killed

    def stop(self) -> None:
        """As Ctrl-C does."""
        self.process.terminate()
        self.process.wait()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _below(pid: int) -> list[int]:
    return [pid, *(each for child in _children(pid) for each in _below(child))]


def weight(port: int, token: str) -> float:
    """Kilobytes of the first screen with its scripts and styles, packed as browsers ask for them."""
    base = f"http://127.0.0.1:{port}/s/{token}/"
    page, size = _fetch(base)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg))"', page.decode()):
        size += _fetch(urllib.parse.urljoin(base, address))[1]
    return size / 1000


def _fetch(address: str) -> tuple[bytes, int]:
    import gzip

    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body, head = answer.read(), len(str(answer.headers))
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(body) if packed else body, len(body) + head


def percentile(values: list[float], share: float = 0.95) -> float:
    """The percentile, in milliseconds."""
    return 1000 * sorted(values)[int(share * (len(values) - 1))] if values else float("nan")


async def respond(port: int, tokens: list[str], think: float, at_half=None) -> Log:
    """Let everybody answer at once; ``at_half`` is called once, when half of the saves are acknowledged."""
    log, may_go_on = Log(), asyncio.Event()
    may_go_on.set()
    people = [
        Respondent(token, port, log, think, may_go_on, random.Random(number))
        for number, token in enumerate(tokens)
    ]
    walks = [asyncio.create_task(person.walk()) for person in people]
    while at_half and len(log.acknowledged) < len(tokens):
        await asyncio.sleep(0.1)
    if at_half:
        await at_half(log, may_go_on)
    await asyncio.gather(*walks)
    return log


def missing(environment: dict[str, str], survey: int, log: Log) -> int:
    """How many acknowledged answers the database does not hold, nor what was sent after them."""
    stored = _in_django(environment, "stored", str(survey))
    lost = 0
    for (token, question), content in log.acknowledged.items():
        kept = stored.get(f"{token_digest(token)}:{question}")
        allowed = [_plain(content), _plain(log.sent[token, question])]
        lost += kept not in allowed
    return lost


def token_digest(token: str) -> str:
    """What the database knows of a link."""
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()


def _plain(content: dict) -> list | int:
    if "value" in content:
        return content["value"]
    return sorted(
        [int(name["key"].partition("-")[0], 16), float(name["strength"])] for name in content["names"]
    )


def _in_django(environment: dict[str, str], *arguments: str):
    command = [sys.executable, "-m", "bench.survey_world", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def mails_wrong(environment: dict[str, str], mailing: int, people: int) -> int:
    """Wait for the mailing's end; how many of the people got no mail or two."""
    for _ in range(240):
        found = _in_django(environment, "mailed", str(mailing))
        if found["state"] == "done":
            break
        time.sleep(1)
    folder = Path(environment["DATA_DIR"]) / "mails"
    to = Counter(
        re.search(rb"^To: (.+)$", path.read_bytes(), re.M)[1].strip() for path in folder.glob("*.eml")
    )
    dropped = found.get("dropped", 0)  # who answered before their mail's turn came
    return sum(count != 1 for count in to.values()) + abs(people - dropped - len(to))


def kill_in_the_middle(
    server: Server, environment: dict[str, str], made: dict, people: int
) -> dict[str, float]:
    """The load under a mailing; at half, kill -9 everything, look what is there, go on, look again."""
    figures: dict[str, float] = {}
    mailing = _in_django(environment, "start_mailing", str(made["survey"]))

    async def at_half(log: Log, may_go_on: asyncio.Event) -> None:
        figures["processes killed"] = server.kill_all()
        may_go_on.clear()
        await asyncio.sleep(1.0)  # whoever was being answered notices
        lost = await asyncio.to_thread(missing, environment, made["survey"], log)
        figures["acknowledged at the kill"] = len(log.acknowledged)
        figures["acknowledged answers lost"] = lost
        await asyncio.to_thread(server.wait)
        may_go_on.set()

    log = asyncio.run(respond(server.port, made["tokens"], THINK / 2, at_half))
    figures["acknowledged at the end"] = len(log.acknowledged)
    figures["acknowledged answers lost"] += missing(environment, made["survey"], log)
    figures["faults other than no answer"] = len(log.faults)
    figures["mails sent twice or not at all"] = mails_wrong(environment, mailing, people)
    return figures


def measure(database: str, people: int, respondents: int, only: tuple[str, ...]) -> dict[str, float]:
    """Everything on one database."""
    figures: dict[str, float] = {}
    if {"weight", "search", "load"} & set(only):
        with running(database, people, max(respondents, 600)) as (server, _, made):
            if "weight" in only:
                figures["first screen, kB on the wire"] = weight(server.port, made["tokens"][0])
            if "search" in only:
                queries = typed(made_up_names(people), SEARCHES_A_SECOND * SEARCH_SECONDS)
                asyncio.run(search_at(server.port, made["tokens"], queries[:40], 10))  # every process reads
                seconds = asyncio.run(search_at(server.port, made["tokens"], queries, SEARCHES_A_SECOND))
                figures["name search, p50 ms"] = percentile(seconds, 0.5)
                figures["name search, p95 ms"] = percentile(seconds)
            if "load" in only:
                figures |= load(server, made["tokens"][:respondents])
    if "kill" in only:
        with running(database, 1000, respondents) as (server, environment, made):
            figures |= kill_in_the_middle(server, environment, made, 1000)
    return figures


def load(server: Server, tokens: list[str]) -> dict[str, float]:
    """Everybody from link to thanks."""
    start = time.perf_counter()
    log = asyncio.run(respond(server.port, tokens, THINK))
    return {
        "respondents at once": len(tokens),
        "saves a second": len(log.saves) / (time.perf_counter() - start),
        "autosave, p50 ms": percentile(log.saves, 0.5),
        "autosave, p95 ms": percentile(log.saves),
        "search meanwhile, p95 ms": percentile(log.searches),
        "errors under load": len(log.faults) + log.retries + len(tokens) - log.finished,
    }


@contextlib.contextmanager
def running(database: str, people: int, links: int) -> Iterator[tuple[Server, dict[str, str], dict]]:
    """The application on a fresh database with an open survey."""
    with tempfile.TemporaryDirectory() as folder, _database(database, folder) as url:
        environment = dict(os.environ) | {
            "DATA_DIR": folder, "DATABASE_URL": url, "DEMO": "0", "LOG_LEVEL": "ERROR", "HOST": "127.0.0.1",
            "PORT": str(20_000 + os.getpid() % 20_000), "MAILS_PER_MINUTE": "3000",
        }  # fmt: skip
        made = _in_django(environment, "fill", str(people), str(links))
        server = Server(environment)
        try:
            yield server, environment, made
        finally:
            server.stop()


def table(figures: dict[str, dict[str, float]]) -> str:
    """Lay the figures out as a Markdown table with their bounds."""
    lines = ["| figure | database | measured | bound |", "|---|---|--:|--:|"]
    for database, values in figures.items():
        for name, value in values.items():
            bound = BOUNDS.get(name, {}).get(database, "")
            lines.append(f"| {name} | {database} | {value:,.1f} | {bound} |")
    return "\n".join(lines)


def main() -> None:
    """Measure on each database, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--respondents", type=int, default=300)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--database", choices=databases(), action="append")
    asked = parser.parse_args()
    only = tuple(asked.only.split(","))
    figures = {
        database: measure(database, asked.people, asked.respondents, only)
        for database in asked.database or databases()
    }
    print(f"The survey's door with {asked.people:,} people\n\n{table(figures)}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": asked.people, **figures}, indent=1))


if __name__ == "__main__":
    main()
