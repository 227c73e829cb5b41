"""A log's findings in a manager's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from influence.eventlogs.models import EventLog, LogResource
from surveys.models import Objection

Match = LogResource.Match
SHOWN = 50
RECOGNISED = (Match.EMPLOYEE_ID, Match.EMAIL, Match.ACCOUNT, Match.NAME, Match.HAND)


def facts(log: EventLog) -> str:
    """What the file holds, in one sentence."""
    found, process = log.found, log.kind == EventLog.Kind.PROCESS
    size = f"{log.events_count:,} {'events' if process else 'interactions'}"
    parts = [f"{size} of {log.cases_count:,} cases" if process else size]
    if found.get("begin"):
        parts.append(f"{_day(found['begin'])} to {_day(found['end'])}")
    return f"{', '.join(parts)}. {found.get('format', '')}."


def _day(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%b %Y}"


def key_figures(log: EventLog) -> list[dict[str, str]]:
    """The figures at the head of a log's page."""
    figures, by_match = log.figures, log.figures.get("events_by_match", {})
    known = sum(by_match.get(match, 0) for match in RECOGNISED)
    whole = max(sum(by_match.values()), 1)
    rows = [
        ("People recognised", f"{log.people_count:,}", ""),
        ("Ties", f"{log.tie_set.ties_count if log.tie_set else 0:,}", ""),
        ("Known who", f"{100 * known / whole:.0f}%", "of what the log holds"),
    ]
    if "handovers" in figures:
        between = figures["handovers"] - figures["to_oneself"]
        rows.insert(2, ("Handovers", f"{between:,}", f"and {figures['to_oneself']:,} to oneself"))
    return [{"word": word, "value": value, "note": note} for word, value, note in rows]


def crossings(log: EventLog) -> dict[str, Any] | None:
    """How many handovers stay inside a department and a reporting line, as title and rows."""
    found = log.figures.get("crossings")
    if not found or not found["handovers"]:
        return None
    rows = [
        _crossing("Department", found["inside_department"], found["with_departments"]),
        _crossing("Reporting line", found["inside_line"], found["handovers"]),
    ]
    across = rows[0]["across_share"] if found["with_departments"] else rows[1]["across_share"]
    unit = "departments" if found["with_departments"] else "reporting lines"
    return {"title": f"{across}% of the work that changes hands crosses {unit}", "rows": rows}


def _crossing(word: str, inside: int, whole: int) -> dict[str, Any]:
    share = round(100 * inside / whole) if whole else 0
    return {
        "word": word, "inside": inside, "across": whole - inside, "whole": whole,
        "inside_share": share, "across_share": 100 - share if whole else 0,
        "parts": [
            {"name": "inside", "begin": 0, "width": share},
            {"name": "across", "begin": share, "width": 100 - share if whole else 0},
        ],
    }  # fmt: skip


def resources(log: EventLog) -> dict[str, Any]:
    """The log's resources in the groups in which its page shows them, each with how many there are."""
    groups = {
        "unmatched": (Match.UNMATCHED,),
        "systems": (Match.SYSTEM,),
        "by_hand": (Match.HAND, Match.LEFT_OUT),
        "recognised": tuple(match for match in RECOGNISED if match != Match.HAND),
    }
    objecting = Objection.objects.people(log.initiative)
    found: dict[str, Any] = {}
    for name, matches in groups.items():
        rows = log.resources.filter(match__in=matches).exclude(person__in=objecting).select_related("person")
        found[name] = list(rows[:SHOWN])
        found[f"{name}_count"] = rows.count()
        found[f"{name}_events"] = sum(rows.values_list("events", flat=True))
    return found
