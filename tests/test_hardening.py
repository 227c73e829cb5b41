"""What a browser is told behind HTTPS, and requests that another site would have it make."""

import json
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import make_user
from tests.workers import ROOT, environment

ASK = """
import django, json
django.setup()
from django.test import Client
client = Client(headers={"host": "influence.example.org"})
plain = client.get("/sign-in/")
page = client.get("/sign-in/", headers={"x-forwarded-proto": "https"})
print(json.dumps({
    "plain": [plain.status_code, plain["Location"]],
    "hsts": page["Strict-Transport-Security"], "frames": page["X-Frame-Options"],
    "type": page["X-Content-Type-Options"],
    "referrer": page["Referrer-Policy"], "cookie": page.cookies["csrftoken"].OutputString(),
    "stranger": client.get("/sign-in/", headers={"host": "evil.example"}).status_code,
}))
"""


def test_browser_behind_https_is_told_to_stay_there(transactional_db):
    own = environment() | {
        "DJANGO_SETTINGS_MODULE": "bpm_influence.settings", "HTTPS": "1", "LOG_LEVEL": "CRITICAL",
        "ALLOWED_HOSTS": "influence.example.org",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=own, capture_output=True, text=True, check=True
    )
    answer = json.loads(told.stdout.splitlines()[-1])
    assert answer.pop("cookie").endswith("; Secure")
    assert answer == {
        "plain": [301, "https://influence.example.org/sign-in/"],
        "hsts": "max-age=31536000",
        "frames": "DENY",
        "type": "nosniff",
        "referrer": "same-origin",
        "stranger": 400,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["make_token", "sign_out", "influence:demo_remove"])
def test_request_that_another_site_makes_is_refused(name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("root", "administrator"))
    assert client.post(reverse(name)).status_code == 403


@pytest.mark.django_db
def test_session_alone_does_not_write_over_rest_for_another_site():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("root", "administrator"))
    answer = client.post("/api/v1/initiatives/", {"slug": "x"}, content_type="application/json")
    assert (answer.status_code, "CSRF" in answer.json()["detail"]) == (403, True)
