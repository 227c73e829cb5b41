"""The documentation holds together: links lead somewhere, commands and pages that it names exist."""

import re
from pathlib import Path

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DJANGO_OPTIONS = {
    option
    for action in BaseCommand().create_parser("manage.py", "any")._actions
    for option in action.option_strings
}
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


COMMANDS = {name: app for name, app in get_commands().items() if (ROOT / app.partition(".")[0]).is_dir()}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_listed_with_its_options(name):
    parser = load_command_class(COMMANDS[name], name).create_parser("manage.py", name)
    options = {option for action in parser._actions for option in action.option_strings}
    ours = {option for option in options if option.startswith("--")} - DJANGO_OPTIONS
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {word for word in (name, *ours) if word not in written} == set()
