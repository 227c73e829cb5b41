"""A respondent on a phone, from the link to thanks, with the network gone in the middle."""

import pytest

from initiatives.editing import create_initiative
from surveys.editing import close_survey, create_survey, open_survey
from surveys.models import Answer, Consent, Nomination
from tests.surveys.conftest import make_chart

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(transactional_db):
    """Return the ready questionnaire, open for seven people."""
    make_chart()
    survey = create_survey(create_initiative(slug="invoices", name="Faster invoices"), languages=["en", "de"])
    open_survey(survey)
    return survey


@pytest.fixture
def address(survey, live_server):
    """Return a function that makes a new link of Łukasz Müller."""
    invitation = survey.invitations.get(person__employee_id="F1")
    return lambda: f"{live_server.url}/s/{invitation.make_token()}/"


@pytest.mark.parametrize("page", [390], indirect=True, ids=["phone"])
def test_respondent_gets_from_link_to_thanks_without_losing_a_word(survey, address, page, look, browser):
    page.goto(address())
    page.get_by_text("This link belongs to Łukasz Müller").wait_for()
    look("first screen")
    assert not Consent.objects.exists()
    page.get_by_role("button", name="I have read this. Begin").click()
    page.get_by_role("heading", name="whose opinion counts").wait_for()

    page.get_by_role("button", name="Zoë Fournier").first.click()
    page.get_by_role("radio", name="very much").check()
    page.locator("#status", has_text="Saved").wait_for()
    look("names with strength")

    page.complaints = WithoutNetwork()
    page.context.set_offline(True)
    page.get_by_role("button", name="Ana García López").first.click()
    page.locator("#status", has_text="No network").wait_for()
    look("without network")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("combobox").press_sequentially("fourn")
    page.get_by_role("option", name="Zoë Fournier").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="I know how to work the new way.").check()
    assert named() == [("influence", "F")]  # nothing more has arrived yet
    page.context.set_offline(False)
    page.locator("#status", has_text="Saved").wait_for()
    assert named() == [("influence", "F"), ("influence", "F2"), ("leadership", "F")]

    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Your answers").wait_for()
    assert "Zoë Fournier (very much), Ana García López" in page.locator("#screen").inner_text()
    look("review")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_text("Your answers have arrived").wait_for()
    look("thanks")
    assert survey.invitations.get(person__employee_id="F1").state == "submitted"
    assert Answer.objects.get(question__kind="stage").value == 3

    elsewhere_only_shows_what_is_done(browser, address())
    close_survey(survey)
    page.goto(address())
    page.get_by_role("heading", name="This survey is closed.").wait_for()
    page.complaints.clear()
    look("closed")


class WithoutNetwork(list):
    """Complaints but for those that Chromium makes while there is no network."""

    def append(self, complaint):
        if "ERR_INTERNET_DISCONNECTED" not in complaint:
            super().append(complaint)


def named():
    rows = Nomination.objects.order_by("answer__question__order", "pk")
    return list(rows.values_list("answer__question__relation__name", "target__employee_id"))


def elsewhere_only_shows_what_is_done(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="I have read this. Go on").click()
    page.get_by_role("heading", name="Your answers").wait_for()
    shown = page.locator("#screen").inner_text()
    context.close()

    assert shown.count("Answered. For your protection the answer is not shown in this browser") == 3
    assert "Fournier" not in shown
    assert "García" not in shown


@pytest.mark.parametrize("page", [390], indirect=True, ids=["phone"])
def test_keyboard_alone_gets_through_in_german(survey, address, page, look):
    page.goto(f"{address()}?lang=de")
    press_until(page, "button[data-do=begin]")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Wessen Meinung zählt").wait_for()
    press_until(page, "#search")
    assert page.locator("#search").get_attribute("aria-expanded") == "false"
    page.keyboard.type("miler")  # one letter missing
    page.get_by_role("option", name="Anna Miller").wait_for()
    page.keyboard.press("ArrowDown")
    active = page.locator("#search").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    assert page.locator("#search").input_value() == ""
    page.get_by_role("button", name="Weiter").wait_for()
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="die Richtung").wait_for()
    look("second question in German")
    page.locator("#status", has_text="Gespeichert").wait_for()

    assert named() == [("influence", "S2")]


def press_until(page, selector):
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches(" + repr(selector) + ")"):
            return
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.mark.parametrize("page", [390], indirect=True, ids=["phone"])
def test_nothing_is_cut_off_at_twice_the_size(survey, address, page, look):
    page.set_viewport_size({"width": 195, "height": 420})  # what 200% zoom leaves of 390 px
    page.goto(address())
    look("first screen at 200%")
    page.get_by_role("button", name="I have read this. Begin").click()
    page.get_by_role("button", name="Zoë Fournier").first.click()
    page.locator("#status", has_text="Saved").wait_for()
    look("names at 200%")
