"""The widgets as a person meets them: seen, heard, typed, clicked, in both languages, at every width."""

from __future__ import annotations

import datetime as dt
import re

import pytest

import cxmaturity as cx
from cxmaturity.app.widgets.explore import Explore
from cxmaturity.app.widgets.self_test import SelfTest

ON = dt.date(2026, 11, 22)
LEVELS = {"advocacy": 3, "distinct": 3, "access": 1, "response": 4, "trust": 3, "alignment": 2}
WIDE = """() => {
  const out = [...document.querySelectorAll(".cxm-widget *")].filter((node) => {
    const box = node.getBoundingClientRect();
    const hidden = getComputedStyle(node).clipPath === "inset(50%)" || node.closest(".cxm-picture svg");
    return box.width && !hidden && (box.right > innerWidth + 1 || box.left < -1);
  });
  return [document.documentElement.scrollWidth - innerWidth, out.slice(0, 3).map((node) => node.outerHTML.slice(0, 80))];
}"""


def self_test(**more):
    """Return the self-test, half answered."""
    return SelfTest(answers={"advocacy": 3, "access": {"state": "dont_know"}}, on=ON, **more)


def explore(**more):
    """Return what-if with one level moved."""
    return Explore(LEVELS, on=ON, **more).move("access", 3)


@pytest.mark.parametrize("make", [self_test, explore])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("seen", [(320, False), (768, True), (1280, False)], ids=str)
def test_nothing_wrong_for_axe_and_nothing_cut(stage, axe, make, language, seen):
    """No accessibility fault, nothing wider than the screen, no complaint, no request, in the light and in the dark."""
    width, dark = seen
    shown = stage(make(language=language), width=width, dark=dark)
    for summary in shown.page.locator("summary:visible").all():
        summary.click()

    assert [] == axe(shown.page)
    assert [0, []] == shown.page.evaluate(WIDE)
    assert [] == shown.complaints
    assert ("dark" if dark else "light") == shown.page.locator(".cxm-widget").get_attribute("data-theme")


def test_seven_questions_by_keyboard(stage):
    """Tab and space answer all seven; the Python value follows each of them."""
    shown = stage(SelfTest(language="en", on=ON))
    page, questions = shown.page, cx.load_catalog().questions

    for index, question in enumerate(questions):
        page.locator(f'[data-panel="{question.id}"] input[type=radio]').first.focus()
        for _ in range(index % 5):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        if index < 6:
            page.get_by_role("button", name="Next").press("Enter")
    shown.settled()

    assert [index % 5 + 1 for index in range(7)] == [
        shown.widget.response.answer(q.id).level for q in questions
    ]
    assert "7 of 7" in page.locator(".cxm-test-progress").inner_text()
    assert page.get_by_role("button", name="Next").is_disabled()


def test_no_level_digit_while_answering(stage):
    """The cards describe levels and number none."""
    shown = stage(SelfTest(language="en", on=ON))

    for text in shown.page.locator(".cxm-levels").all_text_contents():
        assert not re.search(r"(?i)level|\b[1-5]\b", text)


def test_language_changes_live_and_loses_nothing(stage):
    """Answers, the question on screen and the typed sentence stay; every word changes, by the next frame."""
    shown = stage(self_test(language="fr"))
    page = shown.page
    page.get_by_role("button", name=re.compile("Confiance")).click()
    page.locator('[data-panel="trust"] .cxm-choice').nth(3).click()
    page.locator('[data-panel="trust"] summary').click()
    sentence = page.locator('[data-panel="trust"] .cxm-sentence input')
    sentence.fill("Oui, par écrit")
    sentence.blur()
    shown.settled()

    seen = page.evaluate(
        """async () => { document.querySelector('[data-language="en"]').click(); await new Promise(requestAnimationFrame);
           return document.querySelector('.cxm-widget').lang; }"""
    )
    shown.settled()

    assert "en" == seen
    assert "en" == page.locator(".cxm-widget").get_attribute("lang") == shown.widget.language
    assert page.locator('[data-panel="trust"]').is_visible()
    assert "Oui, par écrit" == sentence.input_value() == shown.widget.response.answer("trust").sentence
    assert 4 == shown.widget.response.answer("trust").level
    catalog = cx.load_catalog()
    assert (
        catalog.question("trust").wording.en == page.locator('[data-panel="trust"] .cxm-wording').inner_text()
    )
    assert [] == shown.complaints


def test_python_and_browser_follow_each_other(stage):
    """An answer given in Python shows on the card; a browser's answer to another question does not undo it."""
    shown = stage(SelfTest(language="en", on=ON))
    shown.widget.answer("advocacy", 5)
    shown.push()
    assert shown.page.locator('[data-panel="advocacy"] input[value="5"]').is_checked()

    shown.page.get_by_role("button", name="Next").click()
    shown.page.locator('[data-panel="distinct"] .cxm-choice').nth(1).click()
    shown.settled()

    assert (5, 2) == tuple(shown.widget.response.answer(name).level for name in ("advocacy", "distinct"))


def test_a_refusal_is_said_beside_the_card(stage):
    """What Python refuses is said in the language shown, is not kept, and goes once it is put right."""
    shown = stage(SelfTest(language="fr", on=ON))
    page = shown.page
    page.locator('[data-panel="advocacy"] summary').click()
    field = page.locator('[data-panel="advocacy"] .cxm-sentence input')
    field.evaluate("node => node.removeAttribute('maxlength')")
    field.fill("x" * 300)
    field.blur()
    shown.settled()
    problem = page.locator('[data-panel="advocacy"] [role=alert]')
    assert "300" in problem.inner_text()
    assert () == shown.widget.response.answers

    field.fill("court")
    field.blur()
    shown.settled()

    assert "" == problem.inner_text()
    assert "court" == shown.widget.response.answer("advocacy").sentence


def test_markup_in_an_answer_stays_text(stage):
    """Markup typed as a sentence or a reason is shown as typed and runs nothing."""
    attack = "<img src=x onerror=\"document.title='run'\"></script>"
    given = {"advocacy": {"state": "not_applicable", "reason": attack, "sentence": attack}}
    shown = stage(SelfTest(answers=given, language="en", on=ON))
    shown.page.get_by_role("button", name=re.compile("Advocacy")).click()

    assert attack == shown.page.locator('[data-panel="advocacy"] .cxm-reason input').input_value()
    assert ("Host", []) == (shown.page.title(), shown.complaints)


def test_two_copies_of_a_widget_do_not_share_their_buttons(stage):
    """Shown twice in one notebook, both copies hold the same answer: radio groups are not shared, ids not repeated."""
    shown = stage(SelfTest(language="en", on=ON))
    shown.page.evaluate("() => window.host.show('two')")

    shown.page.locator("#one .cxm-panel[data-current] .cxm-choice").nth(2).click()
    shown.settled()

    for copy in ("one", "two"):
        assert shown.page.locator(f'#{copy} [data-panel="advocacy"] input[value="3"]').is_checked()
    ids = shown.page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))


def test_moving_a_level_by_keyboard(stage):
    """An arrow moves a level; sentence, facts, drawing and table say what Python computed; going back undoes it."""
    shown = stage(Explore(LEVELS, language="en", on=ON))
    page, widget = shown.page, shown.widget

    page.locator(".cxm-line").nth(2).locator("input").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    shown.settled()

    view = widget.view["en"]
    assert {"access": 4} == widget.levels
    assert view["sentence"] == page.locator(".cxm-sentence-line").inner_text()
    assert view["then"]["index"] in page.locator(".cxm-facts").inner_text()
    assert view["sentence"] == page.locator("svg desc").text_content()
    assert 1 == page.locator("svg .cxm-then").count()
    page.get_by_text("The same as a table").click()
    rows = page.locator("table tbody tr").all_inner_texts()
    names = [level.name.en for level in cx.load_catalog().level_names]
    assert f"Accessibility and fluidity\t1, {names[0]}\t4, {names[3]}" == rows[2]
    assert f"Index\t{view['now']['index']}\t{view['then']['index']}" == rows[7]

    page.get_by_role("button", name="Back to my answers").click()
    shown.settled()

    assert {} == widget.levels
    assert page.locator(".cxm-line").nth(2).locator("input").first.is_checked()


def test_answers_are_fetched_by_the_page_s_script(stage):
    """In a page the script asks for the person's answers, and hands over states and levels, never their words."""
    widget = Explore(language="en", on=ON)
    shown = stage(widget)
    saved = [
        {
            "question": "trust",
            "state": "level",
            "level": 4,
            "sentence": "secret",
            "reason": "",
            "lead": "secret",
        },
        {"question": "access", "state": "dont_know", "level": None, "sentence": "secret"},
    ]
    shown.page.evaluate(
        """(saved) => { window.fetch = async () => ({ ok: true, json: async () => ({ saved }) });
           document.body.dataset.answers = "answers"; document.getElementById("one").replaceChildren();
           return window.host.show("one"); }""",
        saved,
    )
    shown.page.locator(".cxm-line").first.wait_for()

    assert {
        "answers": {"trust": {"state": "level", "level": 4}, "access": {"state": "dont_know", "level": None}}
    } == widget.given
    assert 4.0 == widget.now.dimension("trust").declared


@pytest.mark.parametrize(
    "answer", ["async () => ({ ok: false, status: 401 })", "async () => { throw new Error('offline'); }"]
)
def test_answers_that_cannot_be_read_are_said(stage, answer):
    """No answers, no blank page: a sentence says what to do."""
    shown = stage(Explore(language="fr", on=ON))
    shown.page.evaluate(
        f"""() => {{ window.fetch = {answer}; document.body.dataset.answers = "answers";
            document.getElementById("one").replaceChildren(); return window.host.show("one"); }}"""
    )

    shown.page.get_by_text("Vos réponses n’ont pas pu être lues").wait_for()
