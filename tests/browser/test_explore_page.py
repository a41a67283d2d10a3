"""What-if in the real Voilà page of the real server: readable at once, alive soon, honest when its kernel is gone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

LEVELS = {"advocacy": 3, "distinct": 3, "access": 1, "response": 4, "trust": 3, "alignment": 2}
SAVE = """async ([address, levels]) => (await fetch(address, { method: "POST",
  headers: { "Content-Type": "application/json", "X-CXM": "1" },
  body: JSON.stringify({ events: Object.entries(levels).map(([question, level], index) => ({ question, state: "level", level,
    reason: "", sentence: "", criteria: [], lead: "", device: "test", sequence: index + 1, base: 0,
    made_at: null })) }) })).status"""
KNOWN = (
    "satisf"  # Voilà bundles an older JupyterLab than the widget manager asks for, which the manager notes
)


@pytest.fixture
def explorer(site, person):
    """Return a function that gives a person who has answered, and the address of their what-if page."""

    def make(**options):
        campaign = site.campaign()
        someone = person(**options)
        page = someone.enter(site.invite(campaign))
        assert 200 == page.evaluate(SAVE, [f"/c/{campaign.id}/answers", LEVELS])
        page.close()
        someone.complaints.clear()
        someone.requests.clear()
        return someone, f"{site.address}/c/{campaign.id}/explore"

    return make


def alive(page):
    """Wait until the kernel has filled the widget with the person's answers."""
    page.locator(".cxm-explore .cxm-line").first.wait_for(timeout=60_000)


def kernels(site):
    """Return the kernel processes of the server: those that it spawned, and the copies of its fork server."""
    found = []
    for child in psutil.Process(site.process.pid).children():
        line = " ".join(child.cmdline())
        found += [child.pid] if "ipykernel" in line else []
        found += [copy.pid for copy in child.children()] if "cxmaturity.warm.server" in line else []
    return found


@pytest.mark.parametrize("seen", [("fr", 1280), ("en", 390), ("fr", 320)], ids=str)
def test_whole_page(explorer, axe, clipped, picture, seen):
    """The page reads before its kernel, then shows one's own levels; nothing for axe, nothing cut, no stranger asked."""
    language, width = seen
    someone, address = explorer(language=language, width=width)
    page = someone.page()
    page.goto(address, wait_until="commit")

    page.locator("#cxm-wait strong").wait_for()
    assert language == page.locator("html").get_attribute("lang")
    alive(page)
    page.locator(".cxm-line").nth(2).locator("input").nth(3).check(force=True)
    page.locator(
        ".cxm-sentence-line", has_text={"en": "Accessibility", "fr": "Accessibilité"}[language]
    ).wait_for()
    picture(page, f"explore-{language}-{width}", full_page=True)

    assert [] == axe(page)
    assert [] == clipped(page)
    assert [] == someone.strangers
    assert [] == [said for said in someone.complaints if KNOWN not in said]
    assert {"en": "What if?", "fr": "Et si ?"}[language] == page.title().replace("\u202f", " ")


def test_the_document_scrolls_and_prints(explorer):
    """The page itself is the scroller, whatever Voilà's shell does, and paper gets all of it."""
    someone, address = explorer()
    page = someone.page()
    page.goto(address)
    alive(page)

    height, seen = page.evaluate("() => [document.documentElement.scrollHeight, innerHeight]")
    page.mouse.move(400, 400)
    page.mouse.wheel(0, 600)
    page.locator("body").evaluate("() => new Promise(requestAnimationFrame)")

    assert height > seen
    assert page.evaluate("() => scrollY") > 0
    assert len(page.pdf()) > 10_000


def test_language_changes_without_a_new_kernel(explorer, site):
    """Title, page and widget change where they stand: the move made stays, and so does the kernel."""
    someone, address = explorer(language="fr")
    page = someone.page()
    page.goto(address)
    alive(page)
    page.locator(".cxm-line").nth(2).locator("input").nth(3).check(force=True)
    page.locator(".cxm-sentence-line", has_text="Accessibilité au niveau 4").wait_for()
    before = kernels(site)

    page.locator('[data-language-choice="en"]').click()
    page.locator(".cxm-sentence-line", has_text="Accessibility at level 4").wait_for()

    assert ("en", "What if?") == (page.locator("html").get_attribute("lang"), page.title())
    assert before == kernels(site)
    assert page.url.endswith("lang=en")


def test_a_lost_connection_says_so_and_comes_back(explorer):
    """Without network a dialog says what is safe; it closes alone when the network is back."""
    someone, address = explorer()
    page = someone.page()
    page.goto(address)
    alive(page)

    someone.context.set_offline(True)
    page.get_by_role("dialog", name="Connection lost").wait_for(timeout=60_000)
    someone.context.set_offline(False)

    page.get_by_role("dialog").wait_for(state="hidden", timeout=60_000)


def test_a_dead_kernel_says_so(explorer, site):
    """A page whose program ended does not look alive: a dialog offers to reload, and the reload works."""
    someone, address = explorer()
    page = someone.page()
    page.goto(address)
    alive(page)

    for process in kernels(site):
        os.kill(process, signal.SIGKILL)
    page.get_by_role("dialog").wait_for(timeout=60_000)
    page.get_by_role("button", name="Reload the page").click()

    alive(page)
    assert not page.get_by_role("dialog").is_visible()


def test_without_scripts_the_page_still_says_what_it_is(explorer):
    """With JavaScript off there is a title, a way back and a sentence that says why nothing calculates."""
    someone, address = explorer()
    context = someone.context.browser.new_context(
        storage_state=someone.context.storage_state(), java_script_enabled=False
    )
    page = context.new_page()
    page.goto(address, wait_until="commit")

    page.get_by_text("needs JavaScript").wait_for(timeout=60_000)
    assert page.get_by_role("link", name="Back").is_visible()
    context.close()


def test_template_is_where_the_server_looks():
    """The page that the server sends is the one of this repository."""
    from cxmaturity.app.widgets.voila_page import template_paths

    assert (Path(template_paths()[0]) / "index.html.j2").is_file()
