"""The whole catalogue as one frozen value, complete or refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

import attrs

from cxmaturity.catalog.benefits import Benefit, Claim, InputSpec, Link
from cxmaturity.catalog.questions import ChannelFamily, Named, Question
from cxmaturity.core.problems import UnknownIdError


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_WithId)


def _find(kind: str, items: Iterable[_T], wanted: str) -> _T:
    found = {item.id: item for item in items}
    if wanted not in found:
        raise UnknownIdError.from_name(kind, wanted, found)
    return found[wanted]


@attrs.frozen(kw_only=True)
class Catalog:
    """Everything the self-test and the business case say, in both languages.

    `version` is the version of the questionnaire: answers are kept with the version they were given to.
    """

    version: str
    questions: tuple[Question, ...] = attrs.field(converter=tuple)
    level_names: tuple[Named, ...] = attrs.field(converter=tuple)
    answer_states: tuple[Named, ...] = attrs.field(converter=tuple)
    evidence_grades: tuple[Named, ...] = attrs.field(converter=tuple)
    functions: tuple[Named, ...] = attrs.field(converter=tuple)
    benefits: tuple[Benefit, ...] = attrs.field(converter=tuple)
    links: tuple[Link, ...] = attrs.field(converter=tuple)
    claims: tuple[Claim, ...] = attrs.field(converter=tuple)
    channel_families: tuple[ChannelFamily, ...] = attrs.field(converter=tuple)

    def question(self, id: str) -> Question:  # noqa: A002  # the field's own name
        """Return the question `id`; `UnknownIdError` names the nearest one."""
        return _find("question", self.questions, id)

    def benefit(self, id: str) -> Benefit:  # noqa: A002
        """Return the benefit `id`; `UnknownIdError` names the nearest one."""
        return _find("benefit", self.benefits, id)

    def level_name(self, number: int) -> Named:
        """Return the name of level `number`, 1 to 5."""
        return _find("level", self.level_names, str(number))

    def evidence_grade(self, id: str) -> Named:  # noqa: A002
        """Return the evidence grade `id`, E0 to E4."""
        return _find("evidence grade", self.evidence_grades, id)

    def function(self, id: str) -> Named:  # noqa: A002
        """Return the function (department) `id`."""
        return _find("function", self.functions, id)

    def link(self, question: str, benefit: str) -> Link:
        """Return the cell of the link matrix for a question and a benefit."""
        found = {(link.question, link.benefit): link for link in self.links}
        if (question, benefit) not in found:
            raise UnknownIdError.from_name("link", f"{question}/{benefit}", ("/".join(key) for key in found))
        return found[question, benefit]

    def input(self, path: str) -> InputSpec:
        """Return what is known of the input at `path`, whichever benefit needs it."""
        found = {spec.path: spec for benefit in self.benefits for spec in benefit.inputs}
        if path not in found:
            raise UnknownIdError.from_name("input", path, found)
        return found[path]
