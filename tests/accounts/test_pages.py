import pytest

from bpm_influence.accounts.models import ApiToken, digest_of
from initiatives.editing import create_initiative

pytestmark = pytest.mark.django_db


def test_token_made_in_the_browser_is_shown_once(signed_in, viewer):
    browser = signed_in(viewer)
    answer = browser.post("/account/tokens/", {"name": "Reporting", "scope": "read", "days": 30})

    token = ApiToken.objects.get()
    assert (token.name, token.scope, token.user) == ("Reporting", "read", viewer)
    assert digest_of(answer.context["secret"]) == token.digest
    assert answer.context["secret"] in answer.content.decode()
    assert answer.context["secret"] not in browser.get("/account/").content.decode()


def test_token_without_a_name_is_refused_beside_the_field(signed_in, viewer):
    answer = signed_in(viewer).post("/account/tokens/", {"name": "", "scope": "read", "days": 30})

    assert (answer.status_code, answer.context["form"].errors["name"]) == (422, ["This field is required."])


def test_token_is_revoked_by_its_owner(signed_in, viewer):
    token, _ = ApiToken.make(viewer, name="old")
    signed_in(viewer).post(f"/account/tokens/{token.pk}/revoke/")

    token.refresh_from_db()
    assert token.is_valid is False


def test_token_of_somebody_else_is_not_there(signed_in, viewer, administrator):
    token, _ = ApiToken.make(viewer, name="theirs")
    answer = signed_in(administrator).post(f"/account/tokens/{token.pk}/revoke/")

    token.refresh_from_db()
    assert (answer.status_code, token.is_valid) == (404, True)


def test_pages_forbid_foreign_and_inline_code(client, db):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_token_limited_in_the_browser_says_to_what(signed_in, change_manager):
    invoices = create_initiative(slug="invoices", name="Invoice approval", created_by=change_manager)
    create_initiative(slug="onboarding", name="Onboarding", created_by=change_manager)
    form = {"name": "LMS", "scope": "read", "days": 30, "initiatives": [invoices.pk]}
    page = signed_in(change_manager).post("/account/tokens/", form).content.decode()

    assert ApiToken.objects.get().initiatives == [invoices.pk]
    assert '<td data-label="In">Invoice approval</td>' in page


def test_token_is_not_limited_to_what_its_owner_does_not_see(signed_in, change_manager, other_change_manager):
    invoices = create_initiative(slug="invoices", name="Invoices", created_by=other_change_manager)
    create_initiative(slug="onboarding", name="Onboarding", created_by=change_manager)
    form = {"name": "LMS", "scope": "read", "days": 30, "initiatives": [invoices.pk]}

    assert signed_in(change_manager).post("/account/tokens/", form).status_code == 422
    assert not ApiToken.objects.exists()
