"""A file over the limit is refused by a real web server by its announced length, before its body is sent."""

import http.client
import socket

import pytest

from orgchart.models import OrgChart

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "The file is larger than 50 MB, the most that is accepted here."


def ask(live_server, *lines):
    """Send the head of a request and nothing of its body; return the answer, which must come all the same."""
    head = [f"Host: {live_server.thread.host}", *lines[1:]]
    with socket.create_connection((live_server.thread.host, live_server.thread.port), timeout=60) as sent:
        sent.sendall("\r\n".join([lines[0], *head, "", ""]).encode())
        answer = http.client.HTTPResponse(sent)
        answer.begin()
        return answer.status, answer.read1().decode()


@pytest.mark.parametrize("address", ["/org-charts/upload/", "/api/v1/org-charts/"])
def test_large_file_is_refused_before_its_body_comes(live_server, api, hr, address):
    token = api(hr)["Authorization"]
    status, words = ask(
        live_server,
        f"POST {address} HTTP/1.1",
        f"Authorization: {token}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {50 * 1024 * 1024 + 1}",
    )
    assert status == 413
    assert WORDS in words
    assert OrgChart.objects.count() == 0


def test_body_without_a_length_is_not_read(live_server, api, hr):
    token = api(hr)["Authorization"]
    status, words = ask(
        live_server,
        "POST /api/v1/org-charts/ HTTP/1.1",
        f"Authorization: {token}",
        "Content-Type: multipart/form-data; boundary=x",
        "Transfer-Encoding: chunked",
    )
    assert status == 400
    assert "No file was submitted." in words
