"""Make the pictures of the screens for the docs: `python3 tools/make_screens.py [NAME...]` (needs Chromium and Pillow).

A campaign of invented people is answered in a store that is thrown away; each picture is one window, phone or desk. The last one
is a notebook in JupyterLab. With names, only those pictures are made.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "screens"
PHONE, DESK = (390, 844), (1280, 860)
MAP = ".cxm-journey svg[lang={language}] [role=button]"
PEOPLE = (
    ("marketing", "3443342"),
    ("marketing", "3444351"),
    ("service", "2323231"),
    ("service", "3322342"),
    ("sales", "3243332"),
    ("executive", "4444443"),
    ("service", "2322222"),
    ("marketing", "3434341"),
)


def answer(store: Any, visitor: Any, function: str, levels: str, catalog: Any) -> None:
    """Answer all seven questions as somebody, and finish."""
    from cxmaturity.assessment.values import Answer
    from cxmaturity.store.values import AnswerEvent

    store.set_function(visitor, function)
    store.record(
        visitor,
        [
            AnswerEvent(
                question=question.id,
                answer=Answer(state="level", level=int(level)),
                device="picture",
                sequence=number,
            )
            for number, (question, level) in enumerate(zip(catalog.questions, levels, strict=True), 1)
        ],
    )
    store.finish(visitor)


def invented(store: Any) -> tuple[str, dict[str, str]]:
    """Fill a store; return the campaign and the cookies of who is looked at."""
    from cxmaturity.files import load_catalog
    from cxmaturity.store import CampaignPlan

    catalog, today = load_catalog(), dt.datetime.now(dt.UTC).date()
    campaign = store.create_campaign(
        CampaignPlan(
            client="Maison Lavande",
            controller="Maison Lavande SA",
            contact="donnees@lavande.example",
            deadline=today + dt.timedelta(days=19),
            retention=today + dt.timedelta(days=150),
            functions=("marketing", "service", "sales", "staff", "executive"),
            primary="#5B3E8C",
            open_link=True,
        ),
        questionnaire=catalog.version,
        actor="picture",
    )
    cookies = {}
    for number, (function, levels) in enumerate(PEOPLE):
        _, token = store.invite(campaign.id, "respondent", actor="picture", label=f"Person {number + 1}")
        cookies["done"], visitor = store.redeem(token, session_secret=None)
        answer(store, visitor, function, levels, catalog)
    for name, role, scope in (
        ("new", "respondent", campaign.id),
        ("sponsor", "sponsor", campaign.id),
        ("consultant", "consultant", None),
    ):
        _, token = store.invite(scope, role, actor="picture")
        cookies[name], visitor = store.redeem(token, session_secret=None)
        if name == "new":
            store.set_function(visitor, "executive")
    return campaign.id, cookies


@contextmanager
def serving(store: Path, engagement: Path) -> Iterator[str]:
    """Run the server; yield its address."""
    command = [sys.executable, "-m", "cxmaturity.app", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(
        [*command, "--engagement", str(engagement)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            told = server.stdout.readline() if server.stdout else b"{}"
            yield str(json.loads(told)["address"])
        finally:
            server.terminate()


def places(address: str, campaign: str) -> tuple[tuple[str, str | None, str, tuple[int, int], str], ...]:
    """Return each screen: its name, who looks, the address, the window, and what is there once it is ready."""
    own = f"{address}/c/{campaign}/"
    mine = f"{address}/consultant/{campaign}/"
    return (
        ("welcome", None, f"{address}/o/{campaign}", PHONE, "[data-enter] button"),
        ("notice", None, f"{own}notice", PHONE, "h1"),
        ("question", "new", own, PHONE, "[data-current]"),
        ("question-desk", "new", own, DESK, "[data-current]"),
        ("result", "done", f"{own}result", PHONE, "h1"),
        ("result-desk", "done", f"{own}result", DESK, "h1"),
        ("explore", "done", f"{own}explore", DESK, ".cxm-explore .cxm-line"),
        ("link-lost", None, f"{address}/i/nothing", PHONE, "h1"),
        ("sponsor", "sponsor", f"{address}/s/{campaign}/", DESK, "h1"),
        ("campaign", "consultant", mine, DESK, "h1"),
        ("comparison", "consultant", f"{mine}comparison", DESK, "h1"),
        ("builder", "consultant", f"{address}/builder/", DESK, ".cxm-builder svg"),
        ("builder-phone", "consultant", f"{address}/builder/", PHONE, ".cxm-builder svg"),
        ("map", "consultant", f"{address}/map/", DESK, MAP),
    )


def keep(page: Any, name: str) -> None:
    """Take a picture of a window at rest, and keep it small."""
    page.wait_for_timeout(800)
    file = TARGET / f"{name}.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(200).save(file, optimize=True)
    print(file.relative_to(ROOT), file.stat().st_size)


@contextmanager
def laboratory(work: Path) -> Iterator[str]:
    """Run JupyterLab as `cxmaturity lab` does, with settings of its own; yield the address of the notebook of the map."""
    settings = {"ServerApp": {"allow_root": True}, "IdentityProvider": {"token": "picture"}}
    (work / "config").mkdir()
    (work / "config" / "jupyter_server_config.json").write_text(json.dumps(settings), encoding="utf-8")
    (work / "config" / "jupyter_lab_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}')
    own = {f"JUPYTER_{name}_DIR": str(work / name.lower()) for name in ("CONFIG", "RUNTIME")}
    words = ["lab", "--to", str(work / "notebooks"), "--no-open", "--port", "8899"]
    with subprocess.Popen(
        [sys.executable, "-m", "cxmaturity", *words],
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as lab:
        try:
            if not any("is running at" in line for line in lab.stderr or ()):
                raise RuntimeError(lab.returncode)
            yield "http://127.0.0.1:8899/lab/tree/journey_map.ipynb?token=picture"
        finally:
            os.killpg(lab.pid, signal.SIGTERM)


def in_jupyterlab(browser: Any, work: Path) -> None:
    """Run the notebook of the map, choose an event, take the picture in both languages."""
    with laboratory(work) as address:
        page = browser.new_context(viewport={"width": DESK[0], "height": 1000}, locale="en-GB").new_page()
        page.goto(address)
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel", timeout=90_000
        )
        page.evaluate("window.jupyterapp.shell.collapseLeft()")
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.locator(".cxm-journey svg .card[data-event=ouvrir-compte]").click(timeout=90_000)
        page.locator(".cxm-journey .cxm-panel-head").wait_for()
        for language, button in (("en", "English"), ("fr", "Français")):
            page.get_by_role("button", name=button, exact=True).click()
            page.locator(MAP.format(language=language)).first.wait_for()
            page.locator(".cxm-journey [data-map-sheet]").evaluate("(node) => node.scrollTo(0, 0)")
            page.locator(".jp-WindowedPanel-outer").evaluate("(node) => node.scrollTo(0, 300)")
            keep(page, f"jupyterlab-{language}")


def main(names: list[str]) -> int:
    """Open each screen and take its picture."""
    from playwright.sync_api import sync_playwright

    from cxmaturity.store import Store

    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        path, engagement = Path(work) / "answers.db", Path(work) / "maison-lavande"
        shutil.copytree(ROOT / "examples" / "maison-lavande", engagement)
        with Store.open(path) as store:
            campaign, cookies = invented(store)
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with serving(path, engagement) as address:
            wanted = [place for place in places(address, campaign) if not names or place[0] in names]
            for (name, who, url, size, ready), language in product(wanted, ("en", "fr")):
                context = browser.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    locale={"en": "en-GB", "fr": "fr-FR"}[language],
                )
                if who:
                    context.add_cookies(
                        [{"name": "cxm", "value": cookies[who], "url": address, "httpOnly": True}]
                    )
                page = context.new_page()
                page.goto(f"{url}?lang={language}")
                page.locator(ready.format(language=language)).first.wait_for(timeout=90_000)
                keep(page, f"{name}-{language}")
                context.close()
        if not names or "jupyterlab" in names:
            in_jupyterlab(browser, Path(work))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
