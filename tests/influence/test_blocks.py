"""Blocks of an analysis: whoever computes them, and however often a worker dies, the figures are the same."""

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from bpm_influence.jobs.models import Job
from bpm_influence.jobs.registry import Cancelled
from bpm_influence.jobs.registry import Run as JobRun
from influence.analysing import request_analysis
from influence.blocks import Blocks, begin, compute_for_another, folder_of, keep_block
from influence.gathering import gather, input_hash
from influence.network.model import Parameters
from influence.network.run import prepare
from influence.verifying import CannotVerify, verify
from orgchart.models import Person
from tests.influence.conftest import analysed
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(initiative):
    """An analysis whose job this process has just claimed, and its blocks."""
    analysis = request_analysis(initiative, {"resamples": 20})
    analysis.job.claim()
    data = gather(initiative, analysis.chart).data
    begin(analysis, data, input_hash(data))
    return analysis, Blocks(analysis, prepare(data, Parameters(**analysis.parameters)), JobRun(analysis.job))


def finish(analysis) -> None:
    """Give the job back, as after the death of its worker, and run it to its end."""
    analysis.job.release()
    analysis.job.wait()
    analysis.refresh_from_db()
    assert analysis.state == "done", analysis.job.fault


def test_next_attempt_goes_on_from_the_finished_blocks(started):
    analysis, blocks = started
    shares = []

    def break_off(share, message):
        shares.append(share)
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        blocks.compute(break_off)
    done = dict(analysis.job.parts.filter(state="done").values_list("key", "finished_at"))
    assert len(done) >= 3
    for part in analysis.job.parts.filter(state="running"):
        part.release()
    analysis.job.refresh_from_db()
    again = Blocks(analysis, blocks.run, JobRun(analysis.job))
    told = []
    again.compute(lambda share, message: told.append(share))
    assert told[0] >= shares[-1]
    unchanged = dict(analysis.job.parts.filter(key__in=done).values_list("key", "finished_at"))
    assert unchanged == done
    finish(analysis)
    assert verify(analysis) == []


def test_blocks_computed_by_other_workers_give_the_same_figures(started):
    analysis, blocks = started
    blocks._prepare_rows()
    for part in analysis.job.parts.all():
        part.claim()
        arguments = part.arguments
        result = compute_for_another(analysis, arguments["step"], arguments["number"], JobRun(part))
        part.finish("done", result=result)
    finish(analysis)
    assert verify(analysis) == []


def test_blocks_of_other_data_are_void(started, initiative):
    analysis, blocks = started
    blocks.compute(lambda share, message: None)
    Person.objects.filter(employee_id="E20").first().ties_given.all().delete()
    finish(analysis)
    assert verify(analysis) == []


def test_nothing_is_left_of_the_blocks_of_a_finished_analysis(initiative):
    analysis = analysed(initiative)
    assert not Job.objects.filter(parent=analysis.job).exists()
    assert not default_storage.exists(folder_of(analysis))
    assert default_storage.exists(analysis.samples.name)


def test_block_that_fails_for_good_fails_the_analysis_in_words(started):
    analysis, blocks = started
    blocks._prepare_rows()
    part = analysis.job.parts.first()
    part.claim()
    part.finish("failed", fault="The worker was lost 3 times while doing this.")
    with pytest.raises(Exception, match="lost 3 times"):
        blocks._report(lambda share, message: None)


def test_cancelling_the_analysis_cancels_its_blocks(started):
    analysis, blocks = started
    blocks._prepare_rows()
    analysis.job.cancel()
    assert set(analysis.job.parts.values_list("state", flat=True)) == {"cancelled"}
    analysis.job.retry()
    analysis.job.wait()
    analysis.refresh_from_db()
    assert analysis.state == "done"


def test_a_block_kept_by_a_worker_that_lost_it_changes_nothing(started):
    analysis, blocks = started
    blocks._prepare_rows()
    part = analysis.job.parts.first()
    part.claim()
    other = Job.objects.get(pk=part.pk)
    other.release()
    keep_block(analysis, part, {})
    part.refresh_from_db()
    assert part.state == "queued"


def test_parts_are_nobodys_job_on_the_list(started, change_manager, administrator):
    _, blocks = started
    blocks._prepare_rows()
    for user in (change_manager, administrator):
        assert not Job.objects.visible_to(user).exclude(parent=None).exists()


def test_verify_names_what_differs(initiative):
    analysis = analysed(initiative)
    call_command("analyse", verify=analysis.pk)
    analysis.scores.filter(person__employee_id="E07").update(sphere=99.0)
    analysis.summary["reach"]["both"]["people"] += 1
    analysis.save()
    with pytest.raises(CommandError) as refusal:
        call_command("analyse", "invoices", verify=analysis.pk)
    words = str(refusal.value)
    assert "sphere: 1 of 40 people differ, first 99.0 stored" in words
    assert "summary.reach.both.people" in words


def test_verify_refuses_where_the_data_have_changed(initiative):
    analysis = analysed(initiative)
    Person.objects.get(employee_id="E20").ties_given.all().delete()
    with pytest.raises(CannotVerify, match="rests on other data"):
        verify(analysis)
    with pytest.raises(CommandError, match="no analysis 999"):
        call_command("analyse", verify=999)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_analysis_survives_the_death_of_the_worker_that_holds_it(initiative, start_worker):
    first = start_worker(name="first")
    analysis = request_analysis(initiative, {"resamples": 1000})
    parts = Job.objects.filter(parent=analysis.job)
    assert wait_until(lambda: parts.filter(state="done").count() >= 2, seconds=120)
    first.kill()
    finished = dict(parts.filter(state="done").values_list("key", "finished_at"))
    start_worker(name="second")

    def goes_on() -> bool:
        analysis.refresh_from_db()
        return analysis.finished_at is not None

    kept = {}
    assert wait_until(
        lambda: kept.update(parts.filter(state="done").values_list("key", "finished_at")) or goes_on(),
        seconds=180,
    )
    assert finished.items() <= kept.items() or not kept
    assert verify(analysis) == []
