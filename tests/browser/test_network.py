"""Journeys through the network: somebody found, their surroundings, layers, a path, and files of it."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from influence.loading import load_ties
from initiatives.editing import create_initiative
from orgchart.charts import load_chart
from tests.influence.picture.conftest import analyse, people_file, ties_file, ties_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def network(page, live_server, change_manager):
    """The network's page of a company with an analysis, opened by its change manager."""
    load_chart(people_file(), file_name="people.csv", as_of=date(2026, 1, 1))
    initiative = create_initiative(slug="invoices", name="Faster invoices", created_by=change_manager)
    load_ties(initiative, ties_file(ties_of()), file_name="spring.csv")
    analyse(initiative)
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("#id_username", change_manager.username)
    page.fill("#id_password", f"password of {change_manager.username}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Initiatives", exact=True).wait_for()
    page.goto(f"{live_server.url}/initiatives/invoices/network/")
    page.locator("[data-picture][data-drawn]").wait_for()
    return page


def drawn(page, name):
    return page.locator("[data-picture]").get_attribute(f"data-{name}")


def choose(page, name):
    page.fill("#network-search", name)
    page.locator("#network-found a", has_text=name).first.click()
    page.locator("[data-shown-person]").wait_for()


def content_of(taken):
    with open(taken.value.path(), "rb") as file:
        return file.read()


def test_picture_is_looked_through_and_taken_along(network, look):
    page = network
    assert (drawn(page, "people"), drawn(page, "kind")) == ("33", "everybody")
    assert drawn(page, "drawn") == str(len(set(ties_of())) - 1)  # the tie of the leadership layer waits
    look("network")

    choose(page, "Name F1")
    page.locator("[data-picture][data-focus=F1]").wait_for()
    named = {s for s, t, _, _ in ties_of() if t == "F1"} | {t for s, t, _, _ in ties_of() if s == "F1"}
    assert drawn(page, "in-sight") == str(len(named) + 1)
    look("one person")
    page.get_by_role("button", name="2 steps").click()
    page.locator("[data-steps='2'][aria-pressed=true]").wait_for()
    assert int(drawn(page, "in-sight")) > len(named) + 1
    assert "person=F1" in page.url
    assert "steps=2" in page.url

    page.fill("#network-path-to", "Name P1")
    page.locator("#network-path-found a", has_text="Name P1").first.click()
    page.locator("[data-picture][data-path-length='3']").wait_for()
    page.get_by_role("button", name="Without this person").click()
    page.locator("[data-absent=F1]").wait_for()
    assert re.search(r"fewer without Name F1", page.locator("[data-absent]").inner_text())
    look("path and absence")

    page.get_by_role("button", name="All", exact=True).click()
    page.locator("[data-steps='0'][aria-pressed=true]").wait_for()
    assert drawn(page, "in-sight") == "33"


def test_layers_colours_and_files(network, look):
    page = network
    page.get_by_text("Layers, colour, size").click()
    page.get_by_role("checkbox", name="Influence", exact=True).uncheck()
    page.locator("[data-picture][data-drawn='0']").wait_for()
    page.get_by_role("checkbox", name="Reporting lines").check()
    page.locator("[data-picture][data-drawn='32']").wait_for()
    page.get_by_role("checkbox", name="Leadership", exact=True).check()
    page.locator("[data-picture][data-drawn='33']").wait_for()
    page.locator("#network-colour").select_option("group")
    page.locator(".network-legend", has_text="Hidden influencers").wait_for()
    look("options")
    page.get_by_text("Layers, colour, size").click()

    for kind, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        page.get_by_role("button", name="Save", exact=True).click()
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"Picture as {kind}").click()
        content = content_of(taken)
        assert content.startswith(beginning)
        assert taken.value.suggested_filename == f"invoices-network.{kind.lower()}"
    assert content.count(b"<circle") + content.count(b"<polygon") > 60
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Network as GraphML").click()
    assert content_of(taken).count(b"<edge ") == len(set(ties_of()))

    page.goto(f"{page.url.split('?')[0]}?layers=line&colour=group")
    page.locator("[data-picture][data-drawn='32']").wait_for()


def test_sphere_is_taken_along_with_names_legend_and_colours(network):
    page = network
    page.goto(page.url.split("?")[0].replace("network/", "people/F1/"))
    people = int(page.locator("[data-sphere]").get_attribute("data-sphere"))
    for kind, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"Save as {kind}").click()
        content = content_of(taken)
        assert content.startswith(beginning)
        assert taken.value.suggested_filename == f"invoices-sphere.{kind.lower()}"

    drawing = ElementTree.fromstring(content)
    svg = "{http://www.w3.org/2000/svg}"
    circles = drawing.findall(f"{svg}svg/{svg}circle")
    assert len(circles) == people + 1
    assert all(one.get("fill").startswith("rgb") for one in circles)
    texts = ["".join(one.itertext()) for one in drawing.iter(f"{svg}text")]
    assert texts[0].startswith("Who moves with Name F1")
    assert {"outside the own line", "inside it", "larger: surer"} <= set(texts)


@pytest.mark.parametrize("part", ["departments/", "chart/", "chart/?colour=influence", "compare/"])
def test_pages_beside_the_network(network, look, part):
    network.goto(network.url.replace("network/", part))
    network.get_by_role("heading", level=1).wait_for()
    look(part)
