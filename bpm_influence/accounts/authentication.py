"""Signing in to the API by `Authorization: Bearer TOKEN`."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from bpm_influence.accounts.locality import is_local
from bpm_influence.accounts.models import ApiToken, digest_of

USE_NOTED_EVERY = timedelta(minutes=1)
REFUSED = "The token is unknown, expired or revoked. Make a new one on your account page."


class TokenAuthentication(BaseAuthentication):
    """A token stands for its user, within its scope and the initiatives that it is limited to."""

    def authenticate(self, request):
        """Return the user and the token, or None where no token was sent."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Write the header as `Authorization: Bearer TOKEN`.")
        token = self._find(parts[1].decode("latin-1"))
        if token.user.is_demonstration and not is_local(request._request):
            raise AuthenticationFailed("Tokens of demonstration logins work on the machine itself only.")
        if request.method not in SAFE_METHODS and not token.may_write:
            raise PermissionDenied("This token may only read. Make one that may write.")
        _note_use(token)
        return token.bearer, token

    def authenticate_header(self, request):
        """Return what a stranger is asked for."""
        return 'Bearer realm="api"'

    def _find(self, secret):
        token = ApiToken.objects.valid().select_related("user").filter(digest=digest_of(secret)).first()
        if token is None:
            raise AuthenticationFailed(REFUSED)
        return token


def _note_use(token):
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
