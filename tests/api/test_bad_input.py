"""Whatever is sent where a body is taken: a problem document, no mistake of ours, and nothing written."""

from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator

from influence.models import Analysis, Tie
from initiatives.models import Initiative
from tests.api.conftest import assert_problem

BODIES = (
    "null",
    "0",
    "false",
    '"x"',
    "[]",
    "[1]",
    "[null]",
    "[[]]",
    "{}",
    '{"nonsense": 1}',
    "{",
    "",
    "\x00",
)
CHANGING = ("post", "patch")


def routes_that_take_json():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return [
        (method, path)
        for path, operations in paths.items()
        for method in CHANGING
        if "application/json" in operations.get(method, {}).get("requestBody", {}).get("content", {})
    ]


ROUTES = routes_that_take_json()


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_odd_body_is_refused_in_words_or_changes_nothing(initiative, client, method, path):
    address = path.format(slug=initiative.slug, id=1)
    for body in BODIES:
        answer = getattr(client, method)(address, body, content_type="application/json")
        if answer.status_code >= 400:
            assert_problem(answer, answer.status_code)
            assert isinstance(answer.json().get("errors", {}), dict), body
        assert answer.status_code < 500, body
    initiative.refresh_from_db()
    assert (Initiative.objects.count(), initiative.name) == (1, "Digital invoice approval")
    assert (Tie.objects.count(), Analysis.objects.count()) == (0, 0)


def test_list_is_wanted_where_rows_are_loaded(initiative, client):
    for route, fields in (
        ("ties", "source, target, relation, strength"),
        ("adoption", "employee_id, stage, date"),
    ):
        answer = client.post(f"/api/v1/initiatives/invoices/{route}/", {"nonsense": 1})
        words = f"Send a list of objects with {fields}."
        assert_problem(answer, 400, words, errors={"non_field_errors": [words]})
