"""Many at once, and the worst moments: nothing acknowledged is ever lost."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from store_samples import QUESTIONS, Clock, come_in, event, rng

from cxmaturity.core.problems import InputError
from cxmaturity.store import Store, StoreError
from cxmaturity.store.engine import build_engine, to_url

WRITER = Path(__file__).with_name("writer_process.py")


def kept(store, campaign):
    """Return (device, sequence, level) of every event of every respondent."""
    import sqlalchemy as sa

    from cxmaturity.store import tables as t

    with store._engine.connect() as connection:
        rows = connection.execute(sa.select(t.events.c.device, t.events.c.sequence, t.events.c.level)).all()
    return {tuple(row) for row in rows}


def start(url, campaign, name, people=4):
    """Start a process that answers without end and writes a line per acknowledgement."""
    return subprocess.Popen(
        [sys.executable, str(WRITER), url, campaign.id, name, str(people)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )


def acknowledged(process):
    """Return what a process wrote: whole lines only, the last may have been cut."""
    with process:
        said = process.stdout.read()
    whole = said[: said.rfind("\n") + 1].splitlines()
    return {(device, int(sequence), int(level)) for device, sequence, level in map(str.split, whole)}


def wait_for_a_line(process):
    """Wait until the process has acknowledged something; return it."""
    device, sequence, level = process.stdout.readline().split()
    return (device, int(sequence), int(level))


def test_many_threads_one_person(store, campaign):
    """Sixteen devices of one person at once: each question ends with as many revisions as accepted answers."""
    person = come_in(store, campaign)

    def answer(number):
        return store.record(
            person.visitor, [event("trust", number % 5 + 1, device=f"d{number}", base=10_000)]
        )[0]

    with ThreadPoolExecutor(16) as pool:
        saved = list(pool.map(answer, range(16)))
    revisions = sorted(one.revision for one in saved)

    assert all(one.accepted for one in saved)
    assert max(revisions) == store.progress(person.visitor).answers[0].revision == 16


def test_one_bad_request_costs_the_others_nothing(store, campaign):
    """Requests that share a transaction with a refused one are kept all the same."""
    people = [come_in(store, campaign) for _ in range(12)]
    futures = [
        store.submit(person.visitor, [event("nonsense" if number % 3 == 0 else "trust")])
        for number, person in enumerate(people)
    ]
    outcomes = [future.exception() is None for future in futures]

    assert outcomes == [number % 3 != 0 for number in range(12)]
    assert [len(store.progress(person.visitor).answers) == 1 for person in people] == outcomes


def test_three_hundred_people_answer_at_once(store, campaign):
    """300 people, seven questions each, without a pause: all kept, each once."""
    people = [store.enter_open(campaign.id)[1] for _ in range(300)]

    def answer(visitor):
        for number, question in enumerate(QUESTIONS, start=1):
            store.record(visitor, [event(question, number % 5 + 1, sequence=number)])

    with ThreadPoolExecutor(300) as pool:
        list(pool.map(answer, people))

    kept = [[(saved.question, saved.answer.level) for saved in store.progress(who).answers] for who in people]
    assert [[(name, number % 5 + 1) for number, name in enumerate(QUESTIONS, start=1)]] * 300 == kept


def test_waiting_for_another_writer_leaves_random_numbers_alone(tmp_path):
    """A writer that waits for its turn moves no random number that others draw from."""
    path = tmp_path / "one.sqlite3"
    engine = build_engine(to_url(path))
    with engine.begin():
        pass
    before = random.getstate()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(lambda: engine.connect().execution_options(cxmaturity_write=True).begin())
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.1)
            other.execute("COMMIT")
            waiting.result(timeout=30).connection.close()
    engine.dispose()

    assert random.getstate() == before


@pytest.mark.slow
def test_two_processes_on_one_database(url, store, campaign):
    """Two programs write at the same time as this one: all that each was told is kept, once."""
    others = [start(url, campaign, name) for name in ("a", "b")]
    firsts = {wait_for_a_line(process) for process in others}
    person = come_in(store, campaign)
    for number in range(1, 41):
        store.record(person.visitor, [event("trust", 1 + number % 5, device="here", sequence=number)])
    for process in others:
        process.send_signal(signal.SIGTERM)
    told = firsts.union(*map(acknowledged, others))
    found = kept(store, campaign)

    assert told <= found
    assert {("here", number, 1 + number % 5) for number in range(1, 41)} <= found
    assert store.verify_audit() == ()


@pytest.mark.slow
def test_a_killed_writer_loses_nothing(url, store, campaign):
    """A writer killed without warning at six random moments: every acknowledged answer is there."""
    chance, told = rng(7), set()
    for life in range(6):
        process = start(url, campaign, f"w{life}")
        told.add(wait_for_a_line(process))
        time.sleep(chance.uniform(0, 0.15))  # the moment must be random: there is no event to wait for
        process.kill()
        told |= acknowledged(process)
    with Store.open(url, clock=Clock()) as again:
        assert told <= kept(again, campaign)
        assert again.verify_audit() == ()

    assert len(told) >= 12


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver's broken sockets
@pytest.mark.slow
def test_a_crashed_server_loses_nothing(cluster, new_database, monkeypatch):
    """PostgreSQL stopped as by a power cut: writers are told, nothing acknowledged is lost, and it goes on."""
    from store_samples import KEY, plan

    monkeypatch.setenv("CXMATURITY_SECRET_KEY", KEY)
    with Store.open(new_database(), clock=Clock()) as store:
        campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
        person = come_in(store, campaign)
        told, refused = set(), 0
        for number in range(1, 120):
            if number == 60:
                cluster.crash()
            try:
                store.record(person.visitor, [event(level=1 + number % 5, device="d", sequence=number)])
                told.add(("d", number, 1 + number % 5))
            except StoreError:
                refused += 1
        assert told <= kept(store, campaign)

    assert len(told) > 100


def test_closing_finishes_what_was_queued(url):
    """Answers queued before closing are kept; after it the store says that it is closed."""
    from store_samples import plan

    store = Store.open(url, clock=Clock())
    campaign = store.create_campaign(plan(), questionnaire="1", actor="test")
    person = come_in(store, campaign)
    futures = [store.submit(person.visitor, [event(sequence=number)]) for number in range(1, 30)]
    store.close()
    store.close()

    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(StoreError) as caught:
        store.record(person.visitor, [event(sequence=99)])
    assert caught.value.code == "store.closed"


def test_a_problem_of_form_never_reaches_the_queue(store, campaign):
    """What can be refused without the database is refused at once, by the caller's own thread."""
    person = come_in(store, campaign)
    with pytest.raises(InputError):
        store.submit(person.visitor, [event(device="no spaces please")])
