"""What the self-test asks: a question, its five described levels, criteria, proofs and customer mirror."""

from __future__ import annotations

import attrs

from cxmaturity.core.text import Text


@attrs.frozen(kw_only=True)
class Named:
    """An id with its name and description: a level name, an answer state, an evidence grade, a function."""

    id: str
    name: Text
    description: Text


@attrs.frozen(kw_only=True)
class Level:
    """One described level of a question: `number` 1 to 5, its `anchor` and the `proof` of it.

    The anchor is what a respondent recognises. `proof` is None at level 1, which nothing has to prove.
    """

    number: int = attrs.field(validator=attrs.validators.in_(range(1, 6)))
    anchor: Text
    proof: Text | None = None


@attrs.frozen(kw_only=True)
class Criterion:
    """A tick box that explains a level without replacing it; `id` such as ``advocacy.a``."""

    id: str
    text: Text


@attrs.frozen(kw_only=True)
class Question:
    """One of the seven questions, which is also one dimension of the profile.

    `name` is the full dimension name, `short` fits a chart label, `wording` is the question as asked,
    `mirror` what customers are asked ("[brand]" stands for the brand), `advice` the next step when the
    dimension is a priority: one sentence per level reached (1 to 4) that says what to do to reach the next
    one.
    """

    id: str
    number: int
    name: Text
    short: Text
    wording: Text
    levels: tuple[Level, ...] = attrs.field(converter=tuple)
    criteria: tuple[Criterion, ...] = attrs.field(converter=tuple)
    mirror: Text
    advice: tuple[Text, ...] = attrs.field(converter=tuple)


@attrs.frozen(kw_only=True)
class ChannelFamily:
    """One of the four families of channels, with the channels that belong to it."""

    id: str
    name: Text
    description: Text
    channels: tuple[Named, ...] = attrs.field(converter=tuple)
