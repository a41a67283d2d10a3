"""Buckets, and the trail of refusals that a flood cannot fill."""

from __future__ import annotations

import attrs

from cxmaturity.app.security import Limit
from cxmaturity.app.server.limits import Bucket, Limiter
from cxmaturity.app.server.refusals import Refusals


@attrs.define
class Clock:
    """Time that moves when told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_then_its_rate():
    """Three at once, then one every two seconds."""
    clock = Clock()
    bucket = Bucket(Limit(burst=3, per_minute=30, by="session"), clock)

    assert [True, True, True, False] == [bucket.take() for _ in range(4)]
    assert 2 == bucket.wait
    clock.now += 2
    assert [True, False] == [bucket.take() for _ in range(2)]
    clock.now += 3600
    assert [True, True, True, False] == [bucket.take() for _ in range(4)]


def test_buckets_of_a_flood_of_visitors_are_forgotten():
    """However many addresses come, the memory stays bounded."""
    limiter = Limiter({"x": Limit(burst=1, per_minute=1, by="address")}, Clock())
    for number in range(30_000):
        limiter.bucket("x", str(number)).take()

    assert 20_000 == len(limiter._buckets)
    assert not limiter.bucket("x", "29999").take()


def test_the_same_refusal_is_written_once_and_counted():
    """A thousand equal refusals give one line at once and one with the count when the minute ends."""
    written, clock = [], Clock()
    refusals = Refusals(lambda *line: written.append(line), clock)

    for _ in range(1000):
        refusals.note("s1", "app.role", "consultant", status=403)
    refusals.flush()
    clock.now += 61
    refusals.flush()

    assert [
        ("s1", "app.role", {"where": "consultant", "status": 403}),
        ("s1", "app.role", {"where": "consultant", "status": 403, "again": 999}),
    ] == written


def test_different_refusals_beyond_the_budget_become_one_count():
    """Ten thousand different refusals give a few hundred lines and the number of the others."""
    written, clock = [], Clock()
    refusals = Refusals(lambda *line: written.append(line), clock)

    for number in range(10_000):
        refusals.note(f"s{number}", "app.role", "consultant")
    refusals.flush()

    assert len(written) < 300
    assert ("server", "refusals.too_many", {"count": 10_000 - len(written) + 1}) == written[-1]


def test_nothing_is_forgotten_when_the_server_stops():
    """The counts of windows that have not ended are written at the end."""
    written = []
    refusals = Refusals(lambda *line: written.append(line), Clock())
    refusals.note("s1", "app.role", "consultant")
    refusals.note("s1", "app.role", "consultant")

    refusals.flush(all_of_them=True)

    assert 1 == written[-1][2]["again"]
