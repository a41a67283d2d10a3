"""The attack suite: every line of the table is tried against a running server, directly and as behind a proxy.

A client's security officer can read the table (name, what is tried, what must be true, what the trail must say) and run
it: ``pytest tests/attacks``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
load = sys.modules["cxm_attacks_loader"].load
TABLES = {
    name: load(f"cxm_cases_{name}", HERE / f"cases_{name}.py").TABLE
    for name in ("messages", "kernels", "access", "requests")
}
ATTACKS = [attack for table in TABLES.values() for attack in table]

pytestmark = [pytest.mark.slow]


def test_the_table_is_complete():
    """There are at least 45 attacks, each with its own name, what it tries and what must be true."""
    assert len(ATTACKS) >= 45
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.tried and attack.must for attack in ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_fails(scene, attack):
    """The attack gains nothing, and the refusal stands in the trail."""
    try:
        attack.run(scene)
    except BaseException:
        scene.restart_page()  # one attack that failed must not make the next ones fail
        raise

    if attack.refused is not None:
        assert scene.server.refusals(attack.refused), f"no refusal '{attack.refused}' in the trail"


def test_the_trail_is_whole_and_says_nothing_secret(scene):
    """After all attacks the trail verifies, and neither it nor the log holds a token, a cookie or an address."""
    told = " ".join(str(entry) for entry in scene.server.store.audit_entries()) + scene.server.logged()

    assert () == scene.server.store.verify_audit()
    assert "Traceback" not in scene.server.logged()
    for visitor in (scene.alice, scene.bob, scene.carol, scene.sponsor, scene.consultant):
        assert visitor.secret not in told
    for secret in ("203.0.113.", "a-secret-of-the-server", "?token", "session_id="):
        assert secret not in told
