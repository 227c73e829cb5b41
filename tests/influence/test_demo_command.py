"""The demonstration in the database: loaded whole, left alone the second time, taken away without a trace."""

from __future__ import annotations

import io
import stat
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from bpm_influence.accounts.models import User
from influence.demonstration.loading import demonstration_initiative, load_demonstration
from influence.demonstration.naming import planted_people
from influence.demonstration.organisation import build_organisation
from influence.models import Analysis
from influence.results import champions
from initiatives.editing import create_initiative
from initiatives.models import Initiative
from orgchart.charts import load_chart
from orgchart.models import OrgChart, Person
from surveys.models import Consent, Nomination
from surveys.monitoring import response_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OWN_CHART = b"employee_id,name,manager_id,department\n1,Ana Almeida,,Office\n2,Bo Berg,1,Office\n"
ROOMS = ("accounts", "jobs", "orgchart", "initiatives", "surveys", "influence")


def run(*arguments):
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def rows_by_model():
    """How many rows every table of ours has; relations stay, they belong to nobody."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return {model.__name__: model.objects.count() for model in models if model.__name__ != "Relation"}


def stored_files():
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.fixture
def own_people():
    load_chart(OWN_CHART, file_name="own.csv", as_of=date(2026, 1, 1))


def test_demo_loads_everything_and_leaves_nothing_when_removed():
    before, files_before = rows_by_model(), set(stored_files())
    run("--people", "150")
    initiative = demonstration_initiative()
    analysis = initiative.analyses.get()
    assert (analysis.state, analysis.people_count) == ("done", 150)
    assert OrgChart.objects.get().is_demonstration
    assert len(champions(initiative)) == 5
    survey = initiative.surveys.get()
    response = response_of(survey)
    namers = Nomination.objects.values("answer__invitation").distinct().count()
    assert (survey.state, survey.confidentiality, response.invited) == ("closed", "named_network", 150)
    assert response.answered == namers == Consent.objects.count()
    assert 0.7 < response.rate < 0.9
    assert default_storage.exists(analysis.samples.name)
    run("--remove")
    assert rows_by_model() == before
    assert set(stored_files()) == files_before


def test_demo_prints_a_login_for_each_role_from_a_private_file():
    printed = run("--people", "150")
    logins = [line.split() for line in printed.splitlines() if " / " in line]
    assert [login[-3] for login in logins] == [
        "demo-administrator", "demo-hr", "demo-change-manager", "demo-viewer", "demo-auditor",
    ]  # fmt: skip
    assert all(User.objects.get(username=login[-3]).check_password(login[-1]) for login in logins)
    kept = settings.DATA_DIR / "demonstration-logins.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    run("--remove")
    assert not kept.exists()


def test_demo_loaded_twice_stays_as_it_is():
    run("--people", "150")
    before = rows_by_model()
    run()
    assert rows_by_model() == before
    with pytest.raises(CommandError, match="The demonstration is loaded already, with 150 people"):
        run("--people", "200")


def test_demo_that_broke_off_is_loaded_anew():
    run("--people", "150")
    Analysis.objects.all().delete()
    run("--people", "150")
    assert Initiative.objects.get().analyses.get().state == "done"


def test_demo_never_stands_in_the_place_of_an_own_chart(own_people):
    with pytest.raises(CommandError, match="There is an org chart of your own already"):
        run()
    assert Person.objects.count() == 2


def test_demo_of_an_impossible_size_is_refused_before_anything_is_written():
    with pytest.raises(CommandError, match="The demonstration has 150 to 20,000 people, not 20"):
        run("--people", "20")
    assert not Person.objects.exists()


def test_removal_keeps_what_is_ones_own():
    load_demonstration(150)
    load_chart(OWN_CHART, file_name="own.csv", as_of=date(2026, 5, 1))
    own = create_initiative(name="Own", scope={"people": ["2"]})
    run("--remove")
    assert sorted(Person.objects.values_list("employee_id", flat=True)) == ["1", "2"]
    assert OrgChart.objects.get().is_current
    assert list(Initiative.objects.all()) == [own]
    assert not User.objects.exists()


def test_removal_keeps_people_whom_an_own_initiative_names():
    load_demonstration(150)
    chief = build_organisation(150).employees[0].employee_id
    own = create_initiative(name="Own", roles=[{"employee_id": chief, "role": "sponsor"}])
    run("--remove")
    assert list(Person.objects.values_list("employee_id", flat=True)) == [chief]
    assert own.committed_leaders().get().employee_id == chief


def test_own_chart_never_becomes_part_of_the_demonstration():
    load_demonstration(150)
    load_chart(OWN_CHART, file_name="own.csv", as_of=date(2026, 5, 1))
    assert demonstration_initiative().positions().count() == 0


def test_demonstration_of_the_usual_size_shows_who_stands_out():
    analysis = load_demonstration()
    planted = planted_people(build_organisation())
    groups = dict(analysis.scores.values_list("person__employee_id", "group"))
    corners = dict(analysis.scores.values_list("person__employee_id", "corner"))
    assert {groups[person] for person in planted.connectors} == {"hidden_influencer"}
    assert {groups[person] for person in planted.unheard} == {"leader_without_reach"}
    assert corners[planted.guide] == "leads_without_managing"
