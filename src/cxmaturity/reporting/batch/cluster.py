"""The door to a Dask cluster: the same job on another machine, whose worker asks its own warm start for a fresh process.

Workers are threads, so a worker never forks itself. A task may run twice, as Dask says; only the batch writes documents, so
there is nothing to duplicate. The client folders must be where the workers can read them, under the same path.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import attrs

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.batch.doors import RENDER, Answer, Bounds, warm_answer

if TYPE_CHECKING:
    from cxmaturity.warm import Preload

CONNECT_SECONDS: Final = 10
RETRIES: Final = 3
SCHEMES: Final = ("tcp", "tls", "ws", "wss")


class ClusterDoor:
    """Sends jobs to the workers of a scheduler.

    Raises
    ------
    InputError
        ``batch.cluster_missing`` when Dask is not installed; ``batch.scheduler_unreachable``; ``batch.no_worker``;
        ``batch.worker_version`` when a worker has another cxmaturity, whose documents would differ.
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
        try:
            _knock(address)
            connect: Any = distributed.Client
            self._client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError.of(
                "batch.scheduler_unreachable",
                "the scheduler at {address} cannot be reached: {reason}",
                address=address,
                reason=(str(error).strip() or type(error).__name__).splitlines()[0][:200],
            ) from error
        self._bounds = bounds
        self._what = {"target": target, "preload": None if preload is None else attrs.asdict(preload)}
        try:
            self._check_workers()
        except BaseException:
            self._client.close()
            raise

    def _check_workers(self) -> None:
        """Refuse a cluster without workers, or with a worker whose documents would differ."""
        found: dict[str, str] = self._client.run(program_version, on_error="return")
        if not found:
            raise InputError.of("batch.no_worker", "the scheduler has no worker yet.")
        mine = program_version()
        for worker, theirs in found.items():
            if theirs != mine:
                raise InputError.of(
                    "batch.worker_version",
                    "the worker {worker} has {theirs}; this machine has {mine}.",
                    hint="Install the same version on every worker.",
                    worker=worker,
                    theirs=str(theirs)[:120],
                    mine=mine,
                )

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
            head, blobs = parcel.unpack(future.result())
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def _knock(address: str) -> None:
    """Raise `OSError` or `ValueError` when nobody listens there; a client that fails would leave its threads behind."""
    where = urlsplit(address)
    if where.scheme not in SCHEMES or not where.hostname or not where.port:
        raise ValueError("an address looks like tcp://host:8786")
    with socket.create_connection((where.hostname, where.port), timeout=CONNECT_SECONDS):
        pass


def program_version() -> str:
    """Return what decides the bytes of a document: the version, and the digest of code and libraries."""
    from cxmaturity.reporting.batch.keys import standing_parts

    return json.dumps(standing_parts(), sort_keys=True)


def render_on_worker(payload: bytes, seed: str, bounds: dict[str, Any], what: dict[str, Any]) -> bytes:
    """Make one job on this machine's warm start; runs in a thread of a worker."""
    from cxmaturity.warm import REPORTS, Preload, WarmServer

    preload = REPORTS if what["preload"] is None else Preload(**what["preload"])
    with WarmServer.start_or_connect(preload=preload) as server:
        answer = warm_answer(server, payload, seed=seed, bounds=Bounds(**bounds), target=what["target"])
    head = {
        "problem": None if answer.problem is None else parcel.told(answer.problem),
        "seconds": answer.seconds,
        "peak_mb": answer.peak_mb,
    }
    return parcel.pack(head, {} if answer.parcel is None else {"made": answer.parcel})
