"""HR in a browser: from an odd export by mapping, fault and corrected file to the current org chart."""

import re

import pytest

from bpm_influence.jobs.models import Job
from orgchart.models import OrgChart
from tests.browser.test_journey import send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ODD = """Staff list of March

Code;Who;Chief;Unit;Gehalt
01;Ada Top;;Board;9
02;Ben Hill;Ada Top;Sales;9
03;Cy Young;Ben Hill;Sales;9
04;Dee Low;{chief};Finance;9
05;Eve Lee;Dee Low;Finance;9
"""


def run_waiting_jobs():
    for job in Job.objects.unfinished():
        Job.run_here(job)


def upload(page, address, name, text):
    page.goto(f"{address}/org-charts/upload/")
    send(page, "#id_file", name, text.encode())
    page.get_by_role("button", name="Upload and read").click()
    page.wait_for_url(re.compile(r"/org-charts/\d+/"))
    run_waiting_jobs()
    page.reload()


def say_which_column_holds_what(page, look):
    page.get_by_text("There is no column").first.wait_for()
    look("upload with unknown columns")
    page.get_by_role("link", name="Correct the columns").click()
    look("columns by hand")
    assert page.get_by_text("Ada Top · Ben Hill · Cy Young").is_visible()
    for column, field in (("Code", "Employee id"), ("Who", "Full name"), ("Chief", "Manager")):
        page.get_by_label(column, exact=True).select_option(label=field)
    page.get_by_role("button", name="Read again with these columns").click()
    page.wait_for_url(re.compile(r"/org-charts/\d+/$"))
    run_waiting_jobs()
    page.reload()


def activate(page):
    page.get_by_role("button", name="Make this the current org chart").click()


def confirm_a_jump(page, look, address):
    """A month later the department of finance is gone: that wants a second confirmation."""
    upload(page, address, "april.csv", ODD.format(chief="Ben Hill").replace("Finance", "Sales"))
    page.get_by_text("One department would be gone: Finance.").wait_for()
    look("preview of a jump")
    activate(page)
    page.get_by_text("Please confirm").wait_for()
    page.complaints.clear()  # Chromium notes the answer 409
    look("jump to be confirmed")
    page.get_by_label("Yes, these changes are meant.").check()
    activate(page)
    page.get_by_text("april.csv is now the current org chart.").wait_for()


def walk_the_tree_by_keys(page, look):
    page.get_by_role("link", name="Tree", exact=True).click()
    look("tree opened at the top")
    assert page.get_by_role("treeitem").count() == 2
    page.locator("[role=treeitem][tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    page.get_by_text("Dee Low").wait_for()
    page.keyboard.press("ArrowLeft")
    look("tree opened by keys")
    page.get_by_label("Find somebody").press_sequentially("eve")
    page.get_by_role("link", name="Eve Lee").click()
    page.locator("#sought").get_by_text("Eve Lee").wait_for()
    look("path to somebody found")


def test_hr_gets_from_an_odd_export_to_the_current_chart(live_server, page, look, hr):
    address = live_server.url
    page.set_default_timeout(90_000)
    page.goto(f"{address}/sign-in/")
    page.fill("#id_username", hr.username)
    page.fill("#id_password", f"password of {hr.username}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    upload(page, address, "march.csv", ODD.format(chief="Somebody Else"))
    say_which_column_holds_what(page, look)
    page.get_by_text('The manager "Somebody Else" of Dee Low is not in the file.').wait_for()
    look("fault at its row")
    upload(page, address, "march-corrected.csv", ODD.format(chief="Ada Top"))
    page.get_by_text("The first org chart: 5 people").wait_for()
    look("preview after the mapping was remembered")
    activate(page)
    page.get_by_text("march-corrected.csv is now the current org chart.").wait_for()
    confirm_a_jump(page, look, address)
    walk_the_tree_by_keys(page, look)
    assert OrgChart.objects.current().file_name == "april.csv"
