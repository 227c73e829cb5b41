"""Bring the demonstration organisation in, the way a user's files come in, and take it away whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bpm_influence.accounts.demonstration import make_demonstration_user, remove_demonstration_users
from bpm_influence.accounts.models import User
from bpm_influence.jobs.models import Job, Worker
from influence.adoption.studying import KIND
from influence.analysing import request_analysis
from influence.demonstration.adopting import adoption_file
from influence.demonstration.organisation import (
    AS_OF,
    LARGEST,
    SMALLEST,
    USUAL_SIZE,
    Organisation,
    build_organisation,
)
from influence.demonstration.surveying import hold_survey
from influence.demonstration.vocabulary import (
    ADOPTION_LABEL,
    CHART_FILE,
    CHIEF_EXECUTIVE,
    INITIATIVE,
    ROLE_TITLES,
)
from influence.models import Analysis
from initiatives.adoption import load_adoption
from initiatives.editing import create_initiative
from initiatives.models import Initiative
from orgchart.charts import load_chart
from orgchart.models import OrgChart, Person, Position

LOGINS = (
    ("demo-administrator", User.Role.ADMINISTRATOR),
    ("demo-hr", User.Role.HR),
    ("demo-change-manager", User.Role.CHANGE_MANAGER),
    ("demo-viewer", User.Role.VIEWER),
    ("demo-auditor", User.Role.AUDITOR),
)
MEMBERS = (User.Role.CHANGE_MANAGER, User.Role.VIEWER)
AT_ONCE = 500
ELSEWHERE = "To look at the demonstration, start a second instance with another DATA_DIR."


class CannotLoad(ValueError):
    """Why the demonstration is not loaded here, and what to do instead."""


@dataclass(frozen=True)
class Removed:
    """What went, and whether the chart had to stay because somebody's own analyses rest on it."""

    initiatives: int
    people: int
    logins: int
    charts_kept: int


def demonstration_initiative() -> Initiative | None:
    """The demonstration's initiative, where it is loaded."""
    return Initiative.objects.filter(is_demonstration=True).first()


def demonstration_is_whole() -> bool:
    """Whether everything is there, its first analysis at least asked for."""
    return Analysis.objects.filter(initiative__is_demonstration=True).exists()


def load_demonstration(people: int | None = None, report: Callable[[Job], None] | None = None) -> Analysis:
    """Load the demonstration organisation with its initiative, survey, logins and first analysis.

    Loading it twice leaves it as it is. A load that broke off is taken away and done anew. The
    analysis runs here where no worker answers; else the worker does it and nobody waits.
    """
    if people is not None and not SMALLEST <= people <= LARGEST:
        raise CannotLoad(f"The demonstration has {SMALLEST} to {LARGEST:,} people, not {people:,}.")
    if demonstration_is_whole():
        return _analysis_as_loaded(people)
    organisation = build_organisation(people or USUAL_SIZE)
    remove_demonstration()
    _check_place_is_free(organisation)
    initiative = _load_all(organisation)
    analysis = request_analysis(initiative, {}, initiative.created_by)
    if not Worker.answers():
        analysis.job.wait(report)
    analysis.refresh_from_db()
    return analysis


def remove_demonstration() -> Removed:
    """Take away everything that the demonstration brought and nothing else."""
    initiatives = Initiative.objects.filter(is_demonstration=True)
    charts = OrgChart.objects.filter(is_demonstration=True)
    people = list(Position.objects.filter(chart__in=charts).values_list("person_id", flat=True))
    gone = initiatives.count()
    _remove_initiatives(initiatives)
    kept = _remove_charts(charts)
    gone_people = sum(_remove_unused(chunk) for chunk in _chunks(people))
    return Removed(gone, gone_people, remove_demonstration_users(), kept)


def _analysis_as_loaded(people: int | None) -> Analysis:
    chart = OrgChart.objects.filter(is_demonstration=True).first()
    if chart is not None and people not in (None, chart.people_count):
        raise CannotLoad(
            f"The demonstration is loaded already, with {chart.people_count:,} people; "
            "remove it first (demo --remove) to load it in another size."
        )
    return Analysis.objects.filter(initiative__is_demonstration=True).order_by("pk").last()


def _check_place_is_free(organisation: Organisation) -> None:
    current = OrgChart.objects.current()
    if current is not None:
        raise CannotLoad(f"There is an org chart of your own already ({current}). {ELSEWHERE}")
    if Initiative.objects.filter(slug=INITIATIVE["slug"]).exists():
        raise CannotLoad(f"You have an initiative “{INITIATIVE['slug']}” of your own already. {ELSEWHERE}")
    names = {employee.employee_id: employee.name for employee in organisation.employees}
    for chunk in _chunks(list(names)):
        for person in Person.objects.filter(employee_id__in=chunk):
            if person.name != names[person.employee_id]:
                raise CannotLoad(
                    f"The employee id {person.employee_id} is {person.name}'s already. {ELSEWHERE}"
                )


def _load_all(organisation: Organisation) -> Initiative:
    load_chart(organisation.people_file(), file_name=CHART_FILE, as_of=AS_OF, is_demonstration=True)
    users = {role: make_demonstration_user(name, role.value)[0] for name, role in LOGINS}
    initiative = create_initiative(
        **INITIATIVE,
        # By name, so that a chart of one's own that comes later is never part of the demonstration.
        scope={"below": [organisation.holder(CHIEF_EXECUTIVE).employee_id]},
        roles=[
            {"employee_id": organisation.holder(title).employee_id, "role": role}
            for role, title in ROLE_TITLES.items()
        ],
        members=[users[role] for role in MEMBERS],
        created_by=users[User.Role.CHANGE_MANAGER],
        is_demonstration=True,
    )
    hold_survey(initiative, organisation)
    _load_adoption(initiative, organisation)
    return initiative


def _load_adoption(initiative: Initiative, organisation: Organisation) -> None:
    """Record how far people have come by today; nothing where the initiative has hardly begun."""
    start = date.fromisoformat(str(initiative.start))
    content = adoption_file(organisation, start, timezone.localdate())
    if content.count(b"\n") > 1:
        load_adoption(
            initiative,
            content,
            file_name=f"{ADOPTION_LABEL}.csv",
            label=ADOPTION_LABEL,
            user=initiative.created_by,
        )


def _remove_initiatives(initiatives) -> None:
    analyses = list(Analysis.objects.filter(initiative__in=initiatives))
    pks = list(initiatives.values_list("pk", flat=True))
    with transaction.atomic():
        Job.objects.filter(
            Q(analysis__in=analyses) | Q(event_log__initiative__in=pks) | Q(tie_upload__initiative__in=pks)
        ).delete()
        Job.objects.filter(kind=KIND, arguments__initiative_id__in=pks).delete()
        for analysis in analyses:
            analysis.delete()
        initiatives.delete()


def _remove_charts(charts) -> int:
    with transaction.atomic():
        used = charts.filter(analyses__isnull=False).distinct()
        kept = used.count()
        OrgChart.objects.filter(pk__in=list(used.values_list("pk", flat=True))).update(is_current=False)
        unused = list(charts.filter(analyses__isnull=True))
        charts.filter(pk__in=[chart.pk for chart in unused]).delete()
    for chart in unused:
        if chart.stored_file:
            chart.stored_file.storage.delete(chart.stored_file.name)
    return kept


def _remove_unused(person_ids: list[int]) -> int:
    used = {person for field in _references() for person in _referred(field, person_ids)}
    people = Person.objects.filter(pk__in=[pk for pk in person_ids if pk not in used])
    count = people.count()
    people.delete()
    return count


def _references() -> Iterator:
    """Every field of every model that points to a person."""
    fields = Person._meta.get_fields(include_hidden=True)
    return (f.field for f in fields if f.auto_created and not f.concrete and (f.one_to_many or f.one_to_one))


def _referred(field, person_ids: list[int]) -> Iterable[int]:
    rows = field.model._default_manager.filter(**{f"{field.name}__in": person_ids})
    return rows.values_list(field.attname, flat=True)


def _chunks(items: list) -> Iterator[list]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
