"""What surrounds a job in its own process, set before anything of the job runs.

A child is a copy of a server that has never seen a client, so nothing can be left over from another one; what this
module sets is what a copy would otherwise share with its siblings, or take from the server in place of the asker.
"""

from __future__ import annotations

import contextlib
import hashlib
import locale
import math
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from cxmaturity.warm.place import FIXED, ONE_THREAD

DROPPED: Final = ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS", "JPY_PARENT_PID", "IPYTHONDIR")
MARK: Final = "CXMATURITY_JOB"
"""Names the process of a job in the environment of all that it starts, so that its strays can be told."""
_INLINE: Final = "module://matplotlib_inline.backend_inline"
_HOME_FOLDERS: Final = (
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "MPLCONFIGDIR",
)


def job_environment(given: Mapping[str, str], scratch: Path, *, own_home: bool) -> dict[str, str]:
    """Return the environment of a job: the asker's, its temporary files and settings in folders of its own."""
    environment = {name: value for name, value in given.items() if name not in DROPPED}
    environment |= FIXED | {name: environment.get(name, value) for name, value in ONE_THREAD.items()}
    temporary = str(scratch / "tmp")
    environment |= {"TMPDIR": temporary, "TEMP": temporary, "TMP": temporary}
    environment |= {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        MARK: str(os.getpid()),
    }
    if own_home:
        environment |= {"HOME": str(scratch / "home"), "USERPROFILE": str(scratch / "home")}
        for name in _HOME_FOLDERS:
            environment.pop(name, None)
    return environment


def make_scratch(scratch: Path) -> None:
    """Make the folders of one job, readable by its owner only."""
    for name in ("", "tmp", "home", "work"):
        (scratch / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def use_environment(environment: Mapping[str, str]) -> None:
    """Replace the whole environment, and what Python has derived from the old one."""
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "C")
        locale.setlocale(locale.LC_CTYPE, "")
    if hasattr(time, "tzset"):
        time.tzset()
    for part in reversed(environment.get("PYTHONPATH", "").split(os.pathsep)):
        if part and part not in sys.path:
            sys.path.insert(0, part)


def use_job_context(context: Mapping[str, Any], scratch: Path) -> None:
    """Set environment, folders, mask and random state of a job; `context` is a `JobContext` as JSON."""
    make_scratch(scratch)
    os.umask(context["umask"])
    use_environment(job_environment(context["environment"], scratch, own_home=context["own_home"]))
    os.chdir(context["cwd"] or scratch / "work")
    sys.argv = ["cxmaturity"]
    seed_random(context["seed"])
    fresh_state()


def seed_random(seed: str | None) -> None:
    """Start the global random states from the hash of a text, or from the operating system."""
    digest = hashlib.sha256(seed.encode()).digest() if seed is not None else os.urandom(32)
    random.seed(digest)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed([int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4)])


def fresh_state() -> None:
    """Bring back what a fresh interpreter would have: warnings not yet said, no figure, no chosen backend."""
    warnings.filterwarnings("default", category=_NeverRaised)  # a changed list forgets what was said once
    cast("list[Any]", warnings.filters).pop(0)
    use_backend(os.environ.get("MPLBACKEND"))


def use_backend(name: str | None) -> None:
    """Let matplotlib, imported long ago, choose its backend in this process; None leaves the choice to it."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if matplotlib is not None and name is not None:
        for settings in (matplotlib.rcParams, matplotlib.rcParamsDefault, matplotlib.rcParamsOrig):
            settings._set("backend", name)  # noqa: SLF001  # the public way loads the backend at once
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot._backend_mod = None  # noqa: SLF001


def figures_in_cells() -> None:
    """Show figures below their cell, unless the environment says otherwise; as ipykernel does."""
    use_backend(os.environ.setdefault("MPLBACKEND", _INLINE))


class _NeverRaised(Warning):
    """No one raises it."""


def user_code() -> None:
    """Make room for somebody's own imports: a jsonschema that was loaded without its grammar is not handed on."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "jsonschema"]:
        del sys.modules[name]


def set_limits(limits: Mapping[str, Any]) -> None:
    """Set the limits that the operating system keeps: address space, processor time, no core file."""
    try:
        import resource
    except ImportError:  # Windows has none of them
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits.get("memory_bytes"):
        room = _address_space() + limits["memory_bytes"]
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
    if limits.get("cpu_seconds"):
        seconds = math.ceil(limits["cpu_seconds"])
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # macOS says it nowhere
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def default_signals() -> None:
    """Give back the reactions of a fresh interpreter."""
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
