"""The reference page of the rules of a journey map, from the registry that the program applies."""

from __future__ import annotations

import re
from typing import Final

from cxmaturity.i18n.messages import load_errors
from cxmaturity.journey.lint_rules import RULES

_FAMILIES: Final = {
    "E": ("A document that contradicts itself", "Un document qui se contredit"),
    "C": ("What customers live, in their words", "Ce que vivent les clients, dans leurs mots"),
    "P": ("Personas", "Personas"),
    "V": ("How do we know", "Comment le savons-nous"),
    "B": ("What the company does with it", "Ce que l'entreprise en fait"),
    "G": ("Size", "Taille"),
    "D": ("Waivers", "Dérogations"),
}
_WORDS: Final = {
    "en": {
        "title": "The rules of a journey map",
        "intro": "Generated from the program by `python3 run.py docs`.\n\n"
        "`cxmaturity map check` applies them all; each finding shows the rule and the id of what it is about, for instance "
        "`[V402 m-call]`. An **error** stops a map from being drawn, a **warning** and an **advice** do not.\n\n"
        "A finding that the team accepts is waived in the document, with a reason (rules marked * cannot be waived):\n\n"
        "```yaml\nwaivers:\n  - {rule: V402, at: m-call, reason: The team counts its calls from January.}\n```",
        "columns": "| rule | severity | what it says | what to do |",
        "error": "error",
        "warning": "warning",
        "advice": "advice",
    },
    "fr": {
        "title": "Les règles d'une carte de parcours",
        "intro": "Produit à partir du programme par `python3 run.py docs`.\n\n"
        "`cxmaturity map check` les applique toutes ; chaque constat montre la règle et l'identifiant de ce dont il parle, par "
        "exemple `[V402 m-appel]`. Une **erreur** empêche de dessiner la carte, un **avertissement** et un **conseil** non.\n\n"
        "Un constat que l'équipe accepte fait l'objet d'une dérogation dans le document, avec sa raison (les règles marquées * "
        "n'en admettent pas) :\n\n"
        "```yaml\nwaivers:\n  - {rule: V402, at: m-appel, reason: L'équipe comptera ses appels à partir de janvier.}\n```",
        "columns": "| règle | gravité | ce qu'elle dit | que faire |",
        "error": "erreur",
        "warning": "avertissement",
        "advice": "conseil",
    },
}


def rules_page(language: str) -> str:
    """Return the page in ``en`` or ``fr``: one table per family of rules."""
    words = _WORDS[language]
    side = 1 if language == "fr" else 0
    parts = [f"# {words['title']}\n\n{words['intro']}\n"]
    for letter, names in _FAMILIES.items():
        parts.append(f"## {names[side]}\n\n{words['columns']}\n| --- | --- | --- | --- |")
        for rule in RULES.values():
            if rule.id.startswith(letter):
                said, hint = (rule.template, rule.hint) if side == 0 else load_errors("journey")[rule.code]
                mark = "" if rule.waivable else "*"
                cells = (f"{rule.id}{mark}", words[rule.severity], _plain(said), _plain(hint))
                parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def _plain(template: str) -> str:
    """Return a sentence with its fields shown as an ellipsis."""
    return re.sub(r"\{\w+\}", "…", template).replace("….", "…").replace("|", "\\|")
