"""The OpenAPI description: complete, as the contract has it, and true."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

ROUTES = {
    "/api/v1/initiatives/": {"get", "post"},
    "/api/v1/initiatives/{slug}/": {"get", "patch"},
    "/api/v1/initiatives/{slug}/ties/": {"post"},
    "/api/v1/initiatives/{slug}/event-logs/": {"get", "post"},
    "/api/v1/initiatives/{slug}/analyses/": {"get", "post"},
    "/api/v1/initiatives/{slug}/analyses/{id}/": {"get"},
    "/api/v1/initiatives/{slug}/summary/": {"get"},
    "/api/v1/initiatives/{slug}/scores/": {"get"},
    "/api/v1/initiatives/{slug}/champions/": {"get"},
    "/api/v1/initiatives/{slug}/network/": {"get"},
}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield f"{method} {path}", operation


def test_schema_has_the_contracts_routes_in_full(schema):
    found = {path: set(schema["paths"].get(path, {})) - {"parameters"} for path in ROUTES}
    assert found == ROUTES


def test_schema_is_valid_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_every_operation_says_what_it_does_and_that_it_is_throttled(schema):
    for name, operation in operations(schema):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert "Retry-After" in operation["responses"]["429"]["headers"], name


def test_every_field_of_every_object_is_described(schema):
    missing = [
        f"{component}.{field}"
        for component, content in schema["components"]["schemas"].items()
        for field, description in content.get("properties", {}).items()
        if not description.get("description") and "$ref" not in description
    ]
    assert missing == []


def needs_example(field):
    """Whether an example says more than the field's type does."""
    kinds = field.get("type", [])
    kinds = set(kinds if isinstance(kinds, list) else [kinds])
    return bool(kinds & {"string", "integer", "number"}) and not {"enum", "format", "examples"} & set(field)


def test_every_field_of_every_object_has_an_example(schema):
    missing = [
        f"{component}.{field}"
        for component, content in schema["components"]["schemas"].items()
        for field, described in content.get("properties", {}).items()
        if needs_example(described)
    ]
    assert missing == []


def test_every_parameter_is_described_with_an_example(schema):
    missing = [
        f"{name} {parameter['name']}"
        for name, operation in operations(schema)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description") or needs_example(parameter["schema"])
    ]
    assert missing == []


def objects(part, where=""):
    """Every object that a part of the description describes, with its place."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield where, part
        for name, inner in part.items():
            yield from objects(inner, f"{where}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from objects(inner, f"{where}/{number}")


def test_no_object_is_free_in_form(schema):
    free = [
        where
        for where, described in objects({"paths": schema["paths"], "components": schema["components"]})
        if "properties" not in described and described.get("additionalProperties") in (None, True, {})
    ]
    assert free == []


def test_committed_description_is_current(tmp_path):
    call_command("spectacular", "--file", str(tmp_path / "openapi.yaml"))
    committed = (Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text()
    assert (tmp_path / "openapi.yaml").read_text() == committed, (
        "The API changed: look whether it still keeps its promise, then run "
        "`manage.py spectacular --file docs/openapi.yaml`."
    )
