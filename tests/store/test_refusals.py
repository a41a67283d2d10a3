"""A database that is locked, full, gone, damaged, newer or something else: said plainly, and nothing pretended."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_samples import KEY, Clock, come_in, event, plan

from cxmaturity.core.problems import InputError
from cxmaturity.store import Store, StoreBusyError, StoreError, engine, migrations
from cxmaturity.store import tables as t
from cxmaturity.store.problems import translate


@contextmanager
def held(url):
    """Hold the lock that every writer needs, as another program would."""
    other = sa.create_engine(engine.to_url(url))
    with other.connect() as connection:
        if other.dialect.name == "sqlite":
            connection.connection.driver_connection.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        yield
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()


def test_a_locked_database_acknowledges_nothing(url, monkeypatch):
    """While another program holds the lock a save fails as busy; once it lets go, the same save is kept once."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    with Store.open(url, clock=Clock()) as store:
        campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
        person = come_in(store, campaign)
        with held(url), pytest.raises(StoreBusyError) as caught:
            store.record(person.visitor, [event()])

        assert caught.value.code == "store.busy"
        assert store.progress(person.visitor).answers == ()
        assert store.record(person.visitor, [event()])[0].revision == 1


def test_readers_do_not_wait_for_a_writer(tmp_path, monkeypatch):
    """While a writer holds SQLite's lock, pages are still read."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    with Store.open(tmp_path / "store.db", clock=Clock()) as store:
        campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
        person = come_in(store, campaign)
        store.record(person.visitor, [event()])
        with held(tmp_path / "store.db"):
            assert len(store.progress(person.visitor).answers) == 1


def test_a_full_disk_acknowledges_nothing(tmp_path, monkeypatch):
    """On a database that may not grow, what was acknowledged is there, the rest is refused as full."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    with Store.open(tmp_path / "store.db", clock=Clock()) as store:
        campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
        person = come_in(store, campaign)
        pages = [60]

        @sa.event.listens_for(store._engine, "begin")
        def limit(connection):
            connection.connection.driver_connection.execute(f"PRAGMA max_page_count={pages[0]}")

        told, code, number = [], "", 0
        while not code:
            number += 1
            try:
                store.record(person.visitor, [event("trust", sequence=number, lead="x" * 200)])
                told.append(number)
            except StoreError as error:
                code = error.code
        assert code == "store.full"
        assert not isinstance(error_of(store, person, number), StoreBusyError)

        pages[0] = 10_000
        assert (
            store.record(person.visitor, [event("trust", sequence=number, lead="x" * 200)])[0].revision
            == number
        )
        kept = [row["revision"] for row in store.export_person(person.id, "test")["answers"]]
        assert kept == [*told, number]
        assert store.verify_audit() == ()


def error_of(store, person, number):
    """Return how the same save fails again."""
    with pytest.raises(StoreError) as caught:
        store.record(person.visitor, [event("trust", sequence=number, lead="x" * 200)])
    return caught.value


@pytest.mark.parametrize(
    ("state", "code", "kind"),
    [
        ("53100", "store.full", StoreError),
        ("55P03", "store.busy", StoreBusyError),
        ("40P01", "store.busy", StoreBusyError),
        ("53300", "store.busy", StoreBusyError),
        ("57P01", "store.unreachable", StoreBusyError),
        ("08006", "store.unreachable", StoreBusyError),
        ("28P01", "store.login", StoreError),
        ("22021", "store.failed", StoreError),
    ],
)
def test_what_postgresql_says_is_understood(state, code, kind):
    """Each family of PostgreSQL's errors has its own sentence, and says whether trying again may help."""
    from pg8000.exceptions import DatabaseError

    raised = sa.exc.DBAPIError.instance("x", {}, DatabaseError({"C": state}), DatabaseError)
    found = translate(raised)

    assert (found.code, type(found)) == (code, kind)


def test_a_server_that_is_not_there(monkeypatch):
    """An address where nobody listens is said to be unreachable, without repeating the password."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    with pytest.raises(StoreBusyError) as caught:
        Store.open("postgresql://cxm:hunter2@127.0.0.1:9/none")

    assert caught.value.code == "store.unreachable"
    assert "hunter2" not in str(caught.value)


def test_a_wrong_password(new_database):
    """A refused password is said to be one."""
    url = new_database()
    with pytest.raises(StoreError) as caught:
        open_with_key(url.replace("secret", "guess"))

    assert caught.value.code == "store.login"


def open_with_key(url):
    """Open a store with the key of the tests in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXMATURITY_SECRET_KEY", KEY)
        return Store.open(url)


def test_the_missing_driver_says_how_to_install_it(monkeypatch):
    """Without pg8000 the error names the command that installs it."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://u:p@127.0.0.1/x")

    assert caught.value.code == "store.driver_missing"
    assert "pip install 'cxmaturity[postgresql]'" in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["mysql://u:hunter2@h/d", "postgresql://u:hunter2@h:port/d", "postgresql://h", "sqlite://", "://"],
)
def test_an_address_that_is_none(address, monkeypatch):
    """Another database, or half an address, is refused; a password in it is not repeated."""
    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    with pytest.raises(InputError) as caught:
        Store.open(address)

    assert caught.value.code == "store.url"
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_something_else(tmp_path):
    """A text, or another program's database, is refused and left byte for byte as it was."""
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("these are notes, " * 100, encoding="utf-8")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE customers (name)")
    connection.commit()
    connection.close()
    for file in (text, other):
        before = file.read_bytes()
        with pytest.raises(StoreError) as caught:
            open_with_key(str(file))
        assert caught.value.code == "store.not_a_store"
        if file is text:
            assert file.read_bytes() == before


def test_a_folder_is_no_store(tmp_path):
    """A folder in place of a file is refused with its name."""
    with pytest.raises(StoreError) as caught:
        open_with_key(str(tmp_path))

    assert caught.value.code == "store.cannot_open"


def test_a_newer_schema_is_refused(url):
    """A store that a later version wrote is not touched."""
    Store.open(url).close()
    other = sa.create_engine(engine.to_url(url))
    with other.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'v9999'")
    with pytest.raises(StoreError) as caught:
        Store.open(url)

    assert caught.value.code == "store.newer"
    with other.connect() as connection:
        assert migrations.current(connection) == "v9999"
    other.dispose()


def test_opening_twice_changes_nothing(url):
    """A store opened again is the same, with the head of its trail as it was."""
    with Store.open(url, clock=Clock()) as store:
        campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
        trail = store.audit_entries()
    with Store.open(url, clock=Clock()) as store:
        assert (store.campaigns(), store.audit_entries()) == ((campaign,), trail)


def test_two_programs_open_a_new_store_at_once(url):
    """Six openings of an empty database at the same moment give one schema."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: Store.open(url, clock=Clock()), range(6)))
    made = stores[0].create_campaign(plan(), questionnaire="1", actor="test")

    assert all(store.campaigns() == (made,) for store in stores)
    for store in stores:
        store.close()


def test_migrations_give_the_tables_that_the_code_uses(store):
    """What the migrations build is what `tables.py` describes: Alembic finds no difference."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, t.metadata) == []


def test_a_path_with_odd_letters(tmp_path):
    """A folder that does not exist yet, with spaces, accents, ? and # in its name, is made and used."""
    path = tmp_path / "été 2026 #1 100% ?x" / "données.db"
    open_with_key(path).close()

    assert path.exists()
    assert isinstance(path, Path)
