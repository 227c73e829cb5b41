"""How often one token may ask (API_RATE), and how each answer says what is left of it."""

import math

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

    def allow_request(self, request, view):
        """Say whether the request may pass, and leave word of what is left for the answer's headers."""
        allowed = super().allow_request(request, view)
        if self.rate is not None:
            left = max(0, self.num_requests - len(self.history))
            request._request.rate_limit = (self.num_requests, left, self.wait())
        return allowed

    def wait(self):
        """Return after how many seconds the oldest request counted no longer counts."""
        oldest = self.history[-1] if self.history else self.now
        return max(1, math.ceil(oldest + self.duration - self.now))


class RateHeaders:
    """Tells with every answer of the API how many requests are left, and when there will be more."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Add the RateLimit headers where the request was counted."""
        response = self.get_response(request)
        if hasattr(request, "rate_limit"):
            names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
            for name, value in zip(names, request.rate_limit, strict=True):
                response[name] = str(value)
        return response
