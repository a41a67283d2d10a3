"""Measure the screens beside default Voilà with plain ipywidgets, in the same run: `python benchmarks/screens.py`.

Both servers are up before the clock starts; each round opens a fresh browser context, ours and theirs in turn. Goals and the
figures of the peer are in docs/explanation; the table goes to benchmarks/screens.md and, from there, into the README.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "benchmarks" / "screens.md"
ROUNDS = 5
PEOPLE = 300
TABS = 50
READING = (2.0, 6.0)
RUSH = (0.4, 0.6)
"""Seconds between two answers of one person: somebody quick, and faster than anybody reads."""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_notebook(folder: Path) -> Path:
    """Write the peer: the same seven questions with the widgets that ship with ipywidgets, and a live score."""
    import nbformat

    from cxmaturity.files import load_catalog

    catalog = load_catalog()
    questions = [
        (question.wording.fr, [level.anchor.fr for level in question.levels])
        for question in catalog.questions
    ]
    code = f"""
import ipywidgets as W
questions = {questions!r}
score = W.Label("score: -")
boxes = [
    W.RadioButtons(options=[(a, i) for i, a in enumerate(levels, 1)], description=text, value=None)
    for text, levels in questions
]
def follow(change):
    given = [box.value for box in boxes if box.value]
    score.value = f"score: {{sum(given) / len(given):.2f}}"
for box in boxes:
    box.observe(follow, "value")
W.VBox([*boxes, score])
"""
    path = folder / "plain.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), path)
    return path


@contextlib.contextmanager
def running(command: list[str], url: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, once it answers at `url`."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **options
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  # our own address
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def families(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes below a server."""
    found, queue = [], [process.pid]
    while queue:
        for children in Path(f"/proc/{queue.pop(0)}/task").glob("*/children"):  # any thread may have children
            with contextlib.suppress(OSError):
                below = [int(word) for word in children.read_text().split()]
                found += below
                queue += below
    return found


def kernels(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the kernels of a server: those that it spawned, and the copies of its fork server."""
    lines = {}
    for child in families(process):
        with contextlib.suppress(OSError):
            lines[child] = Path(f"/proc/{child}/cmdline").read_bytes()
    copies = [pid for pid in lines if b"cxmaturity.warm.server" in lines.get(_parent(pid), b"")]
    return copies + [pid for pid, line in lines.items() if b"ipykernel_launcher" in line]


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    return 0


def private_megabytes(pid: int) -> float:
    """Return the proportional memory of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Traffic:
    """Counts the bytes that a page took from the network, by the browser's own account."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda told: self._add(told["encodedDataLength"]))

    def _add(self, more: float) -> None:
        self.bytes += int(more)


def peer_once(browser: Any, address: str) -> dict[str, float]:
    """Open default Voilà and answer once; nothing of it is ever saved, so the answer counts when the score moves."""
    context = browser.new_context()
    page = context.new_page()
    traffic = Traffic(page)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("input[type=radio]").first.wait_for(timeout=120_000)
    readable = time.perf_counter() - began
    page.locator("input[type=radio]").nth(2).evaluate("one => one.click()")  # a label lies over it
    page.get_by_text("score: 3.00").wait_for(timeout=60_000)
    answered = time.perf_counter() - began
    took = {"readable": readable, "answered": answered, "kilobytes": traffic.bytes / 1000}
    context.close()
    return took


def ours_once(browser: Any, address: str, secret: str) -> dict[str, float]:
    """Open a person's form and answer once: the answer counts when the server says that it is on the disk."""
    context = browser.new_context()
    context.add_cookies(
        [{"name": "cxm", "value": secret, "url": address.partition("/c/")[0], "httpOnly": True}]
    )
    page = context.new_page()
    traffic = Traffic(page)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("[data-current] .cxm-wording").wait_for(timeout=60_000)
    readable = time.perf_counter() - began
    page.locator('[data-current] [data-choice="3"]').click()
    page.wait_for_selector("[data-status-line][data-kind=saved]")
    answered = time.perf_counter() - began
    took = {"readable": readable, "answered": answered, "kilobytes": traffic.bytes / 1000}
    other = page.locator("[data-language]:not([aria-current])").first
    if other.count():
        before = page.evaluate("document.documentElement.lang")
        took["language"] = page.evaluate(
            """async (before) => { const link = [...document.querySelectorAll('[data-language]')]
                 .find(one => one.dataset.language !== before);
               const began = performance.now(); link.click();
               while (document.documentElement.lang === before) await new Promise(done => requestAnimationFrame(done));
               return (performance.now() - began) / 1000; }""",
            before,
        )
    context.close()
    return took


def campaign_of(store: Any, people: int) -> tuple[str, list[str]]:
    """Make a campaign and the sessions of its people; return its id and their cookies."""
    from cxmaturity.store import CampaignPlan

    today = dt.datetime.now(dt.UTC).date()
    campaign = store.create_campaign(
        CampaignPlan(
            client="Benchmark",
            controller="Benchmark",
            contact="nobody@example.org",
            deadline=today + dt.timedelta(days=9),
            retention=today + dt.timedelta(days=99),
        ),
        questionnaire="1",
        actor="benchmark",
    )
    secrets = []
    for _ in range(people):
        _, token = store.invite(campaign.id, "respondent", actor="benchmark")
        secrets.append(store.redeem(token, session_secret=None)[0])
    return campaign.id, secrets


def all_at_once(
    origin: str, campaign: str, secrets: list[str], *, pause: tuple[float, float], first: int
) -> dict[str, float]:
    """Let everybody answer seven questions at the same time; return how it went, in seconds per save.

    `pause` is between which two numbers of seconds a person reads a question; `first` the number of their first event.
    """
    from tornado.httpclient import AsyncHTTPClient, HTTPRequest

    from cxmaturity.files import load_catalog

    questions = [question.id for question in load_catalog().questions]
    AsyncHTTPClient.configure(None, max_clients=len(secrets))
    spent: list[float] = []
    lost = 0

    async def somebody(number: int, secret: str) -> None:
        nonlocal lost
        client, chance = AsyncHTTPClient(), random.Random(number)  # noqa: S311  # not a secret
        for sequence, question in enumerate(questions, first):
            await asyncio.sleep(chance.uniform(*pause))
            event = {
                "question": question,
                "state": "level",
                "level": 1 + number % 5,
                "device": f"d{number}",
                "sequence": sequence,
                "base": 0,
            }
            began = time.perf_counter()
            answer = await client.fetch(
                HTTPRequest(
                    f"{origin}/c/{campaign}/answers",
                    method="POST",
                    headers={
                        "Cookie": f"cxm={secret}",
                        "Content-Type": "application/json",
                        "X-CXM": "1",
                        "Origin": origin,
                    },
                    body=json.dumps({"events": [event]}),
                    request_timeout=60,
                ),
                raise_error=False,
            )
            spent.append(time.perf_counter() - began)
            lost += answer.code != 200

    async def everybody() -> None:
        await asyncio.gather(*(somebody(number, secret) for number, secret in enumerate(secrets)))

    began = time.perf_counter()
    asyncio.run(everybody())
    spent.sort()
    return {
        "saves": len(spent),
        "refused": lost,
        "p50": spent[len(spent) // 2],
        "p95": spent[int(len(spent) * 0.95)],
        "seconds": time.perf_counter() - began,
    }


def tabs(browser: Any, address: str, secrets: list[str], server: subprocess.Popen[bytes]) -> dict[str, float]:
    """Open results with their kernels, weigh them, close all, and count the kernels that are left."""
    most, weights, seconds = 0, [], []
    for secret in secrets[:TABS]:
        context = browser.new_context()
        context.add_cookies(
            [{"name": "cxm", "value": secret, "url": address.partition("/c/")[0], "httpOnly": True}]
        )
        page = context.new_page()
        began = time.perf_counter()
        page.goto(f"{address}explore", wait_until="commit")
        if len(weights) < 3:
            page.locator(".cxm-explore .cxm-line").first.wait_for(timeout=120_000)
            seconds.append(time.perf_counter() - began)
            weights += [private_megabytes(pid) for pid in kernels(server)[-1:]]
        else:
            page.wait_for_load_state("domcontentloaded")
        most = max(most, len(kernels(server)))
        page.close(run_before_unload=True)
        context.close()
    closed = time.perf_counter()
    while kernels(server) and time.perf_counter() - closed < 60:
        time.sleep(1)
    return {
        "most": most,
        "left": len(kernels(server)),
        "gone_after": time.perf_counter() - closed,
        "megabytes": statistics.median(weights),
        "explore_seconds": statistics.median(seconds),
    }


def builder_seconds() -> list[float]:
    """Return how long an edit of the builder takes in its kernel: 2,000 trials and everything that the page draws."""
    from cxmaturity.app.widgets.builder import BusinessCaseBuilder

    builder = BusinessCaseBuilder(ROOT / "examples" / "maison-lavande", language="fr")
    spent = []
    for turn in range(12):
        began = time.perf_counter()
        moved = builder.state.figure("levers.retention.churn_rate_reduction", "mode", f"1,{4 + turn % 2} %")
        builder._publish(draws=2000)  # noqa: SLF001  # what an edit from the browser ends in
        spent.append(time.perf_counter() - began)
        if not moved:
            raise RuntimeError("the edit was refused: nothing was measured")
    builder.close()
    return sorted(spent[2:])


def main() -> None:
    """Measure, print and write the table."""
    from playwright.sync_api import sync_playwright

    from cxmaturity.store import Store

    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        folder = Path(work)
        with Store.open(folder / "store.sqlite") as store:
            campaign, secrets = campaign_of(store, PEOPLE + ROUNDS)
        ours, theirs = free_port(), free_port()
        origin, peer = f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{theirs}/"
        address = f"{origin}/c/{campaign}/"
        serve = [sys.executable, "-m", "cxmaturity.app", "serve", "--store", str(folder / "store.sqlite")]
        plain = [
            sys.executable,
            "-m",
            "voila",
            str(plain_notebook(folder)),
            "--no-browser",
            f"--port={theirs}",
        ]
        environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with (
            running([*serve, f"--port={ours}"], f"{origin}/health", env=environment) as server,
            running(plain, f"{peer}voila/static/nothing", env=environment, cwd=folder),
        ):
            time.sleep(3)
            pairs = [
                (ours_once(browser, address, secrets[-1 - turn]), peer_once(browser, peer))
                for turn in range(ROUNDS)
            ]
            with ThreadPoolExecutor(1) as beside:  # the browser's driver has this thread's event loop
                crowd, rush = (
                    beside.submit(
                        all_at_once, origin, campaign, secrets[:PEOPLE], pause=pause, first=first
                    ).result()
                    for pause, first in ((READING, 1), (RUSH, 8))
                )
            kept = tabs(browser, address, secrets, server)
    kept["builder"] = statistics.median(builder_seconds())
    rows = table(pairs, crowd, rush, kept)
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print("\n".join(rows))


def table(
    pairs: list[Any], crowd: dict[str, float], rush: dict[str, float], kept: dict[str, float]
) -> list[str]:
    """Return the lines of the table."""

    def of(side: int, name: str) -> float:
        return statistics.median(pair[side][name] for pair in pairs)

    def ratio(name: str) -> float:
        return statistics.median(pair[1][name] / pair[0][name] for pair in pairs)

    people, hurry = (
        f"{told['saves']:.0f} saves, {told['refused']:.0f} refused, "
        f"median {told['p50'] * 1000:.0f} ms, p95 {told['p95'] * 1000:.0f} ms"
        for told in (crowd, rush)
    )
    left = f"{kept['left']:.0f}, after {kept['gone_after']:.0f} s (at most {kept['most']:.0f} at once)"
    rows = [
        ("first question readable", "readable", "{:.2f} s", "{:.2f} s", "{:.1f} × sooner"),
        ("first answer", "answered", "{:.2f} s, on the disk", "{:.2f} s, never saved", "{:.1f} × sooner"),
        ("bytes before the first answer", "kilobytes", "{:,.0f} kB", "{:,.0f} kB", "{:.0f} × lighter"),
    ]
    alone = [
        ("language switched, nothing lost", f"{of(0, 'language') * 1000:.0f} ms"),
        (
            f"{PEOPLE} people at once, seven questions, {READING[0]:g} to {READING[1]:g} s to read each",
            people,
        ),
        (f"the same, a click every {RUSH[0]:g} to {RUSH[1]:g} s", hurry),
        (f"kernels left when {TABS} tabs were opened and closed", left),
        ("memory of an open result (its kernel)", f"{kept['megabytes']:.0f} MB"),
        (
            "an edit of the builder, 2,000 trials, all charts' numbers",
            f"{kept['builder'] * 1000:.0f} ms in the kernel",
        ),
        ("a result to play with, from the link", f"{kept['explore_seconds']:.1f} s"),
    ]
    return [
        f"Measured by `python benchmarks/screens.py` on {os.cpu_count()} cores (load average {os.getloadavg()[0]:.1f}):",
        f"medians of {ROUNDS} rounds, ours and default Voilà with plain ipywidgets in turn.",
        "",
        "| what | ours | default Voilà | ratio |",
        "|---|---|---|---|",
        *(
            f"| {what} | {mine.format(of(0, name))} | {theirs.format(of(1, name))} | {times.format(ratio(name))} |"
            for what, name, mine, theirs, times in rows
        ),
        *(f"| {what} | {mine} | – | |" for what, mine in alone),
    ]


if __name__ == "__main__":
    main()
