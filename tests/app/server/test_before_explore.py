"""The what-if page reads before its kernel is there: the visitor's own result, in both languages, and nothing that runs."""

from __future__ import annotations

import datetime as dt

from cxmaturity.app.pages.result import result_page, result_summary
from cxmaturity.app.server.results import own_result, rehearse
from cxmaturity.assessment import Answer
from cxmaturity.store.values import Campaign, CampaignPlan, Progress, Saved

TODAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def told(catalog, language, client="Maison Lavande"):
    """Return the summary and the whole result page of somebody who is at level 2 everywhere."""
    plan = CampaignPlan(
        client=client,
        controller="x",
        contact="x",
        deadline=TODAY,
        retention=TODAY + dt.timedelta(days=90),
    )
    campaign = Campaign(id="c", plan=plan, questionnaire=catalog.version, created_at=NOW)
    answers = [
        Saved(
            question=question.id,
            revision=1,
            answer=Answer(state="level", level=2),
            lead="",
            saved_at=NOW,
        )
        for question in catalog.questions
    ]
    progress = Progress(respondent="r", function=None, answers=answers, finished_at=NOW)
    own = own_result(progress, campaign, catalog, as_of=TODAY)
    given = {
        "campaign": campaign,
        "progress": progress,
        "own": own,
        "catalog": catalog,
        "language": language,
        "as_of": TODAY,
    }
    return result_summary(**given), result_page(**given, group=None)


def test_the_summary_says_what_the_result_page_says(catalog):
    """Each sentence of the summary stands, letter for letter, in the result page of the same person."""
    for language in ("en", "fr"):
        summary, page = told(catalog, language)
        sentences = [part for part in summary.replace("<p>", "").split("</p>") if part]
        assert len(sentences) >= 2
        assert all(sentence.split(". ")[0].rstrip(".") in page for sentence in sentences)


def test_the_summary_is_escaped(catalog):
    """A client named like a script cannot open a tag."""
    summary, _ = told(catalog, "en", client="<script>alert(1)</script>")
    assert "<script" not in summary


def test_a_rehearsal_leaves_nothing(catalog):
    """Drawing a result of nobody returns nothing and raises nothing."""
    assert rehearse(catalog, TODAY) is None
