"""The pages after the answers in Chromium: accessible in both looks, nothing clipped, numbers that follow."""

from __future__ import annotations

import json

import pytest

from cxmaturity.app.pages.assets import asset_bytes
from cxmaturity.app.pages.consultant import campaign_page, comparison_page, home_page
from cxmaturity.app.pages.result import result_page
from cxmaturity.app.pages.sponsor import sponsor_page

ORIGIN = "http://cxm.test"
WIDER = """() => [...document.querySelectorAll('main *')].filter(node => {
  if (node.closest('.r-scroll') || node.matches('input') || node.closest('svg') || node.closest('.unseen')) return false;
  const box = node.getBoundingClientRect();
  const cut = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible';
  return box.width && (box.right > innerWidth + 1 || cut);
}).map(node => node.className || node.tagName)"""
STILL = (
    "() => document.fonts.ready.then(() => Promise.all(document.getAnimations().map(move => move.finished)))"
)


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


def test_a_button_pressed_twice_sends_once(chromium, pages):
    """The second press of "make the link" is held back; the first went."""
    page = chromium.new_page()
    serve(page, pages, LIVE)
    page.goto(f"{ORIGIN}/campaign-en")
    held_back = page.evaluate(
        """() => {
          const seen = [];
          addEventListener("submit", (event) => { seen.push(event.defaultPrevented); event.preventDefault(); });
          for (const press of [1, 2]) document.querySelector(".r-invite").requestSubmit();
          return seen;
        }"""
    )
    page.close()

    assert [False, True] == held_back


def test_forced_colours_and_paper_keep_what_is_told(chromium, pages):
    """In forced colours a step's number differs from its circle; on paper the open link is there, a personal one is not."""
    context = chromium.new_context(forced_colors="active")
    page = context.new_page()
    serve(page, pages, LIVE)
    page.goto(f"{ORIGIN}/alone-en")
    painted = page.locator(".r-priority").first.evaluate(
        "node => { const {color, backgroundColor} = getComputedStyle(node, '::before');"
        " return [color, backgroundColor]; }"
    )
    passed, ahead = (
        page.locator(f".r-ladder {which}").last.evaluate("node => getComputedStyle(node).borderTopWidth")
        for which in (".r-here", "li:not(.r-here, .r-passed)")
    )
    page.goto(f"{ORIGIN}/campaign-en")
    page.emulate_media(media="print", forced_colors="none")
    links = {field.input_value(): field.is_visible() for field in page.locator("[data-copy] input").all()}
    context.close()

    assert painted == [
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
    ]  # plain text on the plain page: no plate hides it
    assert passed != ahead
    assert {"https://cx.example/o/lavande-2026": True, "https://cx.example/i/abc": False} == links


@pytest.mark.parametrize("look", ["light", "dark"])
def test_accessible_and_whole(chromium, axe, pages, language, look):
    """At three widths no page violates WCAG 2.2, is wider than the screen, asks elsewhere, or says an error."""
    context = chromium.new_context(color_scheme=look)
    page = context.new_page()
    elsewhere, said = serve(page, pages, LIVE)
    wrong = {}
    for name in pages:
        if not name.endswith(language):
            continue
        page.goto(f"{ORIGIN}/{name}")
        for width in (1280, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(STILL)
            broken = axe(page) + page.evaluate(WIDER)
            wrong |= {(name, width): broken} if broken else {}
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
