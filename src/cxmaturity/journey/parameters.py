"""The conventions of the analysis, each with a name: a reader may print them, a consultant may change them.

None is a law of nature. The cut-offs of opportunity are Ulwick's, the criteria of a moment of truth those of the journey
literature, and the source weights are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from cxmaturity.journey.values import Grade, SourceKind

SOURCE_WEIGHTS: Final[Mapping[SourceKind, float]] = MappingProxyType(
    {
        "survey": 1.0,
        "web_statistics": 0.8,
        "operations": 0.8,
        "observation": 0.7,
        "complaints": 0.5,
        "staff_interview": 0.5,
        "social": 0.4,
        "forums": 0.4,
        "workshop": 0.25,
    }
)
"""How much one answer of each kind counts beside one answer to a survey."""
CONFIDENCE: Final[Mapping[Grade, float]] = MappingProxyType({"H": 0.5, "I": 0.8, "V": 1.0})
"""What a grade is worth when actions are ranked: nobody types a confidence by hand."""


@attrs.frozen(kw_only=True)
class JourneyParameters:
    """Every constant that `analyse` uses.

    Parameters
    ----------
    half_life_days, undated_days : float
        After how many days an answer counts half; the age given to what has no date.
    fresh_days : int
        A measure younger than this is shown before an older one of the same grade.
    source_weights, confidence : mapping
        See `SOURCE_WEIGHTS` and `CONFIDENCE`.
    survey_n : int
        Answers from which a survey validates.
    agreement : float
        Two sources that differ by more (valence) confirm nothing and are not pooled.
    pool_days : int
        Measures of one metric taken within so many days are pooled.
    bridge : Grade
        How a piece of curve over events without evidence is drawn.
    prominence, notable_extremum, notable_end, top_share, polarised_sd, polarised_share : float
        Thresholds of the criteria of a moment of truth; see `cxmaturity.journey.moments`.
    polarised_n, rate_ratio, rate_floor, gap, asymmetry : float
        Thresholds of the criteria of a moment of truth; see `cxmaturity.journey.moments`.
    disagree : float
        Distance between peak-end and mean that is worth a word (valence).
    axes : tuple of float, optional
        Fixed (importance 1 to 5, valence) axes of the quadrants; None takes the means of the journey.
    extreme, high, worth : float
        Lower bounds of the classes of opportunity (0 to 20).
    broken : float
        How far below its promise a touchpoint is before the promise is called broken (valence).
    failed_drop_off, failed_valence : float
        From when a planned touchpoint failed.
    draws, first : int
        Draws of the stability of the ranking, and how many places count.
    assumed_satisfaction, assumed_importance : float
        Half-widths (levels of 1 to 5) given in the draws to what carries no interval, so that a guess never looks stable.
    """

    half_life_days: float = 365.0
    undated_days: float = 365.0
    fresh_days: int = 365
    source_weights: Mapping[SourceKind, float] = SOURCE_WEIGHTS
    confidence: Mapping[Grade, float] = CONFIDENCE
    survey_n: int = 30
    agreement: float = 1.0
    pool_days: int = 92
    bridge: Grade = "H"
    prominence: float = 1.0
    notable_extremum: float = 0.5
    notable_end: float = 1.0
    top_share: float = 0.25
    polarised_sd: float = 1.2
    polarised_share: float = 0.2
    polarised_n: int = 5
    rate_ratio: float = 2.0
    rate_floor: float = 0.01
    gap: float = -1.0
    asymmetry: float = 1 / 3
    disagree: float = 0.5
    axes: tuple[float, float] | None = None
    extreme: float = 15.0
    high: float = 12.0
    worth: float = 10.0
    broken: float = 0.5
    failed_drop_off: float = 0.5
    failed_valence: float = -1.0
    draws: int = 1000
    first: int = 5
    assumed_satisfaction: float = 1.0
    assumed_importance: float = 0.5


DEFAULTS: Final = JourneyParameters()
