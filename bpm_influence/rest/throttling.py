"""How often one token may ask (API_RATE)."""

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle


class RatePerToken(SimpleRateThrottle):
    """Counts per token, else per signed-in user, else per address."""

    scope = "api"

    def get_rate(self):
        """Return the rate, or None for `off`."""
        return settings.API_RATE

    def get_cache_key(self, request, view):
        """Return under which name the requests are counted."""
        token = getattr(request.auth, "pk", None)
        if token:
            return f"api-token-{token}"
        if request.user and request.user.is_authenticated:
            return f"api-user-{request.user.pk}"
        return f"api-address-{self.get_ident(request).replace(' ', '')}"
