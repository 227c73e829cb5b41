"""The navigation of an initiative: short, of pages that exist, for those who may open them."""

import pytest

from initiatives.editing import create_initiative
from initiatives.navigation import RESULTS, SET_UP, Page, entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative(change_manager, viewer):
    return create_initiative(name="Faster invoices", members=[change_manager, viewer])


def words(pages, initiative, user, tab=""):
    return [entry["word"] for entry in entries(pages, initiative, user, tab)]


def test_results_have_at_most_seven_entries():
    assert len(RESULTS) <= 7


def test_only_pages_that_exist_and_may_be_opened_are_shown(initiative, change_manager, viewer, auditor):
    shown = words(RESULTS, initiative, viewer)
    assert {"Overview", "Map", "Leaders", "Champions"} <= set(shown)
    assert words(RESULTS, initiative, auditor) == []
    assert {"Data", "Settings"} <= set(words(SET_UP, initiative, change_manager))
    assert "Data" not in words(SET_UP, initiative, viewer)
    coming = Page("coming", "Coming", "influence:not_there_yet")
    assert words((coming,), initiative, change_manager) == []


def test_page_that_opens_from_another_marks_that_one(initiative, viewer, signed_in):
    current = {entry["word"]: entry["current"] for entry in entries(RESULTS, initiative, viewer, "people")}
    assert current["Map"] == "true"
    assert not current["Overview"]
    page = signed_in(viewer).get("/initiatives/faster-invoices/map/").content.decode()
    assert '<a href="/initiatives/faster-invoices/map/" aria-current="page">Map</a>' in page
