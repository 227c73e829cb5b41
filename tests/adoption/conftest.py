"""The physicians of the published study in the database, and a firm whose people adopt."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from initiatives.models import Initiative
from tests.commands import printed
from tests.network.networks import DATA

PHYSICIANS = DATA / "medical-innovation"
PEOPLE = """employee_id,name,manager_id,department,email
E1,Ada Top,,Board,ada@firm.example
E2,Ben Head,E1,Sales,ben@firm.example
E3,Cleo Head,E1,Finance,cleo@firm.example
E4,Dan Seller,E2,Sales,dan@firm.example
E5,Eva Seller,E2,Sales,eva@firm.example
E6,Finn Clerk,E3,Finance,finn@firm.example
E7,Gia Clerk,E3,Finance,gia@firm.example
"""
ADOPTION = """employee_id,stage,date
E1,awareness,2026-03-02
E2,awareness,2026-03-02
E2,adoption,2026-04-06
E5,adoption,2026-04-13
E4,adoption,2026-05-04
"""


@pytest.fixture
def firm(db, files):
    """Seven people in three departments, and an initiative of them all from March 2026 on."""
    call_command("load_org_chart", files("people.csv", PEOPLE), stdout=io.StringIO())
    call_command("create_initiative", "invoices", name="Invoices", sponsor=["E1"], stdout=io.StringIO())
    Initiative.objects.update(start="2026-03-01")
    return Initiative.objects.get()


@pytest.fixture
def physicians(db):
    """The physicians with their ties, before anything is recorded; skips where the data are not there."""
    if not PHYSICIANS.exists():
        pytest.skip("The published data sets are not beside the project.")
    call_command("load_org_chart", PHYSICIANS / "people.csv", stdout=io.StringIO(), stderr=io.StringIO())
    call_command("create_initiative", "tetracycline", name="Tetracycline", stdout=io.StringIO())
    printed("load_ties", "tetracycline", PHYSICIANS / "ties.csv")
    return Initiative.objects.get()
