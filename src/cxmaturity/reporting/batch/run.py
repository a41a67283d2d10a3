"""A whole batch: check every client first, run those that need it apart from each other, remember each as it ends.

Killed at any moment and run again, a batch ends with the same bytes as one that nobody disturbed: documents appear by a
rename, and a client counts as done only once its line of the manifest is on the disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from cxmaturity.core.problems import CxMaturityError, FileError, InputError, Problem
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Client
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.doors import Answer, Door
from cxmaturity.reporting.batch.keys import file_digests
from cxmaturity.reporting.batch.manifest import Manifest, Part, Row
from cxmaturity.reporting.batch.owners import Owners
from cxmaturity.reporting.batch.plan import OWN, Options, Order, Wanted, key_of, plan
from cxmaturity.reporting.job import Job, Made
from cxmaturity.reporting.output import sweep, write_all_whole

LOCK: Final = ".batch.lock"
_LISTENS: Final = 1.0
"""Seconds after which a wait looks up: a Ctrl-C that comes as it begins would else be heard at its end only."""

_FULL: Final = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What keeps every document from being written: no space left, a quota, a disk that may only be read."""

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
    """A batch that ended: a result per client and language, in the order asked for.

    `stopped` by Ctrl-C, or by one of `problems`, which are nobody's in particular: a full disk.
    """

    results: tuple[Result, ...]
    seconds: float
    stopped: bool = False
    problems: tuple[Problem, ...] = ()

    def count(self, state: State) -> int:
        """Return how many ended so."""
        return sum(result.state == state for result in self.results)

    @property
    def good(self) -> bool:
        """Whether no client failed or was kept from running."""
        return not (self.stopped or self.problems or self.count("failed") or self.count("not_run"))


class Watch:
    """Follows a batch; every method may be called from several threads. This one does nothing."""

    def remembered(self, manifest: Manifest) -> None:
        """Tell what is known of earlier runs."""

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
    """A client that may run: what was read of it, and no more, for there may be thousands; its folder of documents."""

    order: Order
    client: _Known
    folder: Path

    @property
    def language(self) -> Language:
        """The language that its documents come out in."""
        return self.order.language or self.client.language  # type: ignore[return-value]  # checked


@attrs.frozen(kw_only=True)
class _Known:
    """What a batch keeps of an engagement; `inputs` are the digests of its files."""

    client: Client
    language: Language
    inputs: Mapping[str, str]


def run_batch(
    clients: Iterable[Wanted],
    *,
    out: Path,
    options: Options,
    open_door: Callable[[], Door],
    jobs: int = 1,
    strict: bool = False,
    watch: Watch | None = None,
    part: Part | None = None,
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
        Opens where the jobs are made; called once the first client may run, and never when nobody may.
    jobs : int, default 1
        How many at once.
    strict : bool, default False
        Run nobody when anybody is wrong.
    watch : Watch, optional
        Told what happens.
    part : (int, int), optional
        The slice that `clients` are of a batch: other slices may be at work in the same folder.

    Raises
    ------
    FileError
        ``batch.manifest_unreadable``, ``reporting.unwritable`` for the folder of the batch.
    InputError
        ``batch.manifest_damaged``, ``batch.unknown_client``, ``batch.asked_twice``; ``batch.busy`` when another batch is at
        work in the same folder; what opening the door raises.
    """
    began, follower = time.perf_counter(), watch or Watch()
    results: dict[tuple[str, str], Result] = {}
    stopped = False
    problems: tuple[Problem, ...] = ()
    with alone(out, part):
        if part is None:
            sweep(out)
        manifest = Manifest.read(out, part)
        follower.remembered(manifest)
        orders = plan(clients, manifest, out, options)
        follower.planned(orders)
        batch = _Batch(out=out, options=options, manifest=manifest, watch=follower, results=results)
        try:
            batch.all(orders, open_door, jobs, strict=strict)
        except KeyboardInterrupt:
            stopped = True
        except _FatalError as error:
            problems = error.problems
    return Summary(
        results=tuple(
            results.get(order.place, Result(order=order, state="not_run", row=order.before))
            for order in orders
        ),
        seconds=time.perf_counter() - began,
        stopped=stopped,
        problems=problems,
    )


class _FatalError(CxMaturityError):
    """What ends the whole batch: nothing can be remembered, or nobody be made, any more."""


@attrs.define(kw_only=True)
class _Batch:
    """A batch at work."""

    out: Path
    options: Options
    manifest: Manifest
    watch: Watch
    results: dict[tuple[str, str], Result]
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    stopping: threading.Event = attrs.field(factory=threading.Event)

    def all(self, orders: Sequence[Order], open_door: Callable[[], Door], jobs: int, *, strict: bool) -> None:
        """Check everybody who is to run before anybody does, while the door warms; then run those who may."""
        with contextlib.ExitStack() as stack:
            door: Door | None = None
            ready: list[_Ready] = []
            for each in self.check(orders):
                ready.append(each)
                if door is None and not strict:
                    door = stack.enter_context(open_door())
            if strict and any(result.state == "failed" for result in self.results.values()):
                return
            if ready:
                self.run(ready, door or stack.enter_context(open_door()), jobs)

    def check(self, orders: Sequence[Order]) -> Iterator[_Ready]:
        """Yield those who may run; those who are wrong have failed already."""
        owners = Owners.of(self.out, self.manifest, orders, force=self.options.force)
        read: dict[str, _Known | CxMaturityError] = {}
        for order in orders:
            if not order.runs:
                state: State = "cached" if order.cached else "left_out"
                self.results[order.place] = Result(order=order, state=state, row=order.before)
                continue
            try:
                if order.source not in read:
                    read = {order.source: _read(order.wanted)}  # its languages follow one another
                found = read[order.source]
                if isinstance(found, CxMaturityError):
                    raise found
                folder = owners.claim(order, found.client, order.language or found.language)
            except CxMaturityError as error:
                self._failed(order, error.problems)
            else:
                yield _Ready(order=order, client=found, folder=folder)

    def run(self, ready: Sequence[_Ready], door: Door, jobs: int) -> None:
        """Run everybody who may, `jobs` at once; whatever stops it, nobody goes on behind its back."""
        waiting = list(reversed(ready))
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < jobs:
                        running.add(pool.submit(self._one, door, waiting.pop()))
                    ended, running = wait(running, timeout=_LISTENS, return_when=FIRST_COMPLETED)
                    for future in ended:
                        future.result()
            except BaseException:
                self.stopping.set()
                door.__exit__(None, None, None)  # what runs is stopped at once; its thread then ends
                raise

    def _one(self, door: Door, ready: _Ready) -> None:
        if self.stopping.is_set():
            return
        self._tell(lambda: self.watch.begins(ready.order, ready.client.client.name))
        answer = self._asked(door, ready)
        if answer.parcel is None and self.stopping.is_set():
            return  # it did not fail: we stopped it
        if answer.ends and answer.problem is not None:
            self.stopping.set()
            raise _FatalError([answer.problem])
        try:
            result = self._done(ready, _whole(answer), answer)
        except Exception as error:  # one client's trouble, whatever it is, unless the disk is everybody's
            if _nobody_can_write(error):
                self.stopping.set()
                raise _FatalError([_stops(error)]) from error
            problems = error.problems if isinstance(error, CxMaturityError) else (_door_failed(error),)
            self._failed(ready.order, problems, ready=ready, seconds=answer.seconds, peak=answer.peak_mb)
        else:
            self._remember(result)

    def _asked(self, door: Door, ready: _Ready) -> Answer:
        """Have a client made; a door that raises, against its promise, fails this client alone."""
        wanted = ready.order.wanted
        job = Job(
            source=Path(wanted.source).absolute(),
            language=ready.language,
            formats=self.options.formats,
            as_of=None if wanted.as_of is None else dt.date.fromisoformat(wanted.as_of),
            sections=wanted.sections,
            slides=self.options.slides,
            seed=self.options.seed,
        )
        try:
            return door.make(
                parcel.pack_job(job),
                seed=f"{self.options.seed}/{ready.client.client.id}",
                heard=lambda phase: self._tell(lambda: self.watch.phase(ready.order, phase)),
            )
        except CxMaturityError as error:
            return Answer(problem=error.problems[0])
        except Exception as error:  # noqa: BLE001  # whatever it is, the others go on
            return Answer(problem=_door_failed(error))

    def _tell(self, what: Callable[[], None]) -> None:
        """Tell the one who watches; its trouble (a closed terminal) is not the client's."""
        with contextlib.suppress(Exception):
            what()

    def _done(self, ready: _Ready, made: Made, answer: Answer) -> Result:
        folder = ready.folder / ready.language
        sweep(folder)
        write_all_whole({folder / name: data for name, data in made.documents.items()})
        known, order = ready.client, ready.order
        key = key_of(order.wanted, order.language, known.inputs, self.options)
        row = attrs.evolve(
            self._row(order, "done", answer.seconds, answer.peak_mb),
            key=key.digest,
            parts=dict(key.parts),
            client=known.client.id,
            name=known.client.name,
            language=ready.language,
            inputs=dict(known.inputs),
            artefacts={
                (folder / name).relative_to(self.out).as_posix(): hashlib.sha256(data).hexdigest()
                for name, data in made.documents.items()
            },
            figures=dict(made.figures),
        )
        return Result(order=order, state="done", row=row, problems=made.problems, split=made.seconds)

    def _failed(
        self,
        order: Order,
        problems: Sequence[Problem],
        *,
        ready: _Ready | None = None,
        seconds: float = 0.0,
        peak: float | None = None,
    ) -> None:
        problems = [problem for problem in problems if problem.severity == "error"] or problems
        row = attrs.evolve(
            self._row(order, "failed", seconds, peak),
            error={"problems": [parcel.told(problem) for problem in problems]},
        )
        if ready is not None:
            known = ready.client
            row = attrs.evolve(
                row,
                client=known.client.id,
                name=known.client.name,
                language=ready.language,
                inputs=dict(known.inputs),
            )
        self._remember(Result(order=order, state="failed", row=row, problems=tuple(problems)))

    def _row(self, order: Order, state: Literal["done", "failed"], seconds: float, peak: float | None) -> Row:
        before = order.before
        attempts = before.attempts + 1 if before is not None and before.state == "failed" else 1
        return Row(
            key="",
            parts={},
            client=before.client if before else "",
            name=before.name if before else "",
            source=order.source,
            asked=order.language,
            language=order.language or (before.language if before else ""),
            state=state,
            attempts=attempts,
            seconds=round(seconds, 3),
            finished=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            peak_mb=None if peak is None else round(peak, 1),
        )

    def _remember(self, result: Result) -> None:
        """Put a result on the disk, then tell it; what cannot be remembered ends the batch."""
        with self.lock:
            if result.row is not None:
                try:
                    self.manifest.append(result.row)
                except FileError as error:
                    self.stopping.set()
                    raise _FatalError(error.problems) from error
            self.results[result.order.place] = result
            self._tell(lambda: self.watch.ended(result))


def _whole(answer: Answer) -> Made:
    """Return what a door made, or raise what kept it from being made."""
    if answer.parcel is None:
        raise InputError([answer.problem or _door_failed(RuntimeError("no answer"))])
    made = parcel.unpack_made(answer.parcel)
    if made.failed:
        raise InputError(made.problems)
    return made


def _nobody_can_write(error: Exception) -> bool:
    """Whether a document could not be written for a reason that the next one will meet too."""
    cause = error.__cause__
    return isinstance(error, FileError) and isinstance(cause, OSError) and cause.errno in _FULL


def _stops(error: Exception) -> Problem:
    cause: Any = error.__cause__
    params = dict(error.problems[0].params) if isinstance(error, CxMaturityError) else {}
    return Problem(
        code="batch.unwritable",
        template="the batch stops, for nothing can be written in {folder} any more: {reason}.",
        hint="What is done is kept; make room and give the same command again.",
        params={"folder": params.get("folder", ""), "reason": cause.strerror},
    )


def _door_failed(error: Exception) -> Problem:
    return Problem(
        code="batch.door_failed",
        template="it could not be made: {name}: {said}",
        params={"name": type(error).__name__, "said": str(error).strip()[:300]},
    )


def _read(wanted: Wanted) -> _Known | CxMaturityError:
    """Return a client and the digests of its files, taken first: what changes meanwhile makes it run again."""
    from cxmaturity.files.engagement_yaml import read_with_files

    try:
        engagement, names = read_with_files(wanted.source)
    except CxMaturityError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a file that even our checks did not foresee is one failed client
        return InputError([_door_failed(error)])
    inputs = file_digests(wanted.folder, names)
    return _Known(client=engagement.client, language=engagement.language, inputs=inputs)


@contextlib.contextmanager
def alone(out: Path, part: Part | None = None) -> Iterator[None]:
    """Hold the folder of a batch: two at once would write over each other. Slices share it, each alone in its own.

    Raises
    ------
    FileError
        ``reporting.unwritable``.
    InputError
        ``batch.busy``.
    """
    with contextlib.ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True)
            whole = stack.enter_context((out / LOCK).open("a"))
            slice_ = None if part is None else stack.enter_context((out / f"{LOCK}-{part[0]}").open("a"))
        except OSError as error:
            raise FileError.of(
                "reporting.unwritable",
                "cannot write in {folder}: {reason}",
                folder=str(out),
                reason=str(error.strerror),
            ) from error
        free = _held(whole.fileno(), shared=part is not None)
        if not (free and (slice_ is None or _held(slice_.fileno(), shared=False))):
            raise InputError.of(
                "batch.busy",
                "another batch is at work in {folder}.",
                hint="Wait for it, or choose another folder with --out.",
                folder=str(out),
            )
        yield


def _held(descriptor: int, *, shared: bool) -> bool:
    """Take the lock of a file, which the system gives back when the process ends; True where locks do not exist."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


__all__ = ["OWN", "Options", "Order", "Result", "Summary", "Wanted", "Watch", "alone", "run_batch"]
