"""A person may have a copy or be forgotten; the retention date forgets everybody; a backup is whole."""

from __future__ import annotations

import datetime as dt
import json
import threading

import attrs
import pytest
import sqlalchemy as sa
from store_samples import Clock, come_in, event, plan

from cxmaturity.assessment.values import Answer
from cxmaturity.core.problems import FileError, UnknownIdError
from cxmaturity.store import AccessError, Store
from cxmaturity.store import tables as t

PERSONAL = ("Zebulon Quicksilver", "unrepeatable sentence", "hidden dossier", "odd reason")


def traces(store, url):
    """Return everything that the database holds, as text; for SQLite the very bytes of its files."""
    with store._engine.connect() as connection:
        told = [
            str(tuple(row))
            for table in t.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        ]
    said = "\n".join(told)
    if store.dialect == "sqlite":
        from pathlib import Path

        files = [Path(url).with_name(Path(url).name + end) for end in ("", "-wal", "-shm")]
        said += "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())
    return said


def talkative(store, campaign):
    """Return somebody who said a lot."""
    person = come_in(store, campaign, label=PERSONAL[0])
    level = Answer(state="level", level=2, sentence=PERSONAL[1])
    aside = Answer(state="not_applicable", reason=PERSONAL[3])
    store.record(
        person.visitor,
        [
            attrs.evolve(event(lead=PERSONAL[2]), answer=level),
            attrs.evolve(event("trust", sequence=2), answer=aside),
            event("trust", 4, sequence=3),
        ],
    )
    store.finish(person.visitor)
    return person


def test_a_copy_holds_everything_of_one_person(store, campaign):
    """The export has the link, all answers with their history, who answers for the data; nobody else's."""
    person = talkative(store, campaign)
    other = come_in(store, campaign, label="Somebody Else")
    store.record(other.visitor, [event("community")])
    told = store.export_person(person.id, "test")
    text = json.dumps(told)

    assert all(words in text for words in PERSONAL)
    assert [row["state"] for row in told["answers"]] == ["level", "not_applicable", "level"]
    assert (told["controller"], told["contact"]) == (campaign.plan.controller, campaign.plan.contact)
    assert "Somebody" not in text
    assert "community" not in text


def test_erasing_leaves_no_trace_but_the_proof(store, campaign, url):
    """After an erasure no word of the person is anywhere, sessions are gone, the trail still verifies."""
    person = talkative(store, campaign)
    stays = come_in(store, campaign)
    store.record(stays.visitor, [event()])
    assert all(words in traces(store, url) for words in PERSONAL)
    store.erase_person(person.id, "test")

    left = traces(store, url)
    assert [words for words in PERSONAL if words in left] == []
    assert store.visitors(person.secret) == ()
    with pytest.raises(UnknownIdError):
        store.export_person(person.id, "test")
    with pytest.raises(AccessError):
        store.record(person.visitor, [event(sequence=9)])
    assert store.audit_entries()[-1].subject == person.id
    assert store.verify_audit() == ()
    assert len(store.progress(stays.visitor).answers) == 1


def test_purging_leaves_counts_and_proof(store, campaign, url):
    """After a purge nothing personal of the campaign is left, another campaign is whole, the proof says how much."""
    other = store.create_campaign(plan(client="Other"), question_of(), actor="test") if False else None
    assert other is None
    second = store.create_campaign(plan(client="Other client"), questionnaire="1", actor="test")
    kept = come_in(store, second, label="Kept Person")
    store.record(kept.visitor, [event()])
    people = [talkative(store, campaign) for _ in range(5)]
    store.release(campaign.id)
    counts = store.purge(campaign.id, "test")

    left = traces(store, url)
    assert [
        words for words in (*PERSONAL, campaign.plan.contact) if words in left and words not in "dpo@"
    ] in (
        [],
        [second.plan.contact],
    )
    assert counts == {"people": 5, "invitations": 5, "answers": 15}
    assert store.audit_entries()[-1].details == counts
    assert store.campaign(campaign.id).status(store.now()) == "purged"
    assert store.visitors(people[0].secret) == ()
    assert store.release(campaign.id) is None
    assert store.participation(campaign.id).started == 0
    assert len(store.progress(kept.visitor).answers) == 1
    assert store.verify_audit() == ()


def question_of():
    """Return nothing: see above."""
    return ""


def test_the_retention_date_purges(store, campaign, clock):
    """On the retention date nothing happens; the day after, that campaign is purged, once."""
    later = store.create_campaign(plan(retention=dt.date(2028, 1, 1)), questionnaire="1", actor="test")
    talkative(store, campaign)
    clock.now = dt.datetime(2027, 6, 30, 23, 59, tzinfo=dt.UTC)
    assert store.purge_due() == ()
    clock.forward(minutes=1)

    assert store.purge_due() == (campaign.id,)
    assert store.purge_due() == ()
    assert store.campaign(later.id).purged_at is None


def test_nobody_comes_in_after_the_purge(store, campaign):
    """A purged campaign opens for nobody, and cannot be opened again."""
    _, token = store.invite(campaign.id, "sponsor", actor="test")
    store.purge(campaign.id, "test")
    for attempt in (
        lambda: store.redeem(token),
        lambda: store.enter_open(campaign.id),
        lambda: store.invite(campaign.id, "sponsor", actor="test"),
    ):
        with pytest.raises(AccessError):
            attempt()
    with pytest.raises(ValueError, match="purged"):
        store.reopen(campaign.id, dt.date(2027, 1, 1), "test")


def test_old_sessions_are_forgotten(store, clock):
    """A consultant's session ends after thirty days, and the clean-up removes it."""
    _, token = store.invite(None, "consultant", actor="test")
    secret, _ = store.redeem(token)
    clock.forward(days=30)

    assert store.visitors(secret) == ()
    store.purge_due()
    with store._engine.connect() as connection:
        assert connection.execute(sa.select(t.sessions)).all() == []


def test_a_backup_is_a_whole_store(store, campaign, tmp_path):
    """A copy made while people answer opens as a store: same campaign, a consistent trail, private rights."""
    person = talkative(store, campaign)
    stop = threading.Event()

    def answer():
        number = 10
        while not stop.is_set():
            number += 1
            store.record(person.visitor, [event("access", 1 + number % 5, sequence=number)])

    writer = threading.Thread(target=answer)
    writer.start()
    path = store.backup(tmp_path / "copy.db", "test")
    stop.set()
    writer.join()

    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in tmp_path.glob("*copy*")) == ["copy.db"]
    with Store.open(path, clock=Clock()) as copy:
        assert copy.campaigns() == store.campaigns()
        assert copy.verify_audit() == ()
        assert PERSONAL[0] in json.dumps(copy.export_person(person.id, "test"))
        copy.record(person.visitor, [event("distinct", sequence=1, device="after")])


def test_a_backup_overwrites_nothing(store, tmp_path):
    """A file that is there stays; a folder that is not there is said; no half copy is left."""
    taken = tmp_path / "taken.db"
    taken.write_text("mine", encoding="utf-8")
    for path, code in ((taken, "store.backup_exists"), (tmp_path / "no" / "copy.db", "store.backup_failed")):
        with pytest.raises(FileError) as caught:
            store.backup(path)
        assert caught.value.code == code

    assert taken.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.glob(".*part*")) == []
