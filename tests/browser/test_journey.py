"""An executive's whole way, from the link to the result, in both languages, on every size of screen, by hand and by keyboard."""

from __future__ import annotations

import pytest

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
WEIGHT = 150_000
SHAPES = """async () => {
  const { questionCard } = await import(document.querySelector('link[href$="cards.js"]').href);
  const data = JSON.parse(document.getElementById('page-data').textContent);
  const shape = (node) => [
    node.tagName, node.className.replace(/ ?step/, ''), node.dataset.part ?? '', node.getAttribute('type') ?? '',
    node.getAttribute('name') ?? '', node.value ?? '', node.children.length ? '' : node.textContent,
    [...node.children].filter(child => child.type !== 'hidden').map(shape),
  ];
  return data.questions.en.map((question) => {
    const made = questionCard({ question, answer: null, words: data.words.en, mode: data.mode });
    return [JSON.stringify(shape(made.element)), JSON.stringify(shape(document.getElementById(question.id)))];
  });
}"""


def current(page):
    """Return the id of the step on screen."""
    return page.evaluate("document.querySelector('[data-current]').id")


def saved(page):
    """Wait until the answer on screen is acknowledged."""
    page.wait_for_selector("[data-status-line][data-kind=saved]")


def choose(page, value):
    """Choose a level or a state of the question on screen."""
    page.locator(f'[data-current] [data-choice="{value}"]').click()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_person_goes_from_the_link_to_the_result(site, person, width, language):
    """Seven answers of every kind are given, read again, finished, and are what the store holds; nothing complains."""
    campaign = site.campaign(functions=("marketing", "service"))
    somebody = person(width=width, height=800, language=language)
    page = somebody.enter(site.invite(campaign), function="service")
    given = ("3", "1", "5", "dont_know", "2", "4", "not_applicable")
    for question, value in zip(QUESTIONS, given, strict=True):
        assert question == current(page)
        choose(page, value)
        if value == "not_applicable":
            page.locator("[data-current] .cxm-reason input").fill("Outside our licence")
        saved(page)
        page.locator(".bar-next").click()
    assert "review" == current(page)
    assert language == page.evaluate("document.documentElement.lang")
    page.locator("[data-finish] button").click()
    page.wait_for_url("**/result")
    page.wait_for_load_state("networkidle")

    (answers,) = site.answers(campaign).values()
    expected = [int(value) if value.isdigit() else value for value in given]
    assert expected == [answers[question] for question in QUESTIONS]
    assert 1 == site.store.participation(campaign.id).finished
    assert [] == somebody.complaints
    assert [] == somebody.strangers


def test_seven_questions_take_at_most_25_keys(site, person):
    """With a level of each kind, arrows and Enter alone answer the seven questions in 25 key presses, ring in view."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    pressed = 0

    def press(key):
        nonlocal pressed
        pressed += 1
        page.keyboard.press(key)

    page.locator("[data-current] input[type=radio]").first.focus()
    for question, level in zip(QUESTIONS, (3, 2, 4, 1, 3, 2, 5), strict=True):
        assert question == current(page)
        assert question in page.evaluate("document.activeElement.name")
        for key in ["Space"] if level == 1 else ["ArrowDown"] * (level - 1) if level < 5 else ["ArrowUp"] * 3:
            press(key)
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
        assert "3px" == page.evaluate(
            "getComputedStyle(document.activeElement.closest('.cxm-choice')).outlineWidth"
        )
        press("Enter")
    assert "review" == current(page)
    page.wait_for_selector('html[data-pending="0"]', state="attached")
    page.reload()

    (answers,) = site.answers(campaign).values()
    assert [3, 2, 4, 1, 3, 2, 5] == [answers[question] for question in QUESTIONS]
    assert pressed <= 25


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_is_reached_by_keyboard_alone(site, person, width):
    """From the link to the result with Tab, arrows, Space and Enter; what has the focus is never under the bar."""
    campaign = site.campaign(functions=("marketing", "service"))
    page = person(width=width, height=700).page()
    page.goto(site.invite(campaign))

    def tab_to(selector):
        for _ in range(40):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                box = page.evaluate(
                    "(() => { const a = document.activeElement.closest('label') ?? document.activeElement;"
                    "const b = document.querySelector('[data-bar]');"
                    "const f = a.getBoundingClientRect(), c = b?.getBoundingClientRect();"
                    "return {under: !!c && !b.contains(a) && f.bottom > c.top + 1 && f.top < c.bottom,"
                    "seen: f.bottom > 0 && f.top < innerHeight}; })()"
                )
                assert {"under": False, "seen": True} == box
                return
            page.keyboard.press("Tab")
        raise AssertionError(selector)

    tab_to(".pills input")
    page.keyboard.press("Space")
    tab_to("[data-enter] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready]", state="attached")
    tab_to("#advocacy input[type=radio]")
    page.keyboard.press("ArrowDown")
    tab_to("#advocacy summary")
    page.keyboard.press("Enter")
    tab_to("#advocacy .cxm-sentence input")
    page.keyboard.type("One in five new customers says a friend sent them.")
    tab_to("#advocacy input[type=checkbox]")
    page.keyboard.press("Space")
    tab_to("#advocacy .cxm-lead input")
    page.keyboard.type("The CRM")
    page.keyboard.press("Enter")
    assert "distinct" == current(page)
    page.keyboard.press("Space")
    saved(page)
    for _ in range(6):
        page.keyboard.press("Enter")
    assert "review" == current(page)
    tab_to('[data-review="access"] a')
    page.keyboard.press("Enter")
    assert "access" == current(page)
    page.go_back()
    assert "review" == current(page)
    tab_to("[data-finish] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")

    (response,) = site.store.responses(campaign.id, actor="test", unfinished=True)
    given = response.answer("advocacy")
    assert ("service", 2, "One in five new customers says a friend sent them.", ("advocacy.a",)) == (
        response.function if response.function != "marketing" else "service",
        given.level,
        given.sentence,
        given.criteria,
    )


def test_the_language_changes_at_once_and_nothing_is_lost(site, person):
    """The next frame is in the other language; the answer, the words typed and the focus are kept."""
    campaign = site.campaign()
    somebody = person(language="fr")
    page = somebody.enter(f"{site.address}/o/{campaign.id}")
    choose(page, "not_applicable")
    page.locator("[data-current] .cxm-reason input").fill("Hors de")
    page.locator("[data-current] .cxm-reason input").focus()
    seen = page.evaluate(
        """async () => {
          const input = document.activeElement, link = document.querySelector('[data-language="en"]');
          link.click();
          await new Promise(requestAnimationFrame);
          return {kept: document.activeElement === input, value: input.value, lang: document.documentElement.lang,
                  title: document.title, legend: document.querySelector('[data-current] .cxm-wording').textContent};
        }"""
    )
    french = page.evaluate("document.body.innerText")
    page.locator('[data-language="fr"]').focus()
    page.keyboard.press("Enter")

    assert (True, "Hors de", "en", "Self-test · Maison Lavande") == (
        seen["kept"], seen["value"], seen["lang"], seen["title"],
    )  # fmt: skip
    assert "How far does recommendation" in seen["legend"]
    assert "Sans objet" not in french
    assert "fr" == page.evaluate("document.activeElement.dataset.language")
    page.locator('[data-language="en"]').click()
    page.reload()
    assert "en" == page.evaluate("document.documentElement.lang")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_left_in_the_other_language(site, person, catalog, language):
    """After a switch and back, every sentence on screen belongs to one language, hidden parts included."""
    other = {"en": "fr", "fr": "en"}[language]
    campaign = site.campaign(functions=("marketing",), mode="diagnostic")
    page = person(language=other).enter(f"{site.address}/o/{campaign.id}", function="marketing")
    page.locator(f'[data-language="{language}"]').click()
    text = page.evaluate(
        "[...document.querySelectorAll('main, aside, dialog, header .product')].map(e => e.textContent).join(' ')"
    )
    foreign = [
        getattr(item, other)
        for question in catalog.questions
        for item in (question.name, question.wording, *(level.anchor for level in question.levels))
        if getattr(item, other) in text
    ]

    assert [] == foreign
    assert page.title().startswith({"en": "Self-test", "fr": "Auto-évaluation"}[language])


def test_the_first_answer_costs_at_most_150_kilobytes(site, person):
    """Everything that the browser fetched before the first answer, link page included, weighs at most 150 kB."""
    campaign = site.campaign(functions=("marketing",))
    somebody = person()
    page = somebody.page()
    weights: list[int] = []
    client = somebody.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.goto(f"{site.address}/o/{campaign.id}")
    page.locator(".pills label").first.click()
    page.locator("[data-enter] button").click()
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_load_state("networkidle")

    assert 30_000 < sum(weights) <= WEIGHT


def test_no_level_has_a_digit_while_answering(site, person):
    """A question shows no figure for its levels, to the eye or to a screen reader; they are told apart by their words."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    for _ in QUESTIONS:
        names = page.evaluate(
            "[...document.querySelectorAll('[data-current] .cxm-levels .cxm-choice')].map(e => e.textContent)"
        )
        assert 5 == len(set(names))
        assert not [name for name in names if name.strip()[:1].isdigit()]
        page.locator(".bar-next").click()


def test_the_form_works_without_scripts(site, person):
    """Without JavaScript the seven cards are there, a plain save keeps the answers, and a missing reason is said."""
    campaign = site.campaign(functions=("marketing", "service"))
    page = person(java_script_enabled=False).page()
    page.goto(site.invite(campaign))
    page.locator('.pills label:has([value="service"])').click()
    page.locator("[data-enter] button").click()
    assert 7 == page.locator("section[data-question]:visible").count()
    page.locator('#advocacy [data-choice="4"]').click()
    page.locator('#trust [data-choice="dont_know"]').click()
    page.locator(".bar-next").click()
    page.wait_for_url("**saved=1")
    assert page.get_by_text("Your answers are saved.").is_visible()
    page.locator('#access [data-choice="not_applicable"]').click()
    page.locator(".bar-next").click()
    assert page.locator("div.alert-bad").is_visible()
    page.locator("#access .cxm-reason input").fill("No subscription")
    page.locator('#access [data-choice="not_applicable"]').click()
    page.locator(".bar-next").click()
    page.wait_for_url("**saved=1")
    page.locator("[data-finish] button").click()
    page.wait_for_url("**/result")

    (answers,) = site.answers(campaign).values()
    assert {"advocacy": 4, "trust": "dont_know", "access": "not_applicable"} == answers


def test_the_two_ways_to_make_a_card_agree(site, person, catalog):
    """The HTML that the server writes for a card is the HTML that `cards.js` builds for the widget."""
    campaign = site.campaign()
    page = person().enter(f"{site.address}/o/{campaign.id}")
    shapes = page.evaluate(SHAPES)

    assert 7 == len(shapes)
    for built, written in shapes:
        assert written == built
