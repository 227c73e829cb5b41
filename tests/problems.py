"""The one shape of an error."""

from http import HTTPStatus


def assert_problem(answer, status, detail=None):
    """Assert that the answer is a problem document of that status, with that sentence where one is given."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert (document["type"], document["title"], document["status"]) == (
        "about:blank", HTTPStatus(status).phrase, status,
    )  # fmt: skip
    assert document["detail"].endswith(".") if detail is None else document["detail"] == detail
