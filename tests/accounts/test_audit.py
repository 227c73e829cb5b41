"""The audit log: what it notes, who sees it, and that nobody changes it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from bpm_influence.accounts.audit import note, remove_old_entries
from bpm_influence.accounts.models import AuditEntry
from bpm_influence.audited import CHANGES, ROUTES
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = make_user("dpo", "auditor")
    client.force_login(user)
    return user


def last():
    return AuditEntry.objects.values_list("actor", "door", "action", "subject", "status").first()


def test_change_is_noted_with_its_object(client):
    user = make_user("maria", "change_manager")
    client.force_login(user)
    client.post(reverse("make_token"), {"name": "Notebook", "scope": "read", "days": 7})
    token = user.api_tokens.get()
    client.post(reverse("revoke_token", args=[token.pk]))
    assert last() == ("maria", "page", "revoked an API token", str(token.pk), 302)
    assert AuditEntry.objects.all()[1].action == "made an API token"


def test_refusal_is_noted(client):
    client.force_login(make_user("vic", "viewer"))
    client.get(reverse("orgchart:charts"))
    assert last() == ("vic", "page", "refused: GET orgchart:charts", "", 403)


def test_looking_at_an_ordinary_page_is_not_noted(client, auditor):
    before = AuditEntry.objects.count()
    client.get(reverse("account"))
    assert AuditEntry.objects.count() == before


def test_signing_in_and_failing_to_are_noted(client):
    make_user("ana", "viewer")
    client.post(reverse("sign_in"), {"username": "ana", "password": "wrong"})
    assert last()[::2] == ("ana", "was refused sign-in", 401)


def test_search_finds_by_words_and_days(client, auditor):
    note("maria", "looked at one person's results", "invoices E7")
    note("tom", "looked at one person's results", "invoices E8")
    page = client.get(reverse("audit_log"), {"q": "results E7", "first": "2020-01-01"}).content.decode()
    assert "invoices E7" in page
    assert "invoices E8" not in page


def test_table_holds_what_was_searched_for(client, auditor):
    note("maria", "=HYPERLINK", "invoices E7")
    note("tom", "other")
    lines = b"".join(client.get(reverse("audit_csv"), {"q": "maria"}).streaming_content).decode().splitlines()
    assert lines[0].startswith("at,actor,door,action")
    assert ["'=HYPERLINK" in line for line in lines[1:]] == [True]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone enforces it")
@pytest.mark.parametrize("change", [lambda rows: rows.update(actor="nobody"), lambda rows: rows.delete()])
def test_database_refuses_changes(change):
    note("maria", "made an initiative")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        change(AuditEntry.objects.all())


def test_entries_past_their_time_go(monkeypatch):
    note("maria", "old")
    future = timezone.now() + timedelta(days=2000)
    monkeypatch.setattr(timezone, "now", lambda: future)
    assert remove_old_entries() == 1
    assert not AuditEntry.objects.exists()


def routes(patterns, space=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = getattr(pattern, "namespace", None)
            yield from routes(pattern.url_patterns, f"{space}{inner}:" if inner else space)
        else:
            yield f"{space}{pattern.name}"


def test_words_belong_to_routes_that_exist():
    names = set(routes(get_resolver().url_patterns))
    assert {route.split()[1] for route in ROUTES} - names == set()


def test_changes_have_words():
    assert all(route.split()[0] != "GET" for route in CHANGES)
