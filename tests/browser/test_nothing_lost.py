"""What happens when things go wrong: no network, a reload, two tabs, two devices, a server that dies. No answer is lost."""

from __future__ import annotations

import random
import re

import pytest

from cxmaturity.assessment.values import Answer
from cxmaturity.store import AnswerEvent

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")


def choose(page, value):
    """Choose a level of the question on screen."""
    page.locator(f'[data-current] [data-choice="{value}"]').click()


def status(page, kind):
    """Wait for the status of the question on screen."""
    page.wait_for_selector(f"[data-status-line][data-kind={kind}]")


def go(page, question):
    """Show a question."""
    page.evaluate("q => { location.hash = '#/' + q; }", question)
    page.wait_for_selector(f"#{question}[data-current]")


def settled(page):
    """Wait until nothing waits on this device."""
    page.wait_for_selector('html[data-pending="0"]', state="attached", timeout=60_000)


def stored(site, campaign):
    """Return the answers of the one person in the store."""
    found = list(site.answers(campaign).values())
    return found[0] if found else {}


def test_an_answer_given_offline_is_kept_said_and_sent(site, person):
    """Without a network the answer stays on the device, the page says so, and it is saved once the network is back."""
    campaign = site.campaign()
    somebody = person()
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    somebody.context.set_offline(True)
    choose(page, "4")
    status(page, "kept")
    page.locator(".bar-next").click()
    choose(page, "2")
    status(page, "kept")
    assert {} == stored(site, campaign)
    somebody.context.set_offline(False)
    status(page, "saved")
    settled(page)

    assert {"advocacy": 4, "distinct": 2} == stored(site, campaign)


def test_a_tab_closed_offline_sends_when_it_comes_back(site, person):
    """An answer given offline survives the closing of the tab and is sent by the next one."""
    campaign = site.campaign()
    somebody = person()
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    somebody.context.set_offline(True)
    choose(page, "5")
    status(page, "kept")
    page.close()
    somebody.context.set_offline(False)
    page = somebody.page()
    page.goto(f"{site.address}/c/{campaign.id}/#/advocacy")
    status(page, "saved")

    assert page.locator('#advocacy [data-choice="5"] input').is_checked()
    assert {"advocacy": 5} == stored(site, campaign)


def test_a_reload_shows_everything_again(site, person):
    """After a reload the level, the sentence, the ticks and the lead are there, from the server alone."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    choose(page, "3")
    page.locator("#advocacy summary").click()
    page.locator("#advocacy .cxm-sentence input").fill("We ask every new customer.")
    page.locator("#advocacy .cxm-tick").nth(1).click()
    page.locator("#advocacy .cxm-lead input").fill("CRM report")
    page.locator("#advocacy .cxm-lead input").blur()
    status(page, "saved")
    settled(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    go(page, "advocacy")

    shown = page.evaluate(
        "(() => { const q = document.querySelector('#advocacy'); return [q.querySelector(':checked').value,"
        "q.querySelector('.cxm-sentence input').value, [...q.querySelectorAll('[type=checkbox]:checked')].map(c => c.value),"
        "q.querySelector('.cxm-lead input').value]; })()"
    )
    assert ["3", "We ask every new customer.", ["advocacy.b"], "CRM report"] == shown


def test_two_tabs_of_one_person_agree(site, person):
    """What is chosen in one tab shows in the other at once, and the later choice is the one that stands."""
    campaign = site.campaign()
    somebody = person()
    one = somebody.enter(f"{site.address}/o/{campaign.id}")
    two = somebody.page()
    two.goto(f"{site.address}/c/{campaign.id}/#/advocacy")
    two.wait_for_selector("html[data-ready]", state="attached")
    choose(one, "2")
    two.wait_for_selector('#advocacy [data-choice="2"]:has(:checked)')
    choose(two, "4")
    one.wait_for_selector('#advocacy [data-choice="4"]:has(:checked)')
    status(one, "saved")
    status(two, "saved")

    assert {"advocacy": 4} == stored(site, campaign)
    assert [] == somebody.complaints


def test_the_later_of_two_tabs_stands_even_before_it_reads_what_the_other_kept(site, person):
    """A browser may tell a tab of an answer before its storage shows it: the later choice is still the later one."""
    campaign = site.campaign()
    somebody = person()
    one = somebody.enter(f"{site.address}/o/{campaign.id}")
    one.add_init_script("Math.random = () => 0.999")
    one.reload()
    two = somebody.page()
    two.add_init_script(
        "Math.random = () => 0; const read = Storage.prototype.getItem;"
        "Storage.prototype.getItem = function (key) { return key.endsWith('.sequence') ? null : read.call(this, key); }"
    )
    two.goto(f"{site.address}/c/{campaign.id}/#/advocacy")
    for page in (one, two):
        page.wait_for_selector("html[data-ready]", state="attached")
    choose(one, "2")
    two.wait_for_selector('#advocacy [data-choice="2"]:has(:checked)')
    status(one, "saved")
    choose(two, "4")
    status(two, "saved")

    assert {"advocacy": 4} == stored(site, campaign)
    assert [] == somebody.complaints


@pytest.mark.parametrize(("choice", "stands"), [("keep", 1), ("mine", 5)])
def test_a_newer_answer_from_another_device_is_put_to_the_person(site, person, choice, stands):
    """An answer made without having seen a newer one elsewhere changes nothing until the person decides."""
    campaign = site.campaign()
    laptop = person()
    page = laptop.enter(f"{site.address}/o/{campaign.id}")
    page.evaluate("window.addEventListener('focus', e => e.stopImmediatePropagation(), true)")
    elsewhere(site, laptop, campaign, question="advocacy", level=1)
    choose(page, "5")
    status(page, "elsewhere")
    assert {"advocacy": 1} == stored(site, campaign)
    assert "word of mouth just happens" in page.locator("#advocacy [data-part=conflict_text]").inner_text()
    page.locator(f"#advocacy [data-part={choice}]").click()
    status(page, "saved")

    assert page.locator(f'#advocacy [data-choice="{stands}"] input').is_checked()
    assert {"advocacy": stands} == stored(site, campaign)


def elsewhere(site, somebody, campaign, *, question, level):
    """Answer as another device of the same person does."""
    secret = next(
        cookie["value"]
        for cookie in somebody.context.cookies()
        if cookie["name"].startswith("cxm") and len(cookie["value"]) > 10
    )
    visitor = site.store.visitor(secret, campaign.id, ("respondent",))
    event = AnswerEvent(
        question=question, answer=Answer(state="level", level=level), device="phone", sequence=1, base=0
    )
    site.store.record(visitor, [event])


def test_coming_back_to_the_tab_shows_what_another_device_answered(site, person):
    """A tab that the person returns to asks what stands, so that nobody answers over a newer answer unknowingly."""
    campaign = site.campaign()
    laptop = person()
    page = laptop.enter(f"{site.address}/o/{campaign.id}")
    elsewhere(site, laptop, campaign, question="advocacy", level=2)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector('#advocacy [data-choice="2"]:has(:checked)')
    status(page, "saved")
    choose(page, "3")
    status(page, "saved")
    settled(page)

    assert {"advocacy": 3} == stored(site, campaign)


def test_another_device_continues_from_the_link(site, person):
    """The link (which the QR code holds too) opens the same answers on a phone, once."""
    campaign = site.campaign()
    laptop = person()
    page = laptop.enter(f"{site.address}/o/{campaign.id}")
    choose(page, "4")
    status(page, "saved")
    page.locator("[data-elsewhere] button").click()
    page.wait_for_selector("[data-qr] path")
    address = page.locator("[data-address]").input_value()
    phone = person(width=390, height=800, has_touch=True, is_mobile=True)
    tab = phone.enter(address)

    assert re.match(rf"{site.address}/i/", address)
    assert tab.url.startswith(f"{site.address}/c/{campaign.id}/")
    assert tab.locator('#advocacy [data-choice="4"] input').is_checked()
    assert 1 == len(site.answers(campaign))
    again = person().page()
    again.goto(address)
    assert "already been opened" in again.content()


def test_a_shared_computer_keeps_nothing(site, person):
    """In that mode nothing of the person stands in the browser's storage, and unsaved answers hold the tab open."""
    campaign = site.campaign()
    somebody = person()
    page = somebody.page()
    page.goto(f"{site.address}/o/{campaign.id}")
    page.locator("[data-enter] [data-shared]").check()
    page.locator("[data-enter] button").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    choose(page, "3")
    status(page, "saved")
    somebody.context.set_offline(True)
    page.locator(".bar-next").click()
    choose(page, "2")
    status(page, "unkept")
    kept = page.evaluate("Object.keys(localStorage)")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    somebody.context.set_offline(False)
    status(page, "saved")
    cookie = next(each for each in somebody.context.cookies() if each["httpOnly"])

    assert [] == kept
    assert {"advocacy": 3, "distinct": 2} == stored(site, campaign)
    assert -1 == cookie["expires"]


def test_a_browser_that_keeps_nothing_says_so_and_still_saves(site, person):
    """With storage refused, or full, the page warns and the answers go to the server from memory."""
    campaign = site.campaign()
    somebody = person()
    somebody.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    assert page.locator("[data-alert]").is_visible()
    choose(page, "3")
    status(page, "saved")

    assert {"advocacy": 3} == stored(site, campaign)


def test_a_server_that_died_is_waited_for(site, person):
    """While the server is dead the answer is kept; it is saved when the server is back, without a reload."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    site.kill()
    choose(page, "4")
    status(page, "kept")
    site.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    status(page, "saved")

    assert {"advocacy": 4} == stored(site, campaign)


def test_a_device_that_is_no_longer_known_is_told(site, person):
    """With the session gone, the page says how to get a new link, keeps the answer, and sends it after that link."""
    campaign = site.campaign()
    somebody = person()
    page = somebody.enter(site.invite(campaign))
    status_before = page.locator("[data-alert]").is_visible()
    cookies = somebody.context.cookies()
    somebody.context.clear_cookies()
    choose(page, "4")
    status(page, "expired")
    told = page.locator("[data-alert]").inner_text()
    somebody.context.add_cookies(cookies)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    status(page, "saved")

    assert not status_before
    assert "new link" in told
    assert {"advocacy": 4} == stored(site, campaign)


def test_a_closed_campaign_takes_nothing_and_says_so(site, person):
    """An answer that arrives after the close is not stored; the page says why and, reloaded, is read-only."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    choose(page, "2")
    status(page, "saved")
    site.store.close_campaign(campaign.id, actor="test")
    page.locator(".bar-next").click()
    choose(page, "5")
    status(page, "closed")
    page.reload()

    assert {"advocacy": 2} == stored(site, campaign)
    assert page.locator("#advocacy input[type=radio]").first.is_disabled()
    assert page.get_by_text("your answers can be read").is_visible()


def test_one_answer_that_is_refused_does_not_hold_the_others(site, person):
    """An answer that the server refuses is told on its card; those beside it are saved."""
    campaign = site.campaign()
    somebody = person()
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    somebody.context.set_offline(True)
    choose(page, "2")
    page.locator(".bar-next").click()
    choose(page, "3")
    page.evaluate(
        "for (const k of Object.keys(localStorage)) if (/\\.q\\./.test(k)) { const e = JSON.parse(localStorage[k]);"
        "if (e.question === 'advocacy') localStorage[k] = JSON.stringify({...e, level: 9}); }"
    )
    somebody.context.set_offline(False)
    settled(page)
    status(page, "saved")
    go(page, "advocacy")
    status(page, "refused")

    assert {"distinct": 3} == stored(site, campaign)


class Accidents:
    """One person answering while everything around them breaks, in an order that a seed decides."""

    def __init__(self, site, somebody, campaign, seed):
        self.site, self.somebody, self.campaign = site, somebody, campaign
        self.dice = random.Random(seed)  # noqa: S311  # a script of accidents, not a secret
        self.page = somebody.enter(f"{site.address}/o/{campaign.id}")
        self.offline = False
        self.chosen: dict[str, int] = {}
        self.acknowledged: list[tuple[str, int]] = []

    def answer(self):
        question, level = self.dice.choice(QUESTIONS), self.dice.randint(1, 5)
        go(self.page, question)
        assert not self.page.locator(f"#{question} [data-part=conflict]").is_visible()
        choose(self.page, str(level))
        self.chosen[question] = level
        if self.offline or self.site.process is None:
            return
        self.page.wait_for_selector("[data-status-line]:is([data-kind=saved], [data-kind=kept])")
        if self.page.locator("[data-status-line][data-kind=saved]").count():
            self.acknowledged.append((question, level))

    def again(self):
        """Click the answer already chosen, as an impatient person does."""
        if self.chosen:
            question = self.dice.choice(sorted(self.chosen))
            go(self.page, question)
            choose(self.page, str(self.chosen[question]))

    def kill(self):
        self.site.kill()

    def revive(self):
        self.site.start()
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def cut(self):
        self.offline = True
        self.somebody.context.set_offline(True)

    def back(self):
        self.offline = False
        self.somebody.context.set_offline(False)

    def reopen(self):
        """Close the tab and open another, which needs the server and the network."""
        self.site.start()
        self.back()
        self.page.close()
        self.page = self.somebody.page()
        self.page.goto(f"{self.site.address}/c/{self.campaign.id}/")
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def happen(self, times):
        happenings = [self.answer] * 5 + [
            self.again,
            self.kill,
            self.revive,
            self.cut,
            self.back,
            self.reopen,
        ]
        for _ in range(times):
            self.dice.choice(happenings)()
        self.reopen()
        settled(self.page)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_accidents_lose_no_acknowledged_answer(site, person, seed):
    """Kills of the server, cuts of the network, closed tabs, in a random order: every answer said to be saved is."""
    campaign = site.campaign()
    story = Accidents(site, person(), campaign, seed)
    story.happen(34)
    held = site.history(campaign)

    assert story.acknowledged
    assert [] == [answer for answer in story.acknowledged if answer not in held]
    assert story.chosen == stored(site, campaign)
