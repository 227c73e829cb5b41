"""Time the pages of results with 100,000 people and a million ties: server time, queries, bytes.

``ROWS`` lists the pages; a new page is one more row. Figures are made up, so that no analysis has to run; the
network's layout, ties and departments are those of the synthetic organisation. Needs ``DATABASE_URL``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.api import MADE_UP, RANKS, SHARES, SPHERES
from bench.charts import _database, databases

RESULTS = Path(__file__).parent / "results" / "pages.json"
LONGEST_MS, MOST_QUERIES, LARGEST_KB = 300, 20, 250
ROUNDS = 15
ROWS = (
    # Name, address below the initiative, whether the answer is a page (and bounded in bytes); {one} and
    # {other} are people.
    ("network", "network/", True),
    ("network, departments", "network.bin", False),
    ("network, one department", "network.bin?department=Department%201", False),
    ("network, two steps", "network.bin?person={one}&steps=2", False),
    ("network, one person", "network/people/{one}/", True),
    ("network, path", "network/path/?from={one}&to={other}", True),
    ("departments", "departments/", True),
    ("org chart", "chart/", True),
    ("compare", "compare/", True),
)


def fill(people: int, ties: int):
    """Write chart, initiative, two analyses with scores and pictures; return the user who looks."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bpm_influence.settings"
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from bench.organisation import organisation
    from bpm_influence.accounts.models import User
    from influence.models import Analysis, ChosenChampion, Score
    from initiatives.models import Initiative
    from orgchart.models import OrgChart, Person, Position

    now = timezone.now()
    crowd, layer = organisation(people, ties)
    chart = OrgChart.objects.create(
        as_of=now.date(), file_name="made-up", file_hash="0" * 64, people_count=people, tops_count=1,
        max_level=9, is_current=True, activated_at=now, state="done",
    )  # fmt: skip
    persons = Person.objects.bulk_create(
        [Person(employee_id=one, name=f"Person {one}", search_name=f"person {one}") for one in crowd.ids],
        batch_size=5000,
    )
    names = [crowd.department_names[code] if code >= 0 else "" for code in crowd.department.tolist()]
    Position.objects.bulk_create(list(_positions(Position, chart, crowd, persons, names)), batch_size=5000)
    user = User.objects.create_user("bench", role=User.Role.CHANGE_MANAGER)
    initiative = Initiative.objects.create(slug="bench", name="Bench", created_by=user)
    initiative.members.create(user=user)
    for number in range(2):
        analysis = Analysis.objects.create(
            initiative=initiative, chart=chart, people_count=people, ties_count=layer.entries,
            finished_at=now, summary=_summary(people), parameters={"seed": 0, "theta": 0.4, "line": 0.3},
        )  # fmt: skip
        Score.objects.bulk_create(_scores(Score, analysis, persons, names, number), batch_size=5000)
        ChosenChampion.objects.create(
            analysis=analysis, person=persons[7], rank=1, marginal_reach=1, cumulative_reach=1, why="."
        )
        _keep_picture(analysis, crowd, layer, persons)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return user


def _positions(position, chart, crowd, persons, names):
    start, end = crowd.line_start.tolist(), crowd.line_end.tolist()
    manager = crowd.manager.tolist()
    span = np.bincount(crowd.manager[1:], minlength=len(persons)).tolist()
    level = [1] * len(persons)
    for n in range(1, len(persons)):
        level[n] = level[manager[n]] + 1
    for n, person in enumerate(persons):
        yield position(
            chart=chart, person=person, manager=persons[manager[n]] if manager[n] >= 0 else None,
            name=person.name, title="Clerk", department=names[n], level=level[n], span=span[n],
            headcount=end[n] - start[n], lft=start[n], rgt=end[n],
        )  # fmt: skip


def _scores(score, analysis, persons, names, number):
    chance, count = random.Random(number), len(persons)
    groups = ("leading_influencer", "leader_without_reach", "hidden_influencer", *["audience"] * 6)
    made_up = {**MADE_UP, "headcount": 0}
    for n, person in enumerate(persons):
        figure, rank = chance.random(), (n * 7919 + number * 13 * n) % count + 1
        yield score(
            analysis=analysis, person=person, name=person.name, department=names[n], leadership=100 * figure,
            influence=100 * (1 - n / count), group_confidence=figure, in_degree=n % 40, community=n % 50,
            **(made_up | {"group": groups[n % 9], "headcount": 8 if n < count // 9 else 0}),
            **dict.fromkeys(SHARES, figure / 9), **dict.fromkeys(SPHERES, 1 + 40 * figure),
            **dict.fromkeys(RANKS, rank),
        )  # fmt: skip


def _summary(people):
    estimate = {"people": people / 5, "se": 40.0, "low": people / 6, "high": people / 4}
    parts = ("leadership_only", "influence_only", "either", "only_together", "not_reached")
    groups = ("leading_influencer", "leader_without_reach", "hidden_influencer", "audience")
    return {
        "people": people, "response_rate": None, "groups": dict.fromkeys(groups, people // 4),
        "reach": dict.fromkeys(("leadership", "influence", "both"), estimate), "silent": 0.0,
        "split": dict.fromkeys(parts, estimate), "guarantee": None,
        "baselines": dict.fromkeys(("leaders", "champions", "random_champions"), estimate),
    }  # fmt: skip


def _keep_picture(analysis, crowd, layer, persons):
    from dataclasses import fields

    from django.core.files.base import ContentFile

    from influence.network.departments import ties_between
    from influence.network.layout import layout
    from influence.picture.stored import Picture

    pairs = ties_between(layer, crowd.department)
    rows = np.column_stack([pairs.source, pairs.target, pairs.ties, pairs.namers]).astype(np.int32)
    picture = Picture(
        people=np.array([person.pk for person in persons]),
        place=layout(crowd, {"influence": layer}).astype(np.float32),
        manager=crowd.manager, department=crowd.department,
        departments=np.array(crowd.department_names, np.str_), relations=np.array(["influence"], np.str_),
        layers=np.array(["influence"], np.str_), mutual=np.array([False]), source=layer.source,
        target=layer.indices, relation=np.zeros(layer.entries, np.uint16),
        strength=layer.strength.astype(np.float32), influence_pairs=rows, leadership_pairs=rows[:0],
        moved_pairs=rows[:, [1, 0]], moved=rows[:, 2].astype(np.float32) / 5,
    )  # fmt: skip
    content = io.BytesIO()
    np.savez(content, **{field.name: getattr(picture, field.name) for field in fields(Picture)})
    analysis.picture.save("picture.npz", ContentFile(content.getvalue()))


def measure(user, people: int) -> list[dict[str, float]]:
    """Ask for every page through Django's own client, so that only the server's time counts."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    somebody = {"one": f"{people // 2:07d}", "other": f"{people * 7 // 10:07d}"}
    figures = []
    for name, path, is_page in ROWS:
        address = "/initiatives/bench/" + path.format(**somebody)
        with CaptureQueriesContext(connection) as asked:
            start = time.perf_counter()
            answer = client.get(address)
            first = time.perf_counter() - start
        queries = len(asked)  # before the next request empties the log
        assert answer.status_code == 200, (address, answer.status_code)
        times = []
        for _ in range(ROUNDS):
            start = time.process_time()
            client.get(address)
            times.append(1000 * (time.process_time() - start))
        figures.append({
            "page": name, "first, ms": 1000 * first, "p95, CPU ms": sorted(times)[int(0.95 * ROUNDS)],
            "queries": queries, "kB": len(answer.content) / 1024, "is_page": is_page,
        })  # fmt: skip
    return figures


def table(figures: list[dict]) -> str:
    """Lay the figures out as a Markdown table with their bounds."""
    lines = [
        f"| page | first, ms | p95, CPU ms (≤ {LONGEST_MS}) | queries (≤ {MOST_QUERIES}) "
        f"| kB (≤ {LARGEST_KB}) |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in figures:
        lines.append(
            f"| {row['page']} | {row['first, ms']:,.0f} | {row['p95, CPU ms']:,.0f} | {row['queries']} | "
            f"{row['kB']:,.0f}{'' if row['is_page'] else ' (data)'} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Fill a database, ask for every page, print the table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(databases()[-1], folder) as url:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url, "DEMO": "0", "LOG_LEVEL": "ERROR"}
        figures = measure(fill(given.people, given.ties), given.people)
    print(
        f"Pages with {given.people:,} people and {given.ties:,} ties on {databases()[-1]}\n\n{table(figures)}"
    )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"people": given.people, "figures": figures}, indent=1))


if __name__ == "__main__":
    main()
