"""Whatever is sent where a body is taken: a problem document, no mistake of ours, and nothing written."""

from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator

from influence.models import Analysis, Tie
from initiatives.models import Initiative
from tests.api.conftest import assert_problem, client_of

DEEP = "[" * 100_000
SURROGATE = (
    '[{"source": "\\ud800", "target": "02", "employee_id": "\\udc00", "stage": "x", "date": "2026-01-01"}]'
)
NUMBERS = '{"parameters": {"seed": 1e999, "theta": NaN}, "name": "\\ud800", "slug": "x", "cut": -Infinity}'
BODIES = (
    DEEP,
    SURROGATE,
    NUMBERS,
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


def operations():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda value: value)
def test_query_parameter_that_no_route_knows_is_refused_by_name(analysis, administrator, method, path):
    address = path.format(slug="invoices", id=analysis.chart_id if "org-charts" in path else analysis.pk)
    answer = getattr(client_of(administrator), method)(f"{address}?nonsense=1")
    assert_problem(answer, 400)
    assert "nonsense" in answer.json()["errors"]


def lists():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return [
        path
        for path, methods in paths.items()
        if "page" in {parameter["name"] for parameter in methods.get("get", {}).get("parameters", [])}
    ]


@pytest.mark.parametrize("path", lists())
def test_page_beyond_the_end_is_a_problem(analysis, administrator, path):
    client = client_of(administrator)
    for page, status in (("999", 404), ("0", 400), ("-1", 400), ("one", 400), (str(10**30), 404)):
        assert_problem(client.get(f"{path.format(slug='invoices')}?page={page}"), status)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_media_type_that_a_route_does_not_read_is_a_problem(initiative, client, method, path):
    address = path.format(slug=initiative.slug, id=1)
    assert_problem(getattr(client, method)(address, "<a/>", content_type="application/xml"), 415)
