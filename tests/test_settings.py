"""Settings that cannot be are refused in words; what is not set works."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bpm_influence import environment
from tests.workers import ROOT


def run_check(**variables):
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wrong_variable_is_told_in_one_line(tmp_path):
    told = run_check(DATA_DIR=str(tmp_path), PORT="eighty")

    assert (told.returncode, told.stderr) == (
        1,
        "PORT='eighty' cannot be used: write a port number from 1 to 65535.\n",
    )


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (lambda: environment.switch("X", default=True), "maybe", "X='maybe' cannot be used: write 0 or 1."),
        (
            lambda: environment.port("X", default=1),
            "70000",
            "X='70000' cannot be used: write a port number from 1 to 65535.",
        ),
        (
            lambda: environment.rate("X", default="off"),
            "fast",
            "X='fast' cannot be used: "
            "write a number per second, minute, hour or day, such as 600/minute, or off.",
        ),
        (
            lambda: environment.host_names("X", host="127.0.0.1"),
            "http://a.example",
            "X='http://a.example' cannot be used: "
            "write host names separated by commas, without http:// and paths.",
        ),
        (
            lambda: environment.database("X", data_dir=Path("/x")),
            "mysql://u:secret@h/d",
            "X='mysql://u:...@h/d' cannot be used: "
            "write postgres://user:password@host:5432/name or sqlite:///path.",
        ),
        (
            lambda: environment.broker("X"),
            "sqs://",
            "X='sqs://' cannot be used: "
            "write redis://host:6379/0, amqp://user:password@host:5672// or embedded://localhost.",
        ),
        (
            lambda: environment.email("X", data_dir=Path("/x")),
            "pigeon://",
            "X='pigeon://' cannot be used: "
            "write smtp+tls://user:password@host:587, smtps://, file:///folder or console:.",
        ),
        (
            lambda: environment.secret("X", data_dir=Path("/x")),
            "short",
            "X='...' cannot be used: it needs at least 32 characters.",
        ),
    ],
)
def test_value_that_cannot_be_is_refused(monkeypatch, read, value, sentence):
    monkeypatch.setenv("X", value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert str(refusal.value) == sentence


def test_secret_key_is_made_once_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.secret("SECRET_KEY", data_dir=tmp_path)

    assert len(first) >= 32
    assert environment.secret("SECRET_KEY", data_dir=tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_data_dir_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("X", str(tmp_path / "file" / "below"))

    with pytest.raises(ImproperlyConfigured, match="the folder cannot be made"):
        environment.directory("X", default=tmp_path)


def test_sqlite_is_set_up_for_a_web_and_a_worker_process(tmp_path, monkeypatch):
    monkeypatch.delenv("X", raising=False)
    database = environment.database("X", data_dir=tmp_path)

    assert database["NAME"] == str(tmp_path / "db.sqlite3")
    assert database["OPTIONS"] == {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://u%40x:p@mail.example", 587, True, False),
        ("smtps://mail.example:4650", 4650, False, True),
    ],
)
def test_mail_server_is_read_from_one_address(monkeypatch, url, port, tls, ssl):
    monkeypatch.setenv("X", url)
    mail = environment.email("X", data_dir=Path("/x"))

    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (
        "mail.example", port, tls, ssl,
    )  # fmt: skip


def test_hosts_are_loopback_unless_named(monkeypatch):
    monkeypatch.delenv("X", raising=False)

    assert environment.host_names("X", host="127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]
    monkeypatch.setenv("X", "a.example, b.example")
    assert environment.host_names("X", host="0.0.0.0") == ["a.example", "b.example"]
