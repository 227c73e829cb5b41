"""Time a million events from file to networks, and the same by pm4py, each as a whole process.

``python -m bench.event_log [--events N]``: handover, working together and subcontracting among 2,000 people,
stored on SQLite, and on PostgreSQL where ``BENCH_POSTGRES`` or the local server answers. pm4py is no
dependency: ``BENCH_PM4PY`` names the Python of an environment that has it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.charts import POSTGRES

RESULTS = Path(__file__).parent / "results" / "event_log.json"
RELATIONS = ("handover", "working together", "subcontracting")
GOALS = {"s": 20, "peak MB": 400}
PEER = """
import sys, pm4py
log = pm4py.read_xes(sys.argv[1])
pm4py.discover_handover_of_work_network(log)
pm4py.discover_working_together_network(log)
pm4py.discover_subcontracting_network(log)
"""

ACTIVITIES = [f"{step:02d} {word}" for step, word in enumerate(
    ("Receive", "Register", "Check", "Match", "Ask back", "Code", "Approve", "Second approval", "Post", "Pay",
     "Archive", "Dispute", "Correct", "Escalate", "Close"), start=1)]  # fmt: skip
PEOPLE, TEAM = 2000, 25
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def write_log(path: Path, events: int, seed: int = 0) -> None:
    """Write a XES log of about so many events: cases of 5 to 15 events, handled within teams mostly."""
    dice = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">\n')
        written, case = 0, 0
        while written < events:
            size = min(dice.randint(5, 15), events - written)
            file.write(_trace(case, size, dice))
            written, case = written + size, case + 1
        file.write("</log>\n")


def _trace(case: int, size: int, dice: random.Random) -> str:
    team = dice.randrange(PEOPLE // TEAM) * TEAM
    moment = BEGIN + timedelta(minutes=5 * case)
    lines = [f'<trace><string key="concept:name" value="case {case}"/>\n']
    for step in range(size):
        moment += timedelta(seconds=dice.randint(60, 90_000))
        person = team + dice.randrange(TEAM) if dice.random() < 0.95 else dice.randrange(PEOPLE)
        lines.append(
            f'<event><string key="concept:name" value="{ACTIVITIES[min(step, 14)]}"/>'
            f'<string key="org:resource" value="P{person:05d}"/>'
            f'<date key="time:timestamp" value="{moment.isoformat(timespec="milliseconds")}"/>'
            f'<string key="lifecycle:transition" value="complete"/></event>\n'
        )
    return "".join([*lines, "</trace>\n"])


def run(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run a process to its end; its seconds and its peak memory."""
    begun = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, output, os.devnull, os.O_WRONLY, 0) for output in (1, 2)],
    )
    _, status, used = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} failed")
    return {
        "s": time.perf_counter() - begun,
        "processor s": used.ru_utime + used.ru_stime,
        "peak MB": used.ru_maxrss / 1024,
    }


def ours(log: Path, folder: Path, database: str | None) -> dict[str, float]:
    """Load the log by the command into a new database with the people on its chart."""
    environment = os.environ | {"DATA_DIR": str(folder / "data")}
    if database:
        environment["DATABASE_URL"] = database
    manage = [sys.executable, "manage.py"]
    chart = folder / "people.csv"
    lines = [f"P{n:05d},Person {n},{f'P{(n - 1) // 8:05d}' if n else ''}" for n in range(PEOPLE)]
    chart.write_text("employee_id,name,manager_id\n" + "\n".join(lines), encoding="utf-8")
    run([*manage, "migrate", "--verbosity", "0"], environment)
    run([*manage, "load_org_chart", str(chart)], environment)
    made = "from initiatives.models import Initiative; Initiative.objects.create(slug='log', name='Log')"
    run([*manage, "shell", "--verbosity", "0", "-c", made], environment)
    return run([*manage, "load_event_log", "log", str(log), "--relation", *RELATIONS], environment)


def on_postgres(log: Path, folder: Path) -> dict[str, float] | None:
    """The same on a database of its own of the PostgreSQL server; None where none answers."""
    import psycopg2

    try:
        server = psycopg2.connect(POSTGRES)
    except psycopg2.OperationalError:
        return None
    server.autocommit = True
    name = f"bench_event_log_{os.getpid()}"
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            return ours(log, folder, f"{POSTGRES.rpartition('/')[0]}/{name}")
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> None:
    """Write the log, run each, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    rows: dict[str, dict[str, float]] = {}
    print(f"{options.events:,} events, {PEOPLE:,} people; goals: {GOALS['s']} s, {GOALS['peak MB']} MB\n")
    print("| who | s | processor s | peak MB |\n|---|--:|--:|--:|", flush=True)

    def note(name: str, row: dict[str, float] | None) -> None:
        if row:
            rows[name] = row
            print(
                f"| {name} | {row['s']:.1f} | {row['processor s']:.1f} | {row['peak MB']:.0f} |", flush=True
            )

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.xes"
        write_log(log, options.events)
        note("ours, SQLite", ours(log, Path(folder), None))
        note("ours, PostgreSQL", on_postgres(log, Path(folder)))
        if peer := os.environ.get("BENCH_PM4PY"):
            note("pm4py", run([peer, "-c", PEER, str(log)], dict(os.environ)))
    if "pm4py" not in rows:
        print("\npm4py is not there (BENCH_PM4PY): its row is missing.")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
