"""What a process that serves one client does: read, run the notebook in this very process, set, check, hand back.

Called by dotted name in a warm process (`cxmaturity.warm`); nothing of the client outlives that process.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from cxmaturity.core.problems import CxMaturityError
from cxmaturity.reporting.batch import parcel
from cxmaturity.reporting.job import Made, make


def render(payload: bytes, tell: Callable[[bytes], None]) -> bytes:
    """Make the documents of one job.

    Parameters
    ----------
    payload : bytes
        A job, as `parcel.pack_job` writes it.
    tell : callable
        Told each phase as it begins.

    Returns
    -------
    bytes
        What was made, as `parcel.pack_made` writes it; problems of the client's files included, never raised.
    """
    from cxmaturity.files.engagement_yaml import read_engagement
    from cxmaturity.reporting.batch.in_process import execute_here
    from cxmaturity.reporting.session import remember

    gc.disable()  # one report, and the process ends
    began = time.perf_counter()
    job = parcel.unpack_job(payload)
    tell(b"check")
    try:
        engagement = read_engagement(job.source)
    except CxMaturityError as error:
        return parcel.pack_made(Made(documents={}, problems=error.problems, seconds={}))
    remember(job.parameters()["engagement"], engagement)
    made = make(
        job,
        engagement,
        execute=execute_here,
        begin=lambda phase: tell(phase.encode()),
        waited=time.perf_counter() - began,
    )
    return parcel.pack_made(made)
