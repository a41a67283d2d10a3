"""One mistake at a time: its code, its line, its path and what is suggested."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.files import check_path, read_engagement, write_starter

# (what is replaced, by what, code, path, what the message must hold)
MISTAKES = [
    ("goals: [", "gaols: [", "files.misspelt_key", "gaols", "Did you mean 'goals'?"),
    ("  sector:", "  secteur:", "files.misspelt_key", "client.secteur", "Did you mean 'sector'?"),
    (
        "annual_churn_rate:",
        "anual_churn_rate:",
        "files.misspelt_key",
        "baseline.consumers.anual_churn_rate",
        "'annual_churn_rate'?",
    ),
    (
        "    attribution: {value: 0.5",
        "    atribution: {value: 0.5",
        "files.misspelt_key",
        "levers.retention.atribution",
        "'attribution'?",
    ),
    (
        "churn_rate_reduction:",
        "churn_reduction:",
        "files.misspelt_key",
        "levers.retention.churn_reduction",
        "'churn_rate_reduction'?",
    ),
    (
        "{value: 0.18,",
        "{value: 18,",
        "core.rate_looks_like_percent",
        "baseline.consumers.annual_churn_rate",
        "write 0.18",
    ),
    (
        "discount_rate: 0.10 ",
        "discount_rate: 10 ",
        "core.rate_looks_like_percent",
        "finance.discount_rate",
        "write 0.1",
    ),
    (
        "ramp: [0.25, 0.75, 1.0]",
        "ramp: [25, 0.75, 1.0]",
        "files.rate_looks_like_percent",
        "levers.retention.ramp[0]",
        "write 0.25",
    ),
    (
        "{low: 0.0, mode: 0.015,",
        "{low: 0.0, mode: 1,",
        "core.range_order",
        "levers.retention.churn_rate_reduction",
        "0.0, 1.0, 0.025",
    ),
    (
        "{low: 0.0, mode: 0.015, high: 0.025,",
        "{low: 0.0, mode: 0.015,",
        "core.range_half",
        "levers.retention.churn_rate_reduction",
        "both",
    ),
    (
        "{value: 0.18,",
        "{value: 0.18, mode: 0.18,",
        "files.estimate_value",
        "baseline.consumers.annual_churn_rate",
        "both",
    ),
    (
        "{value: 0.18, unit",
        "{unit",
        "files.estimate_value",
        "baseline.consumers.annual_churn_rate",
        "no number",
    ),
    (
        "{value: 0.18,",
        "{value: 0,18,",
        "files.decimal_comma",
        "baseline.consumers.annual_churn_rate.value",
        "value: 0.18",
    ),
    (
        "{value: 0.18,",
        '{value: "0,18",',
        "files.number_format",
        "baseline.consumers.annual_churn_rate.value",
        "Write 0.18",
    ),
    (
        "{value: 0.18,",
        "{value: 18 %,",
        "files.number_format",
        "baseline.consumers.annual_churn_rate.value",
        "Write 0.18",
    ),
    (
        "{value: 320000,",
        "{value: 320 000,",
        "files.number_format",
        "baseline.consumers.count.value",
        "Write 320000",
    ),
    (
        "{value: 320000,",
        "{value: many,",
        "files.wrong_value",
        "baseline.consumers.count.value",
        "got 'many'; expected a number",
    ),
    (
        "{value: 320000,",
        "{value: .inf,",
        "files.wrong_value",
        "baseline.consumers.count.value",
        "expected a number",
    ),
    ("{value: 320000,", "{value: -5,", "core.out_of_range", "baseline.consumers.count", "-5"),
    (
        "count: {value: 320000, unit: active customers,",
        "count: {value: 320000,",
        "files.missing_key",
        "baseline.consumers.count",
        "'unit'",
    ),
    (
        "evidence: E2}",
        "evidence: E7}",
        "files.unknown_choice",
        "baseline.consumers.count.evidence",
        "E0, E1, E2, E3, E4",
    ),
    (
        "evidence: E2}",
        "evidence: e2}",
        "files.unknown_choice",
        "baseline.consumers.count.evidence",
        "Did you mean 'E2'?",
    ),
    ("as_of: 2026-11-01", "as_of: 01/11/2026", "files.date", "as_of", "Write 2026-11-01"),
    ("as_of: 2026-11-01", "as_of: 2026-11-31", "files.date", "as_of", "2026-11-31"),
    ("as_of: 2026-11-01 ", "as_of:  ", "files.wrong_type", "as_of", "got nothing; expected a date"),
    ("language: en ", "language: English ", "files.unknown_choice", "language", "Did you mean 'en'?"),
    ("currency: EUR", "currency: euro", "engagement.currency", "currency", "EUR"),
    (
        "schema: cxmaturity.engagement/1",
        "schema: cxmaturity.engagement/2",
        "files.unknown_choice",
        "schema",
        "engagement/1",
    ),
    (
        "mode: anonymous",
        "mode: anonymus",
        "files.unknown_choice",
        "privacy.mode",
        "Did you mean 'anonymous'?",
    ),
    (
        "minimum_group: 3",
        "minimum_group: three",
        "files.wrong_value",
        "privacy.minimum_group",
        "a whole number",
    ),
    (
        "minimum_group: 3",
        "minimum_group: 2.5",
        "files.wrong_value",
        "privacy.minimum_group",
        "a whole number",
    ),
    (
        "minimum_group: 3",
        "minimum_group: 1",
        "engagement.minimum_group",
        "privacy.minimum_group",
        "at least 3",
    ),
    (
        "- question: advocacy",
        "- question: advocaci",
        "engagement.unknown_question",
        "assessment.waves[0].evidence[0].question",
        "'advocacy'?",
    ),
    ("goals: [retention", "goals: [retenton", "engagement.unknown_benefit", "goals[0]", "'retention'?"),
    (
        "alignment: 3",
        "alignement: 3",
        "engagement.unknown_question",
        "assessment.targets.alignement",
        "'alignment'?",
    ),
    (
        "answers: answers.csv",
        "answers: answer.csv",
        "files.missing",
        "assessment.waves[0].answers",
        "Did you mean 'answers.csv'?",
    ),
    (
        "answers: answers.csv",
        "answers: ../answers.csv",
        "files.path_outside",
        "assessment.waves[0].answers",
        "../answers.csv",
    ),
    (
        "answers: answers.csv",
        "answers: /etc/passwd.csv",
        "files.path_outside",
        "assessment.waves[0].answers",
        "/etc/passwd.csv",
    ),
    (
        "answers: answers.csv",
        r"answers: C:\a.csv",
        "files.path_outside",
        "assessment.waves[0].answers",
        r"C:\a.csv",
    ),
    (
        "answers: answers.csv",
        r"answers: ..\a.csv",
        "files.path_outside",
        "assessment.waves[0].answers",
        r"..\a.csv",
    ),
    (
        "answers: answers.csv",
        "answers: answers.xls",
        "files.answers_kind",
        "assessment.waves[0].answers",
        ".xlsx",
    ),
    (
        "answers: answers.csv",
        "answers: {a: 1}",
        "files.wrong_type",
        "assessment.waves[0].answers",
        "a list of respondents",
    ),
    ("goals: [retention, service_cost]", "goals: retention", "files.wrong_value", "goals", "expected a list"),
    ("- {value: 35000,", "- {value: -35000,", "core.out_of_range", "costs[1].annual[0]", "annual is -35000"),
    ("horizon_years: 3", "horizon_years: 60", "files.out_of_range", "finance.horizon_years", "1 to 30"),
    ("basis: nominal", "basis: nominale", "files.unknown_choice", "finance.basis", "Did you mean 'nominal'?"),
    (
        "internal: true\n\n",
        "internal: oui\n\n",
        "files.unknown_choice",
        "costs[1].internal",
        "Did you mean 'true'?",
    ),
    ("language: en ", "language: en\nlanguage: fr ", "files.duplicate_key", "language", "Keep one"),
    ("language: en ", "language: !!python/name:os.system en ", "files.yaml_tag", "language", "python/name"),
    ("  name: Sample Company", '  name: "Sam\\x00ple"', "files.yaml_control", "client.name", "control"),
    (
        "  name: Sample Company",
        "  name: ''",
        "files.wrong_type",
        "client.name",
        "got nothing; expected a text",
    ),
    (
        "  name: Sample Company",
        "  name: [a]",
        "files.wrong_type",
        "client.name",
        "got a list; expected a text",
    ),
    (
        (
            "count: {value: 320000, unit: active customers, source: CRM export (fictional), "
            "date: 2026-09-30, evidence: E2}"
        ),
        "count: 320000",
        "files.estimate_bare",
        "baseline.consumers.count",
        "{value: 320000, unit",
    ),
]


@pytest.mark.parametrize(("old", "new", "code", "path", "said"), MISTAKES)
def test_one_mistake_gives_one_error_with_its_code_line_and_suggestion(
    spoil, line_of, *, old, new, code, path, said
) -> None:
    """A single mistake is reported once, on its own line, with what to write instead."""
    problems = [problem for problem in spoil(old, new) if problem.severity == "error"]

    assert [code] == [problem.code for problem in problems]
    line = line_of(new) + new.rstrip("\n").count("\n")
    assert (path, line) == (problems[0].dotted, problems[0].place.line)
    assert said in problems[0].message


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_starters_have_neither_error_nor_warning(tmp_path: Path, language) -> None:
    """A newcomer's first check finds nothing to say."""
    write_starter(tmp_path / "acme", language)

    assert () == check_path(tmp_path / "acme")


def test_the_values_are_those_typed(folder: Path) -> None:
    """What was typed in the starter is what the engagement holds."""
    engagement = read_engagement(folder)

    assert ("Sample Company", "sample-company") == (engagement.client.name, engagement.client.id)
    assert dt.date(2026, 11, 1) == engagement.as_of
    assert ("anonymous", 3) == (engagement.settings.privacy, engagement.settings.minimum_group)
    assert {"advocacy": (4.0, None), "response": (4.0, dt.date(2027, 12, 31)), "alignment": (3.0, None)} == {
        target.question: (target.level, target.by) for target in engagement.targets
    }
    assert (8, "1") == (len(engagement.waves[0].responses), engagement.waves[0].version)
    case = engagement.case
    assert 0.18 == case.baseline.consumers.annual_churn_rate.value
    move = dict(case.levers[0].moves)["churn_rate_reduction"]
    assert (0.0, 0.015, 0.025) == move.numbers
    assert (0.25, 0.75, 1.0) == case.levers[0].ramp
    assert [40000.0] == [cost.initial.value for cost in case.costs if cost.initial]
    assert [False, True] == [cost.internal for cost in case.costs]
    assert ("retention", "service_cost") == engagement.goals


def test_the_file_and_its_folder_read_the_same(folder: Path) -> None:
    """The path of the folder and the path of its file name the same engagement."""
    assert read_engagement(folder) == read_engagement(folder / "engagement.yaml")


def test_reading_twice_gives_equal_values(folder: Path) -> None:
    """Reading depends on the files alone."""
    assert read_engagement(folder) == read_engagement(folder)


def test_nothing_at_the_path_is_one_problem(tmp_path: Path) -> None:
    """A folder without its file, or a path that is not there, is said with the command that helps."""
    for path in (tmp_path, tmp_path / "absent"):
        problems = check_path(path)
        assert ["files.no_engagement"] == [problem.code for problem in problems]
        assert "cxmaturity new" in problems[0].message


def test_reading_raises_with_every_problem(spoil, folder: Path) -> None:
    """`read_engagement` refuses with all problems, never a part of them."""
    spoil("{value: 0.18,", "{value: 18,")
    problems = spoil("{value: 320000,", "{value: -5,")

    with pytest.raises(InputError) as caught:
        read_engagement(folder)

    assert ["core.out_of_range", "core.rate_looks_like_percent"] == [problem.code for problem in problems]
    assert problems == caught.value.problems


@pytest.mark.parametrize(
    "privacy", ["", "privacy:\n", "privacy: {}\n", "privacy: {mode: , minimum_group: }\n"]
)
def test_privacy_that_is_absent_or_empty_is_anonymous_with_three(folder: Path, privacy) -> None:
    """Anonymity fails closed: nothing said means anonymous, at least three people."""
    file = folder / "engagement.yaml"
    start, _, rest = file.read_text(encoding="utf-8").partition("privacy:\n")
    file.write_text(start + privacy + rest[rest.index("# --- The self-test") :], encoding="utf-8")

    settings = read_engagement(folder).settings

    assert ("anonymous", 3) == (settings.privacy, settings.minimum_group)


NAMES = [
    "<script>alert(1)</script>",
    "$\\frac{1}{0}$",
    "=cmd|' /C calc'!A0",
    "../../etc",
    "Café 🐝 Œuvre",
    "{0} {name} %s",
    "#hash",
    "a: b",
    "- x",
    "null",
    "2026",
    'O\'Brien "& fils"',
]


@pytest.mark.parametrize("name", NAMES)
def test_a_client_name_is_kept_as_typed_and_its_id_is_safe(folder: Path, name) -> None:
    """Any text is a valid name; the folder name made from it holds only letters, digits and dashes."""
    file = folder / "engagement.yaml"
    quoted = "'" + name.replace("'", "''") + "'"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Sample Company  ", f"{quoted}  ", 1), encoding="utf-8"
    )

    client = read_engagement(folder).client

    assert name == client.name
    assert client.id.replace("-", "").isalnum()
    assert client.id.isascii()


def test_a_business_case_without_finance_says_what_is_missing(folder: Path) -> None:
    """A case that has begun needs its other parts."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = text.index("finance:\n"), text.index("# --- The next 90 days")
    file.write_text(text[:start] + text[end:], encoding="utf-8")

    assert [("files.missing_key", "finance")] == [
        (problem.code, dict(problem.params)["key"]) for problem in check_path(folder)
    ]


def test_an_assessment_alone_is_enough(folder: Path) -> None:
    """There may be no business case yet."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("# --- The benefits expected")], encoding="utf-8")

    assert () == check_path(folder)
    assert read_engagement(folder).case is None


def test_one_mistake_hides_no_other(spoil) -> None:
    """A missing source hides neither a rate that looks like a percentage nor a contradiction of dates."""
    spoil("source: CRM export (fictional), ", "")
    spoil("count: {value: 320000", "count: {value: -1")
    spoil("annual_churn_rate: {value: 0.18", "annual_churn_rate: {value: 18")
    problems = spoil("date: 2026-10-15 ", "date: 2027-10-15 ")

    assert {
        "files.missing_key",
        "core.out_of_range",
        "core.rate_looks_like_percent",
        "engagement.wave_future",
    } == {problem.code for problem in problems if problem.severity == "error"}


def test_a_wrong_date_of_the_report_starts_no_false_alarm(spoil) -> None:
    """What is compared with a value that could not be read is not reported."""
    problems = spoil("as_of: 2026-11-01", "as_of: soon")

    assert ["files.date"] == [problem.code for problem in problems]


def test_anchors_and_merges_save_typing(folder: Path) -> None:
    """A repeated source can be written once and merged in."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("count: {value: 320000, unit: active", "count: &crm {value: 320000, unit: active", 1)
    start = text.index("annual_churn_rate:")
    churn_line = "annual_churn_rate: {<<: *crm, value: 0.18, unit: share of customers lost per year}"
    text = text[:start] + churn_line + text[text.index("\n", start) :]
    file.write_text(text, encoding="utf-8")

    churn = read_engagement(folder).case.baseline.consumers.annual_churn_rate

    assert (0.18, "CRM export (fictional)", "E2") == (churn.value, churn.source, churn.evidence)


def test_contradictions_point_at_a_row_of_the_answers(folder: Path) -> None:
    """A respondent who answers twice is found on the line of the second answer, in the answers file."""
    file = folder / "answers.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace("R04,service", "r01,servise")
    file.write_text("\n".join(lines), encoding="utf-8")

    problems = check_path(folder)

    assert [
        ("engagement.duplicate_respondent", "assessment.waves[0].answers[3].respondent", 5),
        ("engagement.unknown_function", "assessment.waves[0].answers[3].function", 5),
    ] == [(problem.code, problem.dotted, problem.place.line) for problem in problems]
    assert str(file) == problems[0].place.file
    assert "Did you mean 'service'?" in problems[1].message


def test_every_problem_is_a_plain_value(spoil) -> None:
    """Problems can be compared and put in sets, whatever they hold."""
    problems = spoil("date: 2026-10-15 ", "date: 2027-10-15 ")

    assert len(problems) == len({attrs.evolve(problem) for problem in problems}) > 0
