"""The words that people type in an answers file, in both languages, and the ids that they stand for.

This is what the reader understands, not what it writes: nothing here is shown to anyone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

from cxmaturity.catalog import Catalog

Part = Literal["level", "reason", "sentence", "clarity", "criteria"]

RESPONDENT: Final = "respondent"
FUNCTION: Final = "function"

_HEADERS: Final = {
    RESPONDENT: "respondent respondents repondant repondants répondante participant id code",
    FUNCTION: "function fonction department departement direction equipe team",
}
_QUESTIONS: Final = {
    "advocacy": "advocacy recommandation recommendation",
    "distinct": "distinct distinction difference differenciation singularite",
    "access": "access acces accessibilite souscription",
    "response": "response reponse reponses reactivite responsiveness",
    "trust": "trust confiance transparence",
    "alignment": "alignment alignement",
    "community": "community communaute ambassadeurs ambassadors",
}
_PARTS: Final[dict[Part, str]] = {
    "reason": "reason raison motif pourquoi why",
    "sentence": "sentence phrase",
    "clarity": "clarity clarte",
    "criteria": "criteria criterion criteres critere",
}
_FUNCTIONS: Final = {
    "marketing": "marketing|communication|marque",
    "service": "service|service client|service clients|relation client|relation clients|customer service|sav|"
    "support",
    "sales": "sales|vente|ventes|commercial|commerce|commerciaux|force de vente|equipe commerciale",
    "staff": "staff|employees|collaborateur|collaborateurs|employe|employes|salarie|salaries|terrain|rh|hr|"
    "ressources humaines",
    "executive": "executive|executives|management|board|direction|direction generale|dirigeant|dirigeants|"
    "comex|codir|dg",
}
_STATES: Final = {
    "dont_know": "dont know|don't know|do not know|dk|nsp|ne sait pas|ne sais pas|je ne sais pas|?",
    "not_applicable": "not applicable|na|n/a|n.a.|sans objet|s/o|non applicable|non concerne|non concernee",
    "skipped": "|skipped|skip|-|–|—|passe|sans reponse|non repondu|nr",
}


def plain(text: str) -> str:
    """Return a text for comparison: no accent, no case, one kind of apostrophe, spaces for ``_``."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'").casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return re.sub(r"[\s_]+", " ", bare).strip()


def state_words() -> dict[str, str]:
    """Return the state that each word stands for."""
    return {plain(word): state for state, words in _STATES.items() for word in words.split("|")} | {
        plain(state): state for state in _STATES
    }


def function_words(catalog: Catalog) -> dict[str, str]:
    """Return the function that each word stands for: ids, names in both languages, common words."""
    words = {plain(word): function for function, said in _FUNCTIONS.items() for word in said.split("|")}
    for function in catalog.functions:
        words |= {plain(word): function.id for word in (function.name.en, function.name.fr, function.id)}
    return words


def column_words(catalog: Catalog) -> dict[str, tuple[str, Part]]:
    """Return what each title stands for: (``respondent``, ``function`` or a question id, its part)."""
    titles: dict[str, tuple[str, Part]] = {}
    for column, words in _HEADERS.items():
        titles |= {plain(word): (column, "level") for word in words.split()}
    for question in catalog.questions:
        names = {*_QUESTIONS.get(question.id, "").split(), question.id, question.short.en, question.short.fr}
        names |= {question.name.en, question.name.fr, f"q{question.number}"}
        for name in {plain(name) for name in names}:
            titles[name] = (question.id, "level")
            for part, words in _PARTS.items():
                titles |= {f"{name} {word}": (question.id, part) for word in words.split()}
    return titles


def title_of(column: str, part: Part) -> str:
    """Return the standard title of a column."""
    return column if part == "level" else f"{column}_{part}"


def standard_titles(question_ids: Iterable[str]) -> list[str]:
    """Return every standard column title."""
    parts: tuple[Part, ...] = ("level", "reason", "sentence", "clarity", "criteria")
    return [RESPONDENT, FUNCTION, *(title_of(question, part) for question in question_ids for part in parts)]
