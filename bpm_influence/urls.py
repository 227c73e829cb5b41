"""All addresses."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from bpm_influence import api, metrics

PAGES = ["orgchart", "initiatives", "surveys", "influence"]

urlpatterns = [
    path("healthz", api.health, name="health"),
    path("readyz", api.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", include("bpm_influence.api_urls")),
    path("admin/", admin.site.urls),
    path("", include("bpm_influence.accounts.urls")),
    path("jobs/", include("bpm_influence.jobs.urls")),
    *(path("", include(f"{app}.urls")) for app in PAGES if find_spec(f"{app}.urls")),
]

handler400 = "bpm_influence.errors.bad_request"
handler403 = "bpm_influence.errors.permission_denied"
handler404 = "bpm_influence.errors.page_not_found"
handler500 = "bpm_influence.errors.server_error"
