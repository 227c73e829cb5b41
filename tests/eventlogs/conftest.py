"""A small company with an initiative, and logs written as tables or as XES."""

import io
from datetime import date

import pytest

from influence.eventlogs.loading import load_event_log
from influence.eventlogs.options import choices_from
from initiatives.editing import create_initiative
from orgchart.charts import load_chart

PEOPLE = """employee_id,name,email,manager_id,department
E1,Ada Top,ada.top@company.example,,Board
E2,Ben Head,ben@company.example,E1,Sales
E3,Cleo Clerk,cleo@company.example,E2,Sales
E4,Dan Desk,dan@company.example,E1,Finance
System,Sys Temminck,sys@company.example,E4,Finance
"""


@pytest.fixture
def initiative(change_manager):
    load_chart(PEOPLE.encode(), file_name="people.csv", as_of=date(2026, 1, 1))
    return create_initiative(name="Faster invoices", created_by=change_manager)


@pytest.fixture
def load(initiative):
    """Return a function that loads a log's bytes and gives the report."""

    def load(content, name="log.csv", label=None, kind="process", **choices):
        return load_event_log(
            initiative,
            io.BytesIO(content),
            file_name=name,
            label=label,
            choices=choices_from(choices),
            kind=kind,
        )

    return load


def table(*cases, header="case_id,activity,timestamp,resource"):
    """A CSV log: each case a string of resources in the order of their events, one a minute."""
    rows = [header]
    for number, people in enumerate(cases):
        for minute, person in enumerate(people.split()):
            name = "" if person == "_" else person
            rows.append(f"c{number},step {minute},2026-03-02T10:{minute:02d}:00+01:00,{name}")
    return ("\n".join(rows) + "\n").encode()


def xes(*events, case="c1"):
    """A XES log of one case: each event (activity, timestamp, resource), each None where it has none."""
    keys = ("concept:name", "time:timestamp", "org:resource")
    rows = [
        "<event>"
        + "".join(
            f'<{"date" if key.startswith("time") else "string"} key="{key}" value="{value}"/>'
            for key, value in zip(keys, event, strict=True)
            if value is not None
        )
        + "</event>"
        for event in events
    ]
    return f'<log><trace><string key="concept:name" value="{case}"/>{"".join(rows)}</trace></log>'.encode()


def ties_of(initiative):
    """The stored ties: count by source, target and relation."""
    rows = initiative.tie_sets.values_list(
        "ties__source__employee_id", "ties__target__employee_id", "ties__relation__name", "ties__count"
    )
    return {row[:3]: row[3] for row in rows if row[0]}


def kinds(faults):
    return [fault.kind for fault in faults]
