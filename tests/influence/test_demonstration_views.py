"""The demonstration goes by one click, for administrators."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bpm_influence.accounts.models import User
from influence.demonstration.loading import load_demonstration
from orgchart.models import OrgChart, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


BANNER = "These people are invented; nothing here is about anybody."
INITIATIVE = "/initiatives/digital-invoice-approval/"
PAGES = (
    "/", "/jobs/", "/org-charts/", "/org-charts/upload/", "/account/", "/initiatives/new/", INITIATIVE,
    f"{INITIATIVE}map/", f"{INITIATIVE}people/", f"{INITIATIVE}champions/", f"{INITIATIVE}data/",
    f"{INITIATIVE}settings/",
)  # fmt: skip


def pages_with_a_banner(browser):
    return [page for page in PAGES if BANNER in browser.get(page).content.decode()]


def test_one_click_takes_the_demonstration_away(client, signed_in, administrator):
    load_demonstration(150)
    client.force_login(User.objects.get(username="demo-administrator"))
    assert pages_with_a_banner(client) == list(PAGES)
    answer = signed_in(administrator).post(reverse("influence:demo_remove"))
    assert pages_with_a_banner(client) == []
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert (Person.objects.count(), OrgChart.objects.count()) == (0, 0)
    assert list(User.objects.all()) == [administrator]


def test_demonstration_administrator_removes_themselves_and_is_signed_out(client):
    load_demonstration(150)
    client.force_login(User.objects.get(username="demo-administrator"))
    client.post(reverse("influence:demo_remove"))
    assert not User.objects.exists()
    assert client.get("/").status_code == 302


def test_others_may_not_remove_it(signed_in, change_manager):
    load_demonstration(150)
    answer = signed_in(change_manager).post(reverse("influence:demo_remove"))
    assert (answer.status_code, Person.objects.count()) == (403, 150)
