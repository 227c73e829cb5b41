"""The API's frame: its description, its answer to unknown addresses, and whether the parts answer."""

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

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
    parts = {"database": _answers(_ask_database), "broker": _answers(_ask_broker)}
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
    missing = _missing_migrations() if _answers(_ask_database) else ["the database does not answer"]
    words = {"status": "ready"} if not missing else {"status": "not ready", "because": missing}
    return JsonResponse(words, status=503 if missing else 200)


def _missing_migrations():
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"the migration {migration} is missing" for migration, _ in plan]


def _answers(ask):
    try:
        ask()
    except (DatabaseError, OperationalError, OSError):
        return False
    return True


def _ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker():
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2, interval_start=0)
