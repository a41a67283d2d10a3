"""The map and the seat in Chromium, as a notebook shows them: chosen, edited, filtered, scored, on a desk and a phone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cxmaturity.app.widgets.journey_map import JourneyMap
from cxmaturity.app.widgets.journey_map_seat import WorkshopSeat
from cxmaturity.resources import resource

EVENT = "attendre-comptoir"
CLIPPED = """() => {
  const found = [];
  const texts = ":is(p, span, dt, dd, label, button, summary, h1, h2, h3, h4, li, legend)";
  const elsewhere = "svg, .cxm-scroll, .cxm-aside, .cxm-map-unseen, .cxm-map-sheet";
  for (const node of document.querySelectorAll(`.cxm-journey ${texts}`)) {
    const style = getComputedStyle(node);
    if (!node.getClientRects().length || style.clipPath !== "none" || node.closest(elsewhere)) continue;
    const box = node.getBoundingClientRect();
    const cut = node.clientWidth && style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    if (cut || box.right > innerWidth + 1 || box.left < -1) found.push(node.textContent.trim().slice(0, 50));
  }
  const page = document.documentElement.scrollWidth;
  return page > innerWidth + 1 ? [...found, `page ${page}`] : found;
}"""


@pytest.fixture
def folder(tmp_path):
    """Copy the retailer."""
    return Path(shutil.copytree(resource("examples") / "maison-lavande", tmp_path / "shop"))


def unfold(page):
    """Open every part that is folded, but not the menus over the map."""
    page.evaluate(
        "() => document.querySelectorAll('details:not(.cxm-map-menu)').forEach((node) => (node.open = true))"
    )


def choose(held, event=EVENT):
    """Choose an event on the picture with the mouse and wait for its panel."""
    held.page.locator(f'svg g[data-event="{event}"][role="button"]').first.click()
    held.page.wait_for_selector(".cxm-panel:not([hidden]) [tabindex='-1']:focus")
    held.settled()


def box(held, part, field, rank=0):
    """Return a box of the panel."""
    return held.page.locator(
        f'[data-part="{part}"] [data-field$=".{field}"] :is(input, select, textarea)'
    ).nth(rank)


def test_a_click_is_an_event_in_python(stage, folder):
    """Chosen with the mouse, then the next one with the keyboard, then none: Python has each, and nothing external was asked."""
    held = stage(JourneyMap(folder, language="en"))
    choose(held)
    assert held.widget.event.id == EVENT
    old = held.widget.event.action.en
    assert old in held.page.locator(".cxm-panel").inner_text()

    held.page.locator('svg [aria-pressed="true"]').focus()
    held.page.keyboard.press("ArrowRight")
    held.page.keyboard.press("Enter")
    held.page.wait_for_function(
        "old => !document.querySelector('.cxm-panel').innerText.includes(old)", arg=old
    )
    assert held.widget.selected != EVENT

    held.page.locator(".cxm-panel-head button").click()
    held.page.wait_for_selector(".cxm-panel", state="hidden")
    held.settled()
    assert held.widget.selected == ""
    assert held.complaints == []


def test_the_client_s_colours_follow_the_reader(stage, folder):
    """Night falls while the map is open: every colour is the dark one; forced colours put the client's away."""
    held = stage(JourneyMap(folder, language="en", primary="#5B3E8C"))
    theme = held.widget.theme

    def wears(look, colours):
        held.page.wait_for_function(
            "([look, colours]) => { const { dataset, style } = document.querySelector('.cxm-journey');"
            " const worn = Object.entries(colours).every(([name, value]) => style.getPropertyValue(name) === value);"
            " return dataset.theme === look && worn; }",
            arg=[look, colours],
        )

    wears("light", theme["light"])
    held.page.evaluate("() => (document.body.dataset.jpThemeLight = 'false')")
    wears("dark", theme["dark"])
    held.page.emulate_media(forced_colors="active")
    wears("dark", dict.fromkeys(theme["dark"], ""))
    held.page.emulate_media(forced_colors="none")
    wears("dark", theme["dark"])


def test_python_chooses_too(stage, folder):
    """A selection and filters set in Python are on the picture."""
    held = stage(JourneyMap(folder, language="en"))
    held.widget.selected = EVENT
    held.widget.filters = {"family": ["digital"]}
    held.push()

    held.page.wait_for_selector(f'svg [data-event="{EVENT}"][aria-pressed="true"]')
    held.page.wait_for_selector(".cxm-picture.is-filtered")
    assert held.page.locator("svg .event.is-off, svg .cxm-event.is-off").count() > 0


def test_a_filter_is_a_value_in_python(stage, folder):
    """A box ticked in a menu over the map: `filters` has it; shown again, everything is."""
    held = stage(JourneyMap(folder, language="en"))
    held.page.locator(".cxm-map-menu-family > summary").click()
    first = held.page.locator(".cxm-map-menu-family input").first
    first.check()
    held.settled()
    assert held.widget.filters["family"] == [first.input_value()]

    held.page.locator(".cxm-map-clear").click()
    held.settled()
    assert not any(held.widget.filters.values())


def test_an_edit_is_drawn_and_undone(stage, folder):
    """A French figure typed in a box and left: the picture is another; undone with the button, the box has the old one."""
    held = stage(JourneyMap(folder, language="fr"))
    choose(held)
    unfold(held.page)
    before, old = held.widget.picture["svg"], box(held, "expectation", "level").input_value()

    box(held, "expectation", "level").fill("1,75")
    box(held, "expectation", "level").press("Tab")
    held.page.wait_for_selector('.cxm-marker[data-unsaved="true"]')

    assert held.widget.event.expectation.level == 1.75
    assert held.widget.picture["svg"] != before
    assert held.page.locator(f'svg [data-event="{EVENT}"][aria-pressed="true"]').count() == 1
    held.page.locator(".cxm-tools .cxm-button").first.click()
    held.page.wait_for_selector('.cxm-marker[data-unsaved="false"]')
    assert box(held, "expectation", "level").input_value() == old
    assert held.complaints == []


def test_nothing_is_lost_on_bad_input(stage, folder):
    """A word for a number stays in its box with the reason beside it, across another edit and a change of language."""
    held = stage(JourneyMap(folder, language="en"))
    choose(held)
    unfold(held.page)
    atlas = held.widget.atlas
    box(held, "satisfaction", "value").fill("rather bad")
    box(held, "satisfaction", "value").press("Tab")
    held.page.wait_for_selector('[aria-invalid="true"]')
    assert held.widget.atlas == atlas

    box(held, "emotion", "word").fill("anger")
    box(held, "emotion", "word").press("Tab")
    held.page.wait_for_selector('.cxm-marker[data-unsaved="true"]')
    held.page.locator('[data-language="fr"]').click()
    held.page.wait_for_selector('.cxm-journey[lang="fr"]')
    held.page.wait_for_selector("text=Ce n’est pas un nombre")

    assert box(held, "satisfaction", "value").input_value() == "rather bad"
    assert held.widget.event.emotion.word.en == "anger"


def test_what_is_added_and_removed(stage, folder):
    """A pain typed with Enter, as markup: on the picture and in the panel as text; removed, it is gone."""
    held = stage(JourneyMap(folder, language="en"))
    choose(held)
    unfold(held.page)
    count = len(held.widget.event.pains)
    adding = held.page.locator('[data-adding="pains"] input')
    adding.fill("<img src=x onerror=alert(1)>")
    adding.press("Enter")
    held.page.wait_for_selector('.cxm-marker[data-unsaved="true"]')

    assert held.widget.event.pains[-1].text.en == "<img src=x onerror=alert(1)>"
    assert held.page.locator(".cxm-journey :is(img, script)").count() == 0
    held.page.wait_for_function("() => document.querySelector('[data-adding=\"pains\"] input').value === ''")
    held.page.locator('[data-part="pains"] .cxm-item > button').last.click()
    left = "count => document.querySelectorAll('[data-part=\"pains\"] .cxm-item').length === count"
    held.page.wait_for_function(left, arg=count)
    assert len(held.widget.event.pains) == count
    assert held.complaints == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [1280, 390])
def test_everybody_can_use_it(stage, axe, folder, language, width):
    """axe-core finds no fault and no text is cut off: map, panel, workshop, seat, results, on a desk and a phone."""
    held = stage(JourneyMap(folder, language=language), width=width, dark=width == 390)
    page = held.page

    def fine():
        page.evaluate("() => scrollTo(0, 0)")
        unfold(page)
        assert axe(page) == []
        assert page.evaluate(CLIPPED) == []

    fine()
    choose(held)
    fine()
    page.locator('[data-tab="workshop"]').click()
    fine()
    page.locator(".cxm-room .cxm-button[data-main]").first.click()
    page.wait_for_selector(".cxm-functions")
    fine()
    page.locator(".cxm-functions label").nth(1).click()
    page.locator(".cxm-seat .cxm-button[data-main]").click()
    page.wait_for_selector(".cxm-marks")
    page.locator(".cxm-mark").nth(3).click()
    page.wait_for_selector(".cxm-scale > .cxm-link:not([hidden])")
    fine()
    page.locator(".cxm-card").first.locator(".cxm-tools .cxm-button:visible").click()
    page.locator(".cxm-confirm:visible .cxm-button").first.click()
    page.wait_for_selector(".cxm-results")
    fine()
    assert held.complaints == []


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("fr", 1280)])
def test_a_seat_is_scored_by_keyboard(stage, axe, folder, language, width):
    """Tab, arrows and Enter are enough to join and to give two scores; nobody is named, and axe-core finds no fault."""
    facilitator = JourneyMap(folder)
    facilitator.room.open(facilitator.atlas, facilitator.journey)
    held = stage(WorkshopSeat(folder, language=language), width=width)
    page = held.page
    page.locator(".cxm-functions input").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator(".cxm-seat .cxm-button[data-main]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".cxm-marks")
    for aspect, key in (("expectation", 3), ("satisfaction", 1)):
        page.locator(f'[data-aspect="{aspect}"]').first.focus()
        page.keyboard.press("Space")
        for _ in range(key):
            page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-progress]:has-text('1')")
    held.settled()

    first = held.widget.state.atlas.journeys[0].events[0].id
    given = held.widget.room.session.talk.given(held.widget.room.person.number)
    assert given == {first: {"expectation": 4, "satisfaction": 2}}
    assert axe(page) == []
    assert page.evaluate(CLIPPED) == []
    assert held.complaints == []


def test_a_table_of_scores_is_chosen_on_the_page(stage, folder, tmp_path):
    """A file with a wrong line is said on the page with its line; put right, its scores are on the map."""
    held = stage(JourneyMap(folder, language="en"))
    held.page.locator('[data-tab="workshop"]').click()
    file = tmp_path / "typed.csv"
    head = "event;function;participant;satisfaction\n"
    file.write_text(f"{head}{EVENT};sales;101;9\n", encoding="utf-8")
    held.page.locator('input[type="file"]').set_input_files(file)
    held.page.wait_for_selector("text='9' is not a number from 1 to 5")

    file.write_text(f"{head}{EVENT};sales;101;1\n{EVENT};service;102;5\n", encoding="utf-8")
    held.page.locator('input[type="file"]').set_input_files(file)
    held.page.wait_for_selector(f'.cxm-result[data-of="{EVENT}"]')
    held.page.locator(f'.cxm-result[data-of="{EVENT}"] button').click()
    held.page.wait_for_selector(".cxm-panel:not([hidden])")
    assert held.widget.selected == EVENT
    assert held.complaints == []
