"""Settings of sign-on through an identity provider, from the environment; docs/settings.md has them all."""

import os

from bpm_influence import environment

ROLES = ("administrator", "hr", "change_manager", "viewer", "auditor")
OIDC_ID, SAML_ID = "company", "company"


def settings():
    """Return what Django's settings hold of sign-on."""
    oidc, saml = _oidc_app(), _saml_app()
    return {
        "OIDC_ID": OIDC_ID if oidc else "",
        "OIDC_NAME": environment.text("OIDC_NAME", "the company account"),
        "SAML_ID": SAML_ID if saml else "",
        "SAML_NAME": environment.text("SAML_NAME", "the company account (SAML)"),
        "SSO_GROUPS_CLAIM": environment.text("SSO_GROUPS_CLAIM", "groups"),
        "SSO_ROLES": _roles("SSO_ROLES"),
        "SSO_DEFAULT_ROLE": _role("SSO_DEFAULT_ROLE", environment.text("SSO_DEFAULT_ROLE")),
        "SECOND_FACTOR_REQUIRED": environment.switch("SECOND_FACTOR_REQUIRED", default=False),
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": oidc},
            "saml": {"APPS": saml},
        },
    }


def _oidc_app():
    server = environment.text("OIDC_SERVER")
    if not server:
        return []
    return [
        {
            "provider_id": OIDC_ID,
            "name": OIDC_ID,
            "client_id": _needed("OIDC_CLIENT_ID", "OIDC_SERVER"),
            "secret": _needed("OIDC_CLIENT_SECRET", "OIDC_SERVER"),
            "settings": {"server_url": server},
        }
    ]


def _saml_app():
    entity = environment.text("SAML_ENTITY_ID")
    if not entity:
        return []
    provider = {"entity_id": entity}
    if metadata := environment.text("SAML_METADATA_URL"):
        provider["metadata_url"] = metadata
    else:
        provider["sso_url"] = _needed("SAML_SSO_URL", "SAML_ENTITY_ID")
        provider["x509cert"] = _needed("SAML_CERTIFICATE", "SAML_ENTITY_ID")
    settings = {
        "idp": provider,
        "advanced": {"reject_idp_initiated_sso": True, "want_assertion_signed": True},
    }
    if uid := environment.text("SAML_USER_ATTRIBUTE"):
        settings["attribute_mapping"] = {"uid": uid, "username": uid}
    return [{"provider_id": entity, "name": SAML_ID, "client_id": SAML_ID, "settings": settings}]


def _needed(name, because):
    value = environment.text(name)
    if not value:
        environment.refuse(name, os.environ.get(name, ""), f"{because} is set, so this is needed too.")
    return value


def _roles(name):
    pairs = [pair.rpartition("=") for pair in environment.text(name).split(",") if pair.strip()]
    if any(not group.strip() for group, _, _ in pairs):
        environment.refuse(name, environment.text(name), "write group=role,group=role.")
    return {group.strip(): _role(name, role.strip()) for group, _, role in pairs}


def _role(name, value):
    if value and value not in ROLES:
        environment.refuse(name, value, f"roles are {', '.join(ROLES)}.")
    return value
