"""Every key of ``engagement.yaml``: its shape, whether it is needed, and the value that it becomes.

This is the one place that says what the file may hold; the reader, the JSON Schema for editors and the
reference page follow it. Ranges and rates of the business case are asked of the value types themselves.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.assessment.values import Evidence, MirrorResult, Settings, Target, Wave
from cxmaturity.business_case.values import (
    Baseline,
    BusinessCase,
    Consumers,
    Contracts,
    Cost,
    Finance,
    Group,
    Lever,
    Option,
    Service,
    Uncertainty,
)
from cxmaturity.catalog import Catalog
from cxmaturity.core.estimate import Estimate, is_amount
from cxmaturity.core.ids import slugify
from cxmaturity.core.text import LANGUAGES
from cxmaturity.engagement.values import SITUATIONS, Action, Client, Engagement, Theme
from cxmaturity.files.answer_files import AnswersShape
from cxmaturity.files.estimates import GRADE, EstimateShape
from cxmaturity.files.folder import Folder
from cxmaturity.files.groups import Either, Items, Key, Record, Table
from cxmaturity.files.journey.key import JourneysShape
from cxmaturity.files.look import Colour, LogoShape
from cxmaturity.files.shapes import FLAG, Choice, Date, Number, Shape, Text
from cxmaturity.files.wording import WordingShape
from cxmaturity.files.yaml_tree import Mapping, Node, Scalar

SCHEMA_ID: Final = "cxmaturity.engagement/1"
CASE_KEYS: Final = ("baseline", "levers", "costs", "finance", "uncertainty")
_NAME: Final = Text(limit=200)
_TITLE: Final = WordingShape(limit=200)
_SHARE: Final = Number(low=0, high=1, rate=True)


def engagement_shape(catalog: Catalog, folder: Folder, root: Node | None = None) -> Record:
    """Return the shape of a whole ``engagement.yaml``.

    Parameters
    ----------
    catalog : Catalog
        Gives the ids of benefits and their lever inputs, and the words of answers.
    folder : Folder
        Where the files that it names are.
    root : Node, optional
        The engagement about to be read: what it says of the client holds for the journeys that stand in it.
    """
    return Record(
        keys={
            "schema": Key(Choice(names=(SCHEMA_ID,)), required=True, harmless=True),
            "client": Key(_client(), required=True, stand_in=Client(name="?", id="client"), harmless=True),
            "language": Key(Choice(names=LANGUAGES), required=True, stand_in="en", harmless=True),
            "currency": Key(Text(limit=20), required=True, stand_in="EUR"),
            "as_of": Key(Date(), required=True, stand_in=dt.date.max),
            "theme": Key(_theme(folder), default=Theme(), stand_in=Theme(), harmless=True),
            "privacy": Key(_privacy(), default=_PRIVATE, stand_in=_PRIVATE),
            "assessment": Key(_assessment(catalog, folder), default=_NO_ASSESSMENT, stand_in=_NO_ASSESSMENT),
            "goals": Key(Items(item=_NAME), default=(), stand_in=()),
            "baseline": Key(_BASELINE, stand_in=Baseline()),
            "levers": Key(_levers(catalog), stand_in={}),
            "costs": Key(Items(item=_COST), default=(), stand_in=()),
            "finance": Key(_FINANCE, stand_in=_SOME_FINANCE),
            "uncertainty": Key(_uncertainty(catalog), default=Uncertainty(), stand_in=Uncertainty()),
            "actions": Key(Items(item=_ACTION), default=(), stand_in=()),
            "sources": Key(Items(item=WordingShape()), default=(), stand_in=(), harmless=True),
            "situation": Key(Choice(names=SITUATIONS), harmless=True),
            "journeys": Key(JourneysShape(folder=folder, engagement=root)),
        },
        build=_build_engagement,
        needs=_needed_for_a_case,
    )


def case_shape(catalog: Catalog) -> Record:
    """Return the shape of the business case alone: the currency, the goals and the keys of `CASE_KEYS`."""
    keys = engagement_shape(catalog, Folder(Path())).keys
    return Record(
        keys={name: keys[name] for name in ("currency", "goals", *CASE_KEYS)},
        build=lambda currency, goals, **parts: _case(currency, goals, parts),
        needs=_needed_for_a_case,
    )


def _needed_for_a_case(node: Mapping) -> tuple[str, ...]:
    """Return the keys that a business case cannot do without, as soon as one of its keys is there."""
    given = [entry.value for key in CASE_KEYS if (entry := node.get(key))]
    started = any(not isinstance(value, Scalar) or not value.is_null for value in given)
    return ("baseline", "levers", "finance") if started else ()


# --- who, how it looks, who may see what -----------------------------------------------------------------


def _client() -> Record:
    return Record(
        keys={
            "name": Key(_NAME, required=True, stand_in="?", harmless=True),
            "sector": Key(WordingShape(limit=200, may_be_empty=True), default="", stand_in="", harmless=True),
            "note": Key(WordingShape(may_be_empty=True), default="", stand_in="", harmless=True),
        },
        build=lambda **given: Client(id=slugify(given["name"]), **given),
    )


def _theme(folder: Folder) -> Record:
    def build(primary: str | None, logo: tuple[bytes, Any] | None, logo_alt: str) -> Theme:
        content, kind = logo or (None, None)
        return Theme(primary=primary, logo=content, logo_format=kind, logo_alt=logo_alt)

    return Record(
        keys={
            "primary": Key(Colour(), reads_nothing=True, harmless=True),
            "logo": Key(LogoShape(folder=folder), harmless=True),
            "logo_alt": Key(
                WordingShape(limit=300, may_be_empty=True), default="", stand_in="", harmless=True
            ),
        },
        build=build,
    )


_PRIVATE: Final = {"mode": "anonymous", "minimum_group": 3, "sentences": "shown"}


def _privacy() -> Record:
    return Record(
        keys={
            "mode": Key(Choice(names=("anonymous", "named")), default="anonymous", stand_in="anonymous"),
            "minimum_group": Key(Number(whole=True, low=1, high=1000), default=3, stand_in=3),
            "sentences": Key(Choice(names=("shown", "left_out")), default="shown", stand_in="left_out"),
        },
    )


# --- the self-test ---------------------------------------------------------------------------------------

_NO_ASSESSMENT: Final[dict[str, Any]] = {"mode": "diagnostic", "waves": (), "targets": {}, "weights": None}
_COUNT: Final = Number(whole=True, low=-1e9, high=1e12)
_EVIDENCE: Final = Record(
    keys={
        "question": Key(_NAME, required=True, stand_in="?"),
        "grade": Key(GRADE, required=True, stand_in="E0"),
        "description": Key(WordingShape(), required=True, stand_in="?", harmless=True),
        "source": Key(WordingShape(limit=1000), required=True, stand_in="?", harmless=True),
        "date": Key(Date(), required=True, stand_in=dt.date.min),
        "n": Key(_COUNT),
        "economic_link": Key(FLAG, default=False, stand_in=False, harmless=True),
    },
    values=Evidence,
)
_MIRROR: Final = Record(
    keys={
        "question": Key(_NAME, required=True, stand_in="?"),
        "agreeing": Key(_COUNT, required=True, stand_in=0),
        "n": Key(_COUNT, required=True, stand_in=10**12),
        "source": Key(WordingShape(limit=1000, may_be_empty=True), default="", stand_in="", harmless=True),
        "date": Key(Date()),
    },
    values=MirrorResult,
)
_TARGET: Final = Either(
    scalar=Number(),
    other=Record(
        keys={"level": Key(Number(), required=True, stand_in=3.0), "by": Key(Date())},
        build=lambda level, by: (level, by),
    ),
    expected="a level or a group of keys",
)


def _assessment(catalog: Catalog, folder: Folder) -> Record:
    questions = tuple(question.id for question in catalog.questions)
    wave = Record(
        keys={
            "id": Key(Text(limit=60), required=True, stand_in="?"),
            "date": Key(Date(), required=True, stand_in=dt.date.min),
            "questionnaire": Key(Text(limit=40), required=True, stand_in=catalog.version),
            "answers": Key(AnswersShape(catalog=catalog, folder=folder), required=True, stand_in=()),
            "evidence": Key(Items(item=_EVIDENCE), default=(), stand_in=()),
            "mirror": Key(Items(item=_MIRROR), default=(), stand_in=()),
        },
        build=lambda questionnaire, answers, **given: Wave(version=questionnaire, responses=answers, **given),
    )
    return Record(
        keys={
            "mode": Key(Choice(names=("diagnostic", "quick")), default="diagnostic", stand_in="diagnostic"),
            "waves": Key(Items(item=wave, at_least=1, limit=100), required=True, stand_in=()),
            "targets": Key(Table(item=lambda _: _TARGET, names=questions), default={}, stand_in={}),
            "weights": Key(Table(item=lambda _: Number(), names=questions)),
        },
    )


# --- the business case -----------------------------------------------------------------------------------


_ESTIMATE: Final = EstimateShape()
_SURVIVAL: Final = Items(item=_SHARE, limit=60)


def _section(values: type[attrs.AttrsInstance]) -> Record:
    """Return the shape of a section of the baseline: all estimates, but for the survival curve and its source."""
    names = [field.name for field in attrs.fields(values)]
    others: dict[str, Key] = {
        "survival": Key(_SURVIVAL),
        "survival_source": Key(WordingShape(), default="", stand_in="", harmless=True),
    }
    return Record(keys={name: others.get(name, Key(_ESTIMATE)) for name in names}, values=values)


_BASELINE: Final = Record(
    keys={
        "consumers": Key(_section(Consumers)),
        "option": Key(_section(Option)),
        "contracts": Key(_section(Contracts)),
        "service": Key(_section(Service)),
        "annual_revenue": Key(_ESTIMATE),
    },
    values=Baseline,
)


def _levers(catalog: Catalog) -> Table:
    inputs = {
        benefit.id: tuple(
            dict.fromkeys(
                spec.path.rpartition(".")[2]
                for spec in benefit.inputs
                if spec.path.startswith("levers.") and not spec.path.endswith(".attribution")
            )
        )
        for benefit in catalog.benefits
    }
    every = tuple(dict.fromkeys(name for names in inputs.values() for name in names))
    counted = {
        part: Key(Choice(names=tuple(dict.fromkeys(getattr(benefit, part) for benefit in catalog.benefits))))
        for part in _COUNTED
    }
    shapes = {benefit: _lever(benefit, names, counted) for benefit, names in inputs.items()}
    return Table(item=lambda name: shapes.get(name) or _lever(name, every, counted), names=tuple(inputs))


_COUNTED: Final = ("population", "pool", "step")


def _lever(benefit: str, inputs: tuple[str, ...], counted: dict[str, Key]) -> Shape:
    def build(attribution: Estimate, ramp: Any, lag_years: int, owner: str, **given: Any) -> Lever:
        shares: Any = ramp or (1.0,)
        return Lever(
            benefit=benefit,
            moves={name: move for name, move in given.items() if move is not None and name not in _COUNTED},
            attribution=attribution,
            ramp=shares,
            lag_years=lag_years,
            owner=owner,
            **{name: given[name] for name in _COUNTED},
        )

    return Record(
        keys={
            **{name: Key(EstimateShape()) for name in inputs},
            "attribution": Key(EstimateShape(), required=True, stand_in=Estimate(value=1.0)),
            "ramp": Key(Items(item=_SHARE, at_least=1, limit=30), required=True, stand_in=(1.0,)),
            "lag_years": Key(Number(whole=True, low=0, high=30), default=0, stand_in=0),
            "owner": Key(WordingShape(limit=200, may_be_empty=True), default="", stand_in="", harmless=True),
            **counted,
        },
        values=Lever,
        build=build,
    )


_ANNUAL: Final[Any] = attrs.fields(Cost).annual
_YEARLY_COST: Final = EstimateShape(check=lambda cost: is_amount(None, _ANNUAL, cost))
_COST: Final = Record(
    keys={
        "name": Key(_TITLE, required=True, stand_in="?", harmless=True),
        "initial": Key(_ESTIMATE),
        "annual": Key(Items(item=_YEARLY_COST, limit=30), default=(), stand_in=()),
        "internal": Key(FLAG, default=False, stand_in=False, harmless=True),
    },
    values=Cost,
)
_FINANCE: Final = Record(
    keys={
        "discount_rate": Key(Number(), required=True, stand_in=0.1),
        "basis": Key(Choice(names=("nominal", "real")), required=True, stand_in="nominal", harmless=True),
        "timing": Key(Choice(names=("end", "mid", "monthly", "dated")), required=True, stand_in="end"),
        "horizon_years": Key(Number(whole=True, low=1, high=30), required=True, stand_in=30),
        "dates": Key(Items(item=Date(), limit=31)),
        "finance_rate": Key(Number()),
        "reinvestment_rate": Key(Number()),
        "tax_rate": Key(Number()),
        "optimism_bias": Key(Number(), default=0.0, stand_in=0.0),
    },
    values=Finance,
)
_GROUP: Final = Record(
    keys={
        "name": Key(_TITLE, required=True, stand_in="?", harmless=True),
        "inputs": Key(Items(item=Text(limit=200), at_least=1), required=True, stand_in=()),
        "correlation": Key(Number(low=-1, high=1, rate=True), required=True, stand_in=0.0),
    },
    values=Group,
)
_SURVEY: Final = Record(
    keys={
        "fixed": Key(Number(low=0), default=0.0, stand_in=1.0),
        "per_observation": Key(Number(low=0), required=True, stand_in=1.0),
    },
    build=lambda fixed, per_observation: (fixed, per_observation),
)


def _uncertainty(catalog: Catalog) -> Record:
    """Return the shape of how ranges are simulated."""
    inputs = dict.fromkeys(spec.path for benefit in catalog.benefits for spec in benefit.inputs)
    return Record(
        keys={
            "draws": Key(Number(whole=True, low=100, high=1e6), default=10_000, stand_in=10_000),
            "seed": Key(Number(whole=True, low=0, high=2**31 - 1), default=1, stand_in=1, harmless=True),
            "correlation": Key(Number(low=-1, high=1, rate=True), default=0.3, stand_in=0.3),
            "groups": Key(Items(item=_GROUP, limit=100), default=(), stand_in=()),
            "success_probability": Key(_SHARE),
            "prudence": Key(
                Choice(names=("distribution", "haircut")), default="distribution", stand_in="distribution"
            ),
            "haircuts": Key(
                Table(item=lambda _: _SHARE, names=tuple(benefit.id for benefit in catalog.benefits)),
                default={},
                stand_in={},
            ),
            "cost_uplift": Key(Number(low=0, high=10), default=0.0, stand_in=0.0),
            "measurement_costs": Key(
                Table(item=lambda _: _SURVEY, names=tuple(inputs)), default={}, stand_in={}
            ),
        },
        values=Uncertainty,
    )


_SOME_FINANCE: Final = Finance(discount_rate=0.1, basis="nominal", timing="end", horizon_years=30)
_ACTION: Final = Record(
    keys={
        "question": Key(_NAME, required=True, stand_in="?"),
        "text": Key(WordingShape(limit=1000), required=True, stand_in="?", harmless=True),
        "owner": Key(WordingShape(limit=200, may_be_empty=True), default="", stand_in="", harmless=True),
        "due": Key(Date()),
        "proof": Key(WordingShape(limit=1000, may_be_empty=True), default="", stand_in="", harmless=True),
    },
    values=Action,
)


def _build_engagement(
    *,
    privacy: dict[str, Any],
    assessment: dict[str, Any],
    schema: str,  # noqa: ARG001  # checked, and of no further use
    **given: Any,
) -> Engagement:
    targets: Any = tuple(_target(name, wanted) for name, wanted in assessment["targets"].items())
    return Engagement(
        settings=Settings(
            mode=assessment["mode"],
            privacy=privacy["mode"],
            minimum_group=privacy["minimum_group"],
            sentences=privacy["sentences"],
            weights=assessment["weights"],
        ),
        waves=assessment["waves"],
        targets=targets,
        case=_case(given["currency"], given["goals"], {key: given.pop(key) for key in CASE_KEYS}),
        atlas=given.pop("journeys"),
        **given,
    )


def _target(question: str, wanted: Any) -> Target:
    level, by = wanted if isinstance(wanted, tuple) else (wanted, None)
    return Target(question=question, level=level, by=by)


def _case(currency: str, goals: Any, parts: dict[str, Any]) -> BusinessCase | None:
    """Return the business case, or None when nothing of it was typed."""
    if any(parts[key] is None for key in ("baseline", "levers", "finance")):
        return None
    return BusinessCase(currency=currency, goals=goals, **parts | {"levers": tuple(parts["levers"].values())})
