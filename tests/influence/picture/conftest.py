"""A company of four departments, one of them tiny, in which who names whom is known to the last tie."""

import json
from datetime import date

import numpy as np
import pytest
from django.urls import reverse

from influence.analysing import request_analysis
from influence.freshness import basis_of
from influence.gathering import gather, input_hash
from influence.loading import load_ties
from influence.network.analysis import analyse as compute
from influence.network.model import Parameters
from influence.storing import finish, store_scores
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from surveys.models import Survey

DEPARTMENTS = {"Sales": 10, "Finance": 10, "Production": 10, "Audit": 2}
COMPUTED = {}
KINDS = {"f4": "<f4", "i4": "<i4", "u2": "<u2", "u1": "|u1"}


def staff():
    """Each department's head first: id, department, manager."""
    yield "E0", "Board", ""
    for name, size in DEPARTMENTS.items():
        yield f"{name[0]}0", name, "E0"
        for number in range(1, size):
            yield f"{name[0]}{number}", name, f"{name[0]}0"


def people_file():
    rows = [f"{i},Name {i},{m},{d},Worker,Here" for i, d, m in staff()]
    return "\n".join(["employee_id,name,manager_id,department,title,location", *rows]).encode()


def ties_of():
    """Everybody names the next two of the department; all of Sales name F1; two of Finance and Audit P1."""
    for name, size in DEPARTMENTS.items():
        for number in range(size):
            for step in (1, 2):
                if (number + step) % size != number:
                    yield f"{name[0]}{number}", f"{name[0]}{(number + step) % size}", "advice", 0.5
    for number in range(DEPARTMENTS["Sales"]):
        yield f"S{number}", "F1", "influence", 1
    for source in ("F2", "F3", "A0", "A1"):
        yield source, "P1", "influence", 1
    yield "S1", "E0", "leadership", 1


def ties_file(ties):
    rows = [f"{s},{t},{r},{w}" for s, t, r, w in dict.fromkeys(ties)]
    return "\n".join(["source,target,relation,strength", *rows]).encode()


def make_initiative(creator, member):
    """The company with its sponsor and ties."""
    load_chart(people_file(), file_name="people.csv", as_of=date(2026, 1, 1))
    initiative = create_initiative(
        slug="invoices", name="Faster invoices", roles=[{"employee_id": "E0", "role": "sponsor"}],
        created_by=creator,
    )  # fmt: skip
    initiative.members.create(user=member)
    load_ties(initiative, ties_file(ties_of()), file_name="spring.csv")
    return initiative


@pytest.fixture
def initiative(change_manager, viewer):
    return make_initiative(change_manager, viewer)


def analyse(initiative, champions=2):
    """Ask for an analysis and store it; the engine computes the same network once for all tests."""
    analysis = request_analysis(initiative, {"seed": 1, "resamples": 20, "champions": champions})
    gathered = gather(initiative, analysis.chart)
    key = (input_hash(gathered.data), champions)
    if key not in COMPUTED:
        COMPUTED[key] = compute(gathered.data, Parameters(**analysis.parameters))
    store_scores(analysis, gathered, COMPUTED[key], lambda share: None, lambda: None)
    finish(analysis, gathered, COMPUTED[key], basis_of(initiative), lambda: None)
    return analysis


@pytest.fixture
def analysis(initiative):
    return analyse(initiative)


@pytest.fixture
def scores_only(initiative):
    """The promise that nobody sees who named whom."""
    return Survey.objects.create(
        initiative=initiative, title="Round", notice_version="1", state=Survey.State.CLOSED,
        confidentiality=Survey.Confidentiality.SCORES_ONLY, low_groups=Survey.LowGroups.NAMES,
    )  # fmt: skip


@pytest.fixture
def low_groups_counted(initiative):
    """The promise that leaders without reach and audience are counted, not named."""
    return Survey.objects.create(
        initiative=initiative, title="Round", notice_version="1", state=Survey.State.CLOSED,
        confidentiality=Survey.Confidentiality.NAMED_NETWORK, low_groups=Survey.LowGroups.COUNTS,
    )  # fmt: skip


def address(name, *more, **query):
    found = reverse(f"influence:{name}", args=["invoices", *more])
    return found + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def unpacked(answer):
    """The words and columns of a packed answer, as the page's script reads them."""
    import gzip

    content = gzip.decompress(answer.content)
    length = int.from_bytes(content[:4], "little")
    data = json.loads(content[4 : 4 + length])
    for column in data.pop("columns"):
        start = 4 + length + column["at"]
        dtype = np.dtype(KINDS[column["type"]])
        data[column["name"]] = np.frombuffer(content, dtype, column["length"], start)
    return data
