"""Dockerfile and compose file, as far as they can be judged without an engine: the same parts, no secrets."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from bpm_influence.jobs.supervising import commands

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_compose_runs_the_parts_of_the_supervisor_with_their_very_commands(services):
    parts = commands("0.0.0.0", 8000)
    assert {name: services[name]["command"] for name in parts} == {
        name: ["python" if word == sys.executable else word for word in command]
        for name, command in parts.items()
    }
    assert services.keys() - parts.keys() == {"database", "broker", "migrate"}
    for name in parts:
        assert services[name]["volumes"] == ["data:/data"]
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["command"][:2] == ["python", "manage.py"]
    assert services["migrate"]["command"][2] in get_commands()


def test_settings_of_the_containers_are_settings_that_are_read(services):
    documented = (ROOT / "docs" / "settings.md").read_text()
    dockerfile = (ROOT / "Dockerfile").read_text()
    theirs = set(services["web"]["environment"]) | set(re.findall(r"([A-Z_]+)=", dockerfile))
    python = {"PATH", "PYTHON", "PYTHONUNBUFFERED"}
    assert {name for name in theirs - python if f"`{name}`" not in documented} == set()


def test_image_starts_what_exists_and_copies_what_exists():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    started = json.loads(next(line for line in lines if line.startswith("CMD")).removeprefix("CMD "))
    assert started[:2] == ["python", "manage.py"]
    assert started[2] in get_commands()
    assert "USER influence" in lines
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "var", ".env"} <= set(ignored)


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "docs/deployment.md"])
def test_no_secret_is_written_down(name):
    text = (ROOT / name).read_text()
    given = re.findall(r"(?:PASSWORD|SECRET_KEY)\s*[:=]\s*(\S.*)", text)
    assert [value for value in given if not value.startswith(("${", "?set it", "%s", "at-least-32"))] == []
