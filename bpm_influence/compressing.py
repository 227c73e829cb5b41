"""Pages and what their scripts ask for go out compressed."""

from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/html", "application/json")


class CompressPages(GZipMiddleware):
    """Compresses pages, with a random length on top so that it tells nothing (BREACH); the API is left alone.

    Answers of the API carry strong ETags, which compression would weaken.
    """

    def process_response(self, request, response):
        """Compress what is a page or goes into one."""
        is_page = response.get("Content-Type", "").startswith(COMPRESSED)
        if not is_page or request.path.startswith("/api/"):
            return response
        return super().process_response(request, response)
