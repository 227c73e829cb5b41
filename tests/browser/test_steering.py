"""What a change manager comes for, at a desk and on a phone: find, replace, explain, report."""

import pytest
from python_calamine import CalamineWorkbook

from tests.browser.test_journey import sign_in
from tests.influence.picture.conftest import analyse, make_initiative

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "/initiatives/invoices/"


@pytest.fixture
def initiative(change_manager, auditor):
    """A company in which all of Sales name F1 of Finance, analysed."""
    made = make_initiative(change_manager, auditor)
    analyse(made)
    return made


@pytest.fixture
def opened(page, live_server, change_manager, initiative):
    """The initiative's overview, opened from the list as its change manager does in the morning."""
    sign_in(page, live_server.url, change_manager)
    page.get_by_role("link", name="Faster invoices").first.click()
    page.wait_for_url(f"**{SLUG}")
    return page


def open_tab(page, name):
    page.get_by_role("navigation", name="Faster invoices").get_by_role("link", name=name).click()


def test_hidden_influencers_of_finance_are_found(opened, look):
    page = opened
    open_tab(page, "Map")
    if (toggle := page.locator("[data-filter-toggle]")).is_visible():
        toggle.click()
    page.locator("[data-filter-bar] [name=department]").select_option("Finance")
    page.wait_for_url("**department=Finance*")
    if (toggle := page.locator("[data-filter-toggle]")).is_visible():
        toggle.click()
    page.locator("[data-filter-bar] [name=group]").select_option(label="Hidden influencers")
    page.wait_for_url("**group=hidden_influencer*")
    page.get_by_role("link", name="Table", exact=True).click()
    page.wait_for_url("**/people/?*department=Finance*")  # the filter has come along
    rows = page.locator("table tbody tr")
    assert rows.count() < 10
    rows.get_by_role("link", name="Name F1", exact=True).click()
    page.get_by_role("heading", name="Name F1", exact=True).wait_for()
    assert page.locator(".group-line", has_text="Hidden influencer").is_visible()
    page.get_by_text("The same as a table").click()
    look("one person, with the sphere as a table")


def test_champion_who_declined_is_replaced(opened, look, initiative):
    page = opened
    open_tab(page, "Champions")
    page.get_by_role("button", name="Begin a plan").click()
    page.locator(".champion-follow-up summary").first.click()
    declined = page.locator(".champion-who h2").first.inner_text()
    page.get_by_label(f"State of {declined}", exact=True).select_option("declined")
    page.get_by_label(f"Note about {declined}", exact=True).fill("On leave until May")
    page.get_by_role("button", name=f"Save the state of {declined}").click()
    page.get_by_role("heading", name=f"{declined} declined. Best instead:").wait_for()
    look("whom to ask instead")
    taken = page.locator(".replacement-list li a").first.inner_text()
    page.get_by_role("button", name=f"Take {taken} in the place of {declined}").click()
    page.get_by_text(f"{taken} is on the plan.").wait_for()
    assert page.get_by_text(f"In the place of {declined}").is_visible()
    assert page.get_by_role("heading", name=f"{declined} declined").count() == 0
    assert initiative.champion_plan.count() == 3


def test_works_council_sees_who_sees_what(page, live_server, look, auditor, initiative):
    sign_in(page, live_server.url, auditor)
    page.get_by_role("link", name="Faster invoices").first.click()
    page.get_by_role("link", name="Who sees what").click()
    page.get_by_role("heading", name="Who sees what").wait_for()
    ties = page.locator("tr", has_text="Who named whom")
    column = [cell.inner_text() for cell in page.locator("thead th").all()]
    answers = dict(zip(column, [cell.inner_text() for cell in ties.locator("td").all()], strict=True))
    assert answers["Your manager and colleagues"] == answers["Auditor"] == "no"
    assert answers["Change manager"] == "yes"
    look("who sees what, as the works council")


def test_report_is_prepared_without_names(opened, look):
    page = opened
    open_tab(page, "Report")
    assert page.get_by_text("Name F1").count() > 0
    page.get_by_role("link", name="Without names").click()
    page.wait_for_url("**names=0*")
    assert page.get_by_text("Name F1").count() == 0
    look("report without names")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    book = CalamineWorkbook.from_path(download.value.path())
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = [str(cell) for sheet in sheets for row in sheet for cell in row]
    assert "Champions" in book.sheet_names
    assert not any(cell.startswith("Name ") and cell != "Name" for cell in cells)
