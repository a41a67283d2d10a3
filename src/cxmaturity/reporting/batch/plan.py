"""Who runs, and why: each client's key against the manifest, before anything heavy is imported.

A client that is done is believed only when its key is the same and each of its documents still has the bytes that were
written. Everything else runs, and says what changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import InputError
from cxmaturity.reporting.batch.keys import PARTS, JobKey, file_digest, file_digests, job_key
from cxmaturity.reporting.batch.manifest import Manifest, Row

OWN: Final = ""
"""The language asked for when it is the engagement's own."""

REASONS: Final = ("new", "forced", "failed", "retry", *PARTS, "document_missing", "document_changed")
"""Why a client runs; ``same`` and ``left_out`` are why one does not."""


@attrs.frozen(kw_only=True)
class Wanted:
    """One client as asked for: its folder as typed, the languages (`OWN` for its own) and its own parameters."""

    source: str
    languages: tuple[str, ...] = (OWN,)
    as_of: str | None = None
    sections: tuple[str, ...] | None = None

    @property
    def folder(self) -> Path:
        """The folder that its files stand in."""
        path = Path(self.source)
        return path.parent if path.suffix in {".yaml", ".yml"} and not path.is_dir() else path


@attrs.frozen(kw_only=True)
class Options:
    """What holds for a whole batch."""

    formats: tuple[str, ...] = ("html", "pdf")
    seed: int
    slides: bytes | None = attrs.field(default=None, repr=False)
    force: bool = False
    retry_failed: bool = False
    only: tuple[str, ...] = ()

    @cached_property
    def slides_digest(self) -> str:
        """The SHA-256 of the slide template, empty without one; hashed once for all clients."""
        return "" if self.slides is None else hashlib.sha256(self.slides).hexdigest()


@attrs.frozen(kw_only=True)
class Order:
    """One client in one language: whether it runs, why, and where it stood before.

    `source` is its folder seen from the folder of the batch, however the user typed it.
    """

    wanted: Wanted
    source: str
    language: str
    reasons: tuple[str, ...]
    before: Row | None

    @property
    def place(self) -> tuple[str, str]:
        """What names it in its batch: (source, language asked for)."""
        return self.source, self.language

    @property
    def runs(self) -> bool:
        """Whether there is anything to do."""
        return not {"same", "left_out"} & set(self.reasons)

    @property
    def cached(self) -> bool:
        """Whether its documents of an earlier run still stand."""
        return "same" in self.reasons


def parameters_of(wanted: Wanted, language: str) -> dict[str, Any]:
    """Return what a key holds of the parameters; the language as asked, for its own is a part of the inputs."""
    return {
        "language": language,
        "as_of": wanted.as_of,
        "sections": None if wanted.sections is None else list(wanted.sections),
    }


def key_of(wanted: Wanted, language: str, inputs: Mapping[str, str], options: Options) -> JobKey:
    """Return the key of one client in one language."""
    return job_key(
        inputs,
        parameters_of(wanted, language),
        formats=options.formats,
        seed=options.seed,
        slides=options.slides_digest,
    )


def plan(clients: Iterable[Wanted], manifest: Manifest, out: Path, options: Options) -> tuple[Order, ...]:
    """Return what there is to do, in the order of the clients.

    Parameters
    ----------
    clients : iterable of Wanted
        Who was asked for.
    manifest : Manifest
        Where each stands.
    out : Path
        The folder of the batch, that documents are relative to.
    options : Options
        Formats, seed, and which clients to take.
    """
    found = _places(clients, out)
    _check_only(found, manifest, options.only)
    orders = []
    for source, wanted in found.items():
        digests: dict[str, str] = {}
        rows = [manifest.rows.get((source, language)) for language in wanted.languages]
        taken = not options.only or bool(_names(wanted, rows) & set(options.only))
        for language, row in zip(wanted.languages, rows, strict=True):
            if not taken:
                reasons: tuple[str, ...] = ("left_out",)
                orders.append(
                    Order(wanted=wanted, source=source, language=language, reasons=reasons, before=row)
                )
                continue
            if row is not None and not set(row.inputs) <= set(digests):
                digests |= file_digests(wanted.folder, set(row.inputs) - set(digests))
            reasons = _reasons(wanted, language, row, digests, out=out, options=options)
            orders.append(Order(wanted=wanted, source=source, language=language, reasons=reasons, before=row))
    return tuple(orders)


def place_of(wanted: Wanted, out: Path) -> str:
    """Return a client's folder seen from the folder of the batch: the same however it is typed, and from wherever.

    Examples
    --------
    >>> place_of(Wanted(source="clients/acme/"), Path("reports"))
    '../clients/acme'
    """
    source = os.path.abspath(wanted.source)  # noqa: PTH100  # links stay as the user made them
    try:
        return Path(os.path.relpath(source, os.path.abspath(out))).as_posix()  # noqa: PTH100
    except ValueError:  # another drive of Windows
        return Path(source).as_posix()


def _places(clients: Iterable[Wanted], out: Path) -> dict[str, Wanted]:
    """Return the clients by place; asked twice alike is asked once, asked twice otherwise is told."""
    found: dict[str, Wanted] = {}
    for wanted in clients:
        other = found.setdefault(place_of(wanted, out), wanted)
        if attrs.evolve(other, source="") != attrs.evolve(wanted, source=""):
            raise InputError.of(
                "batch.asked_twice",
                "{client} is asked for twice, with other parameters each time.",
                hint="Name it once: among the folders or in the table.",
                client=wanted.source,
            )
    return found


def _check_only(found: Mapping[str, Wanted], manifest: Manifest, only: Sequence[str]) -> None:
    """Refuse a name that no client has: it would silently run nobody."""
    if not only:
        return
    known: dict[str, None] = {}
    for source, wanted in found.items():
        rows = [manifest.rows.get((source, language)) for language in wanted.languages]
        known |= dict.fromkeys(sorted(_names(wanted, rows)))
    for name in only:
        if name not in known:
            close = nearest(name, known)
            raise InputError.of(
                "batch.unknown_client",
                "no client of this batch is called '{name}'.",
                hint="Did you mean '{close}'?" if close else "",
                name=name,
                close=close or "",
            )


def _reasons(
    wanted: Wanted,
    language: str,
    row: Row | None,
    digests: Mapping[str, str],
    *,
    out: Path,
    options: Options,
) -> tuple[str, ...]:
    if options.retry_failed:
        return ("retry",) if row is not None and row.state == "failed" else ("left_out",)
    if options.force:
        return ("forced",)
    if row is None:
        return ("new",)
    if row.state == "failed":
        return ("failed",)
    key = key_of(wanted, language, {name: digests[name] for name in row.inputs}, options)
    return key.changed(row.parts) or _documents(row, out) or ("same",)


def _names(wanted: Wanted, rows: Iterable[Row | None]) -> set[str]:
    """Return all that a client may be called on the command line."""
    names = {wanted.source, wanted.source.rstrip("/\\"), wanted.folder.name}
    return names.union(*({row.client, row.name} for row in rows if row is not None)) - {""}


def _documents(row: Row, out: Path) -> tuple[str, ...]:
    """Return what became of the documents of a finished client since they were written."""
    for name, digest in row.artefacts.items():
        found = file_digest(out / name)
        if found != digest:
            return ("document_missing",) if found is None else ("document_changed",)
    return ()
