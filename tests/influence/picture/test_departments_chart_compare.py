"""Departments, the coloured org chart and two analyses compared, through the browser's door."""

import csv
import io

import pytest

from influence.loading import load_ties
from influence.models import Analysis
from tests.influence.picture.conftest import address, analyse, ties_file, ties_of, unpacked

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, change_manager):
    return signed_in(change_manager)


def cell(page, moves, is_moved):
    names = [row["name"] for row in page.context["matrix"]]
    return page.context["matrix"][names.index(moves)]["cells"][names.index(is_moved)]


def test_matrix_says_who_moves_whom(browser, analysis):
    page = browser.get(address("departments"))

    assert cell(page, "Finance", "Sales").share > 0.2
    assert cell(page, "Sales", "Finance").share == 0
    for is_moved in ("Sales", "Finance", "Audit"):
        column = [cell(page, row["name"], is_moved).share for row in page.context["matrix"]]
        assert abs(sum(column) - 1) < 1e-6
    assert "of what moves" in page.context["finding"]


def test_departments_have_groups_and_closedness(browser, analysis):
    rows = {row["name"]: row for row in browser.get(address("departments")).context["rows"]}

    assert {name: row["people"] for name, row in rows.items()} == {
        "Board": 1, "Sales": 10, "Finance": 10, "Production": 10, "Audit": 2,
    }  # fmt: skip
    groups = analysis.summary["groups"]
    assert sum(row["leads_only"] for row in rows.values()) == groups["leader_without_reach"]
    # 40 ties inside Production (20 pairs, either way named once), 4 from outside.
    assert rows["Production"]["index"] == pytest.approx((4 - 20) / 24)
    assert rows["Production"]["word"] == "closed"


def test_bridge_is_whoever_is_named_from_outside(browser, analysis):
    first = browser.get(address("departments")).context["bridges"][0]
    assert first.person.employee_id == "F1"


def test_matrix_as_a_file(browser, analysis):
    content = browser.get(address("departments_csv")).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 25
    assert {row["moves"] for row in rows} == {"Board", "Sales", "Finance", "Production", "Audit"}


def test_small_groups_stay_out_of_the_matrix(browser, analysis, scores_only):
    page = browser.get(address("departments"))

    assert cell(page, "Production", "Audit").share is None
    assert cell(page, "Production", "Finance").share is None
    assert cell(page, "Production", "Production").share is not None
    rows = {row["name"]: row for row in page.context["rows"]}
    assert (rows["Audit"]["index"], rows["Audit"].get("leads_only")) == (None, None)


def test_chart_shows_the_line_with_results(browser, analysis):
    page = browser.get(address("chart"))

    cells = {cell.words.split(",")[0]: cell for cell in page.context["cells"]}
    assert len(cells) == 33
    assert float(cells["Name E0"].width) == pytest.approx(1000, abs=1)
    assert float(cells["Name S0"].width) == pytest.approx(1000 * 10 / 33, abs=1)
    score = analysis.scores.get(person__employee_id="F1")
    assert cells["Name F1"].look == f"is-{score.group}"
    assert "managers" in page.context["finding"]
    below = browser.get(address("chart", top="S0"))
    assert len(below.context["cells"]) == 10
    assert browser.get(address("chart", top="nobody")).status_code == 404


def test_reports_open_in_the_tree(browser, analysis):
    page = browser.get(address("chart_reports", "S0"))
    assert {node["position"].person.employee_id for node in page.context["nodes"]} == {
        f"S{i}" for i in range(1, 10)
    }


def test_unnamed_groups_have_no_name_on_the_chart(browser, analysis, low_groups_counted):
    unnamed = analysis.scores.filter(group="audience").first()

    page = browser.get(address("chart"))

    assert unnamed.name not in page.content.decode()
    assert page.context["left_alone"] == []


def test_comparison_needs_two_analyses(browser, analysis):
    page = browser.get(address("compare"))
    assert b"One analysis so far" in page.content


@pytest.fixture
def two(analysis, initiative):
    """A second round: all of Production name A1, nobody in Sales names F1 any more, one tie is weaker."""
    ties = [tie for tie in ties_of() if tie[1] != "F1" or tie[0][0] != "S"]
    ties = [(s, t, r, 0.25 if (s, t) == ("P0", "P1") else w) for s, t, r, w in ties]
    ties += [(f"P{i}", "A1", "influence", 1) for i in range(10)]
    load_ties(initiative, ties_file(ties), file_name="spring.csv")
    return analysis, analyse(initiative)


def test_comparison_names_who_rose_and_fell_beyond_doubt(browser, two):
    page = browser.get(address("compare"))

    assert (page.context["before"], page.context["after"]) == two
    assert "A1" in [score.person.employee_id for score in page.context["rose"]]
    for score in page.context["rose"]:
        assert score.influence_rank_high < score.low_before
    for score in page.context["fell"]:
        assert score.influence_rank_low > score.high_before
    assert [row["word"] for row in page.context["reaches"]][:3] == [
        "Through leadership", "Through influence", "Through both",
    ]  # fmt: skip


def test_comparison_counts_changed_ties(browser, two):
    page = browser.get(address("compare"))
    data = unpacked(browser.get(address("compare_data")))

    counts = {"new": 10, "gone": 10, "stronger": 0, "weaker": 1, "same": len(set(ties_of())) - 11}
    assert page.context["counts"] == counts
    code = data["states"].index("new")
    new = [data["ids"][t] for t, s in zip(data["target"], data["state"], strict=True) if s == code]
    assert new == ["A1"] * 10
    assert data["counts"] == counts


@pytest.mark.parametrize(("before", "after", "is_judged"), [
    (0.9, 0.81, True), (0.9, 0.8, True), (0.9, 0.79, False), (None, 0.9, False), (None, None, True),
])  # fmt: skip
def test_no_verdict_where_response_differs_by_more_than_ten_points(browser, two, before, after, is_judged):
    for one, rate in zip(two, (before, after), strict=True):
        Analysis.objects.filter(pk=one.pk).update(summary=one.summary | {"response_rate": rate})

    page = browser.get(address("compare"))

    assert bool(page.context["doubt"]) is not is_judged
    assert ("rose" in page.context) is is_judged
    assert all(bool(row["verdict"]) is is_judged for row in page.context["reaches"])


def test_changed_ties_are_hidden_by_promise_and_from_viewers(browser, two, signed_in, viewer, request):
    signed_in(viewer)
    assert browser.get(address("compare_data")).status_code == 403
    assert "counts" not in browser.get(address("compare")).context

    request.getfixturevalue("scores_only")
    signed_in(request.getfixturevalue("change_manager"))
    assert browser.get(address("compare_data")).status_code == 403
    page = browser.get(address("compare"))
    assert "counts" not in page.context
    assert b"nobody sees who named whom" in page.content
