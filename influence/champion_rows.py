"""The champion list as pages and files show it: one row each, in words."""

from __future__ import annotations

from typing import Any

from influence.groups import GROUP_OF_ONE
from influence.models import Analysis, Group, PlannedChampion
from influence.planning import burdens
from influence.results import champion_list
from influence.words import number, number_of, percent
from surveys.promises import Promise

FILE_HEADINGS = (
    "Order", "Employee id", "Name", "Email", "Title", "Department", "Group", "Adds", "Reached in all",
    "Sphere", "Stays chosen", "First moved by", "How likely", "Other initiatives", "State", "Note", "Why",
)  # fmt: skip


def champion_rows(analysis: Analysis, promise: Promise) -> list[dict[str, Any]]:
    """The plan where there is one, else the champion set, with everything that a page needs of each."""
    initiative = analysis.initiative
    entries = initiative.champion_plan.select_related("person", "replaces__person").prefetch_related("steps")
    plan = {entry.person.employee_id: entry for entry in entries}
    rows = champion_list(analysis, list(plan.values()), promise)
    carried = burdens(initiative, [row["score"].person_id for row in rows if row["score"]])
    return [_row(row, plan, carried) for row in rows]


def _row(row: dict, plan: dict[str, PlannedChampion], carried: dict[int, int]) -> dict[str, Any]:
    score = row["score"]
    others = carried.get(score.person_id, 0) if score else 0
    return row | {
        "entry": plan.get(row["employee_id"]),
        "title": score.title if score else "",
        "location": score.location if score else "",
        "level": score.level if score else None,
        "group_word": GROUP_OF_ONE[Group(row["group"])] if row["group"] else "",
        "follows_words": percent(row["follows_probability"]),
        "confidence_words": percent(row["confidence"]),
        "marginal_words": number(row["marginal_reach"]),
        "cumulative_words": number(row["cumulative_reach"]),
        "sphere_words": number(row["sphere"]),
        "others": others,
        "others_words": number_of(others, "other initiative", "other initiatives") if others else "",
    }


def file_rows(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """The list as rows of a file, headings first."""
    return [list(FILE_HEADINGS), *(_file_row(row) for row in rows)]


def _file_row(row: dict[str, Any]) -> list[Any]:
    entry = row["entry"]
    return [
        row["rank"], row["employee_id"], row["name"], row["email"], row["title"], row["department"],
        row["group_word"], row["marginal_reach"], row["cumulative_reach"], row["sphere"], row["confidence"],
        row["follows_name"] or "", row["follows_probability"], row["others"],
        entry.get_state_display() if entry else "Proposed", entry.note if entry else "", row["why"],
    ]  # fmt: skip


def fits(row: dict[str, Any], filters) -> bool:
    """Whether the filter leaves this champion; who is named on a relation is not told here."""
    asked = filters.given
    department = asked.get("department", "")
    return (
        (not department or (row["department"] + " / ").startswith(f"{department} / "))
        and asked.get("location", row["location"]) == row["location"]
        and asked.get("level", str(row["level"])) == str(row["level"])
        and asked.get("group", row["group"]) == row["group"]
    )
