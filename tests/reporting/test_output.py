"""A client's folder is that client's, and a file is whole or not there."""

from __future__ import annotations

import json

import pytest

from cxmaturity.core.problems import FileError, InputError
from cxmaturity.engagement.values import Client
from cxmaturity.reporting.output import OWNER, claim_folder, write_whole

ACME = Client(name="Acme", id="acme")
OTHER = Client(name="ACME!", id="acme")


def test_same_client_again(tmp_path):
    """A client's second run finds its own folder."""
    first = claim_folder(tmp_path, ACME, tmp_path / "a", force=False)

    assert first == claim_folder(tmp_path, ACME, tmp_path / "a", force=False) == tmp_path / "acme"
    assert "Acme" == json.loads((first / OWNER).read_text(encoding="utf-8"))["client"]


@pytest.mark.parametrize(("client", "engagement"), [(OTHER, "b"), (OTHER, "a"), (ACME, "b")])
def test_two_clients_with_one_folder_name(tmp_path, client, engagement):
    """Another client, or another engagement of the same name, never silently replaces a report."""
    claim_folder(tmp_path, ACME, tmp_path / "a", force=False)

    with pytest.raises(InputError, match="Acme") as caught:
        claim_folder(tmp_path, client, tmp_path / engagement, force=False)

    assert "reporting.other_client" == caught.value.code


def test_force_takes_the_folder_over(tmp_path):
    """With force, the folder changes hands, and says so."""
    claim_folder(tmp_path, ACME, tmp_path / "a", force=False)
    folder = claim_folder(tmp_path, OTHER, tmp_path / "b", force=True)

    assert "ACME!" == json.loads((folder / OWNER).read_text(encoding="utf-8"))["client"]


def test_reports_of_unknown_origin_are_kept(tmp_path):
    """Reports that nobody signed are not replaced either."""
    old = tmp_path / "acme" / "fr" / "report.pdf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"x")

    with pytest.raises(InputError) as caught:
        claim_folder(tmp_path, ACME, tmp_path / "a", force=False)

    assert "reporting.not_ours" == caught.value.code
    assert b"x" == old.read_bytes()


def test_folder_name_never_leaves_out(tmp_path):
    """A broken owner file is another's, not ours."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / OWNER).write_text("{", encoding="utf-8")

    with pytest.raises(InputError):
        claim_folder(tmp_path, ACME, tmp_path / "a", force=False)


def test_write_whole_replaces_and_leaves_nothing_else(tmp_path):
    """A file is replaced in one step, and no temporary file stays."""
    path = tmp_path / "a" / "report.html"
    write_whole(path, b"one")
    write_whole(path, b"two")

    assert b"two" == path.read_bytes()
    assert ["report.html"] == [file.name for file in path.parent.iterdir()]


def test_write_whole_says_why_not(tmp_path):
    """A place that cannot be written is a problem with its reason, and what stood there stays."""
    (tmp_path / "report.html").mkdir()
    (tmp_path / "report.html" / "x").write_bytes(b"")
    with pytest.raises(FileError) as caught:
        write_whole(tmp_path / "report.html", b"x")

    assert "reporting.unwritable" == caught.value.code
    assert ["report.html"] == [file.name for file in tmp_path.iterdir()]
