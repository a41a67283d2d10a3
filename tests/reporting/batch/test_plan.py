"""Who runs, and why: against a manifest made by hand and folders on the disk."""

from __future__ import annotations

import hashlib
import os

import attrs
import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.reporting.batch import keys
from cxmaturity.reporting.batch.clients import from_folders
from cxmaturity.reporting.batch.keys import PARTS, file_digests
from cxmaturity.reporting.batch.manifest import Manifest
from cxmaturity.reporting.batch.plan import REASONS, Options, Wanted, key_of, place_of, plan

DOCUMENT = "acme/en/report.html"


@pytest.fixture
def finished(tmp_path, write_client, row):
    """Return a function that gives the reasons of a client that is done, after a change."""
    clients, out = tmp_path / "clients", tmp_path / "reports"
    write_client(clients / "acme", "Acme")
    (out / "acme" / "en").mkdir(parents=True)
    (out / DOCUMENT).write_bytes(b"page")
    wanted, options = Wanted(source=str(clients / "acme")), Options(seed=1)
    inputs = file_digests(clients / "acme", ["engagement.yaml"])
    key = key_of(wanted, "", inputs, options)
    done = row(
        source=place_of(wanted, out),
        key=key.digest,
        parts=key.parts,
        inputs=inputs,
        artefacts={DOCUMENT: hashlib.sha256(b"page").hexdigest()},
    )

    def reasons(done=done, wanted=wanted, **changed):
        rows = {} if done is None else {done.place: done}
        return plan([wanted], Manifest(out / "manifest.jsonl", rows), out, attrs.evolve(options, **changed))[
            0
        ].reasons

    reasons.clients, reasons.out, reasons.done, reasons.wanted = clients, out, done, wanted
    return reasons


def test_same_is_left_alone(finished):
    """A client whose key and documents are the same does not run."""
    assert ("same",) == finished()


def test_every_reason_is_told(finished, monkeypatch):
    """Each thing that can change makes the client run and is named; together, in the order of the parts."""
    seen = {"new": finished(done=None), "forced": finished(force=True)}
    failed = attrs.evolve(finished.done, state="failed")
    seen |= {"failed": finished(done=failed), "retry": finished(done=failed, retry_failed=True)}
    seen |= {
        "formats": finished(formats=("html",)),
        "seed": finished(seed=2),
        "slides": finished(slides=b"x"),
    }
    seen["parameters"] = finished(wanted=attrs.evolve(finished.wanted, as_of="2026-01-01"))
    document = finished.out / DOCUMENT
    document.write_bytes(b"pagf")
    seen["document_changed"] = finished()
    document.unlink()
    seen["document_missing"] = finished()
    document.write_bytes(b"page")
    for part in ("notebook", "look", "program"):
        standing = dict(keys.standing_parts()) | {part: "other"}
        with monkeypatch.context() as patch:
            patch.setattr(keys, "standing_parts", lambda standing=standing: standing)
            seen[part] = finished()
    file = finished.clients / "acme" / "engagement.yaml"
    file.write_bytes(file.read_bytes() + b"# a word\n")
    seen["inputs"] = finished()

    assert {reason: (reason,) for reason in REASONS} == seen
    assert ("inputs", "formats", "seed") == finished(formats=("pdf",), seed=3)
    assert set(PARTS) < set(REASONS)


def test_left_out(finished):
    """`--only` another and `--retry-failed` of one that is done leave it out; by folder, name or id it is taken."""
    assert ("left_out",) == finished(retry_failed=True)
    for name in ("acme", "Acme", str(finished.clients / "acme")):
        assert ("same",) == finished(only=(name,))
    other = finished.clients / "other"
    orders = plan(
        from_folders([finished.clients / "acme", other], None),
        Manifest(finished.out / "manifest.jsonl"),
        finished.out,
        Options(seed=1, only=("other",)),
    )
    assert [("left_out",), ("new",)] == [order.reasons for order in orders]


def test_only_an_unknown_name_says_so(finished):
    """`--only` with a name that nobody has is refused with the nearest one."""
    with pytest.raises(InputError) as caught:
        finished(only=("acmi",))

    assert "batch.unknown_client" == caught.value.code
    assert "Did you mean 'acme'" in str(caught.value)


def test_one_client_however_it_is_typed(tmp_path, write_client, monkeypatch):
    """The same folder typed relative, absolute or with a slash is one client, wherever one stands."""
    write_client(tmp_path / "clients" / "acme", "Acme")
    monkeypatch.chdir(tmp_path)
    typed = ["clients/acme", "clients/acme/", "./clients/../clients/acme", str(tmp_path / "clients" / "acme")]
    orders = plan(
        from_folders(typed, ("fr", "en")), Manifest(tmp_path / "x"), tmp_path / "reports", Options(seed=1)
    )

    assert [("../clients/acme", "fr"), ("../clients/acme", "en")] == [order.place for order in orders]
    monkeypatch.chdir(tmp_path / "clients")
    assert "../clients/acme" == place_of(Wanted(source="acme"), tmp_path / "reports")


def test_asked_twice_otherwise_is_told(tmp_path):
    """One client with two sets of parameters would write over itself: told before anything runs."""
    folder = str(tmp_path / "acme")
    with pytest.raises(InputError) as caught:
        plan(
            [Wanted(source=folder), Wanted(source=folder, as_of="2026-01-01")],
            Manifest(tmp_path / "x"),
            tmp_path,
            Options(seed=1),
        )

    assert "batch.asked_twice" == caught.value.code


def test_ten_thousand_clients(tmp_path, row, write_client, calls):
    """A manifest of 10,000 finished clients is planned with work that grows as the clients do; a template is digested once."""
    folder = write_client(tmp_path / "acme", "Acme")
    out = tmp_path / "reports"
    (out / "acme" / "en").mkdir(parents=True)
    (out / DOCUMENT).write_bytes(b"page")
    inputs = file_digests(folder, ["engagement.yaml"])
    options = Options(seed=1, slides=os.urandom(1 << 20))
    key = key_of(Wanted(source="x"), "", inputs, options)
    names = [f"client-{number}" for number in range(10_000)]
    lines = []
    for name in names:
        (tmp_path / name).symlink_to(folder)
        done = row(source=f"../{name}", key=key.digest, parts=key.parts, inputs=inputs)
        done = attrs.evolve(done, artefacts={DOCUMENT: hashlib.sha256(b"page").hexdigest()})
        lines.append(done.line())
    (out / "manifest.jsonl").write_bytes(b"".join(lines))

    def planned(some):
        return plan(from_folders([tmp_path / name for name in some], None), Manifest.read(out), out, options)

    assert [("same",)] * len(names) == [order.reasons for order in planned(names)]
    one, two = (calls(lambda n=n: planned(names[:n])) for n in (500, 1000))
    assert two < 2.2 * one
