"""Who runs, and why: each client's key against the manifest, before anything heavy is imported.

A client that is done is believed only when its key is the same and each of its documents still has the bytes that were
written. Everything else runs, and says what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

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
        return path.parent if path.suffix in {".yaml", ".yml"} else path


@attrs.frozen(kw_only=True)
class Options:
    """What holds for a whole batch."""

    formats: tuple[str, ...] = ("html", "pdf")
    seed: int
    slides: bytes | None = attrs.field(default=None, repr=False)
    force: bool = False
    retry_failed: bool = False
    only: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Order:
    """One client in one language: whether it runs, why, and where it stood before."""

    wanted: Wanted
    language: str
    reasons: tuple[str, ...]
    before: Row | None

    @property
    def place(self) -> tuple[str, str]:
        """What names it in its batch: (source, language asked for)."""
        return self.wanted.source, self.language

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
        slides=options.slides,
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
    orders = []
    for wanted in clients:
        digests: dict[str, str] = {}
        for language in wanted.languages:
            row = manifest.rows.get((wanted.source, language))
            if row is not None and not set(row.inputs) <= set(digests):
                digests |= file_digests(wanted.folder, set(row.inputs) - set(digests))
            reasons = _reasons(wanted, language, row, digests, out=out, options=options)
            orders.append(Order(wanted=wanted, language=language, reasons=reasons, before=row))
    return tuple(orders)


def _reasons(
    wanted: Wanted,
    language: str,
    row: Row | None,
    digests: Mapping[str, str],
    *,
    out: Path,
    options: Options,
) -> tuple[str, ...]:
    if options.only and not _named(wanted, row, options.only):
        return ("left_out",)
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


def _named(wanted: Wanted, row: Row | None, only: Sequence[str]) -> bool:
    names = {wanted.source, wanted.folder.name, *((row.client, row.name) if row else ())}
    return bool(names & set(only))


def _documents(row: Row, out: Path) -> tuple[str, ...]:
    """Return what became of the documents of a finished client since they were written."""
    for name, digest in row.artefacts.items():
        found = file_digest(out / name)
        if found != digest:
            return ("document_missing",) if found is None else ("document_changed",)
    return ()
