"""Pages in a real browser, and a look at each of them: axe, its width, its console."""

import json
from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TOO_WIDE = """() => {
    const width = window.innerWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const beyond = (element) => element.getBoundingClientRect().right > width;
    const wide = [...document.querySelectorAll("body *")].filter(beyond).slice(0, 9);
    return ["wider than the screen", ...wide.map((element) => element.outerHTML.slice(0, 200))];
}"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request, browser):
    """A page as wide as a desk's screen or a phone; what goes wrong in it is in `page.complaints`."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, color_scheme="light")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("console", lambda said: said.type == "error" and opened.complaints.append(said.text))
    yield opened
    context.close()


@pytest.fixture
def look(page):
    """Return a function that holds the page as it stands to axe, to its width and to a silent console."""

    def look(name):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        options = json.dumps({"runOnly": {"type": "tag", "values": WCAG}})
        found = page.evaluate(f"axe.run(document, {options})")
        faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]]
        assert (name, faults) == (name, [])
        assert (name, page.evaluate(TOO_WIDE)) == (name, [])
        assert page.complaints == []

    return look
