"""Every screen as people see it: axe-core finds nothing, no text is cut off, and a picture of each for those who want one."""

from __future__ import annotations

import itertools

import pytest

from cxmaturity.app.pages.elsewhere import elsewhere_page
from cxmaturity.app.pages.problems import KINDS, problem_page, waiting_page
from cxmaturity.app.pages.welcome import home_page

SIZES = {"phone": (320, 640), "tablet": (768, 1024), "desktop": (1280, 860)}
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    "p { margin-bottom: 2em !important; }"
)
LONG = "Société coopérative des assurances et mutuelles réunies de l'Atlantique"


def choose(page, value):
    """Choose a level or a state of the question on screen."""
    page.locator(f'[data-current] [data-choice="{value}"]').click()


def go(page, step):
    """Show a step."""
    page.evaluate("s => { location.hash = '#/' + s; }", step)
    page.wait_for_selector(f"#{step}[data-current]")


def pretend(page, site, name, html):
    """Show a page of ours that the server gives only in trouble, at an address of the server."""
    page.route(
        f"{site.address}/pretend/{name}",
        lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"),
    )
    page.goto(f"{site.address}/pretend/{name}")


@pytest.mark.parametrize(
    "shown", list(itertools.product(["en", "fr"], SIZES, ["light", "dark"])), ids="-".join
)
def test_screens_of_the_self_test(site, person, eye, shown):
    """Welcome, questions, reasons, statuses, review, dialogs: no fault of accessibility, no text cut, in both languages."""
    language, size, scheme = shown
    width, height = SIZES[size]
    eye = eye("-".join(shown))
    campaign = site.campaign(
        client=LONG if size == "tablet" else "Maison Lavande",
        functions=("marketing", "service", "sales", "staff", "executive"),
        primary={"phone": None, "tablet": "#FFD200", "desktop": "#5B3E8C"}[size],
    )
    somebody = person(width=width, height=height, language=language, color_scheme=scheme)
    page = somebody.page()
    page.goto(site.invite(campaign))
    eye.look(page, "welcome")
    page.locator("[data-enter] button").click()
    eye.look(page, "welcome-missing")
    page.locator('.pills label:has([value="service"])').click()
    page.locator("[data-enter] button").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    eye.look(page, "question", full=False)
    choose(page, "3")
    page.locator("[data-current] summary").click()
    page.locator("[data-current] .cxm-sentence input").fill("x" * 170)
    page.wait_for_selector("[data-kind=saved]")
    eye.look(page, "question-more")
    go(page, "distinct")
    choose(page, "not_applicable")
    eye.look(page, "question-reason")
    go(page, "access")
    somebody.context.set_offline(True)
    choose(page, "dont_know")
    page.wait_for_selector("[data-kind=kept]")
    eye.look(page, "question-offline")
    go(page, "review")
    eye.look(page, "review-gaps")
    somebody.context.set_offline(False)
    page.wait_for_selector('html[data-pending="0"]', state="attached")
    page.locator("[data-elsewhere] button").click()
    page.wait_for_selector("[data-qr] path")
    eye.look(page, "elsewhere-dialog", full=False)
    page.locator("#elsewhere [data-close]").click()
    page.locator("[data-leave] button").click()
    eye.look(page, "leave-dialog", full=False)
    page.locator("[data-leaving] [data-close]").click()
    page.goto(f"{site.address}/c/{campaign.id}/notice")
    eye.look(page, "notice")

    assert 10 == eye.seen
    assert [] == eye.faults
    assert [] == [each for each in somebody.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    assert [] == somebody.strangers


@pytest.mark.parametrize("shown", list(itertools.product(["en", "fr"], ["phone", "desktop"])), ids="-".join)
def test_screens_of_states_that_few_see(site, person, eye, shown):
    """The function asked in the form, a conflict, the end, a closed campaign, the links of others: same rules."""
    language, size = shown
    width, height = SIZES[size]
    eye = eye(f"{language}-{size}-light")
    campaign = site.campaign(functions=("marketing", "executive"), mode="quick")
    somebody = person(width=width, height=height, language=language)
    page = somebody.page()
    secret, visitor = site.store.enter_open(campaign.id, session_secret=None)
    somebody.context.add_cookies(
        [{"name": "cxm", "value": secret, "url": site.address, "httpOnly": True, "sameSite": "Lax"}]
    )
    page.goto(f"{site.address}/c/{campaign.id}/?lang={language}")
    page.wait_for_selector("html[data-ready]", state="attached")
    eye.look(page, "function")
    page.locator("[data-current] .cxm-choice").first.click()
    page.locator(".bar-next").click()
    conflict(site, visitor)
    choose(page, "5")
    page.wait_for_selector("[data-kind=elsewhere]")
    eye.look(page, "question-conflict")
    page.locator("#advocacy [data-part=mine]").click()
    page.wait_for_selector("[data-kind=saved]")
    go(page, "review")
    page.locator("[data-finish] button").click()
    page.wait_for_url("**/result")
    page.goto(f"{site.address}/c/{campaign.id}/")
    eye.look(page, "finished")
    site.store.close_campaign(campaign.id, actor="test")
    page.reload()
    eye.look(page, "closed")
    other = person(width=width, height=height, language=language).page()
    for role, of in (("sponsor", campaign), ("consultant", None)):
        other.goto(site.invite(of, role))
        eye.look(other, f"welcome-{role}")

    assert [] == eye.faults


def conflict(site, visitor):
    """Answer as another device of the same person."""
    from cxmaturity.assessment.values import Answer
    from cxmaturity.store import AnswerEvent

    answer = Answer(state="level", level=1)
    site.store.record(visitor, [AnswerEvent(question="advocacy", answer=answer, device="phone", sequence=1)])


@pytest.mark.parametrize("shown", list(itertools.product(["en", "fr"], ["phone", "desktop"])), ids="-".join)
def test_screens_of_trouble(site, person, eye, shown):
    """Every kind of problem, the waiting page, the root without a link, the plain page of the other device."""
    language, size = shown
    width, height = SIZES[size]
    eye = eye(f"{language}-{size}-light")
    page = person(width=width, height=height, language=language).page()
    kinds = {kind: code for code, kind in KINDS.items()}
    for kind, code in kinds.items():
        contact = {"contact": "privacy@lavande.example", "client": "Maison Lavande"}
        pretend(page, site, kind, problem_page(code, language=language, params=contact))
        eye.look(page, f"problem-{kind}")
    campaign = site.campaign()
    pretend(page, site, "waiting", waiting_page(language=language))
    eye.look(page, "waiting")
    pretend(page, site, "home", home_page(language=language))
    eye.look(page, "home")
    address = f"{site.address}/i/{'x' * 90}"
    pretend(page, site, "device", elsewhere_page(campaign=campaign, url=address, language=language))
    eye.look(page, "elsewhere-page")

    assert len(kinds) + 3 == eye.seen
    assert [] == eye.faults


@pytest.mark.parametrize("language", ["en", "fr"])
def test_wider_spacing_cuts_nothing(site, person, clipped, language):
    """With the letter, word and line spacing that WCAG 1.4.12 asks to bear, no text is cut, at 320 px too."""
    campaign = site.campaign(functions=("marketing", "executive"), client=LONG)
    somebody = person(width=320, height=640, language=language, bypass_csp=True)
    page = somebody.page()
    faults = []
    page.goto(site.invite(campaign))
    page.add_style_tag(content=SPACING)
    faults += clipped(page)
    page.locator(".pills label").first.click()
    page.locator("[data-enter] button").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.add_style_tag(content=SPACING)
    for step in ("advocacy", "access", "community"):
        go(page, step)
        choose(page, "not_applicable")
        page.locator("[data-current] summary").click()
        faults += clipped(page)
    go(page, "review")
    faults += clipped(page)

    assert [] == faults


@pytest.mark.parametrize("language", ["en", "fr"])
def test_forced_colours_paper_and_stillness(site, person, axe, picture, language):
    """In forced colours the choice is still seen, on paper the answers are printed, and nothing moves when asked not to."""
    campaign = site.campaign()
    somebody = person(language=language, forced_colors="active", reduced_motion="reduce")
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    choose(page, "3")
    page.wait_for_selector("[data-kind=saved]")
    picture(page, f"question-{language}-forced")
    chosen, other = (
        page.evaluate(
            "s => getComputedStyle(document.querySelector(s)).outlineStyle",
            f'#advocacy [data-choice="{value}"]',
        )
        for value in ("3", "4")
    )
    still = page.evaluate("document.getAnimations().length")
    faults = axe(page)
    page.emulate_media(media="print", forced_colors="none")
    picture(page, f"paper-{language}", full_page=True)

    assert ("solid", "none") == (chosen, other) or ("dashed", "none") == (chosen, other)
    assert 0 == still
    assert [] == faults
    assert page.locator("#review").is_visible()
    assert not page.locator("[data-bar]").is_visible()
