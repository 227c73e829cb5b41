"""The cast: one user of each role, and whoever else walks through the pages."""

import os

import pytest

from bpm_influence.accounts.models import ApiToken, User
from tests.services import chromium, missing
from tests.workers import WorkerProcess


def make_user(username, role=User.Role.VIEWER, **fields):
    """Make a user who signs in with the password `password of <username>`."""
    return User.objects.create_user(username, password=f"password of {username}", role=role, **fields)


@pytest.fixture
def administrator(db):
    return make_user("administrator", User.Role.ADMINISTRATOR)


@pytest.fixture
def hr(db):
    return make_user("hr", User.Role.HR)


@pytest.fixture
def change_manager(db):
    return make_user("change_manager", User.Role.CHANGE_MANAGER)


@pytest.fixture
def other_change_manager(db):
    return make_user("other_change_manager", User.Role.CHANGE_MANAGER)


@pytest.fixture
def viewer(db):
    return make_user("viewer", User.Role.VIEWER)


@pytest.fixture
def auditor(db):
    return make_user("auditor", User.Role.AUDITOR)


@pytest.fixture
def signed_in(client):
    """Return a function that signs a user in and returns the browser."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api(client):
    """Return a function that makes a token for a user and returns the headers that carry it."""

    def headers(user, scope=ApiToken.Scope.WRITE, **fields):
        _, secret = ApiToken.make(user, name="test", scope=scope, **fields)
        return {"Authorization": f"Bearer {secret}"}

    return headers


@pytest.fixture
def start_worker(transactional_db):
    """Return a function that starts a real Celery worker on the test's own database."""
    workers = []

    def start(**options):
        workers.append(WorkerProcess(**options))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture(scope="session")
def browser():
    """A real browser: the machine's own Chromium, driven by Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright")
    executable = chromium()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the tests' own thread.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def files(tmp_path):
    """Return a function that writes a text file and gives its path."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
