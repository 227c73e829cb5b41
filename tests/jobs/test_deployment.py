"""The command that says what is missing for production."""

import pytest
from django.core.management import call_command
from django.db import connection

from bpm_influence.jobs import deployment
from bpm_influence.jobs.deployment import shortcomings
from bpm_influence.jobs.models import Worker
from tests.conftest import make_user
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


def test_trial_installation_is_told_what_to_mend(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("check_deployment")
    words = capsys.readouterr().err
    assert ended.value.code == 1
    for part in ("HTTPS=1", "ALLOWED_HOSTS", "SECRET_KEY", "No worker", "EMAIL_URL", "Nobody administers"):
        assert part in words
    assert ("SQLite" in words) == (connection.vendor == "sqlite")


@pytest.fixture
def production(settings, monkeypatch):
    """Everything that settings and people can bring; database and broker are those of the test."""
    settings.HTTPS, settings.PUBLIC_URL = True, "https://influence.example.org"
    settings.ALLOWED_HOSTS, settings.API_RATE = ["influence.example.org"], "600/minute"
    settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = "django.core.mail.backends.smtp.EmailBackend", True
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    settings.DATA_DIR.chmod(0o700)
    monkeypatch.setenv("SECRET_KEY", "k" * 50)
    make_user("root", "administrator")
    Worker.sign("work@host")
    monkeypatch.setattr(deployment, "PATIENCE", 0)
    yield settings
    (settings.STATIC_ROOT / "staticfiles.json").unlink()


def test_nothing_is_missing_in_production(production):
    about_parts = ("SQLite", "broker is a folder", "A worker does not find")  # which there are not here
    assert [
        sentence for sentence in shortcomings() if not any(part in sentence for part in about_parts)
    ] == []


def test_storage_that_keeps_nothing_is_named(production, tmp_path):
    locked = tmp_path / "file"
    locked.write_text("")
    production.MEDIA_ROOT = locked / "uploads"
    assert any("cannot be read back" in sentence for sentence in shortcomings())


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_worker_that_does_not_share_the_storage_is_noticed(start_worker, settings, tmp_path):
    start_worker()
    assert wait_until(Worker.answers)
    assert not any("A worker does not find" in sentence for sentence in shortcomings())
    settings.MEDIA_ROOT = tmp_path  # a folder of this process alone
    assert any("A worker does not find" in sentence for sentence in shortcomings())
