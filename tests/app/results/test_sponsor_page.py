"""The sponsor's page: the group when it is large enough, nothing derived from it when it is not."""

from __future__ import annotations

import attrs
import pytest

from cxmaturity.app.pages.sponsor import sponsor_page
from cxmaturity.i18n import formats


@pytest.fixture
def make(hand, catalog):
    """Return what makes the sponsor's page."""

    def made(campaign, group, language="en", **numbers):
        return sponsor_page(
            campaign=campaign,
            participation=hand.participation(**numbers),
            group=group,
            catalog=catalog,
            language=language,
            as_of=hand.AS_OF,
        )

    return made


def test_group_equals_the_result(hand, catalog, make, language):
    """Every row bears the mean, the numbers of answers and the verdict of the result; two camps bear no mean."""
    campaign = hand.a_campaign()
    group = hand.score(campaign, hand.people(24), catalog)
    page = hand.read(make(campaign, group, language))

    for dimension in group.dimensions:
        cells = page.texts(f'//tr[@data-question="{dimension.id}"]/td')
        assert (formats.level(dimension.declared, language) in cells[0]) is (dimension.verdict != "split")
        assert [str(dimension.n), str(dimension.dont_know)] == cells[2:]
    stage = group.stage
    (said,) = page.texts("//*[@data-group-stage]")
    assert catalog.level_name(stage.level).name.in_(language) in said
    (index,) = page.texts("//*[@data-group-index]")
    for number in (group.index.geometric, group.index.low, group.index.high):
        assert formats.level(number, language) in index


def test_two_camps_are_neither_high_nor_low(hand, catalog, make, language):
    """A question on which there are two camps is named as such, not among the highest or the lowest."""
    campaign = hand.a_campaign()
    page = hand.read(make(campaign, hand.score(campaign, hand.people(24), catalog), language))
    name = catalog.question("trust").name.in_(language)
    named = [said for said in page.texts("//main//p") if name in said]

    assert 1 == len(named)
    assert {"en": "Two camps", "fr": "Deux camps"}[language] in named[0]


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_withheld_states_are_explained(hand, catalog, make, language, count):
    """Too few people: the page says why and when, and is the same whatever they answered."""
    campaign = hand.a_campaign()
    group = hand.score(campaign, hand.people(count), catalog)
    html = make(campaign, group, language, finished=count)
    page = hand.read(html)

    assert html == make(campaign, None, language, finished=count)
    assert 1 == len(page.all("//*[@data-withheld]"))
    assert [] == page.all("//table | //*[local-name()='svg']")
    assert {"en": "at least 5 people", "fr": "au moins 5 personnes"}[language] in page.text


def test_small_numbers_are_not_told(hand, make, language):
    """In an anonymous campaign, how many have started or finished is told from the threshold on."""
    page = hand.read(make(hand.a_campaign(), None, language, started=4, finished=2, opened=5, by_function=()))
    said = {found.get("data-live"): found.text_content() for found in page.all("//*[@data-live]")}

    few = {"en": "fewer than 5", "fr": "moins de 5"}[language]
    assert {"invited": "32", "opened": "5", "started": few, "finished": few} == said


def test_no_sentence_reaches_the_sponsor(hand, catalog, make, language):
    """Sentences and reasons, even where they may be shown, are not the sponsor's."""
    campaign = hand.a_campaign()
    answers = hand.people(24, sentence="Said by somebody ", reason="Reason of somebody")
    group = hand.score(campaign, answers, catalog)
    assert group.dimension("distinct").sentences

    html = make(campaign, group, language)
    assert "of somebody" not in html
    assert "by somebody" not in html


def test_small_function_is_not_shown(hand, catalog, make, language):
    """A function under the threshold has no column and is not named in the comparison."""
    campaign = hand.a_campaign()
    answers = [
        attrs.evolve(one, function="sales") if one.function == "service" else one for one in hand.people(24)
    ]
    answers[0] = attrs.evolve(answers[0], function="executive")
    group = hand.score(campaign, answers, catalog)
    page = hand.read(make(campaign, group, language, by_function=()))

    assert catalog.function("executive").name.in_(language) not in page.text


def test_hostile_client(hand, catalog, make, language):
    """A client's name is text."""
    campaign = hand.a_campaign(client=hand.HOSTILE)
    page = hand.read(make(campaign, hand.score(campaign, hand.people(24), catalog), language))

    assert [] == page.all("//img | //script[not(@src)] | //*[@onerror]")
    assert "{{7*7}}" in page.text


def test_named_campaign_shows_small_groups(hand, catalog, make, language):
    """A named campaign, to which all agreed, shows two people."""
    campaign = hand.a_campaign(privacy="named")
    group = hand.score(campaign, hand.people(2), catalog)
    page = hand.read(make(campaign, group, language))

    assert 7 == len(page.all("//tr[@data-question]"))
