from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from bpm_influence.accounts.models import ApiToken
from bpm_influence.rest.problems import Conflict, FaultyFile
from bpm_influence.rest.strictness import FormatByParameter, StrictSerializer, read_query
from tests.problems import assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.test_tokens")]


class EchoQuery(StrictSerializer):
    search = serializers.CharField(required=False)


class Echo(APIView):
    """A door that shows who came in."""

    content_negotiation_class = FormatByParameter

    def get(self, request):
        search = read_query(request, EchoQuery).get("search")
        if search == "fault":
            raise FaultyFile(faults=[{"row": 2}])
        if search == "away":
            raise OperationalError
        if search == "conflict":
            raise Conflict("It is closed.")
        return Response({"user": request.user.username})

    def post(self, request):
        return Response({"sent": request.data})


urlpatterns = [path("api/v1/echo/", Echo.as_view())]
handler404 = "bpm_influence.errors.page_not_found"
handler500 = "bpm_influence.errors.server_error"
URL = "/api/v1/echo/"


def test_token_stands_for_its_user(client, api, viewer):
    assert client.get(URL, headers=api(viewer)).json() == {"user": "viewer"}


def test_session_opens_the_api_too(client, viewer):
    client.force_login(viewer)

    assert client.get(URL).json() == {"user": "viewer"}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Bearer two words"])
def test_wrong_token_is_a_401(client, db, header):
    answer = client.get(URL, headers={"Authorization": header})

    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_no_token_is_a_401(client, db):
    assert_problem(client.get(URL), 401, "Authentication credentials were not provided.")


def test_read_token_may_not_write(client, api, viewer):
    headers = api(viewer, scope="read")

    assert client.get(URL, headers=headers).status_code == 200
    assert_problem(
        client.post(URL, {}, "application/json", headers=headers),
        403,
        "This token may only read. Make one that may write.",
    )


def test_expired_token_is_a_401(client, api, viewer):
    headers = api(viewer, expires_at=timezone.now() - timedelta(seconds=1))

    assert_problem(client.get(URL, headers=headers), 401)


def test_revoked_token_is_a_401(client, api, viewer):
    headers = api(viewer)
    ApiToken.objects.get().revoke()

    assert_problem(client.get(URL, headers=headers), 401)


def test_token_of_a_switched_off_user_is_a_401(client, api, viewer):
    headers = api(viewer)
    viewer.is_active = False
    viewer.save()

    assert_problem(client.get(URL, headers=headers), 401)


def test_use_of_a_token_is_noted(client, api, viewer):
    client.get(URL, headers=api(viewer))

    assert ApiToken.objects.get().last_used_at > timezone.now() - timedelta(minutes=1)


def test_malformed_json_is_a_400(client, api, viewer):
    assert_problem(client.post(URL, "{", "application/json", headers=api(viewer)), 400)


def test_unknown_media_type_is_a_415(client, api, viewer):
    assert_problem(client.post(URL, "x", "text/plain", headers=api(viewer)), 415)


def test_method_that_is_not_there_is_a_405(client, api, viewer):
    assert_problem(client.delete(URL, headers=api(viewer)), 405)


def test_unknown_address_is_a_404(client, db):
    assert_problem(client.get("/api/v1/nothing/"), 404)


def test_unknown_parameter_is_refused_by_name(client, api, viewer):
    answer = client.get(f"{URL}?serach=x", headers=api(viewer))

    assert_problem(answer, 400, "serach: There is no “serach” here; use search.")


def test_faults_of_a_file_are_listed(client, api, viewer):
    answer = client.get(f"{URL}?search=fault", headers=api(viewer))

    assert_problem(answer, 422, "What was sent has faults; nothing was written.")
    assert answer.json()["faults"] == [{"row": 2}]


def test_conflict_is_a_409(client, api, viewer):
    assert_problem(client.get(f"{URL}?search=conflict", headers=api(viewer)), 409, "It is closed.")


@pytest.fixture
def two_a_minute(settings):
    settings.API_RATE = "2/minute"
    cache.clear()


def test_too_many_requests_are_told_when_to_come_back(client, api, viewer, two_a_minute):
    first, second = api(viewer), api(viewer)
    answers = [client.get(URL, headers=first) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[2], 429)
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert client.get(URL, headers=second).status_code == 200


def test_each_answer_says_how_many_requests_are_left(client, api, viewer, two_a_minute):
    headers = api(viewer)
    answers = [client.get(URL, headers=headers) for _ in range(3)]

    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"2"}
    assert all(1 <= int(answer.headers["RateLimit-Reset"]) <= 60 for answer in answers)


def test_answers_say_nothing_of_a_rate_that_is_off(client, api, viewer):
    assert "RateLimit-Limit" not in client.get(URL, headers=api(viewer)).headers


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/xml;q=0.9, text/csv"])
def test_media_type_that_the_route_does_not_answer_with_is_a_406(client, api, viewer, accept):
    answer = client.get(URL, headers=api(viewer) | {"Accept": accept})

    assert_problem(
        answer,
        406,
        "This route answers with application/json, application/problem+json; ask for one of these.",
    )


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "application/json; charset=utf-8", "x/y, */*;q=0.1"]
)
def test_media_types_that_allow_json_are_answered(client, api, viewer, accept):
    assert client.get(URL, headers=api(viewer) | {"Accept": accept}).status_code == 200


def test_parameter_given_twice_is_refused_by_name(client, api, viewer):
    answer = client.get(f"{URL}?search=a&search=b", headers=api(viewer))

    assert_problem(answer, 400, "search: Give this once.")


def test_database_that_does_not_answer_is_a_503(client, api, viewer):
    client.raise_request_exception = False
    answer = client.get(f"{URL}?search=away", headers=api(viewer))

    assert_problem(answer, 503, "The database does not answer. Nothing was lost; ask again soon.")
    assert answer.headers["Retry-After"] == "10"
