"""From a campaign to the engagement folder that `report` reads: answers, leads to evidence, and the wave itself.

The files are for the consultant alone (rights 0600) and written whole or not at all. Doing it again brings them up
to date; the wave is added to ``engagement.yaml`` once.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cxmaturity.assessment.values import Answer, Response
from cxmaturity.core.problems import FileError, InputError
from cxmaturity.files.answer_words import Part, standard_titles

if TYPE_CHECKING:
    from cxmaturity.store.store import Store
    from cxmaturity.store.values import Campaign, Lead

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PARTS: Final[tuple[Part, ...]] = ("level", "reason", "sentence", "clarity", "criteria")


def export_campaign(
    store: Store, campaign: str, folder: str | os.PathLike[str], actor: str
) -> tuple[Path, ...]:
    """Write what finished people answered into an engagement folder.

    Parameters
    ----------
    store : Store
        Where the answers are.
    campaign : str
        Its id is the id of the wave.
    folder : path
        With an ``engagement.yaml`` that passes `check`.
    actor : str
        Who exports, for the trail.

    Returns
    -------
    tuple of Path
        The files written: answers, leads when there are any, ``engagement.yaml`` when it changed.

    Raises
    ------
    InputError
        ``store.nothing_to_export``; whatever is wrong in the engagement, which is then left as it was.
    FileError
        ``store.cannot_write``.
    """
    from cxmaturity.files import load_catalog, read_engagement

    of, home = store.campaign(campaign), Path(folder)
    engagement = read_engagement(home)
    answered = store.responses(campaign, actor)
    if not answered:
        raise InputError.of("store.nothing_to_export", "nobody has finished yet; there is nothing to export.")
    questions = [question.id for question in load_catalog().questions]
    answers, leads = home / f"answers-{campaign}.csv", home / f"leads-{campaign}.csv"
    fresh = not answers.exists()
    _write(answers, _answer_rows(answered, questions))
    written = [answers]
    try:
        if _complete(home, engagement, of, answers.name, store.now().date()):
            written.append(home / "engagement.yaml")
    except InputError:
        if fresh:
            answers.unlink(missing_ok=True)
        raise
    found = store.leads(campaign, actor)
    if found:
        _write(leads, _lead_rows(found))
        written.insert(1, leads)
    return tuple(written)


def _complete(home: Path, engagement: Any, of: Campaign, answers: str, today: dt.date) -> bool:
    """Add the wave, and what it asks of the rest: no promise made to respondents is broken by a report."""
    from cxmaturity.files.edit import APPEND, edit_engagement

    changes: list[tuple[tuple[str | int, ...], Any]] = []
    date = min(today, of.plan.deadline)
    if of.id not in {wave.id for wave in engagement.waves}:
        wave = {"id": of.id, "date": date, "questionnaire": of.questionnaire, "answers": answers}
        changes.append((("assessment", "waves", APPEND), wave))
        if engagement.as_of < date:
            changes.insert(0, (("as_of",), date))
    if of.plan.privacy == "anonymous":
        if engagement.settings.privacy == "named":
            changes.append((("privacy", "mode"), "anonymous"))
        if engagement.settings.minimum_group < of.plan.minimum_group:
            changes.append((("privacy", "minimum_group"), of.plan.minimum_group))
    if changes:
        edit_engagement(home, changes)
    return bool(changes)


def _answer_rows(answered: Sequence[Response], questions: Sequence[str]) -> list[list[str]]:
    """Return the table that the files room reads, without the columns that nobody filled."""
    titles = standard_titles(questions)
    rows = [
        [
            response.respondent,
            response.function,
            *(_cell(response.answer(question), part) for question in questions for part in _PARTS),
        ]
        for response in answered
    ]
    always = {"respondent", "function", *questions}
    kept = [
        column for column, title in enumerate(titles) if title in always or any(row[column] for row in rows)
    ]
    return [[row[column] for column in kept] for row in (titles, *rows)]


def _cell(answer: Answer, part: Part) -> str:
    if part == "level":
        if answer.state == "level":
            return str(answer.level)
        return "" if answer.state == "skipped" else answer.state
    if part == "criteria":
        return " ".join(name.rpartition(".")[2] for name in answer.criteria)
    if part == "clarity":
        return "" if answer.clarity is None else str(answer.clarity)
    return answer.reason if part == "reason" else answer.sentence


def _lead_rows(found: Iterable[Lead]) -> list[list[str]]:
    rows = [
        [lead.question, "" if lead.level is None else str(lead.level), lead.text, lead.respondent]
        for lead in found
    ]
    return [["question", "level", "lead", "respondent"], *rows]


def _write(file: Path, rows: Iterable[Sequence[str]]) -> None:
    """Replace a CSV whole; no cell is taken for a formula, Excel reads the accents."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        cells = [" ".join(cell.split("\0")) for cell in row]
        writer.writerow([f" {cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "wb") as out:
            out.write(stream.getvalue().encode("utf-8-sig"))
        Path(temporary).replace(file)
    except OSError as error:
        raise FileError.of(
            "store.cannot_write",
            "'{name}' cannot be written: {reason}.",
            name=file.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
