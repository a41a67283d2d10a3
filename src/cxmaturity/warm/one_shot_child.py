"""The spawned process behind `one_shot`: import everything, wait for one job, do it, end."""

from __future__ import annotations

import faulthandler
import functools
import gc
import json
import os
import sys
from pathlib import Path

from cxmaturity.warm import isolation
from cxmaturity.warm.child import do_job
from cxmaturity.warm.values import Preload
from cxmaturity.warm.warming import warm
from cxmaturity.warm.wire import WireError, read_request, write_all


def main() -> None:
    """Serve one job with the scratch folder and the preload list of the command line, and end."""
    said = json.loads(sys.argv[2])
    preload = Preload(modules=tuple(said["modules"]), warm_up=said["warm_up"])
    status = serve(Path(sys.argv[1]), preload)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def serve(scratch: Path, preload: Preload) -> int:
    """Take the request from standard input; answer in frames on what was standard output."""
    asked, channel = os.dup(0), os.dup(1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what is printed goes beside what is answered
    warm(preload)
    gc.collect()
    gc.freeze()
    try:
        head, payload = read_request(functools.partial(os.read, asked))
    except WireError:  # nobody needs it any more
        return 0
    os.close(asked)
    isolation.use_job_context(head["context"], scratch)
    faulthandler.enable(file=os.dup(2))
    isolation.set_limits(head["limits"])
    return do_job(head["target"], payload, functools.partial(write_all, channel))
