"""The collection of messy exports by page and API: the same faults and counts as by the command."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bpm_influence.jobs.models import Job
from orgchart.faults import TITLES
from orgchart.models import OrgChart

MESSY = Path(settings.BASE_DIR).parent / "shared" / "data" / "messy-hr-exports"
CASES = sorted(folder.name for folder in MESSY.iterdir() if folder.is_dir()) if MESSY.exists() else []

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CASES, reason="the collection of messy HR exports is not there"),
]


def sent(case):
    expected = json.loads((MESSY / case / "expected.json").read_text())
    content = (MESSY / case / expected["file"]).read_bytes()
    return expected, SimpleUploadedFile(expected["file"], content)


def read():
    """Let the job run that reads the newest upload; give its chart."""
    for job in Job.objects.unfinished():
        Job.run_here(job)
    return OrgChart.objects.latest("pk")


@pytest.mark.parametrize("case", CASES)
def test_api_gives_the_faults_and_counts_of_a_messy_export(client, api, hr, case):
    expected, file = sent(case)
    answer = client.post("/api/v1/org-charts/", {"file": file}, headers=api(hr))
    assert answer.status_code == 202
    read()
    told = client.get(answer.json()["url"], headers=api(hr)).json()
    assert told["state"] == ("failed" if expected["errors"] else "done")
    for name in ("people", "tops", "max_level"):
        assert (name, told["counts"][name]) == (name, expected[name])
    for severity in ("errors", "warnings"):
        assert [(one["row"], one["column"], one["kind"]) for one in told["faults"][severity]] == [
            (one["row"], one["column"], one["kind"]) for one in expected[severity]
        ]
        assert all(
            set(one) - {"rows"} == {"kind", "row", "column", "value", "message", "remedy"}
            for one in told["faults"][severity]
        )


@pytest.mark.parametrize("case", CASES)
def test_page_shows_the_faults_of_a_messy_export(client, signed_in, hr, case):
    expected, file = sent(case)
    signed_in(hr)
    client.post(reverse("orgchart:upload"), {"file": file, "as_of": "2026-03-31"})
    chart = read()
    page = client.get(chart.get_absolute_url())
    words = page.content.decode()
    assert page.status_code == 200
    for severity in ("errors", "warnings"):
        for fault in expected[severity]:
            assert TITLES[fault["kind"]] in words
    assert ("nothing was written" in words) is bool(expected["errors"])
    assert chart.positions.count() == (0 if expected["errors"] else expected["people"])
    assert ("Make this the current org chart" in words) is not bool(expected["errors"])
