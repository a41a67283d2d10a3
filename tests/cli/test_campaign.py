"""A campaign as a consultant runs it: every command against a real store, from the first link to the last erasure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cxmaturity import i18n
from cxmaturity.assessment.values import Answer
from cxmaturity.cli import main
from cxmaturity.cli._commands.campaign import MODULES
from cxmaturity.cli._commands.campaign_register import ROWS, entry
from cxmaturity.store import AnswerEvent, Campaign, CampaignPlan, Store

TODAY = dt.datetime.now(dt.UTC).date()
DEADLINE = TODAY + dt.timedelta(days=14)
RETENTION = TODAY + dt.timedelta(days=120)
PEOPLE = "name;email;function;role\nAnne;anne@x.test;marketing;\nBob;bob@x.test;Service client;\nChloé;c@x.test;;sponsor\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """Speak English, and hear nothing of the machine's own settings."""
    monkeypatch.setenv("CXMATURITY_LANGUAGE", "en")
    for name in ("CXMATURITY_STORE", "CXMATURITY_BASE_URL", "CXMATURITY_ACTOR", "CXMATURITY_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path, capsys):
    """Return a starter engagement without a campaign, whose target lies ahead on whatever day this runs."""
    made = tmp_path / "acme"
    assert 0 == main(["new", str(made), "--language", "en"])
    file, later = made / "engagement.yaml", TODAY + dt.timedelta(days=400)
    text = file.read_text(encoding="utf-8")
    assert "by: 2027-12-31" in text
    file.write_text(text.replace("by: 2027-12-31", f"by: {later}"), encoding="utf-8")
    capsys.readouterr()
    return made


def run(capsys, *words):
    """Run the command line; return its exit code, standard output and standard error."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def make(capsys, folder, *more):
    """Make a campaign and return its id."""
    code, out, err = run(
        capsys, "campaign", "new", folder, "--deadline", DEADLINE, "--retention", RETENTION,
        "--controller", "Sample Company", "--contact", "privacy@sample.test", *more,
    )  # fmt: skip
    assert 0 == code, err
    return out.strip()


def rows(path):
    """Return a file of links as dictionaries."""
    return list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8-sig"))))


def own(folder):
    """Open the engagement's own store."""
    return Store.open(folder / ".cxmaturity" / "store.sqlite")


def come(store, link):
    """Follow a link as its person does; return the visitor."""
    return store.redeem(link.rpartition("/")[2])[1]


def answer_all(store, visitor, level, function=None):
    """Answer the seven questions at one level, and finish."""
    from cxmaturity.files import load_catalog

    events = [
        AnswerEvent(
            question=question.id,
            answer=Answer(state="level", level=level),
            device="test",
            sequence=number,
            lead="Ask quality" if number == 0 else "",
        )
        for number, question in enumerate(load_catalog().questions)
    ]
    if function:
        store.set_function(visitor, function)
    store.record(visitor, events)
    store.finish(visitor)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", ["", *MODULES])
def test_every_command_explains_itself_in_both_languages(name, lang, capsys):
    """`--help` of each command works in French and in English, and every option has words."""
    words = ["--lang", lang, "campaign", *([name] if name else []), "--help"]
    assert 0 == main(words)

    said = capsys.readouterr().out
    assert ("Afficher cette aide" if lang == "fr" else "Show this help") in said
    assert [] == [word for word in ((" the ", " of ") if lang == "fr" else (" le ", " du ")) if word in said]


def test_new_takes_from_the_engagement_what_it_knows(folder, capsys):
    """Client, privacy, threshold and languages come from engagement.yaml, functions from the catalogue."""
    campaign = make(capsys, folder)

    with own(folder) as store:
        plan = store.campaign(campaign).plan
    assert ("Sample Company", "anonymous", 3, ("en", "fr")) == (
        plan.client,
        plan.privacy,
        plan.minimum_group,
        plan.languages,
    )
    assert {"marketing", "service", "sales", "staff", "executive"} == set(plan.functions)
    assert (DEADLINE, RETENTION) == (plan.deadline, plan.retention)


def test_new_names_everything_that_is_missing_at_once(folder, capsys):
    """Without deadline, retention date, controller and contact: exit 2, the four named, nothing made."""
    code, out, err = run(capsys, "campaign", "new", folder)

    assert (2, "") == (code, out)
    assert all(name in err for name in ("--deadline", "--retention", "--controller", "--contact"))
    assert not (folder / ".cxmaturity").exists()


def test_new_says_every_wrong_value_at_once(folder, capsys):
    """A past deadline, an early erasure, an unknown function and language come out together, exit 1."""
    code, _, err = run(
        capsys, "campaign", "new", folder, "--deadline", "2020-01-02", "--retention", "2020-01-01",
        "--controller", "x", "--contact", "y", "--functions", "marketing,cooking", "--languages", "en,de",
    )  # fmt: skip

    assert 1 == code
    assert 4 <= len(err.strip().splitlines())
    assert all(word in err for word in ("2020-01-02", "2020-01-01", "cooking", "de"))


def test_a_wrong_engagement_stops_new(folder, capsys):
    """An engagement with an error gives its file and line, exit 1, and no store."""
    target = folder / "engagement.yaml"
    target.write_text(
        target.read_text(encoding="utf-8").replace("currency: EUR", "currency: EURO"), encoding="utf-8"
    )

    code, _, err = run(
        capsys, "campaign", "new", folder, "--deadline", DEADLINE, "--retention", RETENTION,
        "--controller", "x", "--contact", "y",
    )  # fmt: skip

    assert 1 == code
    assert re.search(r"engagement\.yaml:\d+", err)
    assert not (folder / ".cxmaturity").exists()


def test_the_private_folder_is_private(folder, capsys):
    """What holds answers and links is for this account only, and git never sees it."""
    make(capsys, folder)
    private = folder / ".cxmaturity"

    assert "*\n" == (private / ".gitignore").read_text(encoding="utf-8")
    if os.name == "posix":
        assert 0o700 == stat.S_IMODE(private.stat().st_mode)
        assert {0o600} == {
            stat.S_IMODE(file.stat().st_mode)
            for file in private.iterdir()
            if file.suffix in (".sqlite", ".key")
        }


def test_invite_writes_a_file_for_a_mail_merge(folder, tmp_path, capsys):
    """One row per person with the columns of the file, functions by name, and a link that opens the right door."""
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")

    code, out, _ = run(
        capsys, "campaign", "invite", folder, "--people", people, "--base-url", "https://cx.example.org/"
    )

    file = Path(out.strip())
    made = rows(file)
    assert 0 == code
    assert ["Anne", "Bob", "Chloé"] == [row["label"] for row in made]
    assert ["Marketing", "Customer service", ""] == [row["function"] for row in made]
    assert ["respondent", "respondent", "sponsor"] == [row["role"] for row in made]
    assert ["anne@x.test", "bob@x.test", "c@x.test"] == [row["email"] for row in made]
    assert all(row["link"].startswith("https://cx.example.org/i/") for row in made)
    assert os.name != "posix" or 0o600 == stat.S_IMODE(file.stat().st_mode)
    with own(folder) as store:
        assert ["respondent", "respondent", "sponsor"] == [come(store, row["link"]).role for row in made]


def test_the_links_of_a_french_campaign_are_in_french_and_can_be_given_again(tmp_path, capsys):
    """Titles, functions and roles in the campaign's language, semicolons; the file itself is a list of people."""
    folder = tmp_path / "acme"
    run(capsys, "new", folder, "--language", "fr")
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")

    _, out, _ = run(capsys, "campaign", "invite", folder, "--people", people)
    _, again, _ = run(capsys, "campaign", "remind", folder)

    told = [Path(one.strip()).read_text(encoding="utf-8-sig").splitlines() for one in (out, again)]
    assert "libellé;fonction;rôle;lien;dernier jour;invitation;email" == told[0][0]
    assert told[0][0].startswith(told[1][0])
    assert ["Anne;Marketing;répondant;", "Bob;Service client;répondant;", "Chloé;;commanditaire;"] == [
        line.partition("http")[0] for line in told[0][1:]
    ]
    code, _, err = run(capsys, "campaign", "invite", folder, "--people", out.strip())
    assert 0 == code
    assert "3 people already have a link" in err


def test_the_same_file_given_again_invites_only_who_is_new(folder, tmp_path, capsys):
    """People who have a link keep it; a name added to the file gets one."""
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    run(capsys, "campaign", "invite", folder, "--people", people)
    people.write_text(f"{PEOPLE}Dora;d@x.test;sales;\n", encoding="utf-8")

    code, out, err = run(
        capsys, "campaign", "invite", folder, "--people", people, "--out", tmp_path / "b.csv"
    )

    assert 0 == code
    assert ["Dora"] == [row["label"] for row in rows(out.strip())]
    assert "3 people already have a link" in err


def test_a_workbook_of_people_is_read(folder, tmp_path, capsys):
    """An Excel file does as a CSV does."""
    from openpyxl import Workbook

    make(capsys, folder)
    book = Workbook()
    for row in (["Nom", "Fonction"], ["Anne", "Marketing"], ["Bob", "SAV"]):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")

    _, out, _ = run(capsys, "campaign", "invite", folder, "--people", tmp_path / "people.xlsx")

    assert [("Anne", "Marketing"), ("Bob", "Customer service")] == [
        (row["label"], row["function"]) for row in rows(out.strip())
    ]


def test_everything_wrong_with_the_people_at_once(folder, tmp_path, capsys):
    """An unknown function and role, a missing and a repeated name come out with their lines; nobody is invited."""
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_text("name,function,role\nAnne,cooking,\n,sales,\nBob,,sponser\nanne,,\n", encoding="utf-8")

    code, _, err = run(capsys, "campaign", "invite", folder, "--people", people)

    assert 1 == code
    assert [2, 3, 4, 5] == sorted(int(line) for line in re.findall(r"people\.csv:(\d+)", err))
    assert "'cooking' is not a function of this campaign; known: Marketing, Customer service" in err
    assert "Did you mean 'sponsor'" in err
    with own(folder) as store:
        assert () == store.invitations(store.campaigns()[0].id)


@pytest.mark.parametrize("content", [b"", b"name\n", b"colour\nred\n", b"\x00\x01\x02", b"PK\x03\x04nothing"])
def test_a_file_that_is_no_list_is_refused_in_words(content, folder, tmp_path, capsys):
    """An empty, header-only, unrelated, binary or broken file exits with 1 and says so with the file's name."""
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_bytes(content)

    code, _, err = run(capsys, "campaign", "invite", folder, "--people", people)

    assert 1 == code
    assert "people.csv" in err


def test_a_spreadsheet_runs_nothing_of_the_file_of_links(folder, tmp_path, capsys):
    """A name that begins as a formula is written as text."""
    make(capsys, folder)
    people = tmp_path / "people.csv"
    people.write_text('name,note\n=1+1,@SUM(A1)\n"-2+3",\n', encoding="utf-8")

    _, out, _ = run(capsys, "campaign", "invite", folder, "--people", people)

    cells = [cell for row in rows(out.strip()) for cell in row.values()]
    assert [] == [cell for cell in cells if cell and cell[0] in "=+-@"]


def test_a_file_of_links_is_never_written_over(folder, tmp_path, capsys):
    """An existing file stops the command before any link is made."""
    make(capsys, folder)
    taken = tmp_path / "links.csv"
    taken.write_text("mine", encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")

    code, _, err = run(capsys, "campaign", "invite", folder, "--people", people, "--out", taken)

    assert (1, "mine") == (code, taken.read_text(encoding="utf-8"))
    assert "links.csv" in err
    with own(folder) as store:
        assert () == store.invitations(store.campaigns()[0].id)


def test_no_empty_file_of_links_is_left_behind(folder, tmp_path, capsys):
    """When the store refuses the first link, no file stays that would look like links."""
    make(capsys, folder)
    run(capsys, "campaign", "close", folder)
    people = tmp_path / "people.csv"
    people.write_text("name\nAnne\n", encoding="utf-8")

    code, _, err = run(
        capsys, "campaign", "invite", folder, "--people", people, "--out", tmp_path / "links.csv"
    )

    assert 1 == code
    assert "closed" in err
    assert not (tmp_path / "links.csv").exists()


def test_one_label_prints_one_link(folder, capsys):
    """`--label` prints the link alone on standard output, ready to be copied."""
    make(capsys, folder)

    code, out, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne", "--function", "Ventes")

    assert 0 == code
    assert re.fullmatch(r"http://127\.0\.0\.1:8866/i/[\w.-]+\n", out)
    with own(folder) as store:
        invited = store.invitations(store.campaigns()[0].id)
    assert [("Anne", "sales")] == [(one.label, one.function) for one in invited]


def test_status_counts_and_lists(folder, capsys):
    """The table and the JSON give the same counts; people are listed only when asked for."""
    campaign = make(capsys, folder)
    _, link, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne")
    run(capsys, "campaign", "invite", folder, "--label", "Bob")
    with own(folder) as store:
        answer_all(store, come(store, link.strip()), 3, "sales")

    _, table, _ = run(capsys, "campaign", "status", folder)
    _, text, _ = run(capsys, "campaign", "status", folder, "--json", "--people")

    got = json.loads(text)["campaigns"][0]
    assert (campaign, "open", 2, 1, 1, 1) == tuple(
        got[name] for name in ("id", "status", "invited", "opened", "started", "finished")
    )
    assert {} == got["by_function"]  # one person is too few to be counted apart
    assert {"Anne": "opened", "Bob": "waiting"} == {one["label"]: one["state"] for one in got["people"]}
    assert campaign in table
    assert "Anne" not in table


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_status_speaks_the_users_language(lang, folder, capsys):
    """The table has its dates and words in the language of messages."""
    make(capsys, folder)

    _, out, _ = run(capsys, "--lang", lang, "campaign", "status", folder)

    assert i18n.date(DEADLINE, lang) in out
    assert ("anonyme" if lang == "fr" else "anonymous;") in out


def test_remind_makes_new_links_for_those_who_have_not_come(folder, tmp_path, capsys):
    """The new link works, the old one does not, who came is left alone, and the plan's limit holds."""
    make(capsys, folder, "--reminders", "1")
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    _, out, _ = run(capsys, "campaign", "invite", folder, "--people", people)
    first = {row["label"]: row["link"] for row in rows(out.strip())}
    with own(folder) as store:
        come(store, first["Anne"])

    code, out, _ = run(capsys, "campaign", "remind", folder, "--out", tmp_path / "again.csv")
    again = rows(out.strip())
    spent, none, err = run(capsys, "campaign", "remind", folder, "--out", tmp_path / "third.csv")

    assert (0, ["Bob"]) == (code, [row["label"] for row in again])
    assert (0, "") == (spent, none)
    assert "1 person was left alone" in err
    assert not (tmp_path / "third.csv").exists()
    with own(folder) as store:
        with pytest.raises(PermissionError):
            come(store, first["Bob"])
        assert "respondent" == come(store, again[0]["link"]).role


def test_revoke_asks_first_then_shuts_the_door(folder, capsys, monkeypatch):
    """Anything but yes changes nothing (exit 1); with --yes the link opens nothing any more."""
    make(capsys, folder)
    _, link, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne")
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))

    refused, _, err = run(capsys, "campaign", "revoke", folder, "--person", "anne")
    with own(folder) as store:
        store.look_at(link.strip().rpartition("/")[2])
    done, _, _ = run(capsys, "campaign", "revoke", folder, "--person", "anne", "--yes")

    assert (1, 0) == (refused, done)
    assert "Nothing was done" in err
    with own(folder) as store, pytest.raises(PermissionError):
        come(store, link.strip())


def test_close_then_reopen(folder, capsys):
    """A closed campaign takes nobody in; reopened until a new deadline, it does."""
    make(capsys, folder)
    _, link, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne")

    assert 0 == run(capsys, "campaign", "close", folder)[0]
    with own(folder) as store, pytest.raises(PermissionError):
        come(store, link.strip())
    assert 0 == run(capsys, "campaign", "reopen", folder, "--deadline", DEADLINE)[0]
    with own(folder) as store:
        come(store, link.strip())


def test_a_link_that_ended_with_the_deadline_lives_on_after_a_reopening(folder, capsys):
    """A link sent before a later deadline works until the later one, and its last day is told so."""
    make(capsys, folder)
    _, link, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne")
    later = DEADLINE + dt.timedelta(days=30)

    assert 0 == run(capsys, "campaign", "reopen", folder, "--deadline", later)[0]

    after = dt.datetime.combine(later, dt.time(23), dt.UTC)
    with Store.open(folder / ".cxmaturity" / "store.sqlite", clock=lambda: after) as store:
        assert (
            later
            == (store.invitations(store.campaigns()[0].id)[0].expires_at - dt.timedelta(seconds=1)).date()
        )
        come(store, link.strip())


def test_export_then_score_at_once(folder, capsys):
    """Five people answer; after `export`, `check` passes and `score` gives their level, from the last wave."""
    make(capsys, folder)
    for number, function in enumerate(("sales", "sales", "sales", "service", "marketing")):
        _, link, _ = run(
            capsys, "campaign", "invite", folder, "--label", f"P{number}", "--function", function
        )
        with own(folder) as store:
            answer_all(store, come(store, link.strip()), 4)

    code, out, err = run(capsys, "campaign", "export", folder)
    checked = run(capsys, "check", folder)
    _, text, _ = run(capsys, "score", folder, "--json")

    assert (0, 0) == (code, checked[0]), (err, checked)
    assert all(Path(line).exists() for line in out.splitlines())
    got = json.loads(text)
    assert 5 == got["respondents"]
    assert {4.0} == {dimension["mean"] for dimension in got["dimensions"]}
    assert "P0" not in "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.csv"))


def test_export_into_another_clients_folder_asks_first(folder, tmp_path, capsys, monkeypatch):
    """A campaign of another client is not written into this one's folder without a yes."""
    other = tmp_path / "other"
    make(capsys, folder)
    assert 0 == main(["new", str(other), "--language", "en"])
    target = other / "engagement.yaml"
    target.write_text(
        target.read_text(encoding="utf-8").replace("Sample Company", "Other Company"), encoding="utf-8"
    )
    before = target.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    with own(folder) as store:
        campaign = store.campaigns()[0].id

    code, _, err = run(
        capsys, "campaign", "export", other, "--campaign", campaign,
        "--store", folder / ".cxmaturity" / "store.sqlite",
    )  # fmt: skip

    assert (1, before) == (code, target.read_bytes())
    assert "Other Company" in err


def test_a_person_gets_a_copy_then_is_erased(folder, tmp_path, capsys):
    """`export --person` holds the answers; after `erase` the store knows neither the person nor the answers."""
    make(capsys, folder)
    _, link, _ = run(capsys, "campaign", "invite", folder, "--label", "Anne")
    with own(folder) as store:
        answer_all(store, come(store, link.strip()), 2, "sales")

    code, text, _ = run(capsys, "campaign", "export", folder, "--person", "Anne")
    written = run(capsys, "campaign", "export", folder, "--person", "Anne", "--out", tmp_path / "anne.json")
    erased, _, _ = run(capsys, "campaign", "erase", folder, "--person", "Anne", "--yes")

    assert (0, 0, 0) == (code, written[0], erased)
    assert "Ask quality" in text
    assert json.loads(text)
    assert os.name != "posix" or 0o600 == stat.S_IMODE((tmp_path / "anne.json").stat().st_mode)
    assert 1 == run(capsys, "campaign", "export", folder, "--person", "Anne")[0]
    raw = b"".join(file.read_bytes() for file in (folder / ".cxmaturity").iterdir() if file.is_file())
    assert b"Ask quality" not in raw


@pytest.mark.parametrize("command", ["revoke", "erase", "export"])
def test_an_unknown_person_is_said_plainly(command, folder, capsys):
    """A name that nobody bears gives one sentence and exit 1."""
    make(capsys, folder)

    code, _, err = run(capsys, "campaign", command, folder, "--person", "Nobody", "--yes")

    assert 1 == code
    assert "nobody in this campaign is called 'Nobody'" in err


def test_purge_erases_a_campaign_and_due_only_those_past_their_date(folder, capsys):
    """`--due` leaves a campaign whose date is to come; `purge --yes` leaves no label and no answer."""
    make(capsys, folder)
    run(capsys, "campaign", "invite", folder, "--label", "Anne Onyme")

    due, _, err = run(capsys, "campaign", "purge", folder, "--due")
    with own(folder) as store:
        kept = store.invitations(store.campaigns()[0].id)
    done, _, _ = run(capsys, "campaign", "purge", folder, "--yes")
    _, text, _ = run(capsys, "campaign", "status", folder, "--json")

    assert (0, 1, 0) == (due, len(kept), done)
    assert "0 campaigns purged" in err
    assert "purged" == json.loads(text)["campaigns"][0]["status"]
    raw = b"".join(file.read_bytes() for file in (folder / ".cxmaturity").iterdir() if file.is_file())
    assert b"Anne Onyme" not in raw


def test_purge_due_purges_what_is_past(folder, capsys, monkeypatch):
    """Once the retention date is past, `purge --due` erases the campaign and says how many."""
    campaign = make(capsys, folder)
    later = dt.datetime.combine(RETENTION + dt.timedelta(days=2), dt.time(), tzinfo=dt.UTC)
    opened = Store.open
    monkeypatch.setattr(Store, "open", lambda address: opened(address, clock=lambda: later))

    code, _, err = run(capsys, "campaign", "purge", folder, "--due")

    assert 0 == code
    assert "1 campaign purged" in err
    with opened(folder / ".cxmaturity" / "store.sqlite") as store:
        assert store.campaign(campaign).purged_at is not None


def test_backup_is_a_store(folder, tmp_path, capsys):
    """The copy opens as a store and holds the campaign; a second backup never overwrites it."""
    campaign = make(capsys, folder)
    copy = tmp_path / "copy.sqlite"

    assert 0 == run(capsys, "campaign", "backup", folder, "--out", copy)[0]
    assert 1 == run(capsys, "campaign", "backup", folder, "--out", copy)[0]
    _, text, _ = run(capsys, "campaign", "status", folder, "--store", copy, "--json")

    assert [campaign] == [one["id"] for one in json.loads(text)["campaigns"]]


def test_audit_tells_who_did_what_and_notices_a_change(folder, capsys, monkeypatch):
    """The trail names the actor, never the label; a line changed behind the store's back gives exit 1."""
    import sqlite3

    monkeypatch.setenv("CXMATURITY_ACTOR", "consultant-7")
    make(capsys, folder)
    run(capsys, "campaign", "invite", folder, "--label", "Anne")

    code, text, _ = run(capsys, "campaign", "audit", folder, "--json")
    got = json.loads(text)
    with sqlite3.connect(folder / ".cxmaturity" / "store.sqlite") as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE audit SET actor = 'somebody-else' WHERE number = 1")
    raw.close()
    broken, _, err = run(capsys, "campaign", "audit", folder)

    assert (0, True) == (code, got["whole"])
    assert {"consultant-7"} == {one["actor"] for one in got["entries"]}
    assert "Anne" not in text
    assert 1 == broken
    assert "SEALS DO NOT FOLLOW" in err


def test_register_is_written_in_both_languages_and_never_over(folder, capsys):
    """Both files name the controller, the contact and the dates; a completed entry is not written over."""
    make(capsys, folder, "--legal-basis", "Consent | of each person")

    code, out, _ = run(capsys, "campaign", "register", folder)
    again, _, err = run(capsys, "campaign", "register", folder)
    texts = {path.suffixes[0][1:]: path.read_text(encoding="utf-8") for path in map(Path, out.split())}

    assert (0, 1) == (code, again)
    assert "register.en.md" in err
    assert "register.fr.md" in err
    for language, text in texts.items():
        assert "privacy@sample.test" in text
        assert "Consent \\| of each person" in text
        assert i18n.date(RETENTION, language) in text
        assert len(ROWS) + 2 == sum(line.startswith("|") for line in text.splitlines())
        assert "500" not in text  # nobody is invited yet, and there is no open link
        assert ("how many people of" if language == "en" else "combien de personnes de") in text
    assert {"en", "fr"} == set(texts)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_notice_and_the_register_give_the_same_legal_basis(language):
    """The consultant's own words stand in both, legitimate interest in both without them."""
    from cxmaturity.app.pages.notice import notice_page

    told = {"client": "A", "controller": "C", "contact": "c", "deadline": DEADLINE, "retention": RETENTION}
    for basis in ("Consent of <each> person", ""):
        made = Campaign(
            id="x",
            plan=CampaignPlan(**told, legal_basis=basis),
            questionnaire="1",
            created_at=dt.datetime.now(dt.UTC),
        )
        texts = (notice_page(campaign=made, language=language), entry(made, 5, language))
        wanted = (
            "Consent of &lt;each"
            if basis
            else {"en": "Legitimate interest", "fr": "ntérêt légitime"}[language]
        )
        assert [True, True] == [wanted in text for text in texts]


@pytest.mark.parametrize("privacy", ["anonymous", "named"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_register_says_who_sees_what(privacy, language):
    """The recipients follow the privacy of the campaign; a hostile client name stays text in its cell."""
    plan = CampaignPlan(
        client="<script>|\nx",
        controller="C",
        contact="c",
        deadline=DEADLINE,
        retention=RETENTION,
        privacy=privacy,
    )
    made = Campaign(id="x", plan=plan, questionnaire="1", created_at=dt.datetime.now(dt.UTC))

    text = entry(made, 12, language)

    assert "<script>" not in text
    assert ("with names" in text or "avec les noms" in text) == (privacy == "named")


def test_several_campaigns_need_a_choice(folder, capsys):
    """With two campaigns, `close` asks which (exit 1) and names both; `status` shows both."""
    first, second = make(capsys, folder), make(capsys, folder)

    code, _, err = run(capsys, "campaign", "close", folder)
    _, text, _ = run(capsys, "campaign", "status", folder, "--json")

    assert 1 == code
    assert first in err
    assert second in err
    assert {first, second} == {one["id"] for one in json.loads(text)["campaigns"]}
    assert 0 == run(capsys, "campaign", "close", folder, "--campaign", first)[0]


def test_a_shared_store_never_mixes_clients(folder, tmp_path, capsys, monkeypatch):
    """With one store for several clients, a folder sees only the campaigns of its own client."""
    other = tmp_path / "other"
    assert 0 == main(["new", str(other), "--language", "en"])
    target = other / "engagement.yaml"
    target.write_text(
        target.read_text(encoding="utf-8").replace("Sample Company", "Other Company"), encoding="utf-8"
    )
    monkeypatch.setenv("CXMATURITY_STORE", str(tmp_path / "shared.sqlite"))
    capsys.readouterr()
    mine = make(capsys, folder)

    code, _, err = run(capsys, "campaign", "close", other)
    _, text, _ = run(capsys, "campaign", "status", folder, "--json")

    assert 1 == code
    assert "no campaign for the client" in err
    assert [mine] == [one["id"] for one in json.loads(text)["campaigns"]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["campaign", "nonsense"], 2),
        (["campaign", "status"], 2),
        (["campaign", "status", "nowhere"], 1),
        (["campaign", "status", "{folder}"], 1),
        (["campaign", "invite", "{folder}"], 2),
        (["campaign", "invite", "{folder}", "--label", "x", "--people", "y"], 2),
        (["campaign", "reopen", "{folder}", "--deadline", "tomorrow"], 2),
        (["campaign", "purge", "{folder}", "--due", "--campaign", "x"], 2),
        (["campaign", "status", "{folder}", "--store", "mysql://x/y"], 1),
        (["campaign", "status", "{folder}", "--store", "postgresql://u:s3cret@127.0.0.1:1/x"], 1),
        (["campaign", "status", "{folder}", "--store", "{folder}/engagement.yaml"], 1),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_wrong_is_said_without_a_traceback(words, code, lang, folder):
    """Wrong usage exits with 2, bad input with 1; a sentence, no traceback, and never the password."""
    told = [word.format(folder=folder) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "cxmaturity", "--lang", lang, *told],
        capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "CXMATURITY_SECRET_KEY": "k" * 64},
    )  # fmt: skip

    assert code == done.returncode, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "given", ["cx.example.org", "ftp://cx.example.org", "https://cx.example.org/path", "https://"]
)
def test_links_start_with_an_address_that_a_browser_opens(given):
    """What is not scheme and host is refused before a link is made that nobody could open."""
    from cxmaturity.cli._campaigns import base_url
    from cxmaturity.core.problems import InputError

    with pytest.raises(InputError) as caught:
        base_url(given)

    assert "cli.base_url" == caught.value.code
    assert "https://cx.example.org" == base_url("https://cx.example.org/")
