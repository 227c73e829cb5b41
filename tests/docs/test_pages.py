"""The documentation holds together: links lead somewhere, commands and pages that it names exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page):
    named = re.findall(r"manage\.py ([a-z_]+)", page.read_text(encoding="utf-8"))
    assert set(named) - set(get_commands()) == set()


def test_each_page_is_reached_from_the_readme():
    def reach(page, seen):
        seen.add(page)
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            leads_to = (page.parent / link).resolve()
            if leads_to.suffix == ".md" and leads_to.exists() and leads_to not in seen:
                reach(leads_to, seen)
        return seen

    assert set((ROOT / "docs").rglob("*.md")) - reach(ROOT / "README.md", set()) == set()


def test_readme_lists_every_command_of_ours():
    ours = {name for name, app in get_commands().items() if not app.startswith(("django", "axes", "drf"))}
    listed = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs" / "commands.md").read_text(
        encoding="utf-8"
    )
    assert {name for name in ours if name not in listed} == set()
