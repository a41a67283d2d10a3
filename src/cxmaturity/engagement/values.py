"""One client: what the engagement folder says, and the Diagnostic that a report prints. Imports no numpy.

An `Engagement` is what was typed; a `Diagnostic` is everything that follows from it. A report never computes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal, get_args

import attrs

from cxmaturity.assessment.values import AssessmentResult, Change, Settings, Target, Wave
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.core.text import Language
from cxmaturity.core.words import in_language
from cxmaturity.journey.results import AtlasResult
from cxmaturity.journey.values import Atlas

DEFAULT_SEED: Final = 20260101
"""The seed of every simulation unless somebody chooses another; printed in the report, so that anybody can run it again."""


@attrs.frozen(kw_only=True)
class Client:
    """Who it is about: `name` is printed as typed, whatever it holds; `id` is a safe folder name made of it.

    `note` says what is fictional or where the data come from; it is printed in the report.
    """

    name: str
    id: str
    sector: str = ""
    note: str = ""


@attrs.frozen(kw_only=True)
class Theme:
    """The client's look: a primary colour (``#rrggbb``) and the bytes of a logo (SVG or PNG)."""

    primary: str | None = None
    logo: bytes | None = attrs.field(default=None, repr=False)
    logo_format: Literal["svg", "png"] | None = None
    logo_alt: str = ""


@attrs.frozen(kw_only=True)
class Action:
    """One action of the next 90 days, as the consultant wrote it (a text may hold the client's own words)."""

    question: str
    text: str
    owner: str = ""
    due: dt.date | None = None
    proof: str = ""


Situation = Literal["urgency", "budget", "usual"]
"""What stands in the way of a decision: urgency not seen, no argument for a budget, "marketing as usual"."""
SITUATIONS: Final[tuple[Situation, ...]] = get_args(Situation)


@attrs.frozen(kw_only=True)
class Engagement:
    """One client engagement, read and checked; the last wave is reported, the one before is its comparison.

    `goals` are benefit ids in the client's order. `case` is None when there is no business case yet.
    `sources` are (what, where) pairs printed under "method and sources". `situation` is the one to argue in: it
    changes the order and the headlines of what is handed over, never a figure; None argues in none of them.
    `atlas` holds the journeys; it may be all that there is.
    """

    client: Client
    language: Language
    currency: str
    as_of: dt.date
    theme: Theme
    settings: Settings
    waves: tuple[Wave, ...] = attrs.field(converter=tuple)
    targets: tuple[Target, ...] = attrs.field(converter=tuple)
    goals: tuple[str, ...] = attrs.field(converter=tuple)
    case: BusinessCase | None
    actions: tuple[Action, ...] = attrs.field(default=(), converter=tuple)
    sources: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    situation: Situation | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.in_(SITUATIONS))
    )
    atlas: Atlas | None = None

    @property
    def wanted_case(self) -> BusinessCase | None:
        """The business case, with the goals of the engagement when it names none itself."""
        if self.case is None or self.case.goals:
            return self.case
        changes: dict[str, Any] = {"goals": self.goals}
        return attrs.evolve(self.case, **changes)

    def in_language(self, language: Language) -> Engagement:
        """Return it with every text that was typed in several languages in one of them; itself when there is none.

        What respondents said stays as they said it, and `atlas` keeps its `Words`: a map is drawn in any language.
        """
        changes: dict[str, Any] = {
            name: said
            for name in _TYPED
            if (said := in_language(given := getattr(self, name), language)) is not given
        }
        waves = tuple(_wave_in(wave, language) for wave in self.waves)
        if any(said is not wave for said, wave in zip(waves, self.waves, strict=True)):
            changes["waves"] = waves
        return attrs.evolve(self, **changes) if changes else self


_TYPED: Final = ("client", "theme", "case", "actions", "sources")


def _wave_in(wave: Wave, language: Language) -> Wave:
    """Return a wave whose evidence and mirror are in one language; its answers are not looked at."""
    said: Any = {name: in_language(getattr(wave, name), language) for name in ("evidence", "mirror")}
    return (
        wave if all(getattr(wave, name) is new for name, new in said.items()) else attrs.evolve(wave, **said)
    )


@attrs.frozen(kw_only=True)
class Opportunity:
    """What closing one question's gap to its target is worth; the sum never exceeds what the case earns.

    `gap` is a fraction of the scale, levels / 4. `value` = sum over benefits of PV x share x gap x enabler,
    in the case's currency; `low` the same times the grade factors;
    `by_benefit` the same per benefit id; `rank` 1 is the widest; `top3_probability` under +-1 on every
    strength.
    """

    question: str
    gap: float
    value: float
    low: float
    by_benefit: tuple[tuple[str, float], ...]
    rank: int
    top3_probability: float


@attrs.frozen(kw_only=True)
class Bridge:
    """From maturity gaps to value; alignment is the `enabler` (0.5 to 0.9), never an eighth benefit.

    `unclaimed` is the joint present value that no gap claims; `alignment_known` is false when nobody gave a
    level on alignment: the enabler is then at its lowest.
    """

    enabler: float
    opportunities: tuple[Opportunity, ...]
    unclaimed: float
    alignment_known: bool = True


@attrs.frozen(kw_only=True)
class Diagnostic:
    """Everything that a report says about one client at one date.

    `changes` compare with the wave before (index first, question None), empty with a single wave.
    `strengths` and `priorities` are question ids, at most three each, best and most urgent first.
    `maps` is what follows from the journeys, None when the engagement has none.
    """

    engagement: Engagement
    as_of: dt.date
    seed: int
    assessment: AssessmentResult | None
    previous: AssessmentResult | None
    changes: tuple[Change, ...]
    case: CaseResult | None
    bridge: Bridge | None
    strengths: tuple[str, ...]
    priorities: tuple[str, ...]
    maps: AtlasResult | None = None

    def in_language(self, language: Language) -> Diagnostic:
        """Return it with every typed text in one language; no figure depends on it."""
        engagement, case = self.engagement.in_language(language), in_language(self.case, language)
        same = engagement is self.engagement and case is self.case
        return self if same else attrs.evolve(self, engagement=engagement, case=case)
