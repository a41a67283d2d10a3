"""The trail says who did what, and whoever changes it is found out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from store_samples import Clock, come_in, event

from cxmaturity.store import Store
from cxmaturity.store import tables as t
from cxmaturity.store.audit import Trail


def test_each_act_has_its_line(store, campaign):
    """What was done, by whom, to what, in order; ids only, no name and no answer."""
    person = come_in(store, campaign, label="Ann Onymous")
    store.record(person.visitor, [event(lead="secret dossier")])
    store.finish(person.visitor)
    store.responses(campaign.id, "consultant-7")
    store.revoke(store.invitations(campaign.id)[0].id, "consultant-7")
    store.record_refusal("203.0.113.9", "foreign kernel", {"path": "/api/kernels/x\nFAKE LINE"})
    store.erase_person(person.id, "consultant-7")
    store.purge(campaign.id, "consultant-7")
    trail = store.audit_entries()

    assert [entry.action for entry in trail] == [
        "campaign.created",
        "invitation.made",
        "link.used",
        "responses.read",
        "invitation.revoked",
        "refused",
        "person.erased",
        "campaign.purged",
    ]
    assert [entry.number for entry in trail] == list(range(1, 9))
    assert trail[3].actor == "consultant-7"
    assert trail[6].details == {"answers": 1}
    assert trail[5].details == {"what": "foreign kernel", "path": "/api/kernels/x?FAKE LINE"}
    assert "Ann" not in str(trail)
    assert "dossier" not in str(trail)
    assert len(store.audit_entries(campaign.id)) == 7
    assert store.verify_audit() == ()


def test_what_fails_leaves_no_line(store, campaign):
    """An act that was refused is not in the trail as done."""
    with pytest.raises(LookupError):
        store.erase_person("r0", "test")
    with pytest.raises(LookupError):
        store.purge("nowhere", "test")

    assert [entry.action for entry in store.audit_entries()] == ["campaign.created"]


def test_lines_written_at_once_stand_in_one_chain(store):
    """Forty refusals from eight threads: forty lines, one chain."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.record_refusal("x", f"attempt {number}"), range(40)))

    assert [entry.number for entry in store.audit_entries()] == list(range(1, 41))
    assert store.verify_audit() == ()


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE events SET level = 5",
        "TRUNCATE audit",
        "TRUNCATE audit_head",
    ],
)
def test_the_database_refuses_to_change_the_past(store, campaign, order):
    """Triggers refuse to change or take away a line, or to rewrite an answer, whoever asks."""
    person = come_in(store, campaign)
    store.record(person.visitor, [event()])
    if order.startswith("TRUNCATE") and store.dialect == "sqlite":
        order = order.replace("TRUNCATE", "DELETE FROM")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store._engine.begin() as connection:
        connection.exec_driver_sql(order)

    assert store.verify_audit() == ()


def unguarded(connection):
    """Take the triggers away, as somebody with all rights could."""
    if connection.dialect.name == "sqlite":
        names = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        )
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("DROP FUNCTION cxmaturity_append_only() CASCADE")


TAMPERINGS = {
    "an actor": ("UPDATE audit SET actor = 'nobody' WHERE number = 3", "store.audit_changed"),
    "details": ("UPDATE audit SET details = '{}' WHERE number = 2", "store.audit_changed"),
    "a time": ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE number = 4", "store.audit_changed"),
    "a campaign": ("UPDATE audit SET campaign = NULL WHERE number = 1", "store.audit_changed"),
    "a digest": ("UPDATE audit SET digest = 'f' WHERE number = 3", "store.audit_changed"),
    "a line taken": ("DELETE FROM audit WHERE number = 3", "store.audit_missing"),
    "the first taken": ("DELETE FROM audit WHERE number = 1", "store.audit_missing"),
    "the last taken": ("DELETE FROM audit WHERE number = 5", "store.audit_end"),
    "all taken": ("DELETE FROM audit", "store.audit_end"),
    "the head taken": ("DELETE FROM audit_head", "store.audit_end"),
    "the head moved": ("UPDATE audit_head SET number = 4", "store.audit_end"),
    "the seal": ("UPDATE audit_head SET seal = 'f'", "store.audit_seal"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(store, campaign, name):
    """Whatever is changed in the tables with all rights, verifying says so."""
    order, code = TAMPERINGS[name]
    for number in range(4):
        store.record_refusal("x", f"attempt {number}")
    with store._engine.begin() as connection:
        unguarded(connection)
        connection.exec_driver_sql(order)

    assert code in {problem.code for problem in store.verify_audit()}


def test_a_trail_rewritten_whole_lacks_the_seal(store, campaign):
    """Who rewrites every line and every digest, without the secret key, is found by the seal, and stays found."""
    store.record_refusal("eve", "forged link")
    with store._engine.begin() as connection:
        unguarded(connection)
        connection.execute(sa.delete(t.audit))
        connection.execute(sa.delete(t.audit_head))
        forger = Trail(b"not the key of this store")
        forger.begin(connection)
        forger.append(connection, at=Clock().now, actor="somebody", action="nothing happened")
    assert {problem.code for problem in store.verify_audit()} == {"store.audit_seal"}

    store.record_refusal("x", "something after")
    assert {problem.code for problem in store.verify_audit()} == {"store.audit_seal"}


def test_another_key_is_noticed(url, clock, monkeypatch):
    """A store opened with another secret key says that the seal is not its own."""
    with Store.open(url, clock=clock) as store:
        store.record_refusal("x", "attempt")
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", "e" * 64)
    with Store.open(url, clock=clock) as store:
        assert {problem.code for problem in store.verify_audit()} == {"store.audit_seal"}
