"""Messages and problems: both languages complete, in step, and each in its own language."""

from __future__ import annotations

import re
import string
import subprocess
import sys

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.core.problems import InputError, Problem, UnknownIdError
from cxmaturity.core.text import Text, french_typography
from cxmaturity.i18n.messages import load_errors, load_messages

ROOMS = i18n.rooms()
# Words that exist in one language only and that no text can avoid for long.
ENGLISH = re.compile(
    r"\b(the|and|with|which|from|your|their|have|has|are|was|were|this|that|these|of|by|how)\b", re.IGNORECASE
)
FRENCH = re.compile(
    r"\b(le|la|les|des|une|est|sont|avec|pour|dans|qui|que|vos|votre|ses|aux|cette|ces|et|du|au)\b",
    re.IGNORECASE,
)


def fields(template: str) -> set[str]:
    """Return the names of the fields of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_fields(room):
    """Every form of a message, in both languages, asks for the same fields; a plural may drop its number."""
    differing = {}
    for key, texts in load_messages(room).items():
        asked = {
            language: [fields(form) - {"n"} for form in forms.values()] for language, forms in texts.items()
        }
        if len({frozenset(names) for lists in asked.values() for names in lists}) > 1:
            differing[key] = asked

    assert {} == differing


@pytest.mark.parametrize("room", ROOMS)
def test_plurals_cover_what_the_language_needs(room):
    """A message that counts has the forms that the language distinguishes, in both languages or in none."""
    wrong = [
        key
        for key, texts in load_messages(room).items()
        if (len(texts["en"]) > 1 or len(texts["fr"]) > 1)
        and not ({"one", "other"} <= set(texts["en"]) and {"one", "many", "other"} <= set(texts["fr"]))
    ]

    assert [] == wrong


@pytest.mark.parametrize("room", ROOMS)
def test_no_language_in_the_other(room):
    """No French text holds an English function word, nor the reverse."""
    mixed = {}
    for key, texts in load_messages(room).items():
        for language, other in (("en", FRENCH), ("fr", ENGLISH)):
            for form in texts[language].values():
                bare = re.sub(r"\{[^}]*\}|`[^`]*`|« ?[^»]*»|\"[^\"]*\"|\*", " ", form.replace("\u202f", " "))
                if found := [
                    word for word in other.findall(bare) if len(word) < 3 or not word.isupper()
                ]:  # CES is a scale
                    mixed[f"{key}.{language}"] = found

    assert {} == mixed


@pytest.mark.parametrize("room", ROOMS)
def test_french_is_typeset(room):
    """French messages have their spaces right and no straight quote left."""
    wrong = [
        key
        for key, texts in load_messages(room).items()
        for form in texts["fr"].values()
        if form != french_typography(form) or '"' in re.sub(r"\{[^}]*\}|`[^`]*`", "", form)
    ]

    assert [] == wrong


def test_plural_forms_are_chosen_by_the_language():
    """French counts zero as singular, English does not; a million takes its preposition in French."""
    said = {
        (n, language): i18n.message("report.words.years", language, n=n)
        for n in (0, 1, 2, 1_000_000)
        for language in ("en", "fr")
    }

    assert {
        (0, "en"): "0 years",
        (0, "fr"): "0 an",
        (1, "en"): "1 year",
        (1, "fr"): "1 an",
        (2, "en"): "2 years",
        (2, "fr"): "2 ans",
        (1_000_000, "en"): "1,000,000 years",
        (1_000_000, "fr"): "1\u202f000\u202f000 d’années",
    } == said


@pytest.mark.parametrize("key", ["report.words.yeers", "nowhere.at_all"])
def test_unknown_message_is_refused(key):
    """A misspelt key raises a lookup error at once, rather than printing the key in a client's report."""
    with pytest.raises(UnknownIdError):
        i18n.message(key, "fr")


def test_missing_field_is_named():
    """A message without one of its fields says which one."""
    with pytest.raises(InputError) as caught:
        i18n.message("report.words.over", "en")

    assert "the message 'report.words.over' needs the field 'value'." == str(caught.value)


def test_parameters_are_never_typeset():
    """What fills a field is printed as given, braces and spaces included."""
    name = "{x} ? <b> 'quoted' !"

    assert name in i18n.message("report.words.over", "fr", value=name)


@pytest.mark.parametrize("room", i18n.rooms("errors"))
def test_french_errors_are_french(room):
    """Every French sentence of a problem is filed under its room and holds no English function word."""
    wrong = {}
    for code, (said, hint) in load_errors(room).items():
        text = f"{said} {hint}".strip()
        bare = re.sub(r"\{[^}]*\}|`[^`]*`|« ?[^»]*»", " ", text.replace("\u202f", " "))
        if ENGLISH.search(bare) or not code.startswith(f"{room}."):
            wrong[code] = text

    assert {} == wrong


def problem(**changes: object) -> Problem:
    """Return the problem of a percentage typed as a rate."""
    return attrs.evolve(
        Problem(
            code="core.rate_looks_like_percent",
            template="{name} is {got}; a rate is a fraction between 0 and 1.",
            hint="For {got} %, write {fraction:g}.",
            params={"name": "margin_rate", "got": "35", "fraction": 0.35},
        ),
        **changes,
    )


def test_problem_in_both_languages():
    """A problem is said whole, hint included, in each language."""
    assert "margin_rate is 35; a rate is a fraction between 0 and 1. For 35 %, write 0.35." == i18n.describe(
        problem(), "en"
    )
    assert (
        "margin_rate vaut 35\u202f; un taux s’écrit comme une fraction comprise entre 0 et 1. "
        "Pour 35\u202f%, écrivez 0.35."
    ) == i18n.describe(problem(), "fr")


def test_hint_only_when_there_is_one():
    """A problem raised without its hint gets none in French either."""
    assert "écrivez" not in i18n.describe(problem(hint=""), "fr")


@pytest.mark.parametrize("code", ["core.no_such_code", "noroom.at_all"])
def test_unknown_code_falls_back_to_english(code):
    """A problem without a French sentence is said in English rather than not at all."""
    unknown = problem(code=code)

    assert unknown.message == i18n.describe(unknown, "fr")


def test_words_and_texts_inside_a_problem_are_translated():
    """The kind of thing and bilingual texts that a problem carries are said in the reader's language."""
    unknown = UnknownIdError.from_name("evidence grade", "E7", ["E0", "E1"]).problems[0]
    bilingual = problem(params={"name": Text(en="Churn", fr="Attrition"), "got": "35", "fraction": 0.35})

    assert i18n.describe(unknown, "fr").startswith("«\u202fE7\u202f» n’est le nom d’aucun niveau de preuve")
    assert i18n.describe(bilingual, "fr").startswith("Attrition vaut 35")
    assert i18n.describe(bilingual, "en").startswith("Churn is 35")


def test_importing_i18n_reads_nothing():
    """`import cxmaturity.i18n` loads neither Babel nor a YAML reader: start-up stays short."""
    program = "import sys, cxmaturity.i18n; print(sorted({'babel', 'ruamel.yaml'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
