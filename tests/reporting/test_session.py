"""What a process has read for its one client is not read again by the notebook that it runs."""

from __future__ import annotations

import pytest

from cxmaturity.files import read_engagement
from cxmaturity.reporting import session
from cxmaturity.resources import resource


def test_remembered_engagement_is_not_read_again(monkeypatch):
    """The same report comes out when the files cannot be read any more, for that path only."""
    path = resource("examples/northgate-advisory")
    fresh = session.open_report(path)
    monkeypatch.setattr(session, "_READ", {})
    session.remember(path, read_engagement(path))

    def gone(_):
        raise FileNotFoundError

    monkeypatch.setattr(session, "read_engagement", gone)

    assert session.open_report(path).context.diagnostic == fresh.context.diagnostic
    with pytest.raises(FileNotFoundError):
        session.open_report(resource("examples/published-telecom"))
