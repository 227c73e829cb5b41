"""Summary, scores, champions and network through HTTP."""

from __future__ import annotations

import csv
import io
import json

import networkx as nx
import pytest

from influence.models import PlannedChampion
from influence.results import CHAMPION_FIELDS, EDGE_FIELDS, SCORE_FIELDS
from tests.api.conftest import NAMED, STAFF, SUMMARY, assert_problem

pytestmark = pytest.mark.django_db
BASE = "/api/v1/initiatives/invoices/"
IDS = [row[0] for row in STAFF]


def text_of(response):
    return b"".join(response.streaming_content).decode()


def table_of(response):
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(text_of(response))))


def ids_of(response):
    return [row["employee_id"] for row in response.json()["results"]]


def test_summary_is_the_contracts_object(analysis, client):
    answer = client.get(f"{BASE}summary/")
    assert (answer.status_code, answer.json()) == (200, {**SUMMARY, "analysis": analysis.pk})


@pytest.mark.parametrize("route", ["summary", "scores", "champions"])
def test_results_before_an_analysis_are_not_found_in_words(initiative, client, route):
    assert_problem(
        client.get(f"{BASE}{route}/"),
        404,
        "“Digital invoice approval” has no finished analysis yet; load ties, then start an analysis and wait "
        "for it to end.",
    )


@pytest.mark.parametrize("route", ["summary", "scores", "champions", "network"])
def test_results_are_hidden_from_strangers_and_refused_to_the_auditor(analysis, stranger, auditor, route):
    assert_problem(stranger.get(f"{BASE}{route}/"), 404)
    assert_problem(auditor.get(f"{BASE}{route}/"), 403)


def test_viewers_see_scores_but_not_who_named_whom(analysis, viewer):
    assert viewer.get(f"{BASE}scores/").json()["count"] == 6
    assert_problem(viewer.get(f"{BASE}network/"), 403, "Your role does not see who named whom.")


def test_scores_have_the_contracts_fields_in_order(analysis, client):
    page = client.get(f"{BASE}scores/").json()
    assert (page["count"], page["next"], page["previous"]) == (6, None, None)
    assert tuple(page["results"][0]) == SCORE_FIELDS
    assert [row["employee_id"] for row in page["results"]] == IDS
    assert page["results"][0]["constraint"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"group": "audience"}, ["04", "05", "06"]),
        ({"department": "Finance"}, ["02", "03", "04"]),
        ({"department": "Fin"}, []),
        ({"search": "khan"}, ["06"]),
        ({"search": "bo bram"}, ["02"]),
        ({"search": "", "department": "", "group": ""}, IDS),
        ({"ordering": "influence"}, IDS[::-1]),
        ({"ordering": "name", "page_size": 2}, ["01", "02"]),
        ({"ordering": "name", "page_size": 2, "page": 3}, ["05", "06"]),
        ({"ordering": "-pagerank"}, IDS),
        ({"ordering": "constraint"}, ["02", "03", "04", "05", "06", "01"]),
        ({"ordering": "-constraint"}, ["06", "05", "04", "03", "02", "01"]),
    ],
)
def test_scores_are_filtered_searched_ordered_and_paged(analysis, client, query, expected):
    assert ids_of(client.get(f"{BASE}scores/", query)) == expected


@pytest.mark.parametrize(
    ("route", "query", "field"),
    [
        ("scores", {"departement": "Finance"}, "departement"),
        ("scores", {"group": "stars"}, "group"),
        ("scores", {"ordering": "salary"}, "ordering"),
        ("scores", {"page_size": 1001}, "page_size"),
        ("scores", {"format": "xml"}, "format"),
        ("champions", {"k": 0}, "k"),
        ("champions", {"k": "five"}, "k"),
        ("champions", {"state": "won"}, "state"),
        ("network", {"format": "pajek"}, "format"),
        ("network", {"page": 1}, "page"),
        ("summary", {"format": "csv"}, "format"),
        ("analyses", {"state": "done"}, "state"),
    ],
)
def test_query_that_a_route_does_not_know_is_refused_by_name(analysis, client, route, query, field):
    answer = client.get(f"{BASE}{route}/", query)
    assert_problem(answer, 400)
    assert list(answer.json()["errors"]) == [field]


def test_scores_as_csv_are_whole_and_escape_formulas(analysis, client):
    rows = table_of(client.get(f"{BASE}scores/", {"format": "csv", "page_size": 2}))
    assert tuple(rows[0]) == SCORE_FIELDS
    assert [(row["employee_id"], row["title"]) for row in rows][3] == ("04", "'=Clerk")
    assert [row["employee_id"] for row in rows] == IDS
    assert rows[0]["constraint"] == ""


def test_champions_have_the_contracts_fields_and_agree_with_the_csv(analysis, client):
    expected = {
        "rank": 1,
        "employee_id": "03",
        "name": "Carla Núñez",
        "email": "p03@company.example",
        "department": "Finance",
        "group": "hidden_influencer",
        "marginal_reach": 1.5,
        "cumulative_reach": 3.5,
        "sphere": 4.0,
        "confidence": 0.8,
        "follows": "01",
        "follows_probability": 0.3,
        "state": "proposed",
        "why": "Moves Finance and Sales.",
        "analysis": analysis.pk,
    }
    page = client.get(f"{BASE}champions/").json()
    assert page == {"count": 1, "next": None, "previous": None, "results": [expected]}
    assert tuple(page["results"][0]) == CHAMPION_FIELDS
    assert table_of(client.get(f"{BASE}champions/?format=csv")) == [
        {name: str(value) for name, value in expected.items()}
    ]


def test_champions_in_another_state_are_left_out(analysis, client):
    assert client.get(f"{BASE}champions/", {"state": "agreed"}).json()["results"] == []
    assert ids_of(client.get(f"{BASE}champions/", {"state": "proposed", "k": 1})) == ["03"]


@pytest.mark.parametrize("route", ["summary", "scores", "champions", "network", "scores/?format=csv"])
def test_client_that_has_the_newest_results_gets_304(analysis, client, route):
    first = client.get(f"{BASE}{route}" + ("" if "?" in route else "/"))
    again = client.get(first.request["PATH_INFO"] + "?" + first.request["QUERY_STRING"])
    assert again["ETag"] == first["ETag"] or not first.request["QUERY_STRING"]
    url = first.wsgi_request.get_full_path()
    known = client.get(url, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert client.get(url, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code == 304
    assert client.get(url, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_304_computes_no_result(analysis, client, django_assert_max_num_queries):
    etag = client.get(f"{BASE}scores/")["ETag"]
    with django_assert_max_num_queries(6):
        assert client.get(f"{BASE}scores/", HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_champions_change_their_version_with_the_plan(analysis, client):
    before = client.get(f"{BASE}champions/")["ETag"]
    champion = analysis.champions.get()
    PlannedChampion.objects.create(
        initiative=analysis.initiative, person=champion.person, analysis=analysis, rank=1, state="asked"
    )
    after = client.get(f"{BASE}champions/", HTTP_IF_NONE_MATCH=before)
    assert after.status_code == 200
    assert [row["state"] for row in after.json()["results"]] == ["asked"]


def test_network_as_json_has_score_fields_and_one_edge_per_stored_tie(analysis, client):
    network = json.loads(text_of(client.get(f"{BASE}network/")))
    assert list(network) == ["nodes", "edges"]
    assert tuple(network["nodes"][0]) == SCORE_FIELDS
    assert [node["employee_id"] for node in network["nodes"]] == IDS
    assert network["edges"] == [
        {"source": source, "target": target, "relation": "advice", "strength": strength, "count": None}
        for source, target, strength in sorted(NAMED)
    ]


def test_network_before_an_analysis_has_people_with_empty_scores(ties, client):
    network = json.loads(text_of(client.get(f"{BASE}network/")))
    known = {"employee_id": "03", "name": "Carla Núñez", "title": "Accountant", "department": "Finance"}
    expected = {**dict.fromkeys(SCORE_FIELDS), **known, "level": 3, "span": 0, "headcount": 0}
    assert network["nodes"][2] == expected
    assert len(network["edges"]) == 4


def test_network_as_graphml_is_read_by_networkx(analysis, client):
    answer = client.get(f"{BASE}network/?format=graphml")
    assert answer["Content-Type"] == "application/graphml+xml; charset=utf-8"
    graph = nx.parse_graphml(text_of(answer), force_multigraph=True)
    assert sorted(graph.nodes) == IDS
    assert graph.nodes["04"]["title"] == "=Clerk"
    assert graph.nodes["02"]["sphere"] == 5.0
    assert "constraint" not in graph.nodes["01"]
    assert sorted((s, t, edge["strength"]) for s, t, edge in graph.edges(data=True)) == sorted(NAMED)


def test_network_as_gexf_is_read_by_networkx(analysis, client):
    answer = client.get(f"{BASE}network/?format=gexf")
    graph = nx.read_gexf(io.BytesIO(text_of(answer).encode()))
    assert graph.nodes["03"]["label"] == "Carla Núñez"
    assert graph.nodes["03"]["influence_rank"] == 3
    assert sorted((s, t, edge["weight"]) for s, t, edge in graph.edges(data=True)) == sorted(NAMED)


def test_network_as_csv_is_the_table_of_ties(analysis, client):
    rows = table_of(client.get(f"{BASE}network/?format=csv"))
    assert tuple(rows[0]) == EDGE_FIELDS
    assert [(row["source"], row["target"], float(row["strength"])) for row in rows] == sorted(NAMED)
