"""What a monitoring system (Prometheus) asks for: requests by route, jobs by state, surveys' answers."""

import os
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from bpm_influence.accounts.authentication import TokenAuthentication
from bpm_influence.accounts.locality import is_local
from bpm_influence.jobs.models import Job, Worker

# Several web processes count into files of one folder; the library wants to know it before it is loaded.
FOLDER = settings.DATA_DIR / "metrics"
FOLDER.mkdir(exist_ok=True)
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(FOLDER))

from prometheus_client import CollectorRegistry, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.exposition import CONTENT_TYPE_LATEST  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

SECONDS = Histogram(
    "bpm_influence_request_seconds",
    "How long requests took, by route.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class CountRequests:
    """Times each request under its route, never under its address: that may hold a link's secret."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer, and count."""
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "unknown"
        SECONDS.labels(request.method, route, f"{response.status_code // 100}xx").observe(
            time.perf_counter() - begun
        )
        return response


class JobCollector:
    """Reads the jobs from the database when it is asked."""

    def collect(self):
        """Yield the figures."""
        jobs = GaugeMetricFamily("bpm_influence_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for kind, state, number in Job.objects.values_list("kind", "state").annotate(Count("pk")).order_by():
            jobs.add_metric([kind, state], number)
        yield jobs
        oldest = Job.objects.filter(state=Job.State.QUEUED).aggregate(at=Min("created_at"))["at"]
        waited = (timezone.now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily(
            "bpm_influence_oldest_queued_seconds", "How long the oldest queued job has waited.", waited
        )
        yield GaugeMetricFamily(
            "bpm_influence_worker_answers",
            "Whether a worker has been heard of lately.",
            int(Worker.answers()),
        )


@login_not_required
@require_safe
def metrics(request):
    """Answer in Prometheus's text format: to the machine itself and to administrators."""
    if not is_local(request) and not _is_administrator(request):
        raise Http404
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(JobCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_administrator(request):
    if request.user.is_authenticated:
        return request.user.is_administrator
    try:
        found = TokenAuthentication().authenticate(Request(request))
    except APIException:
        return False
    return found is not None and found[0].is_administrator
