"""The builder on its page, behind the real server and its policy, driven as a consultant in a workshop would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.files import read_engagement
from cxmaturity.resources import resource

LEVER = '[data-path="levers.retention.churn_rate_reduction"][data-part="mode"]'
CHARTS = ("spread", "waterfall", "cash", "tornado", "overlaps", "measure")
CLIPPED = """() => {
  const found = [];
  for (const node of document.querySelectorAll(".cxm-builder :is(p, span, dt, dd, label, button, summary, h1, h2, h3, h4, li)")) {
    const style = getComputedStyle(node);
    if (!node.getClientRects().length || style.clipPath !== "none") continue;
    const box = node.getBoundingClientRect();
    const cut = node.clientWidth && style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    if (cut || box.right > innerWidth + 1 || box.left < -1) found.push(node.textContent.trim().slice(0, 50));
  }
  for (const text of document.querySelectorAll(".cxm-chart text")) {
    const [box, frame] = [text.getBoundingClientRect(), text.ownerSVGElement.getBoundingClientRect()];
    if (box.width && (box.left < frame.left - 2 || box.right > frame.right + 2)) found.push(`chart: ${text.textContent}`);
  }
  const page = document.documentElement.scrollWidth;
  return page > innerWidth + 1 ? [...found, `page ${page}`] : found;
}"""

OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Start the server on a copy of an example; give its address, the consultant's link and the folder."""
    place = tmp_path_factory.mktemp("builder")
    folder = Path(shutil.copytree(resource("examples") / "maison-lavande", place / "shop"))
    command = [sys.executable, "-m", "cxmaturity.app", "serve", "--store", str(place / "store.db")]
    with (place / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*command, "--engagement", str(folder), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        told = next(json.loads(line) for line in process.stdout if line.startswith("{"))
        yield told["address"], told["consultant"], folder
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def cookies(site, chromium):
    """Enter as the consultant, once."""
    _, link, _ = site
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link)
    page.locator("form button").first.click()
    page.wait_for_url("**/consultant/")
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture(scope="module")
def pages(site, chromium, cookies):
    """Open a page of the builder per language, kept for the whole module, and note all that goes wrong in it."""
    address, _, _ = site
    kept, wrong = {}, []

    def start(language):
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, locale=language, accept_downloads=True
        )
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(OURS) else wrong.append(asked.url))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.goto(f"{address}/builder/?lang={language}", wait_until="commit")
        page.wait_for_selector(".cxm-figure svg", timeout=120_000)
        page.wait_for_selector(f'.cxm-builder[lang="{language}"]')
        return page

    yield lambda language: kept.get(language) or kept.setdefault(language, start(language)), wrong
    for page in kept.values():
        page.context.close()


@pytest.fixture
def opened(pages):
    """Return the page in a language, as the file is; nothing external was asked for and the console stayed clean."""
    find, wrong = pages
    used = []

    def page_in(language="fr"):
        used.append(find(language))
        return used[-1]

    yield page_in
    for page in used:
        reopen(page)
    assert wrong == []


def settle(page):
    """Wait until Python answered what was typed: the page is busy from the first key on."""
    page.wait_for_selector(".cxm-builder:not([data-busy])")


def unfold(page):
    """Open every part that is folded."""
    page.evaluate(
        "() => document.querySelectorAll('.cxm-builder details').forEach((node) => (node.open = true))"
    )


def drawn(page):
    """Return what each chart shows."""
    return {name: page.locator(f'[data-chart="{name}"] svg').inner_html() for name in CHARTS}


def reopen(page):
    """Forget what was typed, so that the next test finds the file as it is."""
    while page.locator(".cxm-tools .cxm-button").first.is_enabled():
        page.locator(".cxm-tools .cxm-button").first.click()
        page.wait_for_selector(".cxm-builder:not([data-busy])")


def test_a_lever_changed_moves_every_chart(opened):
    """In a workshop: one figure typed the French way, and the three numbers, all six charts and their sentences follow."""
    page = opened()
    before, numbers = drawn(page), page.locator(".cxm-three").inner_text()

    page.locator(LEVER).fill("2,2 %")
    settle(page)

    after = drawn(page)
    assert [name for name in CHARTS if before[name] == after[name]] == []
    assert page.locator(".cxm-three").inner_text() != numbers
    assert "2,2" in page.locator('[data-row="levers.retention.churn_rate_reduction"] .cxm-echo').inner_text()
    assert page.locator('.cxm-marker[data-unsaved="true"]').count() == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_can_use_it(opened, language, axe):
    """axe-core finds no fault with everything unfolded and no text is cut off, on a phone and a desk, light and dark."""
    page = opened(language)
    unfold(page)
    looked = {"en": ((390, "dark"), (1280, "light")), "fr": ((390, "light"), (1280, "dark"))}[language]
    for width, scheme in (*looked, (768, "light"), (320, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(f'.cxm-builder[data-theme="{scheme}"]')

        assert (width, scheme) not in looked or axe(page) == []
        assert page.evaluate(CLIPPED) == [], width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_by_keyboard_alone(opened, site):
    """A figure is found, moved by an arrow key, and saved without a mouse; the file changes by that figure."""
    _, _, folder = site
    page = opened()
    page.locator(LEVER).focus()
    page.keyboard.press("ArrowUp")
    settle(page)
    assert page.locator(LEVER).input_value() == "1,7"

    page.locator(".cxm-button[data-main]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector('.cxm-marker[data-unsaved="false"]')

    moved = dict(read_engagement(folder).case.levers[0].moves)["churn_rate_reduction"]
    assert moved.value == 0.017
    page.locator(LEVER).fill("1,6")
    settle(page)
    page.locator(".cxm-button[data-main]").first.click()
    page.wait_for_selector('.cxm-marker[data-unsaved="false"]')


def test_what_cannot_be_is_said_where_it_is(opened):
    """A wrong figure is said at its field and above, the results say that they are from before, undo puts it right."""
    page = opened("en")

    page.locator(LEVER).fill("a lot")
    settle(page)
    assert (
        "1.6 still counts"
        in page.locator('[data-row="levers.retention.churn_rate_reduction"] .cxm-wrong').inner_text()
    )
    page.locator(LEVER).fill("9")
    settle(page)

    assert "must rise" in page.locator(".cxm-told").inner_text()
    assert page.locator(LEVER).get_attribute("aria-invalid") == "true"
    assert page.locator(".cxm-right .cxm-box-bad").first.is_visible()
    reopen(page)
    assert page.locator(".cxm-told .cxm-box-bad").count() == 0


def test_a_goal_brings_its_fields_and_names_what_is_missing(opened):
    """A goal ticked: its figures are asked for and listed with who knows them, and each name leads to its field."""
    page = opened("en")
    assert page.locator('[data-row^="baseline.contracts."]').count() == 0

    page.locator('[data-goal="engagement"]').check()
    settle(page)

    assert page.locator('[data-row^="baseline.contracts."]').count() == 6
    unfold(page)
    page.locator(".cxm-missing button").first.click()
    assert page.locator(":focus").get_attribute("data-path").startswith("baseline.contracts.")


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "{{7*7}} ${7*7} </svg>"]
)
def test_a_text_is_only_a_text(opened, text):
    """What somebody types as a name stands on screen and in the charts as typed, and never becomes markup."""
    page = opened()
    unfold(page)
    page.locator('[data-path="costs.0.name"]').fill(text)
    settle(page)

    assert page.locator('[data-group="cost-0"]').inner_text() == text
    assert page.locator(".cxm-builder :is(img, script)").count() == 0


def test_the_language_changes_and_nothing_is_lost(opened):
    """Switched from French to English on the page: words and figures follow, what was typed stays."""
    page = opened("fr")
    page.locator(LEVER).fill("2,2 %")
    settle(page)

    page.locator('[data-language-choice="en"]').click()
    page.wait_for_selector('.cxm-builder[lang="en"]')

    page.wait_for_selector("text=How the NPV spreads")
    assert page.locator(LEVER).input_value().startswith("2.2")
    assert "€" in page.locator(".cxm-three").inner_text()
    assert page.locator('.cxm-marker[data-unsaved="true"]').count() == 1
    page.locator('[data-language-choice="fr"]').click()
    page.wait_for_selector('.cxm-builder[lang="fr"]')


def test_the_workbook_is_made_and_downloaded(opened, site):
    """Produced from the page with its progress told, the workbook downloaded is the file on the disk."""
    _, _, folder = site
    page = opened()
    for name in ("html", "pdf", "pptx"):
        page.locator(f'[id$="-make-{name}"]').uncheck()

    page.locator(".cxm-making button").first.click()
    page.wait_for_selector(".cxm-files button", timeout=120_000)
    with page.expect_download() as told:
        page.locator(".cxm-files button").first.click()

    made = folder / "reports" / "maison-lavande" / "fr" / "workbook.xlsx"
    assert told.value.suggested_filename == "maison-lavande-workbook-fr.xlsx"
    assert Path(told.value.path()).read_bytes() == made.read_bytes()
