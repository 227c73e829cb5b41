"""The API's routes: each app's `api.py` brings its own `urlpatterns`; those that exist are included."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from bpm_influence.api import documentation, unknown_route

APPS = ["orgchart", "initiatives", "surveys", "influence"]


def _routes_of(app):
    if find_spec(f"{app}.api") is None:
        return []
    module = import_module(f"{app}.api")
    return [path("", include(module))] if hasattr(module, "urlpatterns") else []


urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("docs/", documentation, name="api_docs"),
    *(route for app in APPS for route in _routes_of(app)),
    path("", unknown_route, name="api_unknown"),
    path("<path:rest>", unknown_route, name="api_unknown"),
]
