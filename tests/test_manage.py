"""`manage.py` as a process: an empty database is brought into shape, and the exit code says how it ended."""

import os
import sqlite3
import subprocess
import sys

import pytest

from tests.workers import ROOT

NO_INITIATIVE = "CommandError: There is no initiative “nope”. There are: none yet; use create_initiative.\n"


@pytest.fixture
def manage(tmp_path):
    """Return a function that runs a command in a DATA_DIR of its own: exit code, output, error output."""
    data = tmp_path / "data"
    inherited = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CELERY_BROKER_URL")
    clean = {name: value for name, value in os.environ.items() if name not in inherited}

    def run(*arguments):
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean | {"DATA_DIR": str(data)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout, ended.stderr

    run.data = data
    return run


@pytest.mark.parametrize(
    ("arguments", "ending"),
    [
        (("scores", "nope"), (1, "", NO_INITIATIVE)),
        (("analyse", "nope", "--wait"), (1, "", NO_INITIATIVE)),
        (("demo", "--remove"), (0, "Removed: 0 initiative, 0 people, 0 logins.\n", "")),
    ],
)
def test_commands_bring_an_empty_database_into_shape(manage, arguments, ending):
    assert manage(*arguments) == ending


def test_wrong_option_is_bad_input_like_any_other(manage):
    code, out, err = manage("champions", "nope", "--k", "many")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "manage.py champions: error: argument --k: invalid int value: 'many'"


def test_database_of_an_older_version_is_told_in_one_line(manage):
    manage("demo", "--remove")
    with sqlite3.connect(manage.data / "db.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'influence'")
    assert manage("scores", "nope") == (
        1,
        "",
        "The database is older than this program. Bring it up to date: manage.py migrate\n",
    )


def test_audit_log_names_the_command_and_no_password(manage):
    manage("create_user", "--password", "a-long-secret-7", "--role", "hr", "hanna")
    manage("create_token", "hanna")
    with sqlite3.connect(manage.data / "db.sqlite3") as database:
        noted = database.execute(
            "SELECT action, subject, status FROM accounts_auditentry ORDER BY id"
        ).fetchall()
    assert noted == [("create_user", "", 0), ("create_token", "hanna", 0)]
