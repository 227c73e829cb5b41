"""A second factor, and signing in through the company's identity provider: our side of django-allauth."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from bpm_influence.accounts.models import User

BACKEND = "bpm_influence.accounts.backends.SignInBackend"
MOST_FIRST = (
    User.Role.ADMINISTRATOR,
    User.Role.HR,
    User.Role.CHANGE_MANAGER,
    User.Role.AUDITOR,
    User.Role.VIEWER,
)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves, and no mail is sent."""

    def is_open_for_signup(self, request):
        """Return that the door is shut: accounts are made by administrators or by the provider's groups."""
        return False

    def login(self, request, user):
        """Sign in, as every other user, by our own backend."""
        user.backend = getattr(user, "backend", BACKEND)
        super().login(request, user)

    def send_notification_mail(self, *arguments, **named):
        """Send none: the audit log has it."""


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Whoever the identity provider vouches for gets the role of their groups, anew at each sign-in."""

    def is_open_for_signup(self, request, sociallogin):
        """Return that the provider's people get accounts; `pre_social_login` has refused the others."""
        return True

    def populate_user(self, request, sociallogin, data):
        """Name the account as the provider names the person."""
        named = {"username": sociallogin.account.uid} | {name: value for name, value in data.items() if value}
        return super().populate_user(request, sociallogin, named)

    def pre_social_login(self, request, sociallogin):
        """Refuse whoever is in no group with a role; give everybody else theirs."""
        role = role_of(groups_in(sociallogin.account.extra_data))
        if role is None:
            page = render(request, "accounts/no_role.html", status=403)
            raise ImmediateHttpResponse(page)
        take_role(sociallogin.user, role)
        if sociallogin.is_existing:
            sociallogin.user.save(update_fields=["role", "is_staff", "is_superuser"])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps unreadable in the database and its backups."""

    def encrypt(self, text):
        """Return the text as only this installation's SECRET_KEY opens it."""
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """Return the text again."""
        return _lock().decrypt(encrypted_text.encode()).decode()

    def send_notification_mail(self, *arguments, **named):
        """Send none: the audit log has it."""


def _lock():
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SECRET_KEY.encode()).digest()))


def groups_in(claims):
    """Return the groups that a provider's claims name, wherever they stand in them."""
    name = settings.SSO_GROUPS_CLAIM
    parts = [claims, claims.get("userinfo") or {}, claims.get("id_token") or {}]
    found = [part.get(name) or [] for part in parts]
    return {group for groups in found for group in ([groups] if isinstance(groups, str) else groups)}


def role_of(groups):
    """Return the role that reaches furthest among those of the groups, else the default one, else None."""
    roles = {settings.SSO_ROLES[group] for group in groups if group in settings.SSO_ROLES}
    return next((role for role in MOST_FIRST if role in roles), settings.SSO_DEFAULT_ROLE or None)


def take_role(user, role):
    """Set the role, and with it whether the administration pages open."""
    user.role = role
    user.is_staff = user.is_superuser = role == User.Role.ADMINISTRATOR


class SecondFactorRequired:
    """Where a second factor is required, leads those who have none to the page that sets one up."""

    EXEMPT = ("mfa_", "sign_out", "account_reauthenticate", "health", "ready")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer as usual."""
        return self.get_response(request)

    def process_view(self, request, view, arguments, named):
        """Lead to the set-up, for pages only: a token stands for itself."""
        if (request.resolver_match.url_name or "").startswith("mfa_") and _is_shared(request.user):
            messages.warning(request, "A demonstration login belongs to everybody: it stays as it is.")
            return redirect("account")
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(("/api/", "/s/")):
            return None
        name = request.resolver_match.url_name or ""
        if name.startswith(self.EXEMPT) or not needs_second_factor(request.user):
            return None
        return redirect("mfa_activate_totp")


def _is_shared(user):
    return user.is_authenticated and user.is_demonstration


def needs_second_factor(user):
    """Whether the user has to set up a second factor still; a provider sees to its own people's."""
    if not user.is_authenticated or _is_shared(user):
        return False
    return not is_mfa_enabled(user) and not SocialAccount.objects.filter(user=user).exists()


def providers():
    """Return (name, address) of the providers that one can sign in through."""
    choices = []
    if settings.OIDC_ID:
        choices.append((settings.OIDC_NAME, reverse("openid_connect_login", args=[settings.OIDC_ID])))
    if settings.SAML_ID:
        choices.append((settings.SAML_NAME, reverse("saml_login", args=[settings.SAML_ID])))
    return choices
