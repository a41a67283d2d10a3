"""The door to a Dask cluster: the same job on another machine, whose worker asks its own warm start for a fresh process.

Workers are threads, so a worker never forks itself. A task may run twice, as Dask says; only the batch writes documents, so
there is nothing to duplicate. The client folders must be where the workers can read them, under the same path.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import attrs

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.doors import RENDER, Answer, Bounds, warm_answer

if TYPE_CHECKING:
    from cxmaturity.warm import Preload

CONNECT_SECONDS: Final = 10
RETRIES: Final = 3
LISTENS: Final = 5.0
"""Seconds between two looks at whether anybody is still there."""
ALONE_SECONDS: Final = 60.0
"""How long a scheduler may be without any worker: one that restarts its workers gets the time for it."""
SCHEMES: Final = ("tcp", "tls", "ws", "wss")


class _GoneError(InputError):
    """The cluster went away under a batch."""


class ClusterDoor:
    """Sends jobs to the workers of a scheduler.

    Raises
    ------
    InputError
        ``batch.cluster_missing`` when Dask is not installed; ``batch.scheduler_address``, ``batch.scheduler_host``,
        ``batch.scheduler_refused``, ``batch.scheduler_silent`` or ``batch.scheduler_unreachable``; ``batch.no_worker``;
        ``batch.worker_version`` or ``batch.worker_without`` for each worker whose documents would differ.
    """

    def __init__(
        self, address: str, bounds: Bounds, *, preload: Preload | None = None, target: str = RENDER
    ) -> None:
        try:
            import distributed
        except ImportError as error:
            raise InputError.of(
                "batch.cluster_missing",
                "a batch on a cluster needs Dask, which is not installed.",
                hint="Install cxmaturity with its extra 'cluster'.",
            ) from error
        self._client = _connected(distributed, address)
        self._bounds = bounds
        self._mine = program_version()
        self._what = {
            "target": target,
            "preload": None if preload is None else attrs.asdict(preload),
            "mine": self._mine,
        }
        try:
            self._check_workers(address)
        except BaseException:
            self._client.close()
            raise

    def _check_workers(self, address: str) -> None:
        """Refuse a cluster without workers, or with a worker whose documents would differ."""
        found: dict[str, str] = self._client.run(program_version, on_error="return")
        if not found:
            raise InputError.of(
                "batch.no_worker",
                "the scheduler has no worker yet.",
                hint="Start at least one: dask worker {address}",
                address=address,
            )
        wrong = [_unlike(worker, theirs, self._mine) for worker, theirs in sorted(found.items())]
        if any(wrong):
            raise InputError([problem for problem in wrong if problem is not None])

    def make(self, payload: bytes, *, seed: str, heard: Callable[[str], None]) -> Answer:  # noqa: ARG002  # a worker does not say how far it is
        """Make one job on some worker; if that worker dies, on another."""
        future = self._client.submit(
            render_on_worker,
            payload,
            seed,
            attrs.asdict(self._bounds),
            self._what,
            pure=False,
            retries=RETRIES,
        )
        try:
            head, blobs = parcel.unpack(self._waited(future))
        except _GoneError as error:
            return Answer(problem=error.problems[0], ends=True)
        except Exception as error:  # noqa: BLE001  # whatever a cluster raises is one failed client
            problem = InputError.of(
                "batch.worker_lost", "no worker finished: {reason}", reason=str(error).strip()[:300]
            ).problems[0]
            return Answer(problem=problem)
        said = head["problem"]
        return Answer(
            parcel=blobs.get("made"),
            problem=None if said is None else parcel.read(said),
            seconds=head["seconds"],
            peak_mb=head["peak_mb"],
        )

    def _waited(self, future: Any) -> bytes:
        """Return what a future ends with, which a cluster without workers would never do."""
        from distributed.client import FutureCancelledError

        since = time.monotonic()
        while True:
            try:
                return future.result(timeout=LISTENS)  # type: ignore[no-any-return]
            except FutureCancelledError as error:
                raise _GoneError.of(
                    "batch.scheduler_lost",
                    "the scheduler went away.",
                    hint="Start it again and give the same command: what is done is kept.",
                ) from error
            except TimeoutError:
                if future.done():
                    raise
            if self._client.scheduler_info(n_workers=1)["workers"]:
                since = time.monotonic()
            elif time.monotonic() - since > ALONE_SECONDS:
                raise _GoneError.of(
                    "batch.workers_lost",
                    "the scheduler has no worker left.",
                    hint="Start some again and give the same command: what is done is kept.",
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def _connected(distributed: Any, address: str) -> Any:
    """Return a client of the scheduler at an address, or say in a sentence why there is none."""
    from distributed.comm.core import CommClosedError

    host = _host(address)
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:  # a thread, for a notebook has a loop of its own
            pool.submit(asyncio.run, _knock(address)).result()
        with warnings.catch_warnings():  # warnings and traces of what we say in a sentence
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
            logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
            return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ImportError, ValueError, TypeError) as error:
        closed = isinstance(error, CommClosedError)
        raise _unreachable(TimeoutError() if closed else error, address, host) from error


def _unreachable(error: Exception, address: str, host: str) -> InputError:
    if isinstance(error, ConnectionRefusedError):
        return InputError.of(
            "batch.scheduler_refused",
            "nobody listens at {address}.",
            hint="Is 'dask scheduler' running there, on this port?",
            address=address,
        )
    if isinstance(error, socket.gaierror):
        return InputError.of(
            "batch.scheduler_host",
            "no machine called '{host}' is known here: {address} cannot be reached.",
            address=address,
            host=host,
        )
    if isinstance(error, TimeoutError):
        return InputError.of(
            "batch.scheduler_silent",
            "no Dask scheduler answers at {address}.",
            hint="A scheduler's usual port is 8786; 8787 is that of its web page.",
            address=address,
        )
    return InputError.of(
        "batch.scheduler_unreachable",
        "the scheduler at {address} cannot be reached: {reason}",
        address=address,
        reason=(str(error).strip() or type(error).__name__).splitlines()[0][:200],
    )


def _host(address: str) -> str:
    try:
        where = urlsplit(address)
        if where.scheme in SCHEMES and where.hostname and where.port:
            return where.hostname
    except ValueError:  # a port that is no number
        pass
    raise InputError.of(
        "batch.scheduler_address",
        "'{address}' is not the address of a scheduler.",
        hint="An address looks like tcp://host:8786.",
        address=address,
    )


async def _knock(address: str) -> None:
    """Return once a scheduler answers there; at the latest after `CONNECT_SECONDS`, raise.

    Dask's client would wait for ever for the greeting of what is no scheduler, and leave its threads behind when it fails.
    """
    import distributed

    ask: Any = distributed.rpc
    security: Any = distributed.Security
    where = urlsplit(address)
    async with asyncio.timeout(CONNECT_SECONDS):
        _, stream = await asyncio.open_connection(where.hostname, where.port)
        stream.close()
        async with ask(address, connection_args=security().get_connection_args("client")) as there:
            kind = (await there.identity())["type"]
    if kind != "Scheduler":  # a worker answers too
        raise TimeoutError


def program_version() -> str:
    """Return what decides the bytes of a document, as JSON: versions by name, and a digest of what they do not tell."""
    from cxmaturity.reporting.batch.keys import digest_of, maker_versions, standing_parts, version_of

    digest = digest_of(dict(standing_parts()))[:12]
    return json.dumps(
        {"cxmaturity": version_of("cxmaturity"), "sha256": digest, **maker_versions()}, sort_keys=True
    )


def _unlike(worker: str, theirs: object, mine: str) -> Problem | None:
    """Return what keeps a worker from making the same bytes; None when nothing does."""
    if theirs == mine:
        return None
    if not isinstance(theirs, str):
        return Problem(
            code="batch.worker_without",
            template="the worker {worker} cannot run cxmaturity ({reason}).",
            hint="Install the same program and the same libraries on every worker.",
            params={"worker": worker, "reason": str(theirs).strip().rstrip(".")[:200]},
        )
    here, there = json.loads(mine), json.loads(theirs)
    differ = [name for name in here.keys() | there.keys() if here.get(name) != there.get(name)]
    told = sorted({*differ} - {"sha256"}) or ["cxmaturity", "sha256"]  # the digest differs in any case
    return Problem(
        code="batch.worker_version",
        template="the worker {worker} has {theirs}; this machine has {mine}.",
        hint="Install the same program and the same libraries on every worker.",
        params={
            "worker": worker,
            "theirs": _listed(there, told),
            "mine": _listed(here, told),
        },
    )


def _listed(versions: Mapping[str, str], names: list[str]) -> str:
    return ", ".join(f"{name} {versions.get(name) or '–'}" for name in names)


def render_on_worker(payload: bytes, seed: str, bounds: dict[str, Any], what: dict[str, Any]) -> bytes:
    """Make one job on this machine's warm start; runs in a thread of a worker."""
    from cxmaturity.warm import REPORTS, Preload, WarmServer

    preload = REPORTS if what["preload"] is None else Preload(**what["preload"])
    unlike = _unlike(socket.gethostname(), program_version(), what["mine"])
    if unlike is not None:  # it joined after the batch began
        return parcel.pack({"problem": parcel.told(unlike), "seconds": 0.0, "peak_mb": None}, {})
    with WarmServer.start_or_connect(preload=preload) as server:
        answer = warm_answer(server, payload, seed=seed, bounds=Bounds(**bounds), target=what["target"])
    head = {
        "problem": None if answer.problem is None else parcel.told(answer.problem),
        "seconds": answer.seconds,
        "peak_mb": answer.peak_mb,
    }
    return parcel.pack(head, {} if answer.parcel is None else {"made": answer.parcel})
