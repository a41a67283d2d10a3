"""A child that becomes an ordinary Jupyter kernel, with the whole protocol; the door of JupyterLab and Voilà."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Mapping
from typing import Any

from cxmaturity.warm import isolation


def be_kernel(head: Mapping[str, Any], descriptors: list[int]) -> int:
    """Take the asker's place (environment, folder, standard streams), then run the kernel until it is stopped."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        if descriptor > 2:
            os.close(descriptor)
    isolation.use_environment({**head["environment"], isolation.MARK: str(os.getpid())})
    os.environ.pop("JPY_PARENT_PID", None)  # the parent is the server; hanging up is what ends this kernel
    os.chdir(head["cwd"])
    isolation.seed_random(None)
    isolation.fresh_state()
    isolation.figures_in_cells()
    isolation.user_code()
    isolation.set_limits(head["limits"])
    sys.argv = ["ipykernel_launcher.py", *head["arguments"]]

    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    quiet = Config({"IPKernelApp": {"parent_handle": 1}})  # 1: no polling of the parent, no banner
    with contextlib.suppress(SystemExit):
        application: Any = IPKernelApp.instance(config=quiet)
        application.initialize(sys.argv[1:])
        application.start()
    atexit._run_exitfuncs()  # noqa: SLF001  # user code may have registered some
    return 0
