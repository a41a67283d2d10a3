"""The map on its page and the seats of a room, behind the real server and its policies, in several browsers at once."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity.files.journey import read_atlas
from cxmaturity.resources import resource
from cxmaturity.store import CampaignPlan, Store

OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")
EVENT = "attendre-comptoir"


def plan(client):
    """Return a campaign that ends next month."""
    today = dt.datetime.now(dt.UTC).date()
    return CampaignPlan(
        client=client,
        controller=f"{client} SAS",
        contact="dpo@lavande.example",
        deadline=today + dt.timedelta(days=30),
        retention=today + dt.timedelta(days=200),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Start the server on a copy of an example; give its address, the folder, a consultant's link and makers of others."""
    place = tmp_path_factory.mktemp("map")
    folder = Path(shutil.copytree(resource("examples") / "maison-lavande", place / "shop"))
    store = Store.open(place / "store.db")
    campaigns = {
        client: store.create_campaign(plan(client), questionnaire="1", actor="test").id
        for client in ("Maison Lavande", "Hôtel Bleu")
    }
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

        def link(client=None):
            """Return the link of a new respondent of a client, or of a consultant."""
            role = "consultant" if client is None else "respondent"
            _, token = store.invite(None if client is None else campaigns[client], role, actor="test")
            return f"{told['address']}/i/{token}"

        yield told["address"], folder, campaigns, link
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
        store.close()


@pytest.fixture
def person(chromium, site):
    """Return a function that lets somebody in with a browser of their own; at the end nothing went wrong in any of them."""
    wrong, opened = [], []

    def enter(client=None, *, language="en", width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale=language)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if asked.url.startswith(OURS) else wrong.append(asked.url))
        page.goto(site[3](client))
        page.locator("form button").first.click()
        page.wait_for_url(re.compile(r"/(consultant|c)/"), wait_until="commit")
        return page

    yield enter
    for context in opened:
        context.close()
    assert wrong == []


def open_map(page, site, language="en"):
    """Open the consultant's page and wait for the picture."""
    page.goto(f"{site[0]}/map/?lang={language}", wait_until="commit")
    page.wait_for_selector(f'.cxm-journey[lang="{language}"] svg [role="button"]', timeout=120_000)


def open_seat(page, site, language="en"):
    """Open a participant's page."""
    page.goto(f"{site[0]}/c/{site[2]['Maison Lavande']}/workshop?lang={language}", wait_until="commit")
    page.wait_for_selector(f'.cxm-journey[lang="{language}"] .cxm-seat', timeout=120_000)


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 390)])
def test_the_page_of_the_map(person, site, language, width, axe):
    """Behind the policy, with nothing external: the picture, an event chosen, edited and saved; axe-core finds no fault."""
    page = person(language=language, width=width)
    open_map(page, site, language)
    assert axe(page) == []

    page.locator(f'svg g[data-event="{EVENT}"][role="button"]').first.click()
    page.wait_for_selector(".cxm-panel:not([hidden]) [tabindex='-1']:focus")
    page.evaluate(
        "() => document.querySelectorAll('.cxm-panel details').forEach((node) => (node.open = true))"
    )
    level = page.locator('[data-part="expectation"] [data-field$=".level"] input')
    level.fill("3.5" if language == "en" else "2,5")
    level.press("Tab")
    page.wait_for_selector('.cxm-marker[data-unsaved="true"]')
    assert axe(page) == []
    page.locator(".cxm-head [data-main]").click()
    page.wait_for_selector('.cxm-marker[data-unsaved="false"]')

    event = next(one for one in read_atlas(site[1]).journeys[0].events if one.id == EVENT)
    assert event.expectation.level == (3.5 if language == "en" else 2.5)


def test_a_workshop_in_one_room(person, site, axe):
    """A facilitator and two participants in three browsers: scored blind, shown together, on the map and in the file."""
    facilitator, sales, service = (
        person(),
        person("Maison Lavande", width=390),
        person("Maison Lavande", language="fr"),
    )
    open_map(facilitator, site)
    facilitator.locator('[data-tab="workshop"]').click()
    open_seat(sales, site)
    open_seat(service, site, "fr")
    assert sales.locator(".cxm-functions").count() == 0
    facilitator.locator(".cxm-room [data-main]:visible").first.click()

    for page, function, level in ((sales, "sales", 1), (service, "service", 5)):
        page.wait_for_selector(".cxm-functions")
        page.locator(f'.cxm-functions label:has([value="{function}"])').click()
        page.locator(".cxm-seat [data-main]").click()
        page.wait_for_selector(".cxm-marks")
        mark = f'[data-event="{EVENT}"][data-aspect="satisfaction"][value="{level}"]'
        page.locator(f".cxm-mark:has({mark})").click()
        page.wait_for_selector(f"{mark}:checked")
    facilitator.wait_for_selector(".cxm-room >> text=2 people in the room")
    facilitator.wait_for_selector(".cxm-room >> text=2 of ")
    assert axe(sales) == axe(service) == []
    assert facilitator.locator(".cxm-people li").all_inner_texts() == ["Sales: 1", "Customer service: 1"]
    service.wait_for_function("() => document.querySelectorAll('.cxm-seat input:checked').length === 1")
    sales.reload(wait_until="commit")  # all of the page has come only once its new kernel is there
    sales.wait_for_selector(f'[data-event="{EVENT}"][value="1"]:checked', timeout=120_000)

    facilitator.locator(".cxm-room .cxm-tools .cxm-button:visible").click()
    facilitator.locator(".cxm-confirm:visible .cxm-button").first.click()
    for page in (facilitator, sales, service):
        page.wait_for_selector(f'.cxm-result[data-of="{EVENT}"]')
    facilitator.locator(".cxm-head [data-main]").click()
    facilitator.wait_for_selector('.cxm-marker[data-unsaved="false"]')

    event = next(one for one in read_atlas(site[1]).journeys[0].events if one.id == EVENT)
    assert {(score.function, score.satisfaction) for score in event.scores[-2:]} == {
        ("sales", 1),
        ("service", 5),
    }


def test_only_whom_this_client_invited_sits_in_the_room(person, site):
    """The respondent of another client of the server finds nothing there, and the consultant's map is for no respondent."""
    page = person("Hôtel Bleu")
    for campaign in site[2].values():
        told = page.request.get(f"{site[0]}/c/{campaign}/workshop")
        assert told.status in {403, 404}
        assert "parure" not in told.text()
    assert page.request.get(f"{site[0]}/map/").status == 403


def test_the_campaign_says_where_the_workshop_is(person, site, axe):
    """The page of this client's campaign gives the participants' address and leads to the map; another client's does not."""
    page = person(width=390)
    for client, there in (("Maison Lavande", 1), ("Hôtel Bleu", 0)):
        campaign = site[2][client]
        page.goto(f"{site[0]}/consultant/{campaign}/?lang=en")
        assert page.locator(f'#workshop-link[value$="/c/{campaign}/workshop"]').count() == there
        assert page.locator('main a[href^="/map/"]').count() == there
    assert axe(page) == []
