"""Handing out and erasing what is kept of one person, on an organisation with a finished analysis."""

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.urls import reverse

from bpm_influence.accounts.models import AuditEntry
from bpm_influence.jobs.models import Job
from bpm_influence.jobs.running import run_job
from influence.models import Analysis, TieUpload
from initiatives.models import Initiative
from orgchart.models import OrgChart, Person
from surveys.models import Answer, Invitation, Nomination, Question
from tests.commands import printed

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "employee_id,name,email,manager_id,department\n"
ROWS = "".join(f"{i},Person {i},p{i}@acme.example,{'' if i == 1 else 1 + i // 4},Ops\n" for i in range(1, 12))
PEOPLE = HEADER + ROWS + "77,Quentin Zebra,zebra@acme.example,2,Ops\n"
TIES = "source,target,relation\n3,77,advice\n4,77,advice\n5,77,leadership\n77,3,advice\n2,3,advice\n"


@pytest.fixture
def zebra(client, hr, administrator, tmp_path):
    """The person of interest, in a chart, ties, scores and a survey; the administrator is signed in."""
    client.force_login(hr)
    sent = {"file": SimpleUploadedFile("people.csv", PEOPLE.encode()), "as_of": "2026-01-01"}
    assert client.post(reverse("orgchart:upload"), sent).status_code == 302
    for job in Job.objects.filter(state="queued"):
        run_job(job.pk)
    chart = OrgChart.objects.get()
    client.post(reverse("orgchart:activate", args=[chart.pk]), {"confirm": "1"})
    (tmp_path / "ties.csv").write_text(TIES)
    printed("create_initiative", "invoices", "--name", "Invoices", "--sponsor", "1", "--lead", "77")
    printed("load_ties", "invoices", str(tmp_path / "ties.csv"))
    printed("analyse", "invoices", "--wait", "--param", "managers_too=true")
    printed("create_survey", "invoices", "--open")
    person = Person.objects.get(employee_id="77")
    _answer_of("3", person)
    client.force_login(administrator)
    return person


def _answer_of(employee_id, target):
    invitation = Invitation.objects.get(person__employee_id=employee_id)
    question = Question.objects.filter(kind="names").first()
    answer = Answer.objects.create(invitation=invitation, question=question)
    Nomination.objects.create(answer=answer, target=target)


def everything_stored():
    """Yield (where, text) of every row of every table but the audit log's, and of every file."""
    for model in apps.get_models():
        if model is AuditEntry:
            continue
        for row in model.objects.values_list():
            yield model._meta.label, repr(row)
    for path in settings.MEDIA_ROOT.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes().decode("latin-1")


def holding(*marks):
    return {where for where, text in everything_stored() if any(mark in text for mark in marks)}


def test_nothing_of_an_erased_person_is_left(client, zebra):
    assert len(holding("Zebra", "zebra@")) >= 4
    samples = Analysis.objects.get().samples.name
    client.post(reverse("influence:erase_person", args=["77"]), {"confirm": "77"})
    assert holding("Zebra", "zebra@") == set()
    assert not (settings.MEDIA_ROOT / samples).exists()
    assert not Person.objects.filter(employee_id="77").exists()


def test_files_of_ties_that_were_not_loaded_go_with_an_erased_person(client, zebra):
    content = b"source,target\nzebra@acme.example,zebra@acme.example\n3,nobody@acme.example\n"
    client.post(reverse("influence:data", args=["invoices"]), {"file": SimpleUploadedFile("t.csv", content)})
    run_job(Job.objects.get(kind="ties").pk)
    upload = TieUpload.objects.get()
    assert (upload.state, upload.stored_file.read()) == ("failed", content)
    client.post(reverse("influence:erase_person", args=["77"]), {"confirm": "77"})
    assert holding("Zebra", "zebra@") == set()
    page = client.get(upload.get_absolute_url())
    assert [fault["kind"] for fault in page.context["errors"]] == ["unknown_person"]
    assert page.context["warnings"] == []
    assert "Read this file again" not in page.content.decode()


def test_finished_analysis_says_that_somebody_was_erased(client, zebra):
    client.post(reverse("influence:erase_person", args=["77"]), {"confirm": "77"})
    analysis = Analysis.objects.get()
    assert (analysis.erased_count, analysis.scores.count()) == (1, analysis.people_count - 1)
    page = client.get(reverse("influence:overview", args=["invoices"]))
    assert page.status_code == 200
    assert "1 erased since" in page.content.decode()


@pytest.mark.parametrize("name", ["overview", "map", "people", "leaders", "champions", "data"])
def test_pages_hold_after_an_erasure(client, zebra, name):
    client.post(reverse("influence:erase_person", args=["77"]), {"confirm": "77"})
    page = client.get(reverse(f"influence:{name}", args=["invoices"]))
    assert (page.status_code, "Zebra" in page.content.decode()) == (200, False)


def test_wrong_confirmation_erases_nobody(client, zebra):
    client.post(reverse("influence:erase_person", args=["77"]), {"confirm": "7"})
    assert Person.objects.filter(employee_id="77").exists()


def test_restored_backup_does_not_bring_the_erased_back(zebra):
    printed("erase_person", "77")
    Person.objects.create(employee_id="77", name="Quentin Zebra")
    assert "1 erased again" in printed("erase_person", "--again")
    assert not Person.objects.filter(employee_id="77").exists()


def test_export_holds_what_is_kept_but_not_who_named_them(client, zebra):
    client.get(reverse("influence:person", args=["invoices", "77"]))
    content = json.loads(client.post(reverse("influence:export_person", args=["77"])).content)
    assert content["person"] == {"name": "Quentin Zebra", "email": "zebra@acme.example"}
    assert content["roles"] == [{"initiative_slug": "invoices", "role": "project_lead"}]
    assert [tie["target_employee_id"] for tie in content["ties_you_gave"]] == ["3"]
    assert content["times_others_named_you"] == {"advice": 2, "leadership": 1, "influence": 1}
    assert content["scores"][0]["in_degree"] is not None
    assert content["who_looked"][0]["action"] == "looked at one person's results"
    assert "Person 4" not in json.dumps(content)


def test_command_prints_the_same_document(client, zebra):
    by_page = json.loads(client.post(reverse("influence:export_person", args=["77"])).content)
    by_command = json.loads(printed("export_person", "77"))
    assert by_command.keys() == by_page.keys()
    assert by_command["ties_you_gave"] == by_page["ties_you_gave"]


def test_unknown_person_is_said_in_words(db):
    with pytest.raises(CommandError, match="Nobody has the employee id"):
        printed("export_person", "nobody")


def test_person_is_found_by_name_or_id(client, zebra):
    for words in ("quentin zeb", "77"):
        page = client.get(reverse("influence:privacy"), {"q": words}).content.decode()
        assert "Quentin Zebra" in page
    assert Initiative.objects.count() == 1
