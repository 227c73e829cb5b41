"""An initiative small enough to be analysed in a moment."""

import numpy as np
import pytest

from influence.analysing import request_analysis
from influence.loading import load_tie_rows
from influence.models import Analysis
from initiatives.editing import create_initiative
from orgchart.charts import load_chart


@pytest.fixture
def initiative():
    """Forty people: a top, three managers with a department each, and three names from everybody."""
    lines = ["employee_id,name,manager_id,department", "E00,Top,,Board"]
    lines += [f"E{m:02d},Manager {m},E00,Unit {m}" for m in (1, 2, 3)]
    lines += [f"E{p:02d},Person {p},E{p % 3 + 1:02d},Unit {p % 3 + 1}" for p in range(4, 40)]
    load_chart("\n".join(lines).encode(), file_name="people.csv")
    made = create_initiative(
        name="Invoices", slug="invoices", roles=[{"employee_id": "E01", "role": "sponsor"}]
    )
    random = np.random.default_rng(3)
    pairs = {(f"E{v:02d}", f"E{u:02d}") for v in range(40) for u in random.integers(0, 40, 3) if u != v}
    load_tie_rows(made, [{"source": v, "target": u} for v, u in sorted(pairs)])
    return made


@pytest.fixture
def analysis(initiative):
    return analysed(initiative)


def analysed(initiative, **parameters) -> Analysis:
    asked = request_analysis(initiative, {"resamples": 20, **parameters})
    asked.job.wait()
    asked.refresh_from_db()
    assert asked.state == "done", asked.job.fault
    return asked
