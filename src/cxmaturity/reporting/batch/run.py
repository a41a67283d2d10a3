"""A whole batch: check every client first, run those that need it apart from each other, remember each as it ends.

Killed at any moment and run again, a batch ends with the same bytes as one that nobody disturbed: documents appear by a
rename, and a client counts as done only once its line of the manifest is on the disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final, Literal

import attrs

from cxmaturity.core.problems import CxMaturityError, FileError, InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Engagement
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.doors import Door
from cxmaturity.reporting.batch.keys import file_digests
from cxmaturity.reporting.batch.manifest import Manifest, Row
from cxmaturity.reporting.batch.plan import OWN, Options, Order, Wanted, key_of, plan
from cxmaturity.reporting.job import Job, Made
from cxmaturity.reporting.output import claim_folder, write_whole

LOCK: Final = ".batch.lock"

State = Literal["done", "failed", "cached", "left_out", "not_run"]


@attrs.frozen(kw_only=True)
class Result:
    """What came of one client in one language.

    ``cached``: finished earlier and unchanged; ``left_out``: not asked for this time; ``not_run``: stopped before its turn, or
    held back because another client is wrong (`strict`). `split` says where the seconds of this run went, by phase.
    """

    order: Order
    state: State
    row: Row | None
    problems: tuple[Problem, ...] = ()
    split: Mapping[str, float] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Summary:
    """A batch that ended: a result per client and language, in the order asked for."""

    results: tuple[Result, ...]
    seconds: float
    stopped: bool = False

    def count(self, state: State) -> int:
        """Return how many ended so."""
        return sum(result.state == state for result in self.results)

    @property
    def good(self) -> bool:
        """Whether no client failed or was kept from running."""
        return not (self.stopped or self.count("failed") or self.count("not_run"))


class Watch:
    """Follows a batch; every method may be called from several threads. This one does nothing."""

    def planned(self, orders: Sequence[Order]) -> None:
        """Tell what is going to be done."""

    def begins(self, order: Order, name: str) -> None:
        """Tell that a client's turn has come."""

    def phase(self, order: Order, phase: str) -> None:
        """Tell how far a client is."""

    def ended(self, result: Result) -> None:
        """Tell what came of a client."""


@attrs.frozen(kw_only=True)
class _Ready:
    """A client that may run: checked, with the digests of its files and its folder of documents."""

    order: Order
    engagement: Engagement
    inputs: Mapping[str, str]
    folder: Path


def run_batch(
    clients: Iterable[Wanted],
    *,
    out: Path,
    options: Options,
    open_door: Callable[[], Door],
    jobs: int = 1,
    strict: bool = False,
    watch: Watch | None = None,
) -> Summary:
    """Make the documents of many clients.

    Parameters
    ----------
    clients : iterable of Wanted
        Who, in which languages.
    out : Path
        The folder of the batch; documents go to ``out/<client id>/<language>/``.
    options : Options
        Formats, seed, who is taken.
    open_door : callable
        Opens where the jobs are made; called only when there is one.
    jobs : int, default 1
        How many at once.
    strict : bool, default False
        Run nobody when anybody is wrong.
    watch : Watch, optional
        Told what happens.

    Raises
    ------
    FileError
        ``batch.manifest_unreadable``, ``batch.manifest_unwritable``, ``reporting.unwritable``.
    InputError
        ``batch.manifest_damaged``; ``batch.busy`` when another batch is at work in the same folder.
    """
    began, follower = time.perf_counter(), watch or Watch()
    with _alone(out):
        manifest = Manifest.read(out)
        orders = plan(clients, manifest, out, options)
        follower.planned(orders)
        batch = _Batch(out=out, options=options, manifest=manifest, watch=follower)
        ready, results = batch.check(orders)
        if strict and any(result.state == "failed" for result in results.values()):
            results |= {
                each.order.place: Result(order=each.order, state="not_run", row=None) for each in ready
            }
            ready = []
        stopped = batch.run(ready, results, open_door, jobs) if ready else False
    return Summary(
        results=tuple(results[order.place] for order in orders),
        seconds=time.perf_counter() - began,
        stopped=stopped,
    )


@attrs.define(kw_only=True)
class _Batch:
    """A batch at work."""

    out: Path
    options: Options
    manifest: Manifest
    watch: Watch
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def check(self, orders: Sequence[Order]) -> tuple[list[_Ready], dict[tuple[str, str], Result]]:
        """Check everybody who is to run, before anybody does; clients that are wrong have failed already."""
        results: dict[tuple[str, str], Result] = {}
        ready: list[_Ready] = []
        owners: dict[str, str] = {}
        read: dict[str, tuple[Engagement, Mapping[str, str]] | CxMaturityError] = {}
        for order in orders:
            if not order.runs:
                state: State = "cached" if order.cached else "left_out"
                results[order.place] = Result(order=order, state=state, row=order.before)
                if order.before is not None and order.before.state == "done":
                    owners.setdefault(order.before.client, order.wanted.source)
                continue
            source = order.wanted.source
            try:
                if source not in read:
                    read[source] = _read(order.wanted)
                found = read[source]
                if isinstance(found, CxMaturityError):
                    raise found
                ready.append(self._claim(order, *found, owners))
            except CxMaturityError as error:
                read.setdefault(source, error)
                results[order.place] = self._failed(order, error.problems)
        return ready, results

    def _claim(
        self, order: Order, engagement: Engagement, inputs: Mapping[str, str], owners: dict[str, str]
    ) -> _Ready:
        client, source = engagement.client, order.wanted.source
        if owners.setdefault(client.id, source) != source:
            raise InputError.of(
                "batch.same_client",
                "{first} and {second} are both the client '{client}': their documents would go to one folder.",
                hint="Give one of the two a name of its own, or another folder with --out.",
                first=owners[client.id],
                second=source,
                client=client.id,
            )
        folder = claim_folder(self.out, client, Path(source), force=self.options.force)
        return _Ready(order=order, engagement=engagement, inputs=inputs, folder=folder)

    def run(
        self,
        ready: Sequence[_Ready],
        results: dict[tuple[str, str], Result],
        open_door: Callable[[], Door],
        jobs: int,
    ) -> bool:
        """Run everybody who may; return whether somebody stopped it."""
        waiting = list(reversed(ready))
        running: dict[Future[Result], _Ready] = {}
        stopped = False
        with open_door() as door, ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < jobs:
                        each = waiting.pop()
                        running[pool.submit(self._one, door, each)] = each
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        results[running.pop(future).order.place] = future.result()
            except KeyboardInterrupt:
                stopped = True
                door.__exit__(None, None, None)  # what runs is stopped at once; its thread then ends
        for each in (*waiting, *running.values()):
            results[each.order.place] = Result(order=each.order, state="not_run", row=each.order.before)
        return stopped

    def _one(self, door: Door, ready: _Ready) -> Result:
        order, client = ready.order, ready.engagement.client
        language: Language = order.language or ready.engagement.language  # type: ignore[assignment]  # checked
        self.watch.begins(order, client.name)
        wanted = order.wanted
        job = Job(
            source=Path(wanted.source).resolve(),
            language=language,
            formats=self.options.formats,
            as_of=None if wanted.as_of is None else dt.date.fromisoformat(wanted.as_of),
            sections=wanted.sections,
            slides=self.options.slides,
            seed=self.options.seed,
        )
        answer = door.make(
            parcel.pack_job(job),
            seed=f"{self.options.seed}/{client.id}",
            heard=lambda phase: self.watch.phase(order, phase),
        )
        if answer.parcel is None:
            problems = (answer.problem,) if answer.problem else ()
            return self._failed(order, problems, ready=ready, seconds=answer.seconds, peak=answer.peak_mb)
        made = parcel.unpack_made(answer.parcel)
        try:
            if made.failed:
                return self._failed(
                    order, made.problems, ready=ready, seconds=answer.seconds, peak=answer.peak_mb
                )
            return self._done(ready, language, made, answer.seconds, answer.peak_mb)
        except FileError as error:
            return self._failed(order, error.problems, ready=ready, seconds=answer.seconds)

    def _done(
        self, ready: _Ready, language: Language, made: Made, seconds: float, peak: float | None
    ) -> Result:
        import hashlib

        folder = ready.folder / language
        for name, data in made.documents.items():
            write_whole(folder / name, data)
        key = key_of(ready.order.wanted, ready.order.language, ready.inputs, self.options)
        row = attrs.evolve(
            self._row(ready.order, "done", seconds),
            key=key.digest,
            parts=dict(key.parts),
            client=ready.engagement.client.id,
            name=ready.engagement.client.name,
            language=language,
            inputs=dict(ready.inputs),
            artefacts={
                (folder / name).relative_to(self.out).as_posix(): hashlib.sha256(data).hexdigest()
                for name, data in made.documents.items()
            },
            peak_mb=None if peak is None else round(peak, 1),
            figures=dict(made.figures),
        )
        return self._remember(
            Result(order=ready.order, state="done", row=row, problems=made.problems, split=made.seconds)
        )

    def _failed(
        self,
        order: Order,
        problems: Sequence[Problem],
        *,
        ready: _Ready | None = None,
        seconds: float = 0.0,
        peak: float | None = None,
    ) -> Result:
        row = attrs.evolve(
            self._row(order, "failed", seconds),
            error={"problems": [parcel.told(problem) for problem in problems]},
            peak_mb=None if peak is None else round(peak, 1),
        )
        if ready is not None:
            client = ready.engagement.client
            row = attrs.evolve(row, client=client.id, name=client.name, inputs=dict(ready.inputs))
        return self._remember(Result(order=order, state="failed", row=row, problems=tuple(problems)))

    def _row(self, order: Order, state: Literal["done", "failed"], seconds: float) -> Row:
        before = order.before
        attempts = before.attempts + 1 if before is not None and before.state == "failed" else 1
        return Row(
            key="",
            parts={},
            client=before.client if before else "",
            name=before.name if before else "",
            source=order.wanted.source,
            asked=order.language,
            language=order.language,
            state=state,
            attempts=attempts,
            seconds=round(seconds, 3),
            finished=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )

    def _remember(self, result: Result) -> Result:
        with self.lock:
            if result.row is not None:
                self.manifest.append(result.row)
            self.watch.ended(result)
        return result


def _read(wanted: Wanted) -> tuple[Engagement, Mapping[str, str]] | CxMaturityError:
    """Return a client and the digests of its files, taken first: what changes meanwhile makes it run again."""
    from cxmaturity.files.engagement_yaml import read_with_files

    try:
        engagement, names = read_with_files(wanted.source)
    except CxMaturityError as error:
        return error
    return engagement, file_digests(wanted.folder, names)


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the folder of a batch: two at once would write over each other."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("a")
    except OSError as error:
        raise FileError.of(
            "reporting.unwritable",
            "cannot write in {folder}: {reason}",
            folder=str(out),
            reason=str(error.strerror),
        ) from error
    with lock:
        if not _held(lock.fileno()):
            raise InputError.of(
                "batch.busy",
                "another batch is at work in {folder}.",
                hint="Wait for it, or choose another folder with --out.",
                folder=str(out),
            )
        yield


def _held(descriptor: int) -> bool:
    """Take the lock of a file, which the system gives back when the process ends; True where locks do not exist."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


__all__ = ["OWN", "Options", "Order", "Result", "Summary", "Wanted", "Watch", "run_batch"]
