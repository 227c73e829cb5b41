"""Files that are too large are refused by what they announce, before a byte of them is read."""

from django.conf import settings
from django.http import HttpResponse

from bpm_influence.rest.problems import problem


class UploadLimit:
    """Refuses requests whose announced length is over the limit; without a length no body is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer 413 in words, or let the request pass."""
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            return self.get_response(request)
        sentence = f"The file is larger than {settings.UPLOAD_LIMIT_MB} MB, the most that is accepted here."
        if request.path.startswith("/api/"):
            return problem(413, sentence)
        return HttpResponse(sentence, status=413, content_type="text/plain; charset=utf-8")
