"""Count and estimate what an initiative's adoption events say, and keep it; as a job and by each analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import JobFault, Run
from influence.adoption.models import AdoptionSeries, AdoptionStudy
from influence.gathering import Gathered, gather
from influence.models import Analysis, PlannedChampion
from influence.results import newest_analysis
from initiatives.models import Initiative
from orgchart.models import OrgChart

Report = Callable[[float, str], None]
KIND = "adoption"


def request_study(initiative: Initiative, user=None) -> Job:
    """Ask for adoption to be counted anew; a request for the same version is not written twice."""
    return Job.enqueue(
        KIND,
        {"initiative_id": initiative.pk, "version": initiative.adoption_version},
        asked_by=user,
        about=f"Adoption in {initiative.name}",
        url=reverse("influence:adoption", args=[initiative.slug]),
        key=f"adoption:{initiative.pk}:{initiative.adoption_version}",
    )


def pending_study(initiative: Initiative) -> Job | None:
    """The newest job that is to count what has changed, unless what is kept is up to date."""
    version = Initiative.objects.values_list("adoption_version", flat=True).get(pk=initiative.pk)
    if AdoptionStudy.objects.filter(initiative=initiative, version__gte=version).exists():
        return None
    return Job.objects.filter(kind=KIND, arguments__initiative_id=initiative.pk).order_by("-pk").first()


def run_study(initiative: Initiative, version: int, run: Run) -> dict[str, Any]:
    """Count and estimate, unless a later job or an analysis has done so meanwhile."""
    if AdoptionStudy.objects.filter(initiative=initiative, version__gte=version).exists():
        return {"study": "up to date"}
    chart = OrgChart.objects.current()
    if chart is None:
        raise JobFault("There is no active org chart; load and activate one, then count adoption again.")

    def report(share: float, message: str) -> None:
        run.progress(round(100 * share), 100, message)

    report(0.0, "Collecting people and ties")
    analysis = newest_analysis(initiative)
    study_adoption(initiative, gather(initiative, chart), analysis, report=report)
    return {"study": "done"}


def study_adoption(
    initiative: Initiative,
    gathered: Gathered,
    analysis: Analysis | None,
    *,
    champions: Iterable[int] | None = None,
    report: Report = lambda share, message: None,
) -> AdoptionStudy | None:
    """Study the initiative's adoption on these people and ties; None where nothing is recorded.

    ``champions`` are the people chosen by an analysis that has not ended yet; a champion plan, and else the
    champions of ``analysis``, otherwise stand in.
    """
    # The compiler behind it costs every other process 2 s.
    from influence.adoption.estimating import Found, estimate
    from influence.adoption.reading import read_record

    # Read before the events: a change between the two is counted once more, never lost.
    version = Initiative.objects.values_list("adoption_version", flat=True).get(pk=initiative.pk)
    record = read_record(initiative, gathered)
    if record is None:
        return _nothing_recorded(initiative, version, analysis, len(gathered.positions))
    chosen = _champions(initiative, analysis, champions)
    found: Found = estimate(record, gathered, analysis, chosen, report)
    return _store(
        initiative,
        version,
        found.series,
        analysis=analysis,
        seed=found.seed,
        period=record.period,
        first_period=record.first_period,
        periods_count=record.journeys.periods,
        stage=record.watched,
        events_count=record.events,
        people_count=len(gathered.positions),
        evidence=found.evidence,
        rates=found.rates,
        band=found.band,
        spread=found.spread,
    )


def _nothing_recorded(
    initiative: Initiative, version: int, analysis: Analysis | None, people: int
) -> AdoptionStudy | None:
    """Keep that nothing is recorded, where something was; an initiative that records none has no study."""
    if not initiative.adoption_events.exists():
        return None
    blank = dict.fromkeys(("first_period", "periods_count", "stage", "events_count"), 0)
    values = {"rates": {}, "band": {}, "spread": {}, "evidence": [], "period": "month", **blank}
    return _store(initiative, version, [], analysis=analysis, people_count=people, **values)


def _champions(initiative: Initiative, analysis: Analysis | None, chosen: Iterable[int] | None) -> list[int]:
    """Whom the champion list shows: the plan without those who declined, else those chosen."""
    plan = list(initiative.champion_plan.values_list("person_id", "state"))
    if plan:
        return [person for person, state in plan if state != PlannedChampion.State.DECLINED]
    if chosen is not None:
        return list(chosen)
    return list(analysis.champions.values_list("person_id", flat=True)) if analysis else []


def _store(
    initiative: Initiative, version: int, series: list[AdoptionSeries], **values: Any
) -> AdoptionStudy:
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=initiative.pk)
        standing = AdoptionStudy.objects.filter(initiative=initiative).first()
        if standing and standing.version > version:
            return standing
        study, _ = AdoptionStudy.objects.update_or_create(
            initiative=initiative, defaults={"version": version, **values}
        )
        study.series.all().delete()
        for one in series:
            one.study = study
        AdoptionSeries.objects.bulk_create(series, batch_size=200)
    return study
