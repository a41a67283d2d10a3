"""What somebody typed, in one language or in both, and how a whole value is put in one of them.

`Text` is ours and always in both languages; `Words` and `Wording` are a client's, who may have only one.
"""

from __future__ import annotations

from typing import Any, Final, Self, TypeVar

import attrs

from cxmaturity.core.text import Language, french_typography


@attrs.frozen
class Words:
    """A text in one language or in both; what is missing in one is shown in the other, and `check` says so."""

    en: str = ""
    fr: str = ""

    def of(self, language: Language) -> str:
        """Return the text in `language`, or in the other when it has not been translated."""
        wanted, other = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return wanted or other

    def is_same(self, other: Words) -> bool:
        """Tell whether both say the same in a language that both are in, whatever their capitals."""
        pairs = ((self.en, other.en), (self.fr, other.fr))
        return any(one and one.strip().casefold() == two.strip().casefold() for one, two in pairs)

    @property
    def key(self) -> str:
        """What tells it from others, whatever the reader's language."""
        return (self.en or self.fr).strip()

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)


NOTHING: Final = Words()


class Wording(str):
    """A `str` that also knows how it is said in the other language.

    It is the text in its `own` language, so whatever takes a `str` takes it; `in_language` changes that language, wherever it
    stands in a value. Two are equal when they are the same text and say the same in both languages.

    Parameters
    ----------
    en, fr : str
        One of them, or both, as typed.
    own : {"en", "fr"}
        The language of whoever does not ask for one.

    Examples
    --------
    >>> unit = Wording(en="contacts per year", fr="contacts par an", own="fr")
    >>> unit + ".", unit.in_("en") + "."
    ('contacts par an.', 'contacts per year.')
    """

    __slots__ = ("own", "words")

    own: Language
    words: Words

    def __new__(cls, *, en: str = "", fr: str = "", own: Language = "en") -> Self:
        """Make the text that it is in its own language."""
        words = Words(en=en, fr=fr)
        made = super().__new__(cls, words.of(own))
        made.own, made.words = own, words
        return made

    @property
    def key(self) -> str:
        """What it is called by machines, whatever the reader's language."""
        return self.words.key

    def in_(self, language: Language) -> Wording:
        """Return it as the text to print in `language`, French with its typography; in the other when there is none."""
        french = french_typography(self.words.fr)
        if language == self.own and french == self.words.fr:
            return self
        return Wording(en=self.words.en, fr=french, own=language)

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and (
            not isinstance(other, Wording) or self.words == other.words
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        return f"Wording(en={self.words.en!r}, fr={self.words.fr!r})"  # the same in either language

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.words.en, self.words.fr, self.own)


def _made(en: str, fr: str, own: Language) -> Wording:
    return Wording(en=en, fr=fr, own=own)


_Value = TypeVar("_Value")


def in_language(value: _Value, language: Language) -> _Value:
    """Return a value with every `Wording` in it, at any depth, as the text of one language.

    Parameters
    ----------
    value : attrs value, tuple or str
        Returned itself when there is nothing to change.
    language : {"en", "fr"}
        The one wanted.
    """
    changed: Any = _in_language(value, language)
    return value if changed is None else changed


def _in_language(value: Any, language: Language) -> Any:
    """Return what takes the place of a value, None when it stays."""
    if isinstance(value, str):
        said = value.in_(language) if isinstance(value, Wording) else value
        return None if said is value else said
    if type(value) is tuple:
        if not value or isinstance(value[0], int | float):  # a row of numbers
            return None
        made = [_in_language(item, language) for item in value]
        if all(new is None for new in made):
            return None
        return tuple(old if new is None else new for old, new in zip(value, made, strict=True))
    if not attrs.has(type(value)):
        return None
    changes = {
        field.alias: new
        for field in attrs.fields(type(value))
        if field.init and (new := _in_language(getattr(value, field.name), language)) is not None
    }
    return attrs.evolve(value, **changes) if changes else None


def machine_name(text: str) -> str:
    """Return a text as part of a name for machines, the same in every language: ASCII letters, digits and underscores.

    Examples
    --------
    >>> machine_name("levers.retention.churn_rate_reduction")
    'levers_retention_churn_rate_reduction'
    """
    name = text.key if isinstance(text, Wording) else text
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
