"""Who owns a kernel and when it ends; what a kernel inherits; which files may be sent."""

from __future__ import annotations

import string

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.security import (
    KERNEL_ENVIRONMENT,
    KERNEL_GRACE_SECONDS,
    KERNEL_IDLE_SECONDS,
    KERNEL_START_SECONDS,
    KERNELS_PER_SESSION,
    STARTS_AT_ONCE,
)
from cxmaturity.app.security_messages import Widgets
from cxmaturity.app.server.kernel_manager import kernel_environment
from cxmaturity.app.server.kernels import Kernels, describe
from cxmaturity.app.server.statics import Shelf, find_file, load_file, pack
from cxmaturity.store.values import Visitor


@attrs.define
class Clock:
    """Time that moves when told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def opened(kernels, session, *, built=True, page="explore"):
    """Open a page for a session; with `built`, its notebook has been run."""
    visitor = Visitor(session=session, role="respondent", campaign="c")
    ticket = kernels.open(visitor=visitor, secret=f"secret of {session}", page=page, widgets=Widgets())
    if ticket is not None:
        ticket.built, ticket.kernel = built, f"kernel of {session}"
    return ticket


def test_a_kernel_is_found_by_its_owner_only():
    """The secret of another session finds nothing, nor does the owner's secret with another kernel."""
    kernels = Kernels(10)
    mine, theirs = opened(kernels, "a"), opened(kernels, "b")

    assert mine is kernels.find("kernel of a", "secret of a")
    assert kernels.find("kernel of a", "secret of b") is None
    assert kernels.find("kernel of b", "secret of a") is None
    assert kernels.find("kernel of a", "") is None
    assert (True, False) == (kernels.has_page("secret of b"), kernels.has_page("secret of c"))
    assert "secret" not in repr(theirs)
    assert "secret" not in str(describe(theirs))


def test_places_are_counted():
    """Per session, for all, and while pages are being built."""
    kernels = Kernels(6)
    assert all(opened(kernels, "a") for _ in range(KERNELS_PER_SESSION))
    assert opened(kernels, "a") is None
    starts = [opened(kernels, f"s{number}", built=False) for number in range(STARTS_AT_ONCE)]
    assert all(starts)
    assert opened(kernels, "z") is None
    kernels.close(starts[0])
    assert opened(kernels, "z")
    assert opened(kernels, "y") is None


@pytest.mark.parametrize(
    ("built", "sockets", "page", "seconds"),
    [
        (False, 0, "explore", KERNEL_START_SECONDS),
        (True, 0, "explore", KERNEL_GRACE_SECONDS),
        (True, 1, "explore", KERNEL_IDLE_SECONDS["explore"]),
        (True, 1, "builder", KERNEL_IDLE_SECONDS["builder"]),
    ],
)
def test_when_a_page_ends(built, sockets, page, seconds):
    """Never finished, nobody listening, idle: each has its own time, and is not ended a second before."""
    clock = Clock()
    kernels = Kernels(10, clock)
    ticket = opened(kernels, "a", built=built, page=page)
    ticket.sockets = sockets

    clock.now = seconds
    assert () == kernels.overdue()
    clock.now = seconds + 1
    assert (ticket,) == kernels.overdue()


def test_a_kernel_inherits_names_from_a_list():
    """Of a server's environment only harmless names pass; no address, no key, nothing of a request."""
    given_names = {
        "PATH": "/bin", "HOME": "/srv/x", "LANG": "fr_FR.UTF-8", "CXMATURITY_SECRET_KEY": "k", "CXMATURITY_STORE": "s",
        "DATABASE_URL": "d", "HTTP_COOKIE": "c", "QUERY_STRING": "q", "VOILA_REQUEST_URL": "v", "SERVER_NAME": "n",
        "AWS_SECRET_ACCESS_KEY": "a", "JUPYTER_TOKEN": "t", "PGPASSWORD": "p", "SSH_AUTH_SOCK": "s",
    }  # fmt: skip

    kept = kernel_environment(given_names, "/work")

    assert {"PATH", "HOME", "LANG"} == kept.keys() & given_names.keys()
    assert not {
        name for name in KERNEL_ENVIRONMENT if any(word in name for word in ("KEY", "TOKEN", "PASS", "HTTP"))
    }


@given(
    steps=st.lists(
        st.sampled_from(["..", ".", "a", "b.js", "", "\\", "%2e%2e", "/", "~", "c.py", "\0"]), max_size=8
    )
)
def test_no_name_leads_out(steps, tmp_path_factory):
    """Whatever a name is made of, the file found is inside the folder, and of a type that may be sent."""
    root = tmp_path_factory.getbasetemp() / "root"
    (root / "a").mkdir(parents=True, exist_ok=True)
    (root / "a" / "b.js").write_text("b", encoding="utf-8")
    (root / "c.py").write_text("c", encoding="utf-8")
    (root.parent / "b.js").write_text("outside", encoding="utf-8")
    name = "/".join(steps)

    found = find_file([root], name)
    stored = load_file([root], name)

    assert found is None or found.is_relative_to(root.resolve())
    assert stored is None or b"b" == stored.plain


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    """A symbolic link that leads elsewhere is not a file of ours."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.js").write_text("secret", encoding="utf-8")
    (root / "link.js").symlink_to(tmp_path / "secret.js")

    assert find_file([root], "link.js") is None


def test_a_shelf_forgets_what_is_longest_unused():
    """However many files are asked for, the memory stays bounded, and what is asked for often stays."""
    shelf = Shelf()
    often = shelf.get("often", lambda: pack(b"x" * 1000, "text/css", "often.css"))
    for number in range(200):
        shelf.get(str(number), lambda: pack(string.printable.encode() * 10_000, "font/woff2", "big.woff2"))
        assert often is shelf.get("often", lambda: None)

    assert shelf._bytes <= 48 * 1024 * 1024
    assert len(shelf._files) < 60
