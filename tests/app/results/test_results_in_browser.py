"""The pages after the answers in Chromium: accessible in both looks, nothing clipped, numbers that follow."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cxmaturity.app.pages.assets import asset_bytes
from cxmaturity.app.pages.consultant import campaign_page, comparison_page, home_page
from cxmaturity.app.pages.result import result_page
from cxmaturity.app.pages.sponsor import sponsor_page

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ORIGIN = "http://cxm.test"
WIDER = """() => [...document.querySelectorAll('main *')].filter(node => {
  if (node.closest('.r-scroll') || node.matches('input') || node.closest('svg') || node.closest('.unseen')) return false;
  const box = node.getBoundingClientRect();
  const cut = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible';
  return box.width && (box.right > innerWidth + 1 || cut);
}).map(node => node.className || node.tagName)"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def chromium():
    """Return one browser for the module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe():
    """Return axe-core."""
    import axe_playwright_python

    return next(Path(axe_playwright_python.__path__[0]).rglob("axe.min.js")).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(hand, catalog):
    """Return every page by name, in both languages."""
    alone, beside = hand.a_case(catalog, finished=False), hand.a_case(catalog, group=hand.people(24))
    campaign = hand.a_campaign(open_link=True)
    group = hand.score(campaign, hand.people(24, sentence="We say ", reason="No community"), catalog)
    invitations = [
        hand.invitation(1),
        hand.invitation(2, opened_at=hand.NOW),
        hand.invitation(3, reminders_sent=2),
    ]
    made = {}
    for language in ("en", "fr"):
        common = {"catalog": catalog, "language": language}
        for name, case in (("alone", alone), ("beside", beside)):
            given = {key: getattr(case, key) for key in ("campaign", "progress", "own", "group")}
            made[f"{name}-{language}"] = result_page(**given, **common, as_of=hand.AS_OF)
        for name, found in (("sponsor", group), ("sponsor-none", None)):
            made[f"{name}-{language}"] = sponsor_page(
                campaign=campaign, participation=hand.participation(), group=found, **common, as_of=hand.AS_OF
            )
        for name, found in (("comparison", group), ("comparison-none", None)):
            made[f"{name}-{language}"] = comparison_page(campaign=campaign, result=found, **common)
        made[f"home-{language}"] = home_page(campaigns=[campaign], **common, now=hand.NOW)
        made[f"campaign-{language}"] = campaign_page(
            campaign=campaign, participation=hand.participation(), invitations=invitations, **common, now=hand.NOW,
            open_link="https://cx.example/o/lavande-2026", told="https://cx.example/i/abc", told_label="Person 1",
        )  # fmt: skip
    return made


def serve(page, pages, live):
    """Answer what the page asks from memory; return what was asked elsewhere, and what the console said."""
    elsewhere, said = [], []

    def answer(route):
        path = route.request.url.removeprefix(ORIGIN)
        if not route.request.url.startswith(ORIGIN):
            elsewhere.append(route.request.url)
            route.abort()
        elif path.startswith("/assets/"):
            body, kind = asset_bytes(path.rpartition("/")[2])
            route.fulfill(body=body, content_type=kind)
        elif path.endswith("/live"):
            route.fulfill(body=json.dumps(live), content_type="application/json")
        else:
            route.fulfill(body=pages[path.lstrip("/")], content_type="text/html; charset=utf-8")

    page.route("**/*", answer)
    page.on(
        "console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return elsewhere, said


LIVE = {
    "invited": 33, "opened": 30, "started": 28, "finished": 1025, "by_function": {"marketing": 9},
    "last_saved_at": "2026-11-22T10:05:00+00:00", "status": "open",
}  # fmt: skip


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_accessible_and_whole(chromium, axe, pages, look, width):
    """No page violates WCAG 2.2 A, AA or best practice, is wider than the screen, asks elsewhere, or says an error."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=look)
    page = context.new_page()
    elsewhere, said = serve(page, pages, LIVE)
    wrong = {}
    for name in pages:
        page.goto(f"{ORIGIN}/{name}", wait_until="networkidle")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        broken = [f"{one['id']}: {one['nodes'][0]['html'][:90]}" for one in found] + page.evaluate(WIDER)
        wrong |= {name: broken} if broken else {}
    context.close()

    assert {} == wrong
    assert ([], []) == (elsewhere, said)


def test_numbers_follow_the_answers(chromium, pages, language):
    """The campaign page shows the numbers that the server tells, written in its language."""
    context = chromium.new_context()
    page = context.new_page()
    serve(page, pages, LIVE)
    page.goto(f"{ORIGIN}/campaign-{language}")
    finished = page.locator('[data-live="finished"]')
    finished.filter(has_not_text="24").wait_for()

    assert {"en": "1,025", "fr": "1\u202f025"}[language] == finished.text_content()
    assert "9" == page.locator('[data-live-function="marketing"]').text_content()
    assert {"en": "22 November 2026", "fr": "22 novembre 2026"}[language] in page.locator(
        "[data-live-last]"
    ).text_content()
    context.close()


def test_the_chart_fits_the_room(chromium, pages):
    """A phone gets the narrow drawing, a desk and paper the wide one; never both."""
    context = chromium.new_context()
    page = context.new_page()
    serve(page, pages, LIVE)
    seen = {}
    for width, medium in ((390, "screen"), (1280, "screen"), (390, "print")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media=medium)
        page.goto(f"{ORIGIN}/beside-en")
        seen[width, medium] = [
            shape for shape in ("wide", "narrow") if page.locator(f".profile-{shape}").is_visible()
        ]
    context.close()

    assert {(390, "screen"): ["narrow"], (1280, "screen"): ["wide"], (390, "print"): ["wide"]} == seen


def test_erasing_asks_twice(chromium, pages):
    """The erasure is folded away, and its button sends nothing until the box is ticked."""
    context = chromium.new_context()
    page = context.new_page()
    serve(page, pages, LIVE)
    page.goto(f"{ORIGIN}/beside-en")
    button = page.get_by_role("button", name="Delete my answers for good")
    assert not button.is_visible()
    page.get_by_text("Delete my answers", exact=True).click()
    button.click()

    assert page.url.endswith("/beside-en")
    assert page.evaluate("document.querySelector('input[name=sure]').matches(':invalid')")
    context.close()
