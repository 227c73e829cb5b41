"""The API's frame: its description, its answer to unknown addresses, and whether the parts answer."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bpm_influence.jobs.database import database_answers, missing_migrations
from bpm_influence.jobs.doorbell import broker_answers
from bpm_influence.rest.problems import problem


@login_not_required
@require_safe
def documentation(request):
    """Show the description of the API for people."""
    return render(request, "api_docs.html")


@login_not_required
@csrf_exempt
def unknown_route(request, rest=""):
    """Answer an address that the API does not have."""
    return problem(404, f"There is nothing at {request.path}. The routes are described at /api/v1/docs/.")


@login_not_required
@require_safe
def health(request):
    """Say whether the database and the broker answer."""
    parts = {"database": database_answers(), "broker": broker_answers()}
    healthy = all(parts.values())
    words = {name: "ok" if answers else "does not answer" for name, answers in parts.items()}
    return JsonResponse(
        {"status": "ok" if healthy else "unavailable"} | words, status=200 if healthy else 503
    )


@login_not_required
@require_safe
def ready(request):
    """Say whether this process may be sent requests: the database answers and is of this version.

    Unlike /healthz it does not ask for the broker: without one everything is taken all the same.
    """
    missing = _unready()
    words = {"status": "ready"} if not missing else {"status": "not ready", "because": missing}
    return JsonResponse(words, status=503 if missing else 200)


def _unready():
    if not database_answers():
        return ["the database does not answer"]
    return [f"the migration {name} is missing" for name in missing_migrations()]
