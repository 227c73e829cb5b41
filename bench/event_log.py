"""A million events from file to networks: seconds, memory, and the same by pm4py as a whole process."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
