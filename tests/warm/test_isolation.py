"""Nothing of one job can be seen by the next: each rule is a test that first proves the change, then its absence."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import numpy as np
import pytest

from cxmaturity.warm import JobContext, Limits

QUICK = Limits(wall_seconds=60)

# name -> (what one client does, what shows it); the second sees what a process before the first one saw
RULES = {
    "environment": ("import os; os.environ['CLIENT'] = 'A'", "import os; said = os.environ.get('CLIENT')"),
    "working folder": ("import os; os.chdir('/')", "import os; said = os.path.basename(os.getcwd())"),
    "search path": (
        "import sys; sys.path.insert(0, '/client-a')",
        "import sys; said = '/client-a' in sys.path",
    ),
    "modules": (
        "import sys, types; sys.modules['client_a'] = types.ModuleType('client_a')",
        "import sys; said = 'client_a' in sys.modules",
    ),
    "module attributes": (
        "import json; json.client = 'A'",
        "import json; said = getattr(json, 'client', None)",
    ),
    "builtins": (
        "import builtins; builtins.client = 'A'",
        "import builtins; said = hasattr(builtins, 'client')",
    ),
    "arguments": ("import sys; sys.argv.append('A')", "import sys; said = sys.argv"),
    "warning filters": (
        "import warnings; warnings.simplefilter('error')",
        "import warnings; said = [str(each[:3]) for each in warnings.filters]",
    ),
    "logging": (
        "import logging; logging.basicConfig(level=1, force=True)",
        "import logging; said = [logging.root.level, len(logging.root.handlers)]",
    ),
    "decimal context": (
        "import decimal; decimal.getcontext().prec = 3",
        "import decimal; said = decimal.getcontext().prec",
    ),
    "recursion limit": (
        "import sys; sys.setrecursionlimit(333)",
        "import sys; said = sys.getrecursionlimit()",
    ),
    "mask of new files": (
        "import os; os.umask(0)",
        "import os; said = os.umask(0)",
    ),
    "locale": (
        "import locale; locale.setlocale(locale.LC_NUMERIC, 'C.UTF-8')",
        "import locale; said = [locale.setlocale(each) for each in (locale.LC_NUMERIC, locale.LC_TIME)]",
    ),
    "time zone": (
        "import os, time; os.environ['TZ'] = 'Pacific/Auckland'; time.tzset()",
        "import time; said = [time.tzname, time.timezone]",
    ),
    "signal handlers": (
        "import signal; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)]",
        "import signal; said = [str(signal.getsignal(n)).split(' at ')[0] for n in sorted(signal.valid_signals())]",
    ),
    "blocked signals": (
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])",
        "import signal; said = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    ),
    "standard streams": (
        "import sys, io; sys.stdout = io.StringIO()",
        "import sys; said = type(sys.stdout).__name__",
    ),
    "threads": (
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "import threading; said = threading.active_count()",
    ),
    "event loop": (
        "import asyncio; asyncio.set_event_loop(asyncio.new_event_loop())",
        "import asyncio; said = asyncio._get_running_loop() is None and asyncio.get_event_loop_policy()._local._loop is None",
    ),
    "numpy options": (
        "import numpy; numpy.set_printoptions(precision=1); numpy.seterr(all='raise')",
        "import numpy; said = [numpy.get_printoptions()['precision'], numpy.geterr()]",
    ),
}
FORK_ONLY_RULES = {
    "pandas options": (
        "import pandas; pandas.set_option('display.max_rows', 3)",
        "import pandas; said = pandas.get_option('display.max_rows')",
    ),
    "matplotlib settings": (
        "import matplotlib; matplotlib.rcParams['font.size'] = 99",
        "import matplotlib; said = matplotlib.rcParams['font.size']",
    ),
    "seaborn theme": (
        "import seaborn; seaborn.set_theme(palette='dark')",
        "import matplotlib; said = str(matplotlib.rcParams['axes.prop_cycle'])",
    ),
    "open figures": (
        "import matplotlib.pyplot as plt; plt.figure(); plt.figure()",
        "import matplotlib.pyplot as plt; said = plt.get_fignums()",
    ),
}


def check_rule(looked, server, change, show):
    """Show, change, show again; and make sure that the change is one."""
    before = looked(server, show)
    changed = looked(server, f"{change}\n{show}")

    assert before == looked(server, show)
    assert before != changed


@pytest.mark.skipif(os.name == "nt", reason="some rules speak of signals and masks")
@pytest.mark.parametrize("rule", RULES)
def test_next_client_sees_nothing(looked, server, rule):
    """What one client changes is as it was before for the next one."""
    change, show = RULES[rule]
    if rule == "locale":  # this image may have no other locale than C; the change itself is then invisible
        before = looked(server, show)
        looked(server, change)
        assert before == looked(server, show) == ["C", "C"]
    else:
        check_rule(looked, server, change, show)


@pytest.mark.parametrize("rule", FORK_ONLY_RULES)
def test_next_client_sees_nothing_in_loaded_libraries(looked, forked, rule):
    """Options and figures of libraries that the server holds ready are as they were for the next client."""
    check_rule(looked, forked, *FORK_ONLY_RULES[rule])


DRAW = "import random, numpy; said = [random.random(), numpy.random.random()]"


def test_random_numbers_follow_the_seed(looked, server):
    """A seed gives the numbers that its SHA-256 gives here; another seed gives others; none gives new ones."""
    digest = hashlib.sha256(b"run-1/client-7").digest()
    expected = np.random.RandomState(  # the legacy state is what notebooks use
        [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4)]
    ).random()

    assert [random.Random(digest).random(), expected] == looked(server, DRAW, seed="run-1/client-7")  # noqa: S311
    assert looked(server, DRAW, seed="run-1/client-7") != looked(server, DRAW, seed="run-1/client-8")
    assert looked(server, DRAW) != looked(server, DRAW)


def test_folders_of_its_own_removed_after(looked, server):
    """Temporary files, home and working folder are new, empty, private, apart from the next client's, and go away."""
    show = (
        "import os, pathlib, tempfile\n"
        "places = [tempfile.gettempdir(), os.path.expanduser('~'), os.getcwd()]\n"
        "said = [[place, os.stat(place).st_mode & 0o777, len(os.listdir(place))] for place in places]\n"
        "[pathlib.Path(place, 'secret').write_text('A') for place in places]\n"
        "tempfile.mkdtemp()"
    )
    first, second = looked(server, show), looked(server, show)
    places = {place for place, _, _ in first + second}

    assert 6 == len(places)
    assert {(0o700, 0)} == {(mode, count) for _, mode, count in first + second}
    assert [] == [place for place in places if Path(place).exists()]


def test_own_home_can_be_declined(looked, server):
    """A notebook of the user keeps the user's home and folder."""
    show = "import os; said = [os.path.expanduser('~'), os.getcwd()]"

    assert [str(Path.home()), "/"] == looked(server, show, own_home=False, cwd=Path("/"))


def test_environment_is_what_was_given(looked, server):
    """A job has the environment of its context and nothing of the asker's or the server's beside it."""
    show = "import os; said = sorted(os.environ)"
    names = set(looked(server, show, environment={"CLIENT": "B", "PYTHONSTARTUP": "x.py"}))

    assert "CLIENT" in names
    assert {"PATH", "PYTHONSTARTUP", "LOGNAME", "CXMATURITY_RUNTIME_DIR"} & names == set()


def test_secret_is_on_no_command_line_and_in_no_block(looked, forked):
    """A secret of the environment is not among what the operating system shows of any process: neither child nor server."""
    show = (
        "import os, pathlib\n"
        "said = {name: b'S3cr3t' in pathlib.Path(f'/proc/{pid}/{name}').read_bytes()\n"
        "        for pid in (os.getpid(), os.getppid()) for name in ('environ', 'cmdline')}\n"
        "said['own'] = os.environ['KEY']"
    )

    assert {"environ": False, "cmdline": False, "own": "S3cr3t"} == looked(
        forked, show, environment={"KEY": "S3cr3t"}
    )


def test_no_file_of_others_is_open(looked, forked):
    """A child has its three streams, its connection and its channel, and no descriptor of server or sibling."""
    show = (
        "import os\nsaid = []\n"
        "for n in range(64):\n"
        "    try: said.append(os.readlink(f'/proc/self/fd/{n}').split(':')[0])\n"
        "    except OSError: pass"
    )

    assert sorted(["/dev/null", "pipe", "pipe", "pipe", "socket", "socket"]) == sorted(looked(forked, show))


def test_jobs_at_once_are_apart(looked, forked):
    """Two jobs that run at the same time have different processes, groups and folders."""
    from concurrent.futures import ThreadPoolExecutor

    show = "import os, time; time.sleep(0.2); said = [os.getpid(), os.getpgid(0), os.getcwd()]"
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: looked(forked, show), range(4)))

    assert [4, 4, 4] == [len(set(column)) for column in zip(*said, strict=True)]


def test_limits_do_not_last(looked, forked):
    """Memory and processor limits of one job do not bind the next."""
    show = "import resource; said = [resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]]"
    bound = forked.run(
        "warm_jobs:look",
        show.encode(),
        limits=Limits(memory_bytes=1 << 30, cpu_seconds=7),
        context=JobContext(),
    )

    assert b"7]" == bound.result[-2:]
    assert [-1, -1] == looked(forked, show)


def test_progress_and_payload_arrive_whole(server):
    """Sixteen megabytes go and come back unchanged, and what the job says arrives before."""
    heard: list[bytes] = []
    payload = random.Random(1).randbytes(16 << 20)  # noqa: S311
    outcome = server.run("warm_jobs:echo", payload, limits=QUICK, on_progress=heard.append)

    assert payload == outcome.result
    assert [b"16777216"] == heard
