"""`/api/v1/` does not break: whatever the last release described is still there."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from tests.api.promise import broken_promises

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def released():
    return yaml.safe_load((DOCS / "openapi-released.yaml").read_text())


def test_everything_that_the_last_release_described_is_still_there(released):
    assert broken_promises(released, yaml.safe_load((DOCS / "openapi.yaml").read_text())) == []


SCORES = "/api/v1/initiatives/{slug}/scores/"
ANALYSES = "/api/v1/initiatives/{slug}/analyses/"


def remove_path(schema):
    del schema["paths"][SCORES]


def remove_method(schema):
    del schema["paths"][ANALYSES]["post"]


def remove_field(schema):
    del schema["components"]["schemas"]["Score"]["properties"]["sphere"]


def allow_null(schema):
    schema["components"]["schemas"]["Score"]["properties"]["level"]["type"] = ["integer", "null"]


def remove_choice(schema):
    schema["components"]["schemas"]["RoleEnum"]["enum"].remove("sponsor")


def remove_parameter(schema):
    operation = schema["paths"][SCORES]["get"]
    operation["parameters"] = [p for p in operation["parameters"] if p["name"] != "search"]


def require_field(schema):
    schema["components"]["schemas"]["InitiativeRequest"]["required"] = ["name", "goal"]


def remove_media_type(schema):
    del schema["paths"][SCORES]["get"]["responses"]["200"]["content"]["text/csv"]


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (remove_path, f"GET {SCORES} is gone"),
        (remove_method, f"POST {ANALYSES} is gone"),
        (remove_field, f"GET {SCORES} 200.results[].sphere is gone"),
        (allow_null, f"GET {SCORES} 200.results[].level changes its type"),
        (remove_choice, "GET /api/v1/initiatives/ 200.results[].roles[].role loses sponsor"),
        (remove_parameter, f"GET {SCORES} ?search is gone"),
        (require_field, "POST /api/v1/initiatives/.goal is now required"),
        (remove_media_type, f"GET {SCORES} 200 is no longer text/csv"),
    ],
)
def test_what_would_break_a_client_is_noticed(released, change, promise):
    changed = deepcopy(released)
    change(changed)
    assert promise in broken_promises(released, changed)


def test_what_is_added_breaks_nothing(released):
    changed = deepcopy(released)
    schemas = changed["components"]["schemas"]
    schemas["Score"]["properties"]["new"] = {"type": "number"}
    schemas["Score"]["required"].append("new")
    schemas["InitiativeRequest"]["properties"]["new"] = {"type": "string"}
    changed["paths"]["/api/v1/new/"] = {"get": {"responses": {}}}
    assert broken_promises(released, changed) == []
