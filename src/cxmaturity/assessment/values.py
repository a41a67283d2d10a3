"""What goes into the self-test and what comes out, as frozen values. Imports no numpy: `check` reads these.

Shapes: J = 7 questions, k = respondents. Levels are 1 to 5; an answer that is not a level never becomes a
number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

import attrs

from cxmaturity.core.estimate import EVIDENCE_GRADES, EvidenceGrade
from cxmaturity.core.problems import InputError

AnswerState = Literal["level", "not_applicable", "dont_know", "skipped"]
Verdict = Literal["no_answer", "single_view", "too_few", "spread", "split", "consensus"]


def _pairs(value: Mapping[str, Any] | tuple[tuple[str, Any], ...]) -> tuple[tuple[str, Any], ...]:
    return tuple(value.items()) if isinstance(value, Mapping) else tuple(value)


@attrs.frozen(kw_only=True)
class Answer:
    """One respondent's answer to one question.

    `level` only with state ``level``; `reason` is mandatory with ``not_applicable``; `sentence` is the
    one-sentence answer (at most 200 characters) and `clarity` how it was given (0 none, 1 long or hesitant, 2
    clear and simple); `criteria` are the ids of the ticked boxes.
    """

    state: AnswerState = attrs.field(
        validator=attrs.validators.in_(AnswerState.__args__)  # type: ignore[attr-defined]  # Literal has it
    )
    level: int | None = None
    reason: str = ""
    sentence: str = ""
    clarity: int | None = None
    criteria: tuple[str, ...] = attrs.field(default=(), converter=tuple)

    def __attrs_post_init__(self) -> None:
        if (self.state == "level") != (self.level is not None):
            raise InputError.of(
                "assessment.level_and_state",
                "a level is given exactly when the state is 'level'; got state '{state}' and level {level}.",
                state=self.state,
                level=self.level,
            )
        if self.level is not None and self.level not in range(1, 6):
            raise InputError.of(
                "assessment.level_range", "level {got} does not exist; expected 1 to 5.", got=self.level
            )
        if self.state == "not_applicable" and not self.reason.strip():
            raise InputError.of(
                "assessment.reason_missing",
                "'not applicable' needs a reason.",
                hint="A thing the company chose not to do is level 1, not 'not applicable'.",
            )
        if self.clarity not in (None, 0, 1, 2):
            raise InputError.of(
                "assessment.clarity_range", "clarity is {got}; expected 0, 1 or 2.", got=self.clarity
            )
        if len(self.sentence) > 200:
            raise InputError.of(
                "assessment.sentence_long",
                "the one-sentence answer has {got} characters; at most 200.",
                got=len(self.sentence),
            )


@attrs.frozen(kw_only=True)
class Response:
    """One person's answers: `respondent` is an id (never shown when anonymous), `function` a catalogue id.

    An empty `function` is one that is not told: the person counts in the whole and in no function.
    `answers` maps question ids to answers; a question that is absent was skipped.
    """

    respondent: str
    function: str
    answers: tuple[tuple[str, Answer], ...] = attrs.field(converter=_pairs)

    def answer(self, question: str) -> Answer:
        """Return the answer to `question`, ``skipped`` when there is none."""
        return dict(self.answers).get(question, Answer(state="skipped"))


@attrs.frozen(kw_only=True)
class Evidence:
    """Something that proves, or fails to prove, a declared level."""

    question: str
    grade: EvidenceGrade = attrs.field(validator=attrs.validators.in_(EVIDENCE_GRADES))
    description: str
    source: str
    date: dt.date
    n: int | None = None
    economic_link: bool = False


@attrs.frozen(kw_only=True)
class MirrorResult:
    """What customers said to one mirror statement: `agreeing` of `n` who were concerned."""

    question: str
    agreeing: int
    n: int
    source: str = ""
    date: dt.date | None = None


@attrs.frozen(kw_only=True)
class Target:
    """The level wanted for a question, and by when."""

    question: str
    level: float
    by: dt.date | None = None


@attrs.frozen(kw_only=True)
class Wave:
    """One round of answers, at one date, to one version of the questionnaire."""

    id: str
    date: dt.date
    version: str
    responses: tuple[Response, ...] = attrs.field(converter=tuple)
    evidence: tuple[Evidence, ...] = attrs.field(default=(), converter=tuple)
    mirror: tuple[MirrorResult, ...] = attrs.field(default=(), converter=tuple)


@attrs.frozen(kw_only=True)
class Settings:
    """How a wave is scored.

    `mode` is ``quick`` (declared levels only) or ``diagnostic`` (evidence caps them); `privacy` is
    ``anonymous`` or ``named``; `minimum_group` is the smallest number of people whose answers may be shown
    together (never under 3 when anonymous: the client can only raise it); `sentences` is ``shown`` or
    ``left_out``: whether anything that people wrote may be shown at all; `weights` maps question ids to
    weights that add up to 1.
    """

    mode: Literal["quick", "diagnostic"] = "diagnostic"
    privacy: Literal["anonymous", "named"] = "anonymous"
    minimum_group: int = 3
    sentences: Literal["shown", "left_out"] = "shown"
    weights: tuple[tuple[str, float], ...] | None = attrs.field(
        default=None, converter=attrs.converters.optional(_pairs)
    )


# --- results ----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class DimensionResult:
    """One question, scored. None means "not known", never zero.

    `levels` are the declared levels given, sorted; `counts` how many people chose each of the five levels;
    `declared` is the mean declared level, `cap` what the best evidence allows, `evidenced` the lower of the
    two; `bounds` the mean if every don't-know and skip were 1, and if 5; `interval` the 90 % interval of the
    declared mean; `scored` is the level that the index uses (evidenced in a diagnostic, declared in a quick
    test); `sentences` the one-sentence answers that may be shown; `criteria` the share of ticks per criterion
    id (full ids). `withheld` is true when too few people answered an anonymous panel: the levels and all that
    follows from them are then empty or None, and `bounds` are the widest possible.
    """

    id: str
    n: int
    levels: tuple[int, ...]
    counts: tuple[int, int, int, int, int]
    median: float | None
    mean: float | None
    ad_md: float | None
    ad_m: float | None
    r_wg: float | None
    r_wg_raw: float | None
    a_wg: float | None
    verdict: Verdict
    declared: float | None
    cap: float | None
    evidenced: float | None
    scored: float | None
    unproven: float | None
    evidence_grade: EvidenceGrade | None
    bounds: tuple[float, float] | None
    interval: tuple[float, float] | None
    confidence: float
    confidence_letter: Literal["A", "B", "C", "D"]
    dont_know: int
    not_applicable: int
    skipped: int
    reasons: tuple[str, ...]
    sentences: tuple[str, ...]
    clarity: float | None
    criteria: tuple[tuple[str, float], ...]
    target: float | None
    target_by: dt.date | None
    gap: float | None
    withheld: bool = False


@attrs.frozen(kw_only=True)
class IndexResult:
    """The index on the 1 to 5 scale: `geometric` is the headline, the others stand beside it.

    `low` and `high` bound the 90 % shrunk-variance t interval; `bounds` is what missing answers could make of
    it; `percent_to_target` gives no credit for overshoot.
    """

    geometric: float | None
    arithmetic: float | None
    minimum: float | None
    low: float | None
    high: float | None
    bounds: tuple[float, float] | None
    percent_to_target: float | None


@attrs.frozen(kw_only=True)
class StageResult:
    """The stage (1 to 5) and the probability of each of the five; never printed without them."""

    level: int | None
    probabilities: tuple[float, ...]


@attrs.frozen(kw_only=True)
class AgreementResult:
    """Agreement over the whole panel; None where the statistic is not defined."""

    krippendorff_alpha: float | None
    kendall_w: float | None
    icc_a1: float | None
    icc_a1_interval: tuple[float, float] | None
    icc_ak: float | None


@attrs.frozen(kw_only=True)
class FunctionResult:
    """One function (department): means and don't-know shares per question; withheld when too small.

    `shown` is false when the anonymity threshold forbids it: then `n`, `means` and `dont_know` are None or
    empty.
    """

    id: str
    shown: bool
    n: int | None
    means: tuple[tuple[str, float | None], ...]
    dont_know: tuple[tuple[str, float], ...]


@attrs.frozen(kw_only=True)
class GapTest:
    """A tested gap between functions: on the whole profile (`question` None) or on one question.

    `p_adjusted` is after Holm; `significant` at 5 %; `range` the range of function means; `highest`, `lowest`
    functions.
    """

    question: str | None
    range: float
    p_value: float
    p_adjusted: float
    significant: bool
    highest: str
    lowest: str


@attrs.frozen(kw_only=True)
class FunctionsResult:
    """Functions compared: profile first, questions only when the profile test says so."""

    functions: tuple[FunctionResult, ...]
    withheld: int
    profile: GapTest | None
    questions: tuple[GapTest, ...]
    between_share: float | None
    wording: Literal["not_comparable", "heads_only", "no_difference", "difference"]


@attrs.frozen(kw_only=True)
class AlignmentCheck:
    """Declared alignment (question ``alignment``) against the agreement seen over all questions."""

    declared: float | None
    split: tuple[str, ...]
    spread: tuple[str, ...]
    consensus: tuple[str, ...]
    verdict: Literal["not_enough", "consistent", "contradicted"]


@attrs.frozen(kw_only=True)
class MirrorGap:
    """Self level against customers: positions in [0, 1] and their difference, both always shown."""

    question: str
    self_position: float | None
    customer_share: float
    interval: tuple[float, float]
    n: int
    gap: float | None


@attrs.frozen(kw_only=True)
class Change:
    """From one wave to the next, declared levels, on one question (`question` None: their index)."""

    question: str | None
    before: float
    after: float
    change: float
    minimum_detectable: float
    within_noise: bool
    paired: int


@attrs.frozen(kw_only=True)
class PriorityResult:
    """How stable the three lowest (widest-gap) questions are when the weights move."""

    question: str
    rank: int
    top3_probability: float


@attrs.frozen(kw_only=True)
class Coverage:
    """How much was answered: `asked` answers expected, `levels` given, the rest by state.

    `assessed` questions, of `of`, have at least one level that may be used.
    """

    asked: int
    levels: int
    dont_know: int
    not_applicable: int
    skipped: int
    assessed: int
    of: int


@attrs.frozen(kw_only=True)
class AssessmentResult:
    """The self-test, scored: everything that a report says about maturity.

    `withheld` is true when the whole anonymous panel is under the threshold (but not one person alone):
    nothing that was answered is then in the result, counts of states included (they are 0 because hidden, not
    because nobody said so).
    """

    wave: str
    date: dt.date
    mode: Literal["quick", "diagnostic"]
    privacy: Literal["anonymous", "named"]
    minimum_group: int
    respondents: int
    weights: tuple[tuple[str, float], ...]
    dimensions: tuple[DimensionResult, ...]
    index: IndexResult
    stage: StageResult
    weak_link: str | None
    agreement: AgreementResult
    functions: FunctionsResult
    alignment: AlignmentCheck
    mirror: tuple[MirrorGap, ...]
    priorities: tuple[PriorityResult, ...]
    coverage: Coverage
    seed: int
    withheld: bool = False

    def dimension(self, question: str) -> DimensionResult:
        """Return the result for one question."""
        return next(dimension for dimension in self.dimensions if dimension.id == question)
