"""Backup and restore: there and back, on each database and across, whole or not at all."""

import os
import re
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.core.management import CommandError

from bpm_influence.accounts.audit import note
from bpm_influence.accounts.models import AuditEntry, User
from bpm_influence.jobs.models import Worker
from influence.models import Analysis
from influence.privacy.erasing import LIST_NAME
from initiatives.models import Initiative
from orgchart.models import Person
from tests.commands import printed
from tests.conftest import make_user
from tests.privacy.test_personal_data import everything_stored, holding, zebra  # noqa: F401 - a fixture
from tests.workers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
FLEETING = ("sessions.", "usersessions.", "axes.", "jobs.Worker")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    yield
    (settings.DATA_DIR / LIST_NAME).unlink(missing_ok=True)


@pytest.fixture
def backup(tmp_path, zebra):  # noqa: F811
    path = tmp_path / "backup.zip"
    assert printed("backup", str(path)).startswith("Written: ")
    return path


def stored():
    return sorted((where, text) for where, text in everything_stored() if not where.startswith(FLEETING))


def tables(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("tables/")}


def refused(*arguments):
    with pytest.raises(CommandError) as fault:
        printed("restore", *map(str, arguments))
    return str(fault.value)


@pytest.fixture
def elsewhere(tmp_path):
    """Return a function that runs a command in an installation of its own, with SQLite."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    }
    own |= {"DATA_DIR": str(tmp_path / "elsewhere"), "SECRET_KEY": settings.SECRET_KEY}

    def manage(*arguments):
        ended = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)], cwd=ROOT, env=own, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    return manage


def test_backup_comes_back_from_another_installation_with_another_database(backup, elsewhere, tmp_path):
    before = stored()
    assert elsewhere("restore", backup).endswith("; 0 erased again.\n")
    again = tmp_path / "again.zip"
    elsewhere("backup", again)
    audit = "tables/accounts.AuditEntry.jsonl"  # has the command itself besides
    assert {name: lines for name, lines in tables(again).items() if name != audit} == {
        name: lines for name, lines in tables(backup).items() if name != audit
    }
    make_user("newcomer")
    printed("restore", str(again), "--replace")
    assert [one for one in stored() if not one[0].startswith("accounts.AuditEntry")] == before
    assert Initiative.objects.create(slug="next", name="Next").pk > Initiative.objects.get(slug="invoices").pk


def test_longer_list_is_answered_from_restored_samples(backup):
    printed("restore", str(backup), "--replace")
    assert Analysis.objects.get().samples.storage.exists(Analysis.objects.get().samples.name)
    assert printed("champions", "invoices", "--k", "3", "--format", "csv").count("\n") == 4


def test_restoring_brings_nobody_back_who_was_erased_since(backup):
    printed("erase_person", "77")
    assert "1 erased again" in printed("restore", str(backup), "--replace")
    assert holding("Zebra", "zebra@") == set()


def test_what_was_noted_since_the_backup_stays_noted(backup):
    note("maria", "took the champion list out")
    entries = AuditEntry.objects.count()
    printed("restore", str(backup), "--replace")
    assert AuditEntry.objects.count() == entries
    assert AuditEntry.objects.filter(actor="maria").exists()


def test_backup_is_for_its_owner_and_holds_no_session_and_no_mail(backup):
    with zipfile.ZipFile(backup) as archive:
        assert [name for name in archive.namelist() if "essions" in name or "mail" in name.lower()] == [
            "tables/account.EmailAddress.jsonl",
            "tables/account.EmailConfirmation.jsonl",
            "tables/surveys.Mailing.jsonl",
            "tables/surveys.MailItem.jsonl",
        ]
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="is there already"):
        printed("backup", str(backup))


def test_what_cannot_be_restored_is_told_with_its_remedy(backup, settings, tmp_path):
    before = stored()
    assert "--replace takes them away first" in refused(backup)
    changed = rewritten(backup, tmp_path, "backup.json", lambda text: text.replace(b"0008_recipe", b"0009_r"))
    words = refused(changed, "--replace")
    assert "they differ in influence.0008_recipe_lines, influence.0009_r_lines." in words
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key" * 4
    assert "under another SECRET_KEY" in refused(backup, "--replace")
    settings.SECRET_KEY = former
    Worker.sign("work@host")
    assert "The application runs: stop it" in refused(backup, "--replace")
    assert stored() == before


def rewritten(path, folder, member, change):
    """Return the path of the same archive with one member changed."""
    other = folder / "changed.zip"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, change(archive.read(name)) if name == member else archive.read(name))
    return other


DAMAGES = [
    ("tables/surveys.Nomination.jsonl", lambda text: b"", "lacks rows of surveys.Nomination"),
    ("tables/influence.Tie.jsonl", lambda text: text[:-20], "is damaged"),
    # Rows that name a row which is not there are found at the commit alone.
    ("tables/orgchart.Position.jsonl", lambda text: re.sub(rb"^.(\d+), \d+", rb"[\1, 0", text), "refuses"),
]


def test_damaged_archive_changes_nothing(backup, tmp_path):
    make_user("newcomer")
    before = stored()
    for member, change, words in DAMAGES:
        assert words in refused(rewritten(backup, tmp_path, member, change), "--replace")
        assert stored() == before
    assert User.objects.filter(username="newcomer").exists()


def test_file_that_is_no_backup_is_told(tmp_path, db):
    other = tmp_path / "other.zip"
    other.write_text("hello")
    assert refused(other) == f"{other} is damaged or no backup (File is not a zip file). Nothing was changed."
    assert "No such file" in refused(tmp_path / "missing.zip")


def test_list_of_a_newer_backup_holds_for_an_older_one(backup, tmp_path):
    printed("erase_person", "77")
    newer = tmp_path / "newer.zip"
    printed("backup", str(newer))
    (settings.DATA_DIR / LIST_NAME).unlink()  # another machine
    printed("restore", str(newer), "--replace")
    assert "1 erased again" in printed("restore", str(backup), "--replace")
    assert not Person.objects.filter(employee_id="77").exists()
