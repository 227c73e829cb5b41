"""The administration's pages open for each noun that has them; ties, answers and invitations have none."""

from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from bpm_influence.accounts.models import ApiToken
from bpm_influence.jobs.models import Job, Worker
from influence.analysing import request_analysis
from influence.loading import load_ties
from influence.models import Analysis, PlannedChampion
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from orgchart.models import RememberedDecision, RememberedMapping

MADE_HERE = {
    "accounts.user", "initiatives.initiative", "initiatives.relation", "influence.plannedchampion",
    "orgchart.rememberedmapping", "orgchart.remembereddecision",
}  # fmt: skip
MADE_ELSEWHERE = {
    "accounts.apitoken", "jobs.job", "jobs.worker", "orgchart.person", "orgchart.orgchart",
    "orgchart.position", "influence.tieset", "influence.analysis", "influence.score",
    "influence.chosenchampion",
}  # fmt: skip
PEOPLE = b"employee_id,name,manager_id,department\n" + b"".join(
    f"E{i},Name {i},{'E0' if i else ''},Sales\n".encode() for i in range(8)
)
TIES = b"source,target\n" + b"".join(f"E{i},E{i % 3}\n".encode() for i in range(3, 8))


@pytest.fixture
def world(transactional_db, administrator, client):
    """One row of each noun, and its administrator signed in."""
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    load_chart(PEOPLE, file_name="people.csv", as_of=date(2026, 1, 1))
    initiative = create_initiative(name="Invoices", created_by=administrator)
    load_ties(initiative, TIES, file_name="ties.csv")
    analysis = request_analysis(initiative, {"resamples": 20}, administrator)
    Job.run_here(analysis.job)
    assert Analysis.objects.get().state == "done"
    person = analysis.champions.first().person
    PlannedChampion.objects.create(initiative=initiative, person=person, analysis=analysis, rank=1)
    ApiToken.make(administrator, name="token")
    Worker.sign("work")
    RememberedMapping.objects.create(header_hash="0" * 64)
    RememberedDecision.objects.create(employee_id="E1", value="x", decision="top")
    client.force_login(administrator)
    return client


def test_pages_of_each_noun_open_and_who_said_what_has_none(world):
    rooms = {"accounts", "jobs", "orgchart", "initiatives", "surveys", "influence"}
    opened = {
        model._meta.label_lower: statuses(world, model, page)
        for model, page in admin.site._registry.items()
        if model._meta.app_label in rooms
    }
    here, elsewhere = {"list": 200, "add": 200, "change": 200}, {"list": 200, "add": 403, "change": 200}
    assert opened == dict.fromkeys(MADE_HERE, here) | dict.fromkeys(MADE_ELSEWHERE, elsewhere)


def statuses(client, model, page):
    """What the list (searched where it can be), the form for a new row and that of the first row answer."""
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    addresses = {
        "list": reverse(f"{route}_changelist") + ("?q=a" if page.search_fields else ""),
        "add": reverse(f"{route}_add"),
        "change": reverse(f"{route}_change", args=[model.objects.first().pk]),
    }
    return {name: client.get(address).status_code for name, address in addresses.items()}
