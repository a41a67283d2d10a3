"""Everything about an engagement that only shows when its parts are held against each other.

A value checks itself when it is built; here are the contradictions between values: ids against the catalogue,
dates against dates, goals against levers and inputs, finance against its horizon. Plain Python, no numpy:
`check` is quick.

Paths
-----
A problem's `path` follows the keys of ``engagement.yaml``, whether the thing stands in that file or in one it
names:

- ``("assessment", "waves", 0, "date")``, likewise ``"id"`` and ``"questionnaire"``;
- ``("assessment", "waves", 0, "responses", 4, "respondent")``, likewise ``"function"`` or a question id: the
  fifth respondent of the wave, in the order of its file or inline list;
- ``("assessment", "waves", 0, "responses", 4, "trust", "criteria")``;
- ``("assessment", "waves", 0, "evidence", 2, "date")`` and ``("assessment", "waves", 0, "mirror", 1,
  "agreeing")``;
- ``("assessment", "targets", "access")``, then ``"by"``; ``("assessment", "weights", "trust")``;
  ``("assessment", "mode")``;
- ``("privacy", "minimum_group")``; ``("currency",)``; ``("goals", 1)``; ``("actions", 0, "due")``;
- ``("baseline", "consumers", "count")``, then ``"date"``;
- ``("levers", "retention", "churn_rate_reduction")``, then ``"date"``; likewise ``"attribution"`` and
  ``"ramp"``;
- ``("costs", 0, "annual", 2)``; ``("finance", "discount_rate")``;
- ``("journeys", "journeys", 0, "stages", 1)``: below the key ``journeys``, the keys of a journey document.

A path may name a key that is absent, when the problem is that it is missing: its nearest parent then has the
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import Problem
from cxmaturity.engagement.check_answers import check_waves
from cxmaturity.engagement.check_case import check_case
from cxmaturity.engagement.check_names import unknown_question
from cxmaturity.engagement.values import Engagement


def check_engagement(engagement: Engagement, catalog: Catalog) -> tuple[Problem, ...]:
    """Find every contradiction in an engagement, errors first.

    Parameters
    ----------
    engagement : Engagement
        What was typed, already valid part by part.
    catalog : Catalog
        Holds the ids that exist, the inputs that each benefit needs and who knows them.

    Returns
    -------
    tuple of Problem
        With `path` filled (see the module), without `place`. Errors stop a run, warnings do not; within each,
        in the order of the file.
    """
    problems = [
        *_check_frame(engagement),
        *check_waves(engagement, catalog),
        *_check_targets(engagement, catalog),
        *_check_weights(engagement, catalog),
        *check_case(engagement, catalog),
        *_check_actions(engagement, catalog),
        *_check_journeys(engagement, catalog),
    ]
    return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))


def _check_frame(engagement: Engagement) -> Iterator[Problem]:
    if not engagement.waves and engagement.case is None and engagement.atlas is None:
        yield Problem(
            code="engagement.nothing_to_report",
            template="there is no assessment, no business case and no journey: nothing to report.",
            hint="Give 'assessment' with its answers, 'levers' with 'baseline', 'costs' and 'finance', or 'journeys'.",
        )
    if not re.fullmatch(r"[A-Z]{3}", engagement.currency):
        yield Problem(
            code="engagement.currency",
            template="the currency is '{got}'; expected three capital letters (ISO 4217).",
            hint="For instance EUR, GBP or USD.",
            params={"got": engagement.currency},
            path=("currency",),
        )
    settings = engagement.settings
    if settings.privacy == "anonymous" and settings.minimum_group < 3:
        yield Problem(
            code="engagement.minimum_group",
            template="the smallest group shown is {got}; an anonymous panel needs at least 3.",
            hint="Give 3 or more, or 'mode: named' if every respondent agreed to be named.",
            params={"got": settings.minimum_group},
            path=("privacy", "minimum_group"),
        )


def _check_targets(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    known = [question.id for question in catalog.questions]
    seen: set[str] = set()
    for target in engagement.targets:
        path = ("assessment", "targets", target.question)
        if target.question not in known:
            yield unknown_question(target.question, known, path)
        if target.question in seen:
            yield Problem(
                code="engagement.duplicate_target",
                template="the question '{question}' has two targets.",
                params={"question": target.question},
                path=path,
            )
        seen.add(target.question)
        if not 1 <= target.level <= 5:
            yield Problem(
                code="engagement.target_range",
                template="the target of '{question}' is {got}; expected 1 to 5.",
                params={"question": target.question, "got": f"{target.level:g}"},
                path=path,
            )
        if target.by is not None and target.by < engagement.as_of:
            yield Problem(
                code="engagement.target_past",
                template="the target of '{question}' is for {by}, before the date of the report ({as_of}).",
                params={"question": target.question, "by": target.by, "as_of": engagement.as_of},
                path=(*path, "by"),
            )


def _check_weights(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    if engagement.settings.weights is None:
        return
    known = [question.id for question in catalog.questions]
    weights = dict(engagement.settings.weights)
    path = ("assessment", "weights")
    for question, weight in weights.items():
        if question not in known:
            yield unknown_question(question, known, (*path, question))
        if not 0 <= weight <= 1:
            yield Problem(
                code="engagement.weight_range",
                template="the weight of '{question}' is {got}; expected between 0 and 1.",
                params={"question": question, "got": f"{weight:g}"},
                path=(*path, question),
            )
    missing = [question for question in known if question not in weights]
    if missing:
        yield Problem(
            code="engagement.weight_missing",
            template="no weight for: {missing}.",
            hint="Give all of them; 0 leaves a question out of the index.",
            params={"missing": ", ".join(missing)},
            path=path,
        )
    total = sum(weights.values())
    if abs(total - 1) > 1e-6:
        yield Problem(
            code="engagement.weight_sum",
            template="the weights add up to {got}; expected 1.",
            params={"got": f"{total:.4g}"},
            path=path,
        )


def _check_journeys(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    if engagement.atlas is None:
        return
    from cxmaturity.journey.lint import check_atlas  # only where there are journeys

    if engagement.atlas.currency != engagement.currency:
        yield Problem(
            code="engagement.currency_of_journeys",
            template="the journeys are in {got}; the engagement is in {expected}.",
            hint="Write the currency of the engagement in the journeys too (currency), and convert their amounts if need be.",
            params={"got": engagement.atlas.currency, "expected": engagement.currency},
            path=("journeys", "currency"),
        )
    findings, _ = check_atlas(engagement.atlas, catalog, as_of=engagement.as_of)
    for problem in findings:
        yield attrs.evolve(problem, path=("journeys", *problem.path))


def _check_actions(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    known = [question.id for question in catalog.questions]
    for position, action in enumerate(engagement.actions):
        if action.question not in known:
            yield unknown_question(action.question, known, ("actions", position, "question"))
        if action.due is not None and action.due < engagement.as_of:
            yield Problem(
                code="engagement.action_past",
                template="the action is due on {due}, before the date of the report ({as_of}).",
                params={"due": action.due, "as_of": engagement.as_of},
                path=("actions", position, "due"),
                severity="warning",
            )
