"""One's own result: the page says what the result says, in words, and nothing of anybody else."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxmaturity.app.pages.result import result_page
from cxmaturity.app.server.results import own_result
from cxmaturity.assessment.values import Answer
from cxmaturity.i18n import formats

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")


@pytest.fixture
def show(hand, catalog):
    """Return what makes the page of a case and reads it."""

    def make(case, language="en", **more):
        html = result_page(**_given(case), catalog=catalog, language=language, as_of=hand.AS_OF, **more)
        return hand.read(html)

    return make


def _given(case):
    return {name: getattr(case, name) for name in ("campaign", "progress", "own", "group")}


def test_profile_equals_the_result(hand, catalog, show, language):
    """Every row bears the level of the result by name and by number, or the words of its state."""
    case = hand.a_case(catalog)
    page = show(case, language)

    assert {
        d.id: "" if d.declared is None else f"{d.declared:g}" for d in case.own.dimensions
    } == page.own_levels()
    for dimension in case.own.dimensions:
        said = page.texts(f'//tr[@data-question="{dimension.id}"]//*[@data-own]')
        if dimension.declared is not None:
            name = catalog.level_name(round(dimension.declared)).name.in_(language)
            assert name in said[0]
            assert f"{dimension.declared:g}" in said[0]


def test_stage_never_stands_without_its_probability(hand, catalog, show, language):
    """The stage is named, and the probability of the result is beside it."""
    case = hand.a_case(catalog)
    page = show(case, language)
    stage = case.own.stage

    assert [str(stage.level)] == [found.get("data-stage") for found in page.all("//h1")]
    assert catalog.level_name(stage.level).name.in_(language) in page.texts("//h1")[0]
    probability = formats.percent(stage.probabilities[stage.level - 1], language)
    assert probability.replace("\u202f", " ") in page.texts("//*[@data-again]")[0].replace("\u202f", " ")


def test_index_and_coverage(hand, catalog, show, language):
    """The index, its bounds when answers are missing, and how many questions it rests on are the result's."""
    case = hand.a_case(catalog)
    page = show(case, language)
    index = case.own.index

    assert formats.level(index.geometric, language) in page.text
    sure = " ".join(page.texts("//*[@data-sure]/li"))
    for bound in index.bounds:
        assert formats.level(bound, language) in sure
    assert {"en": "5 of 7", "fr": "5 sur 7"}[language] in page.text


def test_one_person_is_a_view(hand, catalog, show, language):
    """The page says that it is one person's view, and never speaks of agreement or consensus."""
    page = show(hand.a_case(catalog), language)

    assert {"en": "one person's view", "fr": "point de vue d’une personne"}[language] in page.text
    for word in {"en": ("consensus", "agreement"), "fr": ("consensus", "accord ")}[language]:
        assert word not in page.text.lower()


def test_unknowns_are_named_and_never_numbers(hand, catalog, show, language):
    """What is not known is named with what it leaves open, and its row has no level."""
    page = show(hand.a_case(catalog), language)
    name = catalog.question("trust").name.in_(language)

    assert any(name in said for said in page.texts("//*[@data-sure]/li"))
    assert page.own_levels()["trust"] == ""
    row = page.texts('//tr[@data-question="trust"]/td')[0]
    assert not any(character.isdigit() for character in row)


def test_priorities_with_their_next_step_and_proof(hand, catalog, show, language):
    """The three lowest dimensions, lowest first, with the catalogue's advice, proof, and the lead noted."""
    page = show(hand.a_case(catalog, lead="CRM export, October"), language)

    assert ["response", "advocacy", "alignment"] == [
        found.get("data-priority") for found in page.all("//*[@data-priority]")
    ]
    asked = [
        (catalog.question("response"), 1),
        (catalog.question("advocacy"), 2),
        (catalog.question("alignment"), 2),
    ]
    assert [q.advice[at - 1].in_(language) for q, at in asked] == _raw(page, "data-advice")
    assert [q.levels[at].proof.in_(language) for q, at in asked] == _raw(page, "data-proof")
    assert ["CRM export, October"] * 3 == page.texts("//*[@data-lead]")


def _raw(page, attribute):
    return [found.text_content() for found in page.all(f"//*[@{attribute}]")]


def test_strengths_are_at_least_structured(hand, catalog, show):
    """Strengths are the highest of the other dimensions, from level 3 up."""
    page = show(hand.a_case(catalog))

    assert ["access", "distinct"] == [found.get("data-strength") for found in page.all("//*[@data-strength]")]


def test_highest_level_is_no_priority(hand, catalog, show, language):
    """Seven highest levels leave no priority: the page says that the next step is to prove them."""
    page = show(hand.a_case(catalog, [(q, hand.level(5)) for q in QUESTIONS]), language)

    assert [] == page.all("//*[@data-priority]")
    assert {"en": "to prove what you declared", "fr": "de prouver ce que vous avez déclaré"}[
        language
    ] in page.text
    assert 3 == len(page.all("//*[@data-strength]"))


def test_nothing_known(hand, catalog, show, language):
    """Seven don't-knows give a page without stage, index, strength or priority, and no level anywhere."""
    case = hand.a_case(catalog, [(q, Answer(state="dont_know")) for q in QUESTIONS])
    page = show(case, language)

    assert {""} == set(page.own_levels().values())
    assert [] == page.all("//*[@data-priority] | //*[@data-strength] | //*[@data-again]")
    assert [] == page.all("//*[local-name()='circle']")
    assert {"en": "No stage", "fr": "ne permettent pas"}[language] in page.texts("//h1")[0]


def test_preview_until_finished(hand, catalog, show, language):
    """An unfinished self-test is shown as a preview, with the way back."""
    page = show(hand.a_case(catalog, finished=False), language)

    assert {"en": "not finished yet", "fr": "pas encore terminé"}[language] in page.text
    assert "/c/lavande-2026/" in [found.get("href") for found in page.all("//*[@role='note']//a")]


def test_group_stands_beside(hand, catalog, show, language):
    """A group that may be shown gives its means beside one's own, and no mean where there are two camps."""
    case = hand.a_case(catalog, group=hand.people(24))
    page = show(case, language)

    for dimension in case.group.dimensions:
        (said,) = page.texts(f'//tr[@data-question="{dimension.id}"]//*[@data-group]')
        shown = formats.level(dimension.declared, language)
        assert (shown in said) is (dimension.verdict != "split")
    assert "split" == case.group.dimension("trust").verdict
    assert 6 + 1 == len(
        page.all("(//*[local-name()='svg'])[1]//*[local-name()='polygon']")
    )  # six means and the key


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_withheld_group_shows_nothing_of_it(hand, catalog, language, count):
    """A group that is too small gives byte for byte the page of no group at all, whoever scored it."""
    case = hand.a_case(catalog, group=hand.people(count))
    alone = hand.a_case(catalog)
    pages = {
        result_page(**_given(one), catalog=catalog, language=language, as_of=hand.AS_OF)
        for one in (case, alone)
    }

    assert 1 == len(pages)


def test_named_scoring_never_opens_an_anonymous_campaign(hand, catalog):
    """A group scored as named by mistake is not shown in an anonymous campaign."""
    case = hand.a_case(catalog, group=hand.people(24))
    wrong = attrs.evolve(case.group, privacy="named")
    pages = {
        result_page(**{**_given(case), "group": group}, catalog=catalog, language="en", as_of=hand.AS_OF)
        for group in (wrong, None)
    }

    assert 1 == len(pages)


def test_how_many_are_missing_is_not_said(hand, catalog, show, language):
    """Before the group is shown, its part of the page holds no figure at all."""
    page = show(hand.a_case(catalog), language)
    (part,) = page.texts("//*[@data-group-part]")

    assert not any(character.isdigit() for character in part)


def test_hostile_text_stays_text(hand, catalog, show, language):
    """What somebody typed appears as typed, in no element, attribute or script of its own."""
    answers = [(q, Answer(state="not_applicable", reason=hand.HOSTILE)) for q in QUESTIONS[:3]]
    answers += [(q, hand.level(2, sentence=hand.HOSTILE)) for q in QUESTIONS[3:]]
    case = hand.a_case(
        catalog,
        answers,
        lead=hand.HOSTILE,
        client=hand.HOSTILE,
        controller=hand.HOSTILE,
        contact=hand.HOSTILE,
    )
    page = show(case, language)

    assert [] == page.all("//img | //script[not(@src)] | //*[@onerror]")
    assert 3 <= page.text.count('<script>alert("x")</script>')
    assert "{{7*7}}" in page.text
    assert "\u202e" not in "".join(page.texts("//*[@data-lead]"))


def test_no_identity_in_the_page(hand, catalog, language):
    """The respondent's id is nowhere in the page."""
    case = hand.a_case(catalog)
    html = result_page(**_given(case), catalog=catalog, language=language, as_of=hand.AS_OF)

    assert "r-secret-id" not in html


def test_rights(hand, catalog, show, language):
    """An open campaign offers a copy and an erasure that must be confirmed; a closed one says whom to write to."""
    case = hand.a_case(catalog)
    page = show(case, language, form_token="the-token")  # noqa: S106  # a made-up one
    (form,) = page.all("//form")

    assert ("post", "/c/lavande-2026/erase") == (form.get("method"), form.get("action"))
    assert 1 == len(form.xpath(".//input[@name='sure' and @value='yes' and @required]"))
    assert ["the-token"] == [found.get("value") for found in form.xpath(".//input[@type='hidden']")]
    assert "/c/lavande-2026/data.json" in [found.get("href") for found in page.all("//a")]
    closed = attrs.evolve(case, campaign=attrs.evolve(case.campaign, closed_at=hand.NOW))
    page = show(closed, language)
    assert [] == page.all("//form")
    assert "dpo@maison-lavande.example" in page.text


def test_one_page_per_language(hand, catalog, show):
    """The page says its language, offers the campaign's others, and shares no sentence with the other language."""
    pages = {language: show(hand.a_case(catalog), language) for language in ("en", "fr")}

    for language, page in pages.items():
        assert language == page.root.get("lang")
        assert {"?lang=en", "?lang=fr"} == {found.get("href") for found in page.all("//nav//a")}
    sentences = [
        {said for said in page.texts("//main//p | //main//li | //main//dt | //main//h2") if len(said) > 25}
        for page in pages.values()
    ]
    assert set() == sentences[0] & sentences[1]


def test_asks_nothing_of_others(hand, catalog, language):
    """The page loads and posts to addresses of this server only, with no script, style or handler inside."""
    case = hand.a_case(catalog, group=hand.people(24))
    page = hand.read(result_page(**_given(case), catalog=catalog, language=language, as_of=hand.AS_OF))
    addresses = page.all("//@href | //@src | //@action")

    assert [] == [found for found in addresses if not found.startswith(("/", "?", "#"))]
    assert [] == page.all("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")


_STATES = st.one_of(
    st.integers(1, 5).map(lambda number: Answer(state="level", level=number)),
    st.just(Answer(state="dont_know")),
    st.just(Answer(state="skipped")),
    st.text("abc é<&", min_size=1)
    .filter(str.strip)
    .map(lambda text: Answer(state="not_applicable", reason=text)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(QUESTIONS), _STATES), st.sampled_from(["en", "fr"]), st.booleans())
def test_any_answers_give_an_honest_page(hand, catalog, answers, language, finished):
    """Whatever was answered: levels as given, none invented, at most three of each list, twice the same bytes."""
    progress = hand.a_progress(answers.items(), finished=finished)
    campaign = hand.a_campaign()
    own = own_result(progress, campaign, catalog, as_of=hand.AS_OF)
    told = {
        "campaign": campaign, "progress": progress, "own": own, "group": None,
        "catalog": catalog, "language": language, "as_of": hand.AS_OF,
    }  # fmt: skip
    html = result_page(**told)
    page = hand.read(html)
    expected = {
        q: "" if q not in answers or answers[q].level is None else str(answers[q].level) for q in QUESTIONS
    }

    assert expected == page.own_levels()
    priorities = [found.get("data-priority") for found in page.all("//*[@data-priority]")]
    strengths = [found.get("data-strength") for found in page.all("//*[@data-strength]")]
    assert not set(priorities) & set(strengths)
    assert len(priorities) <= 3
    assert len(strengths) <= 3
    assert all(expected[question] in {"1", "2", "3", "4"} for question in priorities)
    assert all(expected[question] in {"3", "4", "5"} for question in strengths)
    assert html == result_page(**told)
