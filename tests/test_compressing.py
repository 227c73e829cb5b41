"""Pages go out compressed, answers of the API with the ETag that they were given."""

import gzip

import pytest

pytestmark = pytest.mark.django_db
ASKED = {"accept-encoding": "gzip"}


def test_page_is_compressed_for_a_browser_that_takes_it(signed_in, viewer):
    browser = signed_in(viewer)
    answer = browser.get("/glossary/", headers=ASKED)
    assert answer["Content-Encoding"] == "gzip"
    assert b"Sphere of influence" in gzip.decompress(answer.content)
    assert "Content-Encoding" not in browser.get("/glossary/")


def test_answer_of_the_api_is_left_alone(signed_in, viewer):
    answer = signed_in(viewer).get("/api/v1/schema/", headers=ASKED)
    assert (answer.status_code, "Content-Encoding" in answer) == (200, False)
