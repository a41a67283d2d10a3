"""The shipped catalogue: complete, in both languages, and equal to the published matrix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs
import pytest

from cxmaturity.business_case import values
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Text, french_typography
from cxmaturity.files.catalog_yaml import load_catalog

CATALOG = load_catalog()
QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
BENEFITS = (
    "preference",
    "acquisition",
    "retention",
    "engagement",
    "service_cost",
    "recommendation",
    "advantage",
)
# Published in the reference note on maturity, section 6: rows are questions, columns benefits.
STRENGTHS = (
    (1, 3, 2, 1, 0, 3, 2),
    (3, 2, 2, 2, 0, 2, 3),
    (1, 3, 1, 1, 2, 1, 3),
    (1, 1, 3, 2, 3, 2, 1),
    (1, 1, 2, 3, 1, 2, 1),
    (1, 1, 2, 2, 2, 1, 1),
    (2, 2, 1, 1, 1, 3, 1),
)
GRADED = {
    ("advocacy", "acquisition"): "B",
    ("advocacy", "retention"): "A",
    ("distinct", "preference"): "B",
    ("response", "retention"): "B",
    ("trust", "engagement"): "A",
    ("trust", "recommendation"): "A",
    ("community", "preference"): "B",
    ("community", "acquisition"): "B",
}
# Lever inputs that the engine moves, by benefit: the contract with the business case.
LEVERS = {
    "preference": {"share_of_wallet_gain"},
    "acquisition": {"conversion_rate_gain"},
    "retention": {"churn_rate_reduction"},
    "engagement": {"renewal_intention_gain", "intention_to_renewal"},
    "service_cost": {"first_contact_resolution_gain", "deflected_contact_share"},
    "recommendation": {"promoter_share_gain", "detractor_share_reduction", "referred_value_premium"},
    "advantage": {"subscription_rate_gain"},
}
ENGLISH = re.compile(
    r"\b(the|and|with|which|from|your|their|have|has|are|was|were|this|that|these|of|by|how|you|we)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(le|la|les|des|une|est|sont|avec|pour|dans|qui|que|vos|votre|ses|aux|cette|ces|et|du|au|nous)\b",
    re.IGNORECASE,
)


def texts(value: object, where: str = "catalog") -> Iterator[tuple[str, Text]]:
    """Yield (where, text) for every bilingual text under a value."""
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{where}[{getattr(item, 'id', getattr(item, 'path', index))}]")
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from texts(getattr(value, field.name), f"{where}.{field.name}")


TEXTS = dict(texts(CATALOG))


def test_counts():
    """Everything that the self-test and the case say is there: none missing, none too many."""
    questions, benefits = CATALOG.questions, CATALOG.benefits
    counts = {
        "questions": len(questions),
        "anchors": sum(len(question.levels) for question in questions),
        "criteria": sum(len(question.criteria) for question in questions),
        "proofs": sum(level.proof is not None for question in questions for level in question.levels),
        "advice": sum(len(question.advice) for question in questions),
        "mirrors": len({question.mirror.fr for question in questions}),
        "levels": len(CATALOG.level_names),
        "states": len(CATALOG.answer_states),
        "grades": len(CATALOG.evidence_grades),
        "functions": len(CATALOG.functions),
        "benefits": len(benefits),
        "links": len(CATALOG.links),
        "families": len(CATALOG.channel_families),
    }

    assert {
        "questions": 7,
        "anchors": 35,
        "criteria": 21,
        "proofs": 28,
        "advice": 28,
        "mirrors": 7,
        "levels": 5,
        "states": 4,
        "grades": 5,
        "functions": 5,
        "benefits": 7,
        "links": 49,
        "families": 4,
    } == counts
    assert len(CATALOG.claims) >= 10


def test_identifiers():
    """Identifiers are those that answers, engagements and results are stored with, in their order."""
    assert QUESTIONS == tuple(question.id for question in CATALOG.questions)
    assert BENEFITS == tuple(benefit.id for benefit in CATALOG.benefits)
    assert ("marketing", "service", "sales", "staff", "executive") == tuple(
        one.id for one in CATALOG.functions
    )
    assert ("level", "not_applicable", "dont_know", "skipped") == tuple(
        one.id for one in CATALOG.answer_states
    )
    assert ("E0", "E1", "E2", "E3", "E4") == tuple(one.id for one in CATALOG.evidence_grades)
    assert ("face_to_face", "remote", "automated", "live_assistance") == tuple(
        one.id for one in CATALOG.channel_families
    )


@pytest.mark.parametrize("things", [CATALOG.questions, CATALOG.benefits], ids=["questions", "benefits"])
def test_numbers_follow_the_order(things):
    """Questions and benefits are numbered 1 to 7."""
    assert list(range(1, 8)) == [thing.number for thing in things]


def test_criteria_bear_the_name_of_their_question():
    """Criterion ids are the question's id and a letter, a to c."""
    expected = [f"{question}.{letter}" for question in QUESTIONS for letter in "abc"]

    assert expected == [criterion.id for question in CATALOG.questions for criterion in question.criteria]


def test_strengths_are_the_published_ones():
    """The 49 strengths are those of the published matrix."""
    read = tuple(
        tuple(CATALOG.link(question, benefit).strength for benefit in BENEFITS) for question in QUESTIONS
    )

    assert STRENGTHS == read


def test_sums_of_the_matrix_are_the_published_ones():
    """Row and column sums equal those published beside the matrix, which guards against a slip in either."""
    rows, columns = Counter(), Counter()
    for link in CATALOG.links:
        rows[link.question] += link.strength
        columns[link.benefit] += link.strength

    assert [12, 14, 12, 13, 11, 10, 11] == [rows[question] for question in QUESTIONS]
    assert [10, 13, 13, 12, 9, 14, 12] == [columns[benefit] for benefit in BENEFITS]
    assert 83 == rows.total()


def test_grades_are_the_published_ones():
    """Eight cells rest on a study, every other one is graded as reasoning."""
    graded = {(link.question, link.benefit): link.grade for link in CATALOG.links if link.grade != "C"}

    assert GRADED == graded


def test_every_cell_has_a_reason_of_its_own():
    """No reason is copied from another cell, and each is a sentence."""
    for language in ("en", "fr"):
        reasons = Counter(link.reason.in_(language) for link in CATALOG.links)
        assert 49 == len(reasons)
        assert all(len(reason.split()) >= 10 and reason.endswith((".", "?")) for reason in reasons)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_anchors_are_short_and_differ(language):
    """An anchor has at most 35 words, and no two say the same."""
    anchors = [level.anchor.in_(language) for question in CATALOG.questions for level in question.levels]

    assert [] == [anchor for anchor in anchors if len(re.findall(r"[\w%]+(?:[-’'][\w]+)*", anchor)) > 35]
    assert 35 == len(set(anchors))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_short_names_fit_a_chart(language):
    """A chart label has at most 16 characters, and no two are alike."""
    names = {question.short.in_(language) for question in CATALOG.questions}

    assert (7, []) == (len(names), [name for name in names if len(name) > 16])


def test_mirrors_speak_of_the_brand():
    """Each customer statement has the placeholder of the brand, in the language's own word."""
    for question in CATALOG.questions:
        assert "[brand]" in question.mirror.en.lower()
        assert "[marque]" in question.mirror.fr.lower()


def test_languages_do_not_mix():
    """No French text holds an English function word, nor the reverse, names, "et al." and references apart."""
    mixed = {}
    for where, text in TEXTS.items():
        if where.endswith(".source"):
            continue  # a reference keeps the title and the address it was published under
        english, french = (re.sub(r"et al\.|Wallet Allocation Rule", "", one) for one in (text.en, text.fr))
        if found := FRENCH.findall(english) + ENGLISH.findall(french):
            mixed[where] = found

    assert {} == mixed


def test_french_is_typeset():
    """Every French text has its spaces right, no straight quote and no field left to fill."""
    slip = re.compile(r"[\"'{}]|[^\u202f\s?!;][?!;]|[^\u00a0]:\s")
    wrong = {
        w: text.fr
        for w, text in TEXTS.items()
        if slip.search(text.fr) or text.fr != french_typography(text.fr)
    }

    assert {} == wrong


def test_languages_are_of_like_length():
    """One language is never a summary of the other: lengths stay within a factor of two and a half."""
    lengths = {where: sorted((len(text.en), len(text.fr))) for where, text in TEXTS.items()}

    assert {} == {where: (short, long) for where, (short, long) in lengths.items() if long > 2.5 * short + 12}


def test_figures_agree_between_languages():
    """The figures that a text gives are the same in both languages, once written the same way."""
    differing = {}
    for where, text in TEXTS.items():
        english = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text.en))
        french = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text.fr.replace("\u202f", "")))
        if Counter(english) != Counter(french):
            differing[where] = (english, french)

    assert {} == differing


def is_a_field(path: str) -> bool:
    """Tell whether an input path names a field that an engagement really has."""
    start, section, name = path.split(".")
    if start == "levers":
        return name in LEVERS[section] | {"attribution"}
    sections = {field.name for field in attrs.fields(values.Baseline)}
    cls = getattr(values, section.capitalize())
    return section in sections and name in {field.name for field in attrs.fields(cls)}


@pytest.mark.parametrize(
    "path", sorted({spec.path for benefit in CATALOG.benefits for spec in benefit.inputs})
)
def test_inputs_name_real_fields(path):
    """An input path is a field of the business case, or a lever of the contract."""
    assert is_a_field(path)


def test_every_field_is_described():
    """Each figure that a baseline or a lever can hold is described in the catalogue, with who knows it."""
    described = {spec.path for benefit in CATALOG.benefits for spec in benefit.inputs}
    fields = {
        f"baseline.{section}.{field.name}"
        for section in ("consumers", "option", "contracts", "service")
        for field in attrs.fields(getattr(values, section.capitalize()))
        if not field.name.endswith("_source")  # a word about a figure, not a figure
    }
    levers = {
        f"levers.{benefit}.{name}" for benefit, names in LEVERS.items() for name in names | {"attribution"}
    }

    assert fields | levers == described


@pytest.mark.parametrize("benefit", CATALOG.benefits, ids=lambda benefit: benefit.id)
def test_a_benefit_needs_its_own_lever_and_attribution(benefit):
    """A benefit asks for its own lever and its attribution, and for no other benefit's."""
    levers = {spec.path.split(".", 1)[1] for spec in benefit.inputs if spec.path.startswith("levers.")}

    assert {f"{benefit.id}.{name}" for name in LEVERS[benefit.id] | {"attribution"}} == levers


def test_no_two_benefits_count_the_same_euro():
    """Population, pool and step together tell every benefit apart."""
    assert 7 == len({(benefit.population, benefit.pool, benefit.step) for benefit in CATALOG.benefits})


def test_optional_inputs():
    """Only refinements are optional; everything else is asked for by name when it is missing."""
    optional = {spec.path for benefit in CATALOG.benefits for spec in benefit.inputs if spec.optional}

    assert {
        "baseline.consumers.survival",
        "baseline.consumers.avoidable_churn_share",
        "levers.recommendation.referred_value_premium",
    } == optional


@pytest.mark.parametrize("look", ["question", "benefit", "evidence_grade", "function", "input"])
def test_lookups_suggest_the_nearest(look):
    """Looking for a misspelt id raises a lookup error that lists what exists."""
    with pytest.raises(UnknownIdError) as caught:
        getattr(CATALOG, look)("zzz")

    assert "core.unknown_id" == caught.value.code


def test_lookups_find():
    """Each lookup gives back what bears the id."""
    link = CATALOG.link("trust", "engagement")

    assert ("trust", "engagement", 3, "A") == (link.question, link.benefit, link.strength, link.grade)
    assert "5" == CATALOG.level_name(5).id
    assert "baseline.consumers.count" == CATALOG.input("baseline.consumers.count").path
    with pytest.raises(UnknownIdError):
        CATALOG.link("trust", "zzz")


def test_claims_say_why_and_where():
    """Each refused claim is quoted, has a reason longer than itself, and a source."""
    for claim in CATALOG.claims:
        assert claim.claim.en.startswith('"')
        assert claim.claim.fr.startswith("«\u202f")
        assert len(claim.reason.en) > len(claim.claim.en)
        assert claim.source


def test_catalog_is_one_hashable_value():
    """The catalogue is frozen: it can be shared by every report of a batch."""
    assert isinstance(CATALOG, Catalog)
    assert hash(CATALOG) == hash(load_catalog())


@pytest.mark.parametrize("benefit", CATALOG.benefits, ids=lambda benefit: benefit.id)
def test_catalogue_and_engine_ask_for_the_same_inputs(benefit):
    """What the catalogue says a benefit needs is what the engine needs, optional inputs included."""
    from cxmaturity.business_case import inputs

    baseline = inputs.BASELINE_INPUTS[benefit.id]
    moves = [f"levers.{benefit.id}.{name}" for name in (*inputs.MOVES[benefit.id], "attribution")]
    refining = [
        *inputs.OPTIONAL_BASELINE.get(benefit.id, ()),
        *(f"levers.{benefit.id}.{name}" for name in inputs.OPTIONAL_MOVES.get(benefit.id, ())),
    ]

    assert {*baseline, *moves} == {spec.path for spec in benefit.inputs if not spec.optional}
    assert set(refining) == {spec.path for spec in benefit.inputs if spec.optional}
