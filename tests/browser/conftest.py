"""A real server on a store of its own, and Debian's Chromium driven as a person would drive it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from cxmaturity.store import CampaignPlan, Store

CLIPPED = """() => {
  const hidden = (node) => { for (let up = node; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.clipPath === "inset(50%)" || style.visibility === "hidden" || style.display === "none") return true; }
    return false; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName) || hidden(node)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const style = getComputedStyle(node);
    const wide = node.scrollWidth > node.clientWidth + 1;
    const tall = style.overflowY === "hidden" && node.scrollHeight > node.clientHeight + 1;
    const cut = node.clientWidth > 0 && (wide || tall);
    if (cut || box.right > innerWidth + 1 || box.left < -1) found.push(walker.currentNode.data.trim().slice(0, 60));
  }
  const page = document.documentElement.scrollWidth;
  if (page > innerWidth + 1) found.push(`page ${page} > ${innerWidth}`);
  return found;
}"""


@attrs.define
class Site:
    """One store and the server in front of it, which can be killed and started again at the same address."""

    path: Path
    port: int = 0  # any free one; once known, the same again after a kill
    process: subprocess.Popen[str] | None = None
    store: Store = attrs.field(init=False)

    def __attrs_post_init__(self):
        self.store = Store.open(self.path)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start the server and wait until it says that it is ready."""
        if self.process is not None:
            return
        command = [
            sys.executable,
            "-m",
            "cxmaturity.app",
            "serve",
            "--store",
            str(self.path),
            "--port",
            str(self.port),
        ]
        log = self.path.with_suffix(".log").open("a", encoding="utf-8")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8"
        )
        log.close()
        for line in self.process.stdout:
            if line.startswith("{") and json.loads(line).get("ready"):
                self.port = self.port or json.loads(line)["port"]
                assert json.loads(line)["address"] == self.address
                return
        raise AssertionError(self.path.with_suffix(".log").read_text(encoding="utf-8")[-2000:])

    def kill(self):
        """End the server as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def campaign(self, **changes):
        """Create a campaign; by default an open link, five functions, both languages."""
        today = dt.datetime.now(dt.UTC).date()
        plan = {
            "client": "Maison Lavande",
            "controller": "Maison Lavande SA",
            "contact": "privacy@lavande.example",
            "deadline": today + dt.timedelta(days=21),
            "retention": today + dt.timedelta(days=200),
            "open_link": True,
            **changes,
        }
        return self.store.create_campaign(CampaignPlan(**plan), questionnaire="1", actor="test")

    def invite(self, campaign, role="respondent", **more):
        """Return the address of a personal link."""
        _, token = self.store.invite(campaign.id if campaign else None, role, actor="test", **more)
        return f"{self.address}/i/{token}"

    def answers(self, campaign):
        """Return what the store holds of each person: {respondent: {question: state or level}}."""
        return {
            response.respondent: {
                question: answer.level or answer.state for question, answer in response.answers
            }
            for response in self.store.responses(campaign.id, actor="test", unfinished=True)
        }

    def history(self, campaign):
        """Return every answer ever written for a campaign, read from the file itself: {(question, level)}."""
        with contextlib.closing(sqlite3.connect(self.path)) as file:
            return set(
                file.execute(
                    "SELECT question, level FROM events JOIN respondents ON respondents.id = events.respondent"
                    " WHERE respondents.campaign = ?",
                    (campaign.id,),
                )
            )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a running server with an empty store."""
    made = Site(tmp_path_factory.mktemp("site") / "answers.db")
    made.start()
    yield made
    made.kill()
    made.store.close()


@attrs.define
class Person:
    """One browser profile: its pages, and everything they complained of or asked for."""

    context: object
    site: Site
    complaints: list[str] = attrs.field(factory=list)
    requests: list[str] = attrs.field(factory=list)

    def page(self):
        """Open a tab whose console, errors and requests are noted."""
        page = self.context.new_page()
        page.on("console", lambda message: self._console(message))  # noqa: PLW0108  # playwright marks methods
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        return page

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def strangers(self) -> list[str]:
        """Return the requests that went anywhere but to the server."""
        own = (f"{self.site.address}/", "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def enter(self, address, *, function=None):
        """Open a link, choose a function when asked, press Start; return the tab once the form is alive."""
        page = self.page()
        page.goto(address)
        if function is not None:
            page.locator(f'.pills label:has([value="{function}"])').click()
        page.locator("[data-enter] button").click()
        ready(page)
        return page


def ready(page):
    """Wait until the script of the form has taken over."""
    page.wait_for_selector("html[data-ready]", state="attached")


@pytest.fixture
def person(chromium, site):
    """Return a function that makes a person with their own cookies."""
    opened = []

    def make(*, width=1280, height=900, language="en", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale={"en": "en-GB", "fr": "fr-FR"}[language],
            **options,
        )
        opened.append(context)
        return Person(context, site)

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def clipped():
    """Return a function that lists the texts of a page that are cut off or hang over its edge."""
    return lambda page: page.evaluate(CLIPPED)


@pytest.fixture(scope="session")
def picture():
    """Return a function that keeps a picture of a page in the folder CXMATURITY_SCREENSHOTS; without one, nobody would look."""
    told = os.environ.get("CXMATURITY_SCREENSHOTS")

    def keep(page, name, **options):
        if told:
            page.screenshot(path=Path(told) / f"{name}.png", **options)

    return keep


STILL = """document.fonts.ready.then(() => Promise.all(
  document.getAnimations().filter(a => a.effect.getComputedTiming().iterations < 99).map(a => a.finished)))"""


@attrs.define
class Eye:
    """Looks at each screen once: accessibility, texts cut off, a picture for those who want one."""

    axe: object
    clipped: object
    picture: object
    name: str
    faults: list[tuple[str, object]] = attrs.field(factory=list)
    seen: int = 0

    def look(self, page, screen, *, full=True):
        """Look at the page under the name `screen`, the pointer away and everything at rest."""
        page.mouse.move(0, 0)
        page.wait_for_load_state("load")
        page.evaluate(STILL)
        self.picture(page, f"{screen}-{self.name}", full_page=full)
        self.seen += 1
        self.faults += [(screen, fault) for fault in self.axe(page)]
        self.faults += [(screen, text) for text in self.clipped(page)]


@pytest.fixture
def eye(axe, clipped, picture):
    """Return a function that makes an eye whose pictures bear a name."""
    return lambda name: Eye(axe, clipped, picture, name)
