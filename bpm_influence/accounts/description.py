"""How the API's description speaks of tokens."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenDescription(OpenApiAuthenticationExtension):
    """A bearer token."""

    target_class = "bpm_influence.accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        """Return the entry of `securitySchemes`."""
        return {"type": "http", "scheme": "bearer", "description": "A token made on the account page."}
