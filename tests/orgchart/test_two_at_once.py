"""Two people of HR at work at once: whoever is second is told so, and nothing of the first is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bpm_influence.jobs.models import Job
from orgchart.models import OrgChart
from tests.conftest import make_user

PEOPLE = "employee_id,name,manager_id\n1,Ann,\n2,Ben,1\n{}"
STALE = "Somebody activated another chart meanwhile. Look at the changes again."

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks():
    """Two browsers, each with its own person of HR."""
    browsers = {name: Client() for name in ("hanna", "hugo")}
    for name, browser in browsers.items():
        browser.force_login(make_user(name, "hr"))
    return browsers


def upload(browser, name):
    file = SimpleUploadedFile(f"{name}.csv", PEOPLE.format(f"3,{name},1\n").encode())
    address = browser.post(reverse("orgchart:upload"), {"file": file, "as_of": "2026-03-31"})["Location"]
    for job in Job.objects.unfinished():
        Job.run_here(job)
    return address


def preview(browser, address):
    """What the form of the preview sends: the chart that the changes were shown against."""
    page = browser.get(address).content.decode()
    return {"against": re.search(r'name="against" value="(\d*)"', page)[1], "confirmed": "1"}


def activate(browser, address, shown):
    return browser.post(f"{address}activate/", shown, follow=True).content.decode()


@pytest.mark.parametrize("order", [("hanna", "hugo"), ("hugo", "hanna")], ids=["Hanna first", "Hugo first"])
def test_second_activation_is_refused_until_the_changes_were_looked_at_again(desks, order):
    charts = {name: upload(desks[name], name) for name in desks}
    shown = {name: preview(desks[name], charts[name]) for name in desks}
    first, second = order
    assert f"{first}.csv is now the current org chart." in activate(desks[first], charts[first], shown[first])
    assert STALE in activate(desks[second], charts[second], shown[second])
    assert OrgChart.objects.current().file_name == f"{first}.csv"
    anew = preview(desks[second], charts[second])
    assert f"{second}.csv is now the current org chart." in activate(desks[second], charts[second], anew)
    kept = OrgChart.objects.get(file_name=f"{first}.csv")
    assert (OrgChart.objects.current().replaced, kept.positions.count()) == (kept, 3)


def test_same_chart_activated_twice_is_activated_once(desks):
    chart = upload(desks["hanna"], "hanna")
    shown = {name: preview(desks[name], chart) for name in desks}
    activate(desks["hanna"], chart, shown["hanna"])
    moment = OrgChart.objects.current().activated_at
    activate(desks["hugo"], chart, shown["hugo"])
    assert OrgChart.objects.current().activated_at == moment


def test_columns_chosen_by_one_are_not_overwritten_by_the_other(desks):
    chart = upload(desks["hanna"], "hanna")
    forms = {name: desks[name].get(f"{chart}columns/").content.decode() for name in desks}
    for name, field in (("hanna", "name"), ("hugo", "title")):
        seen = re.search(r'name="seen" value="([^"]*)"', forms[name])[1]
        answers = {"column_0": "employee_id", "column_1": field, "column_2": "manager_id", "seen": seen}
        page = desks[name].post(f"{chart}columns/", answers, follow=True).content.decode()
        for job in Job.objects.unfinished():
            Job.run_here(job)
    assert "Somebody had this file read again meanwhile. Look at it as it is now." in page
    assert OrgChart.objects.get().mapping["name"] == "name"
