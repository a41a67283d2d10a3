"""The page in Chromium, opened from a file with the network off: filters, evidence, keyboard, phone, night, no scripts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cxmaturity.core.text import LANGUAGES
from cxmaturity.files.journey import read_atlas
from cxmaturity.journey.analyse import analyse
from cxmaturity.reporting.journey import draw_maps
from cxmaturity.reporting.journey.names import Names

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/maison-lavande/journeys.yaml"
pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFF = """() => [...document.querySelectorAll('[data-map-sheet]:not([hidden]) svg g[data-event][role=button]')]
  .filter(card => !card.classList.contains('is-off')).map(card => card.dataset.event)"""
TOGGLED = """() => {
  const picture = () => [...document.querySelectorAll('[data-map-sheet] svg')].map(svg => svg.outerHTML).join("");
  const before = picture();
  return [...document.querySelectorAll('.cxm-map-menu input[type=checkbox]')].map(box => {
    box.click();
    const between = picture();
    box.click();
    return [between !== before, picture() === before];
  });
}"""
WIDE = """() => {
  const inside = (node) => { for (let up = node; up; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return true; return false; };
  return [...document.querySelectorAll('body *')].filter(node => !inside(node) && !node.closest('.unseen, .skip, .cxm-map-unseen')
    && node.getBoundingClientRect().right > innerWidth + 1).map(node => node.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module")
def files(make, result, tmp_path_factory):
    """Return the pages of the small atlas as files, by language."""
    folder = tmp_path_factory.mktemp("pages")
    made = make(result, formats=["html"], languages=LANGUAGES)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {language: folder / f"buy.{language}.html" for language in LANGUAGES}


@pytest.fixture
def visit(chromium, files):
    """Return a function that opens a page with the network off and notes what it complains of or asks for."""
    opened = []

    def open_(language="en", *, width=1280, ready=True, policy=True, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, offline=True, bypass_csp=not policy, **options
        )
        opened.append(context)
        page = context.new_page()
        page.noted = []
        page.on("console", lambda message: page.noted.append(message.text))
        page.on("pageerror", lambda error: page.noted.append(str(error)))
        page.on("request", lambda request: page.noted.append(request.url) if not _own(request.url) else None)
        page.goto(files[language].as_uri())
        if ready:
            page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_
    for context in opened:
        context.close()


def _own(address):
    return address.startswith(("data:", "file:"))


def choose(page, facet, *values):
    """Tick values of a filter, and nothing else of it."""
    page.evaluate(
        """([facet, values]) => { for (const box of document.querySelectorAll(`.cxm-map-menu-${facet} input`))
           if (box.checked !== values.includes(box.value)) box.click(); }""",
        [facet, values],
    )


def expected(result, catalog, facet, value):
    """Return the events that a filter must leave, read from the atlas and not from the picture."""
    names = Names(atlas=result.atlas, catalog=catalog, language="en")
    found = {event.event: event for event in result.of("buy", "julie").events}
    kept = []
    for stage in result.atlas.journey("buy").stages:
        for event in stage.events:
            has = {
                "family": [names.family_of(event.channel)],
                "product": event.products,
                "stage": [stage.id],
                "actor": event.actors,
                "system": event.systems,
                "data": [item.name.key for item in event.data],
                "grade": [found[event.id].grade],
            }[facet]
            kept += [event.id] if value in has else []
    return kept


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("family", "automated"),
        ("family", "face_to_face"),
        ("stage", "buy-it"),
        ("actor", "stock"),
        ("system", "pay"),
        ("data", "email"),
        ("grade", "V"),
    ],
)
def test_a_filter_leaves_what_the_atlas_says(visit, result, catalog, facet, value):
    """Each filter shows exactly the events that have the value, as found in the atlas; clearing shows all again."""
    page = visit()
    choose(page, facet, value)
    wanted = expected(result, catalog, facet, value)

    assert wanted == page.evaluate(OFF)
    assert page.locator(".cxm-map-count").inner_text().startswith(f"{len(wanted)} of 5")
    page.locator(".cxm-map-clear").click()
    assert len(page.evaluate(OFF)) == 5
    assert page.noted == []


def test_filters_combine_and_values_add_up(visit, result, catalog):
    """Two values of one filter are an or; two filters are an and."""
    page = visit()
    choose(page, "system", "pay", "wms")
    assert page.evaluate(OFF) == ["pay", "pack"]
    choose(page, "family", "automated")

    assert page.evaluate(OFF) == ["pay"]


def test_the_threshold_keeps_what_is_at_most_so_good(visit, result):
    """Events above the threshold, and those of which nothing is known, are put out."""
    page = visit()
    page.locator(".cxm-map-menu-threshold summary").click()
    page.locator(".cxm-map-menu-threshold input").fill("0.5")
    known = {event.event: event.valence for event in result.of("buy", "julie").events}
    wanted = [name for name, valence in known.items() if valence is not None and valence <= 0.5]

    assert wanted == page.evaluate(OFF)


def test_a_layer_is_hidden_and_comes_back(visit):
    """Unticking a layer hides its group in every sheet."""
    page = visit()
    box = page.locator('.cxm-map-menu-layers input[value="systems"]')
    page.locator(".cxm-map-menu-layers summary").click()
    box.uncheck()
    assert not page.locator("svg .layer-systems").first.is_visible()
    box.check()

    assert page.locator("svg .layer-systems text:not(:empty)").first.is_visible()


def test_another_persona_has_its_own_map_and_scores(visit):
    """The persona filter changes the sheet, the scores and the evidence."""
    page = visit()
    assert page.locator('[data-map-sheet][data-persona="julie"]').is_visible()
    choose(page, "persona", "marc")

    assert not page.locator('[data-map-sheet][data-persona="julie"]').is_visible()
    assert page.locator('[data-map-sheet][data-persona="marc"]').is_visible()
    assert "Marc" in page.locator(".subtitle:visible").inner_text()
    page.locator('[data-persona="marc"] svg g[data-event="pay"]').click()
    assert page.locator('article[data-of="pay"][data-for="marc"]').is_visible()
    assert page.locator("article:visible").count() == 1


def test_a_click_shows_the_evidence_and_escape_puts_it_away(visit):
    """Native value, answers, date, source, interval, reasons, pain with its quote, opportunity with its feedback."""
    page = visit()
    assert not page.locator("#evidence").is_visible()
    page.locator('[data-persona="julie"] svg g[data-event="compare"]').click()
    said = page.locator("article:visible").inner_text()

    for words in ("2.1\u00a0/\u00a05", "212 answers", "30\u00a0June 2026", "web-q2", "at 95%", "I no longer believe them",
                  "Show customers' photos", "Rests on", "consent, 36 months"):  # fmt: skip
        assert words in said, words
    page.keyboard.press("Escape")
    assert not page.locator("#evidence").is_visible()
    assert page.evaluate("document.activeElement.dataset.event") == "compare"


def test_the_keyboard_is_enough(visit):
    """One tab stop on the map; arrows skip what is filtered out; Enter opens; the arrow buttons go on."""
    page = visit()
    choose(page, "family", "automated")
    assert page.locator('[data-persona="julie"] svg [tabindex="0"]').count() == 1
    page.locator('[data-persona="julie"] svg g[data-event="compare"]').focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.event") == "pay"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.event") == "pay"
    page.keyboard.press("Enter")

    assert page.locator('article[data-of="pay"]:visible').count() == 1
    page.locator('[data-go="1"]').click()
    assert page.locator('article[data-of="pack"]:visible').count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_accessible_and_within_the_screen(visit, axe, language, width, scheme):
    """Axe finds nothing, closed or open; nothing but what scrolls is wider than the screen; nothing is asked or complained."""
    page = visit(language, width=width, policy=False, color_scheme=scheme)
    faults = [("closed", fault) for fault in axe(page)]
    page.locator('[data-persona="julie"] svg g[data-event="compare"]').dispatch_event("click")
    faults += [("open", fault) for fault in axe(page)]

    assert faults == []
    assert page.evaluate(WIDE) == []
    assert page.noted == []


def test_a_phone_can_scroll_a_map_with_letters_that_can_be_read(visit):
    """At 390 pixels the map begins larger than the screen, and the whole can still be asked for."""
    page = visit(width=390, has_touch=True)
    sheet, svg = (
        page.locator('[data-persona="julie"][data-map-sheet]'),
        page.locator('[data-persona="julie"] svg'),
    )
    assert svg.bounding_box()["width"] > 1500
    assert sheet.evaluate("node => node.scrollWidth > node.clientWidth")
    page.get_by_role("button", name="Whole map").click()

    assert svg.bounding_box()["width"] <= sheet.bounding_box()["width"] + 1


def test_without_scripts_the_map_the_table_and_the_evidence_are_there(visit):
    """No tools, but both maps, both tables and all the evidence can be read."""
    page = visit(ready=False, java_script_enabled=False)

    assert page.locator("svg:visible").count() == 2
    assert page.locator("table:visible").count() == 2
    assert page.locator("article:visible").count() == 10
    assert not page.locator("[data-map-tools]").is_visible()


def test_a_filter_changes_the_picture_at_once_and_back(visit):
    """When a click on a filter or layer returns the picture has changed; a second click brings it back, for every one."""
    changed, back = zip(*visit().evaluate(TOGGLED), strict=True)

    assert len(changed) > 20
    assert all(back)
    assert sum(changed) > len(changed) / 2  # what every event has leaves every event


def test_print_shows_everything(visit):
    """On paper: no tools, every piece of evidence, the table open."""
    page = visit(width=390)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    assert not page.locator(".cxm-map-tools").is_visible()
    assert page.locator("article:visible").count() == 10
    assert page.locator("table:visible").count() == 2


def test_the_module_is_one_that_a_widget_can_import(chromium, result, catalog, make, tmp_path):
    """`attachMap` of the file itself works on a bare picture, tells what is chosen, and lets go again."""
    static = Path(__file__).resolve().parents[3] / "src/cxmaturity/reporting/journey/static/map.js"
    svg = make(result, formats=["svg"], sizes=["a3"])["buy-julie.a3.en.svg"].decode()
    page = chromium.new_context().new_page()
    page.set_content(f'<div id="root"><div>{svg}</div></div>')
    page.add_script_tag(
        content=static.read_text(encoding="utf-8").replace("export function", "window.attachMap = function"),
    )
    seen = page.evaluate(
        """() => { const seen = [];
          const map = attachMap(document.getElementById("root"), {
            onSelect: (id) => seen.push(id), onFilter: (filters) => seen.push(filters.system),
            words: {facets: [{id: "system", name: "System", values: [["pay", "Payment"], ["pim", "File"]]}]}});
          map.select("pay"); map.filter({system: ["pay"]});
          const off = document.querySelectorAll("g.is-off[data-event]").length;
          map.clear(); map.select(null); map.destroy();
          return [seen, off, map.events.length, document.querySelectorAll(".is-off, .cxm-halo, .is-selected").length]; }"""
    )
    page.context.close()

    assert seen == [["pay", ["pay"], [], None], 4, 5, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_real_picture_is_as_good(chromium, axe, catalog, language, tmp_path):
    """The flagship example, drawn by `charts.journey`: nothing complained of, axe content, every card chosen by its id."""
    atlas = read_atlas(EXAMPLE)
    found = analyse(atlas, catalog, as_of=dt.date(2026, 11, 22), seed=1)
    journey = atlas.journeys[0]
    made = draw_maps(
        found,
        catalog=catalog,
        as_of=dt.date(2026, 11, 22),
        journeys=[journey.id],
        formats=["html"],
        languages=[language],
    )
    file = tmp_path / "page.html"
    file.write_bytes(made[f"{journey.id}.{language}.html"])
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True, bypass_csp=True)
    page, noted = context.new_page(), []
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    faults = axe(page)
    shown = page.evaluate(OFF)
    page.locator(f'[data-persona="{journey.personas[0]}"] svg .card[data-event="{shown[3]}"]').click()
    faults += axe(page)
    order = []
    page.locator(
        f'[data-persona="{journey.personas[0]}"] svg [data-event="{journey.events[0].id}"].card'
    ).focus()
    for _ in journey.events:
        order.append(page.evaluate("document.activeElement.dataset.event"))
        page.keyboard.press("ArrowRight")
    visible = page.locator("article:visible").get_attribute("data-of")
    layers = page.locator(".cxm-map-menu-layers input").count()
    context.close()

    assert noted == []
    assert faults == []
    assert set(shown) == {event.id for event in journey.events}
    assert order == [event.id for event in journey.events]
    assert visible == shown[3]
    assert layers >= 8
