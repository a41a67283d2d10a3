"""The consultant's pages: every campaign, one as it lives, and the respondents compared within the rules."""

from __future__ import annotations

import datetime as dt
import random

import attrs
import pytest

from cxmaturity.app.pages.consultant import campaign_page, comparison_page, home_page
from cxmaturity.i18n import formats


@pytest.fixture
def campaign_of(hand, catalog):
    """Return what makes and reads the page of a campaign."""

    def made(campaign, invitations=(), language="en", **more):
        html = campaign_page(
            campaign=campaign,
            participation=hand.participation(),
            invitations=invitations,
            catalog=catalog,
            language=language,
            now=hand.NOW,
            **more,
        )
        return hand.read(html)

    return made


@pytest.fixture
def compare(hand, catalog):
    """Return what makes and reads a comparison."""

    def made(people, language="en", **plan):
        campaign = hand.a_campaign(**plan)
        result = hand.score(campaign, people, catalog)
        html = comparison_page(campaign=campaign, result=result, catalog=catalog, language=language)
        return hand.read(html), result

    return made


def test_home_lists_open_campaigns_first(hand, catalog, language):
    """Each campaign has its line, its state in words and a link; open ones come first."""
    open_one = hand.a_campaign()
    closed = attrs.evolve(open_one, id="closed", closed_at=hand.NOW)
    late = attrs.evolve(hand.a_campaign(deadline=dt.date(2026, 11, 1)), id="late")
    purged = attrs.evolve(open_one, id="purged", purged_at=hand.NOW)
    html = home_page(
        campaigns=[purged, closed, late, open_one], catalog=catalog, language=language, now=hand.NOW
    )
    page = hand.read(html)

    assert ["lavande-2026", "closed", "late", "purged"] == [
        row.get("data-campaign") for row in page.all("//tr[@data-campaign]")
    ]
    words = {"en": ["Open", "Closed", "Closed", "Erased"], "fr": ["Ouverte", "Close", "Close", "Effacée"]}
    assert words[language] == page.texts("//tbody//*[starts-with(@class, 'r-status')]")
    assert "/consultant/lavande-2026/" in [found.get("href") for found in page.all("//a")]


def test_home_without_campaign(hand, catalog, language):
    """An empty store says how to begin."""
    page = hand.read(home_page(campaigns=(), catalog=catalog, language=language, now=hand.NOW))

    assert ["cxmaturity campaign new"] == page.texts("//pre")


def test_participation_and_where_it_is_asked(hand, campaign_of, language):
    """The numbers are those of the moment, with the address from which the script brings new ones."""
    page = campaign_of(hand.a_campaign(), language=language)

    assert {"invited": "32", "opened": "29", "started": "27", "finished": "24"} == {
        found.get("data-live"): found.text_content() for found in page.all("//*[@data-live]")
    }
    assert ["/consultant/lavande-2026/live"] == page.all("//@data-live-from")
    assert {"marketing": "8", "service": "8", "sales": "8"} == {
        found.get("data-live-function"): found.text_content()
        for found in page.all("//*[@data-live-function]")
    }


def test_invitations_and_what_may_be_done(hand, campaign_of, language):
    """A link that is out can be renewed, reminded (as often as agreed) and revoked; an opened one only revoked."""
    invitations = (
        hand.invitation(1),
        hand.invitation(2, opened_at=hand.NOW, function="marketing"),
        hand.invitation(3, revoked_at=hand.NOW),
        hand.invitation(4, expires_at=hand.NOW - dt.timedelta(days=1)),
        hand.invitation(5, reminders_sent=2),
    )
    page = campaign_of(hand.a_campaign(), invitations, language, form_token="the-token")  # noqa: S106  # a made-up one
    found = {
        row.get("data-invitation"): (
            row.get("data-state"),
            [form.get("action").rpartition("/")[2] for form in row.xpath(".//form")],
        )
        for row in page.all("//tr[@data-invitation]")
    }

    assert {
        "inv-1": ("sent", ["renew", "remind", "revoke"]),
        "inv-2": ("opened", ["revoke"]),
        "inv-3": ("revoked", ["renew"]),
        "inv-4": ("expired", ["renew"]),
        "inv-5": ("sent", ["renew", "revoke"]),
    } == found
    for form in page.all("//form"):
        assert "post" == form.get("method")
        assert ["the-token"] == form.xpath(".//input[@name='form_token']/@value")
    buttons = page.all("//td//button/@aria-label")
    assert len(buttons) == len(set(buttons))


def test_closed_campaign_changes_nothing(hand, campaign_of, language):
    """A closed campaign has no form; its results and its export stay."""
    campaign = attrs.evolve(hand.a_campaign(open_link=True), closed_at=hand.NOW)
    page = campaign_of(
        campaign, [hand.invitation(1)], language, open_link="https://cx.example/o/lavande-2026"
    )

    assert [] == page.all("//form | //input")
    folder = {"en": "FOLDER", "fr": "DOSSIER"}[language]
    assert [f"cxmaturity campaign export {folder} --campaign lavande-2026"] == page.texts("//pre")


def test_purged_campaign_shows_no_person(hand, campaign_of, language):
    """A purged campaign shows neither numbers nor invitations."""
    campaign = attrs.evolve(hand.a_campaign(), purged_at=hand.NOW)
    page = campaign_of(campaign, [hand.invitation(1)], language)

    assert [] == page.all("//form | //tr | //*[@data-live]")
    assert "Person 1" not in page.text


def test_link_is_told_to_be_copied(hand, campaign_of, language):
    """A new link and the open link stand in fields that can be read and copied without script."""
    page = campaign_of(
        hand.a_campaign(open_link=True),
        language=language,
        open_link="https://cx.example/o/lavande-2026",
        told="https://cx.example/i/abc",
        told_label=hand.HOSTILE,
    )

    assert ["https://cx.example/i/abc", "https://cx.example/o/lavande-2026"] == page.all(
        "//input[@readonly]/@value"
    )
    assert [] == page.all("//img | //*[@onerror]")


def test_hostile_labels(hand, campaign_of, language):
    """Names of people, of the client and of its contacts are text."""
    campaign = hand.a_campaign(client=hand.HOSTILE, controller=hand.HOSTILE, contact=hand.HOSTILE)
    page = campaign_of(campaign, [hand.invitation(1, label=hand.HOSTILE)], language)

    assert [] == page.all("//img | //script[not(@src)] | //*[@onerror]")
    assert 3 <= page.text.count("{{7*7}}")


def test_distribution_equals_the_answers(hand, compare, language):
    """The bars of each question are the counts of its levels, and the missing answers are told by kind."""
    people = hand.people(24)
    page, result = compare(people, language)

    for dimension in result.dimensions:
        card = f'//li[@data-question="{dimension.id}"]'
        given = [one.answer(dimension.id).level for one in people]
        assert [str(given.count(level)) for level in range(1, 6)] == page.texts(
            f"{card}//*[@class='r-bar-n']"
        )


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_too_few_even_for_the_consultant(hand, compare, language, count):
    """Under the threshold an anonymous comparison is empty, and the same whatever was answered."""
    page, _ = compare(hand.people(count, sentence="Said by somebody "), language)

    assert 1 == len(page.all("//*[@data-withheld]"))
    assert [] == page.all("//table | //li[@data-question] | //q | //*[local-name()='svg']")


def test_words_wait_for_enough_answers(hand, compare, language):
    """With five people the page advises eight before speaking of agreement."""
    page, _ = compare(hand.people(5), language)

    assert {"en": "Eight people or more", "fr": "huit personnes ou plus"}[language] in page.text


def test_dont_know_map(hand, compare, catalog, language):
    """The map holds the share of don't-knows of each function that may be shown, as printed percentages."""
    page, result = compare(hand.people(24), language)
    (table,) = page.all("//table[contains(@class, 'r-heat')]")
    row = next(
        row
        for row in table.xpath(".//tbody/tr")
        if row.xpath("./th")[0].text_content() == catalog.question("advocacy").name.in_(language)
    )
    shares = [
        dict(function.dont_know)["advocacy"] for function in result.functions.functions if function.shown
    ]

    assert [formats.percent(share, language) for share in shares] == [
        cell.text_content() for cell in row.xpath("./td")
    ]
    assert max(shares) > 0


def test_functions_tested_before_they_are_compared(hand, compare, catalog, language):
    """A whole level between functions is said as a difference, with its p-value."""
    page, result = compare(hand.people(48), language)

    assert "difference" == result.functions.wording
    assert f"p = {formats.number(result.functions.profile.p_value, language, 3)}" in page.text


def test_sentences_in_alphabetical_order(hand, compare, language):
    """Sentences are quoted only where enough people wrote one, never in the order of the answers."""
    page, _ = compare(hand.people(24, sentence="<b>We</b> "), language)
    quoted = page.texts("//q")

    assert 24 == len(quoted)
    assert sorted(quoted) == quoted
    assert [] == page.all("//b")
    few = [
        attrs.evolve(one, answers=[(q, attrs.evolve(a, sentence="")) for q, a in one.answers])
        if number > 1
        else one
        for number, one in enumerate(hand.people(24, sentence="Only two "))
    ]
    page, _ = compare(few, language)
    assert [] == page.texts("//q")


def test_declared_alignment_against_the_answers(hand, compare, language):
    """Alignment declared high while nobody agrees on anything is said to be contradicted."""
    generator = random.Random(7)  # noqa: S311  # not a secret
    people = [
        attrs.evolve(
            one,
            answers=[
                (question, hand.level(4) if question == "alignment" else hand.level(generator.choice([1, 5])))
                for question, _ in one.answers
            ],
        )
        for one in hand.people(24)
    ]
    page, result = compare(people, language)

    assert "contradicted" == result.alignment.verdict
    assert ["contradicted"] == page.all("//@data-alignment")


def test_both_languages_share_no_sentence(hand, campaign_of, compare):
    """No sentence of a page is left in the other language."""
    for make in (
        lambda language: campaign_of(hand.a_campaign(), [hand.invitation(1)], language),
        lambda language: compare(hand.people(24), language)[0],
    ):
        found = [
            {
                said
                for said in make(language).texts("//main//p | //main//dt | //main//h2 | //button")
                if len(said) > 25
            }
            for language in ("en", "fr")
        ]
        assert set() == found[0] & found[1]
