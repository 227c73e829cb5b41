"""kill -9 in the middle of an activation: the former chart stays current and whole; it can be done again."""

import os
import signal
import subprocess
import sys

import pytest

from orgchart.charts import activate_chart, load_chart
from orgchart.models import OrgChart, Person, Position
from tests.workers import ROOT, environment, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PEOPLE = 3000
ACTIVATE_AND_STOP_INSIDE = """
import sys, time, django
django.setup()
from orgchart.charts import activate_chart
from orgchart.models import OrgChart
from orgchart.signals import chart_activated

def stop(sender, **told):
    print("inside", flush=True)
    time.sleep(120)

chart_activated.connect(stop)
activate_chart(OrgChart.objects.get(pk=sys.argv[1]))
"""


def staff_list(people=PEOPLE, family="Before"):
    rows = [
        f"{number},N{number} {family},{number // 7 or ''},Team {number // 40}" for number in range(1, people)
    ]
    return "\n".join(["employee_id,name,manager_id,department", *rows]).encode()


def start(*arguments, **streams):
    own = environment() | {"DJANGO_SETTINGS_MODULE": "bpm_influence.settings"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=own, start_new_session=True, stderr=subprocess.DEVNULL, **streams
    )


def kill(process):
    """Kill a process and all it started, as kill -9 does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def assert_current_and_whole(chart, family="Before"):
    current = OrgChart.objects.get(is_current=True)
    assert current == chart
    positions = Position.objects.filter(chart=current)
    assert positions.count() == current.people_count
    assert positions.filter(manager=None).count() == current.tops_count
    assert Person.objects.filter(positions__chart=current).exclude(name__endswith=family).count() == 0


def test_activation_killed_inside_its_transaction_leaves_the_former_chart():
    former = load_chart(staff_list(), file_name="before.csv").chart
    chart = load_chart(staff_list(PEOPLE + 9, "After"), file_name="after.csv", activate=False).chart
    process = start("-c", ACTIVATE_AND_STOP_INSIDE, chart.pk, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"inside\n"
    kill(process)
    assert_current_and_whole(former)
    chart.refresh_from_db()
    assert (chart.is_current, chart.activated_at, chart.replaced) == (False, None, None)
    activate_chart(chart)
    assert_current_and_whole(chart, "After")


def rows_are_there(former, share):
    """Whether that share of the new chart's positions is written, though it may be current by then."""
    return lambda: Position.objects.exclude(chart=former).count() >= share * (PEOPLE + 8)


@pytest.mark.parametrize("share", [0.01, 1], ids=["while rows go in", "when all rows are in"])
def test_load_killed_at_any_moment_leaves_one_whole_current_chart(tmp_path, share):
    former = load_chart(staff_list(), file_name="before.csv").chart
    file = tmp_path / "after.csv"
    file.write_bytes(staff_list(PEOPLE + 9, "After"))
    process = start("manage.py", "load_org_chart", file, stdout=subprocess.DEVNULL)
    assert wait_until(rows_are_there(former, share), seconds=120)
    kill(process)
    current = OrgChart.objects.get(is_current=True)
    assert_current_and_whole(current, "Before" if current == former else "After")
    load_chart(staff_list(PEOPLE + 9, "After"), file_name="after.csv")
    assert_current_and_whole(OrgChart.objects.latest("pk"), "After")
