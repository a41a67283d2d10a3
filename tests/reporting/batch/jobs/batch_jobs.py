"""Jobs of the tests: cheap documents from real engagements, and each way to break; a child imports them by name."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from pathlib import Path


def render(payload, tell):
    """Make two small documents that depend on the files and the parameters alone, or break as the client's id says."""
    from cxmaturity.core.problems import CxMaturityError
    from cxmaturity.files.engagement_yaml import read_engagement
    from cxmaturity.reporting.batch import parcel
    from cxmaturity.reporting.job import Made

    job = parcel.unpack_job(payload)
    tell(b"check")
    try:
        client = read_engagement(job.source).client.id
    except CxMaturityError as error:
        return parcel.pack_made(Made(documents={}, problems=error.problems, seconds={}))
    if client.startswith("crash"):
        print("about to read at address 0", flush=True)  # noqa: T201
        ctypes.string_at(0)
    if client.startswith("loop"):
        if "BATCH_SIGN" in os.environ:
            Path(os.environ["BATCH_SIGN"]).touch()
        while True:
            pass
    if client.startswith("memory"):
        held = [bytearray(1 << 26) for _ in range(1 << 10)]
        raise AssertionError(len(held))
    if client.startswith("leave"):
        os._exit(9)
    return parcel.pack_made(
        Made(documents=documents(job), problems=(), seconds={"check": 0.0}, figures={"stage": 2})
    )


def warm_up():
    """Read a client once, so that no child has to import what reads it."""
    from cxmaturity.files.engagement_yaml import read_engagement
    from cxmaturity.reporting.batch import parcel
    from cxmaturity.reporting.job import Made
    from cxmaturity.resources import resource

    read_engagement(resource("examples/northgate-advisory"))
    parcel.pack_made(Made(documents={}, problems=(), seconds={}))


def documents(job):
    """Return documents of a few kilobytes, the same for the same inputs."""
    file = job.source if job.source.is_file() else job.source / "engagement.yaml"
    told = hashlib.sha256(
        file.read_bytes() + repr((job.language, job.formats, job.as_of)).encode()
    ).hexdigest()
    return {f"report.{format_}": f"{format_} {told}\n".encode() * 50 for format_ in job.formats}


class HereDoor:
    """Makes jobs in this very process, as fast as can be."""

    def make(self, payload, *, seed, heard):  # noqa: ARG002
        """Make one."""
        from cxmaturity.reporting.batch.doors import Answer

        return Answer(parcel=render(payload, lambda said: heard(said.decode())), seconds=0.01, peak_mb=1.0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def main():
    """Run a batch of cheap jobs over all folders of ``argv[1]`` into ``argv[2]``, saying each as it ends."""
    from cxmaturity.reporting.batch.clients import from_folders
    from cxmaturity.reporting.batch.plan import Options
    from cxmaturity.reporting.batch.portfolio import write_portfolio
    from cxmaturity.reporting.batch.run import Watch, run_batch

    class Saying(Watch):
        def ended(self, result):
            print(result.order.wanted.source, flush=True)  # noqa: T201

    clients, out = Path(sys.argv[1]), Path(sys.argv[2])
    summary = run_batch(
        from_folders(sorted(clients.iterdir()), ("en", "fr")),
        out=out,
        options=Options(seed=1),
        open_door=HereDoor,
        jobs=2,
        watch=Saying(),
    )
    write_portfolio(out, "en")
    sys.exit(0 if summary.good else 1)


if __name__ == "__main__":
    main()
