"""Scores what is shown to a respondent or a sponsor; every number comes from `assessment`.

Declared levels only: evidence belongs to the consultant's diagnostic, which reads the engagement, not the store.
"""

from __future__ import annotations

import datetime as dt

from cxmaturity.assessment import Answer, AssessmentResult, Response, Settings, Wave
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.engagement.values import DEFAULT_SEED
from cxmaturity.store.values import Campaign, CampaignPlan, Progress, Saved


def own_result(
    progress: Progress, campaign: Campaign, catalog: Catalog, *, as_of: dt.date
) -> AssessmentResult:
    """Score one person's answers, for that person: nothing of oneself is withheld from oneself."""
    response = Response(
        respondent="me",
        function=progress.function or "executive",
        answers={given.question: given.answer for given in progress.answers},
    )
    wave = Wave(id=campaign.id, date=as_of, version=campaign.questionnaire, responses=(response,))  # type: ignore[arg-type]  # the attrs plugin does not follow a converter
    return _score(wave, catalog, Settings(mode="quick", privacy="named", minimum_group=1), as_of)


def group_result(wave: Wave, campaign: Campaign, catalog: Catalog, *, as_of: dt.date) -> AssessmentResult:
    """Score a group that the store has released, under the campaign's own threshold."""
    plan = campaign.plan
    settings = Settings(mode="quick", privacy=plan.privacy, minimum_group=plan.minimum_group)
    return _score(wave, catalog, settings, as_of)


def _score(wave: Wave, catalog: Catalog, settings: Settings, as_of: dt.date) -> AssessmentResult:
    from cxmaturity.assessment import score_assessment  # brings numpy

    return score_assessment(wave, catalog, settings=settings, as_of=as_of, seed=DEFAULT_SEED)


def rehearse(catalog: Catalog, today: dt.date) -> None:
    """Score and write a result of nobody, so that the first person does not wait for what it imports."""
    from cxmaturity.app.pages.result import result_page

    now = dt.datetime.combine(today, dt.time(), dt.UTC)
    plan = CampaignPlan(client="–", controller="–", contact="–", deadline=today, retention=today)
    campaign = Campaign(id="rehearsal", plan=plan, questionnaire=catalog.version, created_at=now)
    given = Answer(state="level", level=3)
    answers = tuple(
        Saved(question=question.id, revision=1, answer=given, lead="", saved_at=now)
        for question in catalog.questions
    )
    progress = Progress(respondent="nobody", function=None, answers=answers, finished_at=now)  # type: ignore[arg-type]  # the attrs plugin does not follow a converter
    own = own_result(progress, campaign, catalog, as_of=today)
    for language in plan.languages:
        result_page(
            campaign=campaign,
            progress=progress,
            own=own,
            group=None,
            catalog=catalog,
            language=language,
            as_of=today,
        )
