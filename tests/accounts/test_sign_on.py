"""A second factor, and signing in through the company's identity provider."""

import zlib
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from lxml import etree

from bpm_influence import sign_on
from bpm_influence.accounts.models import User
from tests.accounts.identity_provider import (
    CLIENT,
    ENTITY,
    SECRET,
    make_certificate,
    running_provider,
    saml_response,
)
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
ROLES = {"bpm-change": "change_manager", "bpm-hr": "hr", "bpm-admins": "administrator"}
PASSWORD = "correct horse 9 battery"


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("sign_in"), {"username": username, "password": password})


def confirm(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def who(client):
    user = client.get(reverse("account")).context
    return user["user"].username if user else None


@pytest.fixture
def ana(db):
    user = make_user("ana", "viewer")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def secret(ana):
    TOTP.activate(ana, "JBSWY3DPEHPK3PXP")
    return "JBSWY3DPEHPK3PXP"


def test_second_factor_is_set_up_with_the_apps_code(client, ana):
    sign_in(client, "ana")
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert f"<code>{secret}</code>" in page.content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    stored = Authenticator.objects.get(user=ana, type="totp")
    assert secret not in str(stored.data)
    assert stored.wrap().validate_code(code_for(secret))


def test_password_alone_does_not_open_an_account_with_a_second_factor(client, secret):
    assert sign_in(client, "ana").url == reverse("mfa_authenticate")
    assert who(client) is None
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert who(client) == "ana"


def test_where_it_is_required_nothing_opens_before_it_is_set_up(client, ana, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "ana")
    assert client.get("/").url == reverse("mfa_activate_totp")
    confirm(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_demonstration_login_cannot_be_locked_by_a_second_factor(client):
    user = make_user("demo", "viewer")
    User.objects.filter(pk=user.pk).update(is_demonstration=True)
    client.force_login(user)
    assert client.get(reverse("mfa_activate_totp")).url == reverse("account")


def test_other_sessions_can_be_ended(client, ana):
    other = client.__class__()
    sign_in(other, "ana")
    sign_in(client, "ana")
    assert who(other) == "ana"
    client.post(reverse("usersessions_list"))
    assert (who(other), who(client)) == (None, "ana")


@pytest.fixture
def openid(settings):
    with running_provider() as provider:
        settings.OIDC_ID, settings.OIDC_NAME, settings.SSO_ROLES = "company", "Acme", ROLES
        app = {
            "provider_id": "company", "name": "company", "client_id": CLIENT, "secret": SECRET,
            "settings": {"server_url": f"{provider.address}/.well-known/openid-configuration"},
        }  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield provider


def through_openid(client):
    start = client.get(reverse("openid_connect_login", args=["company"]))
    asked = parse_qs(urlsplit(start.url).query)
    back = {"code": "once", "state": asked["state"][0]}
    return client.get(reverse("openid_connect_callback", args=["company"]), back)


def test_sign_in_page_offers_the_provider(client, openid):
    page = client.get(reverse("sign_in")).content.decode()
    assert "Sign in with Acme" in page


def test_group_decides_the_role(client, openid):
    through_openid(client)
    assert who(client) == "lena"
    assert User.objects.get().role == "change_manager"


def test_role_follows_the_groups_at_each_sign_in(client, openid):
    openid.groups = ["bpm-hr", "bpm-admins"]
    through_openid(client)
    assert User.objects.get().is_superuser
    openid.groups = ["bpm-change"]
    through_openid(client.__class__())
    assert (User.objects.get().role, User.objects.get().is_superuser) == ("change_manager", False)


def test_nobody_without_a_group_gets_in(client, openid):
    openid.groups = ["canteen"]
    refused = through_openid(client)
    assert refused.status_code == 403
    assert "have no role here" in refused.content.decode()
    assert not User.objects.exists()


def test_provider_account_does_not_take_over_a_local_one_of_the_same_name(client, openid):
    make_user("lena", "administrator")
    through_openid(client)
    assert sorted(User.objects.values_list("role", flat=True)) == ["administrator", "change_manager"]


@pytest.fixture
def saml(settings):
    key, certificate = make_certificate()
    settings.SAML_ID, settings.SAML_NAME, settings.SSO_ROLES = "company", "Acme", ROLES
    body = "".join(certificate.splitlines()[1:-1])
    provider = {"entity_id": ENTITY, "sso_url": "https://idp.example/sso", "x509cert": body}
    app = {
        "provider_id": ENTITY, "name": "company", "client_id": "company",
        "settings": {"idp": provider, "advanced": {"want_assertion_signed": True}},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"saml": {"APPS": [app]}}
    return key, certificate


def through_saml(client, key, certificate, **changes):
    client.defaults["HTTP_HOST"] = "bpm.example"
    start = client.get(reverse("saml_login", args=["company"]))
    sent = parse_qs(urlsplit(start.url).query)
    request = etree.fromstring(zlib.decompress(b64decode(sent["SAMLRequest"][0]), -15))
    answer = {
        "person": "lena", "groups": ["bpm-hr"], "request_id": request.get("ID"),
        "recipient": request.get("AssertionConsumerServiceURL"),
        "audience": request.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer").strip(),
    }  # fmt: skip
    response = saml_response(key, certificate, **answer | changes)
    posted = {"SAMLResponse": response, "RelayState": ""}
    return client.post(reverse("saml_acs", args=["company"]), posted, follow=True)


def test_signed_assertion_signs_in(client, saml):
    through_saml(client, *saml)
    assert (who(client), User.objects.get().role) == ("lena", "hr")


def test_assertion_signed_by_somebody_else_is_refused(client, saml):
    key, certificate = make_certificate()
    through_saml(client, key, certificate)
    assert who(client) is None


def test_assertion_for_another_service_is_refused(client, saml):
    through_saml(client, *saml, audience="https://other.example")
    assert who(client) is None


def test_settings_that_cannot_be_are_refused_in_words(monkeypatch):
    monkeypatch.setenv("SSO_ROLES", "admins=boss")
    with pytest.raises(ImproperlyConfigured, match="roles are administrator, hr"):
        sign_on.settings()
    monkeypatch.delenv("SSO_ROLES")
    monkeypatch.setenv("OIDC_SERVER", "https://idp.example")
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_ID"):
        sign_on.settings()
