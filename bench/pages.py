"""Time every page of an initiative with 100,000 people and a million ties: server time, queries, bytes.

``ROWS`` lists the pages; a new page is one more row. Chart, ties and adoption are loaded as files are, and an
analysis runs over them; a second one, to compare with, is a copy with other ranks. Needs ``DATABASE_URL``.

    python -m bench.pages [--people N] [--ties N] [--only WORD] [--database NAME]

``--database`` names one that stays: filled the first time, only measured after that.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import io
import json
import os
import random
import tempfile
import time
from pathlib import Path

from bench.charts import POSTGRES, _database, databases

RESULTS = Path(__file__).parent / "results" / "pages.json"
LONGEST_MS, MOST_QUERIES, LARGEST_KB = 300, 20, 250
SLOWER = {"what if": 500, "network, without one person": 500}
ROUNDS = 40
FIRST_DAY = datetime.date(2026, 1, 5)
STAGES = ("awareness", "willingness", "ability", "adoption")
ROWS = (
    # Name, address below the initiative, whether the answer is a page (and bounded in bytes); {one} and
    # {other} are people, {some} twelve of them.
    ("overview", "", True),
    ("overview, one department", "?department=Department%207", True),
    ("part", "parts/only_together/", True),
    ("map", "map/", True),
    ("map, points", "map.json", False),
    ("map, points, near", "map.json?left=90&right=100&bottom=90&top=100", False),
    ("map, position and exercise", "map/?axes=corner", True),
    ("map, find", "find/?q=person+123", False),
    ("people", "people/", True),
    ("people, sorted and filtered", "people/?group=hidden_influencer&sort=-sphere", True),
    ("people, searched", "people/?q=person+0012", True),
    ("people, last page", "people/?page=last&sort=name", True),
    ("person", "people/{one}/", True),
    ("lists", "lists/", True),
    ("network", "network/", True),
    ("network, departments", "network.bin", False),
    ("network, one department", "network.bin?department=Department%201", False),
    ("network, two steps", "network.bin?person={one}&steps=2", False),
    ("network, one person", "network/people/{one}/", True),
    ("network, path", "network/path/?from={one}&to={other}", True),
    ("network, without one person", "network/without/{one}/", True),
    ("departments", "departments/", True),
    ("org chart", "chart/", True),
    ("leaders", "leaders/", True),
    ("leaders, managers", "leaders/?who=managers", True),
    ("leaders, without a title", "leaders/?who=untitled", True),
    ("champions", "champions/", True),
    ("what if", "champions/what-if/?begun=1&{some}", True),
    ("champions, terms", "champions/terms/", True),
    ("champions, picks", "champions/picks/", True),
    ("compare", "compare/", True),
    ("report", "report/", True),
    ("who sees what", "who-sees-what/", True),
    ("adoption", "adoption/", True),
    ("adoption, first followers", "adoption/followers/", True),
    ("adoption, evidence", "adoption/evidence/", True),
    ("adoption, entries", "adoption/entries/", True),
    ("data", "data/", True),
    ("recipe", "recipe/", True),
    ("analyses", "analyses/", True),
    ("settings", "settings/", True),
)


def fill(people: int, ties: int) -> None:
    """Load chart, ties and adoption, and run an analysis over them; nothing where that was done before."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from bench.organisation import organisation
    from bpm_influence.accounts.models import User
    from influence.analysing import request_analysis
    from initiatives.adoption import load_adoption
    from initiatives.editing import create_initiative
    from initiatives.models import Initiative
    from orgchart.charts import load_chart

    if Initiative.objects.exists():
        return
    crowd, layer = organisation(people, ties)
    load_chart(_people_file(crowd), file_name="people.csv")
    user = User.objects.create_user("bench", role=User.Role.CHANGE_MANAGER)
    roles = [{"employee_id": one, "role": "sponsor"} for one in crowd.ids[:3]]
    initiative = create_initiative(slug="bench", name="Bench", roles=roles, created_by=user)
    _load_ties(initiative, crowd, layer)
    load_adoption(initiative, _adoption_file(crowd), file_name="adoption.csv", user=user)
    asked = request_analysis(initiative, {"seed": 1, "champions": 50}, user)
    asked.job.wait(lambda job: print(f"{job.percent:3d}% {job.message}", flush=True))
    asked.refresh_from_db()
    assert asked.finished_at, asked.job.fault
    _copy(asked)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what autovacuum does by itself within a minute


def _people_file(crowd) -> bytes:
    rows = [["employee_id", "name", "manager_id", "title", "department", "location"]]
    for n, one in enumerate(crowd.ids):
        manager = crowd.ids[crowd.manager[n]] if crowd.manager[n] >= 0 else ""
        department = crowd.department_names[crowd.department[n]] if crowd.department[n] >= 0 else "Board"
        rows.append([one, f"Person {one}", manager, "Clerk", department, f"Place {n % 12}"])
    return _csv(rows)


def _adoption_file(crowd) -> bytes:
    """A fifth of the people come to one stage after the other, over half a year."""
    chance = random.Random(1)
    rows = [["employee_id", "stage", "date"]]
    for one in crowd.ids[::5]:
        day = FIRST_DAY + datetime.timedelta(days=chance.randrange(150))
        for stage in STAGES[: chance.randrange(1, 5)]:
            rows.append([one, stage, day.isoformat()])
            day += datetime.timedelta(days=chance.randrange(3, 15))
    return _csv(rows)


def _csv(rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _load_ties(initiative, crowd, layer) -> None:
    """Ties of the influence layer; and whom people take direction from, two in three their manager."""
    from django.db import transaction

    from influence.loading import replace_ties
    from influence.models import TieSet
    from orgchart.models import Person

    keys = dict(Person.objects.values_list("employee_id", "pk"))
    pk = [keys[one] for one in crowd.ids]
    columns = (layer.source.tolist(), layer.indices.tolist(), layer.strength.tolist())
    ties = [("influence", pk[s], pk[t], strength, None) for s, t, strength in zip(*columns, strict=True)]
    managers = crowd.manager.tolist()
    ties += [("leadership", pk[n], pk[managers[n]], 1.0, None) for n in range(1, len(pk)) if n % 3]
    with transaction.atomic():
        replace_ties(initiative, "ties.csv", ties, origin=TieSet.Origin.UPLOAD)


def _copy(analysis) -> None:
    """An older analysis with other ranks, to compare with."""
    from influence.models import Analysis, Score

    fields = (
        "initiative",
        "chart",
        "people_count",
        "ties_count",
        "summary",
        "results",
        "parameters",
        "recipe",
    )
    copy = Analysis.objects.create(
        **{name: getattr(analysis, name) for name in fields}, picture=analysis.picture.name,
        finished_at=analysis.finished_at - datetime.timedelta(days=30),
    )  # fmt: skip
    count = analysis.people_count
    scores = list(analysis.scores.all())
    for place, score in enumerate(scores):
        score.pk, score._state.adding, score.analysis = None, True, copy
        moved = (score.influence_rank + 7919 * (place % 3)) % count + 1
        score.influence_rank = score.influence_rank_low = score.influence_rank_high = moved
    Score.objects.bulk_create(scores, batch_size=5000)


def measure(people: int, only: str = "") -> list[dict[str, float]]:
    """Ask for every page through Django's own client, so that only the server's time counts."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bpm_influence.accounts.models import User

    client = Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})
    client.force_login(User.objects.get(username="bench"))
    ids = [f"{people * part // 20:07d}" for part in range(3, 15)]
    somebody = {"one": ids[5], "other": ids[9], "some": "&".join(f"id={one}" for one in ids)}
    figures = []
    for name, path, is_page in ROWS:
        if only not in name:
            continue
        address = "/initiatives/bench/" + path.format(**somebody)
        with CaptureQueriesContext(connection) as asked:
            start = time.perf_counter()
            answer = client.get(address)
            first = time.perf_counter() - start
        queries = len(asked)  # before the next request empties the log
        assert answer.status_code == 200, (address, answer.status_code)
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            client.get(address)
            times.append(1000 * (time.perf_counter() - start))
        figures.append({
            "page": name, "first, ms": 1000 * first, "p95, ms": sorted(times)[int(0.95 * ROUNDS)],
            "queries": queries, "kB": len(answer.content) / 1024, "is_page": is_page,
        })  # fmt: skip
        print(".", end="", flush=True)
    print()
    return figures


def table(figures: list[dict]) -> str:
    """Lay the figures out as a Markdown table with their bounds."""
    lines = [
        f"| page | first, ms | p95, ms (≤ {LONGEST_MS}) | queries (≤ {MOST_QUERIES}) | kB (≤ {LARGEST_KB}) |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in figures:
        bound = SLOWER.get(row["page"])
        lines.append(
            f"| {row['page']} | {row['first, ms']:,.0f} | {row['p95, ms']:,.0f}"
            f"{f' (≤ {bound})' if bound else ''} | {row['queries']} | "
            f"{row['kB']:,.0f}{'' if row['is_page'] else ' (data)'} |"
        )
    return "\n".join(lines)


@contextlib.contextmanager
def _place(name: str | None):
    """Where everything is kept: gone afterwards, or under the name given."""
    if name:
        yield f"{POSTGRES.rpartition('/')[0]}/{name}", f"/tmp/{name}"
        return
    with tempfile.TemporaryDirectory() as folder, _database(databases()[-1], folder) as url:
        yield url, folder


def main() -> None:
    """Fill a database, ask for every page, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="Only pages whose name holds this.")
    parser.add_argument("--database", help="An existing PostgreSQL database that stays.")
    given = parser.parse_args()
    with _place(given.database) as (url, folder):
        os.environ |= {
            "DATA_DIR": folder, "DATABASE_URL": url, "DEMO": "0", "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "bpm_influence.settings",
        }  # fmt: skip
        import django

        django.setup()
        fill(given.people, given.ties)
        figures = measure(given.people, given.only)
    print(
        f"Pages with {given.people:,} people and {given.ties:,} ties on {databases()[-1]}\n\n{table(figures)}"
    )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": given.people, "figures": figures}, indent=1))


if __name__ == "__main__":
    main()
