"""An analysis cut into blocks that any worker on any machine may compute.

Each block is a part of the analysis's job, claimed like a job and rung for through Celery. The worker that
holds the job computes blocks on all its cores, others take one at a time; whoever's block it was, its
arrays lie in the storage when its row says done, so that a killed worker costs the blocks it was at and no
more. The input is kept as it was gathered, for all of them and for every attempt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from bpm_influence.jobs.doorbell import ring
from bpm_influence.jobs.models import Job, requeue_lost_jobs
from bpm_influence.jobs.registry import JobFault
from bpm_influence.jobs.registry import Run as JobRun
from influence.keeping import Arrays, delete_folder, open_arrays, save_arrays
from influence.models import Analysis
from influence.network.model import AnalysisInput, Cancelled, Parameters
from influence.snapshots import from_arrays, to_arrays

if TYPE_CHECKING:
    from influence.network.blocks import Block
    from influence.network.run import Run

KIND = "analysis_block"
HELP_FROM = 3_000
"""From so many people on other workers are rung for: below, fetching the input would take them longer."""

LOOK_EVERY, RENEW_EVERY, SWEEP_EVERY = 0.4, 3.0, 5.0
DONE = Job.State.DONE


class Blocks:
    """The blocks of one analysis, as the worker sees them that holds its job."""

    def __init__(self, analysis: Analysis, run: Run, job_run: JobRun):
        from influence.network.blocks import plan

        self.analysis, self.run, self.job = analysis, run, job_run.job
        self.shares = plan(run)
        self.stopped = threading.Event()
        self.own: dict[Future[Arrays], Job] = {}
        self.renewed_at = self.swept_at = time.monotonic()

    def compute(self, progress: Callable[[float, str], None]) -> None:
        """Have every block computed, here and by whoever helps; ``progress`` may raise to stop."""
        self._prepare_rows()
        with ThreadPoolExecutor(self.run.threads) as pool:
            try:
                while self._go_on(pool):
                    self._report(progress)
                    self._wait()
            finally:
                self.stopped.set()

    def fetch(self, block: Block) -> Arrays:
        """The arrays of a finished block."""
        part = self.job.parts.get(kind=KIND, state=DONE, key=key_of(self.analysis, block))
        return open_arrays(part.result["file"])

    def _prepare_rows(self) -> None:
        """Keep what earlier attempts have finished, queue the rest, ring for helpers."""
        over = [Job.State.FAILED, Job.State.CANCELLED]
        self.job.parts.filter(state__in=over).delete()
        there = set(self.job.parts.values_list("key", flat=True))
        missing = [block for block in self.shares if key_of(self.analysis, block) not in there]
        Job.objects.bulk_create(
            Job(
                kind=KIND,
                parent=self.job,
                key=key_of(self.analysis, block),
                about=f"{self.job.about}: {block}"[:300],
                arguments={"analysis_id": self.analysis.pk, "step": block.step, "number": block.number},
                queue=self.job.queue,
            )
            for block in missing
        )
        if len(self.run.data.people) >= HELP_FROM:
            for part in self._queued():
                if not ring(part):
                    break

    def _queued(self) -> list[Job]:
        """The blocks that wait, what takes longest first."""
        order = {key_of(self.analysis, block): place for place, block in enumerate(self.shares)}
        waiting = self.job.parts.filter(kind=KIND, state=Job.State.QUEUED)
        return sorted(waiting, key=lambda part: order.get(part.key, len(order)))

    def _go_on(self, pool: ThreadPoolExecutor) -> bool:
        """Take up as many blocks as there are idle threads; False once all are done."""
        if len(self.own) < self.run.threads:
            for part in self._queued():
                if len(self.own) >= self.run.threads:
                    break
                if part.claim():
                    self.own[pool.submit(self._compute, block_of(part))] = part
        if self.own:
            return True
        states = set(self.job.parts.filter(kind=KIND).values_list("state", flat=True))
        return states != {DONE}

    def _compute(self, block: Block) -> Arrays:
        from influence.network.blocks import compute

        return compute(self.run, block, self._until_stopped)

    def _until_stopped(self, share: float, message: str) -> None:
        if self.stopped.is_set():
            raise Cancelled

    def _wait(self) -> None:
        """Wait a moment; store what is ready, renew the other leases, take back what dead workers held."""
        for future in wait(self.own, LOOK_EVERY, FIRST_COMPLETED).done if self.own else ():
            keep_block(self.analysis, self.own.pop(future), future.result())
        if not self.own:
            time.sleep(LOOK_EVERY / 4)
        now = time.monotonic()
        if now - self.renewed_at > RENEW_EVERY:
            self.renewed_at = now
            for part in self.own.values():
                part.renew_lease()
        if now - self.swept_at > SWEEP_EVERY:
            self.swept_at = now
            requeue_lost_jobs()

    def _report(self, progress: Callable[[float, str], None]) -> None:
        from influence.network.analysis import title_of

        parts = list(self.job.parts.filter(kind=KIND))
        lost = next((part for part in parts if part.state == Job.State.FAILED), None)
        if lost is not None:
            raise JobFault(lost.fault)
        shares = {key_of(self.analysis, block): share for block, share in self.shares.items()}
        done = sum(shares.get(part.key, 0.0) for part in parts if part.state == DONE)
        at_work = next(iter(self.own.values()), None)
        progress(done, title_of(block_of(at_work)) if at_work else "Waiting for the other workers")


def key_of(analysis: Analysis, block: Block) -> str:
    """The key of a block's row."""
    return f"analysis:{analysis.pk}:{block}"


def block_of(part: Job) -> Block:
    """The block that a row stands for."""
    from influence.network.blocks import Block

    return Block(part.arguments["step"], part.arguments["number"])


def folder_of(analysis: Analysis) -> str:
    """Where an unfinished analysis keeps what it will not need once it is done."""
    return analysis.samples.name.removesuffix(".npz")


def _name_of(analysis: Analysis, what: object) -> str:
    """Names differ with the input, so that a block of another input is never taken for one of this."""
    return f"{folder_of(analysis)}/{analysis.input_hash[:16]}/{what}.npz"


def keep_block(analysis: Analysis, part: Job, arrays: Arrays) -> None:
    """Put a block's arrays in the storage, then say that it is done."""
    part.finish(DONE, result=_kept(analysis, block_of(part), arrays))


def _kept(analysis: Analysis, block: Block, arrays: Arrays) -> dict[str, str]:
    return {"file": save_arrays(_name_of(analysis, block), arrays)}


def begin(analysis: Analysis, data: AnalysisInput, input_hash: str) -> None:
    """Keep the input for other workers; what was computed on another one by an earlier attempt is void."""
    if analysis.input_hash == input_hash:
        return
    forget_blocks(analysis)
    analysis.input_hash = input_hash
    save_arrays(_name_of(analysis, "input"), to_arrays(data))
    analysis.save(update_fields=["input_hash"])


def forget_blocks(analysis: Analysis) -> None:
    """Delete the blocks' rows and files: their work is in the analysis."""
    if analysis.job:
        analysis.job.parts.filter(kind=KIND).delete()
    delete_folder(folder_of(analysis))


_ready: list[tuple[tuple[int, str], Run]] = []
"""The run that this process prepared last, for the next block of the same analysis."""


def compute_for_another(analysis: Analysis, step: str, number: int, job_run: JobRun) -> dict[str, Any]:
    """Compute one block in a worker that does not hold the analysis's job."""
    from influence.network.blocks import Block, compute

    if analysis.finished_at:
        raise JobFault("The analysis has ended.")
    block = Block(step, number)
    arrays = compute(_prepared(analysis), block, lambda share, message: job_run.progress(share, 1, message))
    found = _kept(analysis, block, arrays)
    if not Job.objects.filter(parent=job_run.job.parent_id, state=Job.State.QUEUED).exists():
        _ready.clear()
    return found


def _prepared(analysis: Analysis) -> Run:
    from influence.network.run import prepare

    known = (analysis.pk, analysis.input_hash)
    if not (_ready and _ready[0][0] == known):
        data = from_arrays(open_arrays(_name_of(analysis, "input")))
        _ready[:] = [(known, prepare(data, Parameters(**analysis.parameters), threads=1))]
    return _ready[0][1]
