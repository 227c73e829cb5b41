"""kill -9 of the worker in the middle of its work: another finishes it, and nobody sees half of it."""

import io
import signal
from datetime import date

import pytest

from influence.analysing import request_analysis
from influence.demonstration.loading import demonstration_initiative, load_demonstration
from influence.loading import load_ties
from influence.models import Score
from influence.uploading import submit_ties
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from tests.workers import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE = b"employee_id,name,manager_id\nE1,Ada Top,\nE2,Ben Head,E1\nE3,Cleo,E2\n"
BASE = "/api/v1/initiatives/digital-invoice-approval"


@pytest.fixture
def ask(client, api, administrator):
    """Return a function that asks the API for a part of what it shows."""
    load_demonstration()
    headers = api(administrator)
    return lambda part: client.get(f"{BASE}/{part}/", headers=headers).json()


def shown(ask):
    """The analysis that is shown, how many scores it has, and its figures without its number."""
    summary, champions = ask("summary"), ask("champions")["results"]
    analysis = {summary.pop("analysis"), *(champion.pop("analysis") for champion in champions)}
    return analysis, ask("scores")["count"], summary, champions


def figures(analysis):
    """Everybody's stored figures, without the keys of the rows."""
    rows = analysis.scores.order_by("person_id").values()
    return [{name: value for name, value in row.items() if name not in ("id", "analysis_id")} for row in rows]


@pytest.mark.parametrize("moment", ["Choosing champions", "Storing scores"])
def test_analysis_of_a_killed_worker_is_finished_by_another_and_never_shown_in_part(
    start_worker, ask, moment
):
    first = demonstration_initiative().analyses.get()
    before = shown(ask)
    assert before[:2] == ({first.pk}, 600)

    again = request_analysis(first.initiative, {})
    killed = start_worker(name="first", dies_at=moment)
    assert killed.process.wait(timeout=240) == -signal.SIGKILL
    again.job.refresh_from_db()
    assert (again.job.state, again.job.message) == ("running", moment)
    assert Score.objects.filter(analysis=again).count() == (500 if moment == "Storing scores" else 0)
    assert shown(ask) == before

    start_worker(name="second")
    counts = set()
    assert wait_until(lambda: counts.add(ask("scores")["count"]) or has_ended(again.job), seconds=240)
    assert counts == {600}
    assert (again.job.state, again.job.attempt, again.job.deaths) == ("done", 2, 1)
    assert shown(ask) == ({again.pk}, *before[1:])
    assert figures(again) == figures(first)


def test_ties_of_a_killed_worker_are_loaded_by_another_once_and_whole(start_worker, change_manager):
    load_chart(PEOPLE, file_name="people.csv", as_of=date(2026, 1, 1))
    initiative = create_initiative(name="Faster invoices", created_by=change_manager)
    load_ties(initiative, b"source,target\nE1,E2\n", file_name="ties.csv")
    upload = submit_ties(
        initiative, io.BytesIO(b"source,target\nE2,E1\nE3,E1\n"), file_name="ties.csv", user=change_manager
    )
    killed = start_worker(name="first", dies_at="Storing ties")
    assert killed.process.wait(timeout=60) == -signal.SIGKILL
    assert initiative.tie_sets.get().ties_count == 1

    start_worker(name="second")
    assert wait_until(lambda: has_ended(upload.job), seconds=60)
    assert (upload.job.state, upload.job.attempt, upload.job.deaths) == ("done", 2, 1)
    named = initiative.tie_sets.get().ties.values_list("source__employee_id", "target__employee_id")
    assert sorted(named) == [("E2", "E1"), ("E3", "E1")]


def has_ended(job):
    job.refresh_from_db()
    return not job.is_unfinished
