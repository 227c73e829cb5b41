"""Bodies in JSON, whatever somebody makes of them."""

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """Reads JSON; what is nested deeper than the reader goes is malformed like anything else."""

    def parse(self, stream, media_type=None, parser_context=None):
        """Return what the body says, or refuse it in words."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
