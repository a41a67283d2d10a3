"""The one state of the builder: what is typed, the case that it makes, what it earns. Views look at it and at nothing else.

Every change comes through a method here, from a browser, a notebook or a test alike; each is checked in full. What is not
understood is kept apart, said beside its field, and never counted.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import traitlets

from cxmaturity.app.widgets import builder_draft as drafts
from cxmaturity.app.widgets.builder_draft import NUMBERS, Draft, catalog, look, steps_of
from cxmaturity.app.widgets.builder_fields import (
    CHOICES,
    form_of,
    kind_of,
    read_rates,
    read_whole,
    spec_of,
)
from cxmaturity.app.widgets.builder_messages import BENEFITS
from cxmaturity.app.widgets.builder_numbers import read_figure, stepped
from cxmaturity.business_case.values import BusinessCase, CaseResult
from cxmaturity.core.estimate import EVIDENCE_GRADES
from cxmaturity.core.problems import CxMaturityError, InputError, Problem
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.engagement.values import Engagement
from cxmaturity.files import read_engagement
from cxmaturity.files.edit import REMOVE, edit_engagement, fingerprint
from cxmaturity.i18n import message

LIVE_DRAWS: Final = 2_000
"""Trials while somebody types; the case's own number follows when they pause."""

UNDO_STEPS: Final = 200
TYPING_SECONDS: Final = 1.5
"""Changes of one box closer than this are one step of undo: a figure being typed."""
_POINT: Final = ("value",)
_RANGE: Final = ("low", "mode", "high")


class BuilderState(traitlets.HasTraits):
    """What a business-case builder knows, observable trait by trait.

    Parameters
    ----------
    folder : path, optional
        An engagement folder or its ``engagement.yaml``; without one a case starts from nothing and cannot be saved.
    language : {"en", "fr"}, optional
        The engagement's own by default.
    currency : str, default "EUR"
        Of a case that starts from nothing.

    Notes
    -----
    `draft` is what is typed; `case` the last whole case that it made and `result` that case evaluated on `draws` trials;
    `problems` what is to be said of the draft (with an error, `case` and `result` are those from before it); `slips` what was
    typed and not understood, by (path, part); `unsaved` whether the file lacks something; `version` counts the changes.
    """

    language: Any = traitlets.Enum(LANGUAGES, default_value="en")
    draft: Any = traitlets.Any()
    case: Any = traitlets.Any(None, allow_none=True)
    result: Any = traitlets.Any(None, allow_none=True)
    problems: Any = traitlets.Any(())
    refusals: Any = traitlets.Any(())
    slips: Any = traitlets.Any()
    unsaved: Any = traitlets.Bool(False)
    version: Any = traitlets.Int(0)

    def __init__(
        self, folder: str | Path | None = None, *, language: Language | None = None, currency: str = "EUR"
    ) -> None:
        super().__init__(slips={}, draft=drafts.EMPTY)
        self.file: Path | None = None if folder is None else drafts.own_file(folder)
        self.ranged: set[str] = set()
        self.doubt: tuple[str, str, str] | None = None
        self._currency = currency
        self._undo: list[tuple[Draft, str]] = []
        self._touched = 0.0
        self.draws = 0
        self.open()
        if language is not None or self.file is None:
            self.language = language or "en"
        else:
            self.language = self.engagement.language

    # --- opening, saving ------------------------------------------------------------------------------------

    def open(self) -> None:
        """Read the engagement again; what was not saved is forgotten.

        Raises
        ------
        InputError
            Everything wrong with the folder.
        """
        if self.file is None:
            self.engagement: Engagement = drafts.nobody(self.language, self._currency, _today())
            self._saved: Draft = drafts.EMPTY
            self._fingerprint = ""
        else:
            self.engagement = read_engagement(self.file)
            content = self.file.read_bytes()
            self._fingerprint = fingerprint(self.file)
            self._saved = drafts.read_draft(content)
        self._undo.clear()
        self.ranged.clear()
        self.slips, self.refusals = {}, ()
        self._take(self._saved)

    def save(self) -> bool:
        """Write what changed into the engagement file, comments and order kept; say whether it was written.

        When anything would be wrong nothing is written, and `refusals` says everything.
        """
        if self.file is None:
            self.refusals = (_problem("no_folder"),)
            return False
        if self.slips:
            self.refusals = (_problem("slips"),)
            return False
        try:
            changes = drafts.differences(self._saved, self.draft)
            edit_engagement(self.file, changes, expected=self._fingerprint)
            self.open()
        except CxMaturityError as error:
            self.refusals = tuple(problem for problem in error.problems if problem.severity == "error")
            return False
        return True

    # --- one change at a time ---------------------------------------------------------------------------------

    def figure(self, path: str, part: str, text: str) -> bool:
        """Take what was typed in one box; say whether it was understood.

        Parameters
        ----------
        path : str
            A field of the case, such as ``levers.retention.attribution`` or ``costs.0.initial``.
        part : str
            A number of an estimate (``value``, ``low``, ``mode``, ``high``, ``p10``...), what stands beside it (``unit``,
            ``source``, ``date``, ``evidence``), or ``plain`` for a field that is one value.
        text : str
            As typed; empty takes the value out.
        """
        form = form_of(path)
        if form is None or not self._exists(path) or (form == "estimate") == (part == "plain"):
            return False
        steps = steps_of(path)
        if form == "estimate":
            understood, new = self._estimate_part(path, part, text.strip())
            steps = (*steps, part)
        else:
            understood, new = self._plain_value(path, text.strip())
        slips = {key: typed for key, typed in self.slips.items() if key != (path, part)}
        if not understood:
            slips[path, part] = text
            self.slips = slips
            self.version += 1
            return False
        self.slips = slips
        if form == "estimate" and new is not REMOVE:
            self._take(self._with_estimate(path, part, new), key=f"{path}.{part}")
        else:
            self._take(self._unless_same(steps, new), key=f"{path}.{part}")
        return True

    def _exists(self, path: str) -> bool:
        """Say whether the line of costs that a path names is there (or would be the next year of it)."""
        steps = steps_of(path)
        if steps[0] != "costs":
            return True
        line = look(self.draft, steps[:2])
        years = (line or {}).get("annual") or []
        return line is not None and (len(steps) < 4 or int(steps[3]) < max(1, len(years)))

    def _estimate_part(self, path: str, part: str, text: str) -> tuple[bool, Any]:
        if not text:
            return True, REMOVE
        if part in NUMBERS:
            found = read_figure(text, kind_of(path), self.language)
            self.doubt = (path, part, found.doubt) if found and found.doubt else None
            return found is not None, None if found is None else found.value
        if part == "date":
            day = _day(text)
            return day is not None, day
        if part == "n":
            number = read_whole(text, self.language, most=10**9)
            return number is not None, number
        return part != "evidence" or text in EVIDENCE_GRADES, text

    def _plain_value(self, path: str, text: str) -> tuple[bool, Any]:
        form = form_of(path)
        if not text:
            return True, REMOVE
        read: Any = text
        if form == "rate":
            found = read_figure(text, "rate", self.language)
            self.doubt = (path, "plain", found.doubt) if found and found.doubt else None
            read = None if found is None else found.value
        elif form == "whole":
            read = read_whole(text, self.language)
        elif form == "rates":
            rates = read_rates(text, self.language)
            read = None if rates is None else list(rates)
        elif form in ("choice", "flag"):
            read = text if text in CHOICES.get(path, ("true", "false")) else None
        return read is not None, read

    def _unless_same(self, steps: drafts.Steps, new: Any) -> Draft:
        """Return the draft with a new value, or as it is when it says the same already."""
        old = look(self.draft, steps)
        new = drafts.said_anew(old, new, self.language)
        if isinstance(new, int | float) and old is not None and drafts.number_at(old, "plain") == new:
            new = old
        changed: Draft = drafts.changed(self.draft, steps, new)
        return changed

    def _with_estimate(self, path: str, part: str, new: Any) -> Draft:
        """Return the draft with one part of an estimate changed; a first number brings a source, a date and a grade."""
        steps = steps_of(path)
        old = look(self.draft, steps)
        text = str(new) if isinstance(new, dt.date) else new
        text = drafts.said_anew(look(old, (part,)), text, self.language)
        if part in NUMBERS and drafts.number_at(old, part) == new:
            text = look(old, (part,))
        first = old is None and part in NUMBERS
        changed: Draft = drafts.changed(
            self.draft,
            steps if first else (*steps, part),
            {part: text, **self._origin(path)} if first else text,
        )
        return changed

    def _origin(self, path: str) -> dict[str, Any]:
        """Return what is true of a figure typed now: said in a workshop, an opinion until somebody proves it."""
        from cxmaturity import i18n

        spec = spec_of(path)
        currency = self.engagement.currency

        def unit(language: Language) -> str:
            if path.startswith("costs.") and ".annual." in path:
                return message("builder.unit.yearly", language, currency=currency)
            return currency if spec is None else str(spec.unit.in_(language))

        def source(language: Language) -> str:
            return message("builder.source.workshop", language, date=i18n.date(_today(), language))

        return {
            "unit": self._told(unit),
            "source": self._told(source),
            "date": min(_today(), self.engagement.as_of).isoformat(),
            "evidence": "E0",
        }

    def _told(self, say: Callable[[Language], str]) -> Any:
        """Return a text of ours as the file is written: by language where others are, else in the one shown."""
        texts = {language: say(language) for language in LANGUAGES}
        several = drafts.in_both(self._saved) and len(set(texts.values())) > 1
        return texts if several else texts[self.language]

    def step(self, path: str, part: str, *, up: bool) -> bool:
        """Move a number one step up or down; say whether there was one to move."""
        steps = steps_of(path)
        held = look(self.draft, steps)
        plain = form_of(path) in ("rate", "whole")
        value = drafts.number_at(held, "plain" if plain else part)
        if value is None or form_of(path) is None or (path, part) in self.slips:
            return False
        new: float = stepped(value, kind_of(path), up=up)
        if form_of(path) == "whole":
            new = int(max(0, value + (1 if up else -1)))
        whole: drafts.Steps = steps if plain else (*steps, part)
        self._take(drafts.changed(self.draft, whole, new), key=f"{path}.{part}")
        return True

    def set_range(self, path: str, *, on: bool) -> None:
        """Let a figure be a range, three numbers, or one number again."""
        if form_of(path) != "estimate" or not self._exists(path):
            return
        steps = steps_of(path)
        held = look(self.draft, steps)
        (self.ranged.add if on else self.ranged.discard)(path)
        if not drafts.has_number(held):
            self.version += 1
            return
        middle = next(
            (held[part] for part in ("mode", "value", "p50", "low", "high") if held.get(part)), None
        )
        kept = {key: inner for key, inner in held.items() if key not in (*NUMBERS, "shape")}
        numbers = dict.fromkeys(_RANGE, middle) if on else dict.fromkeys(_POINT, middle)
        self.slips = {key: typed for key, typed in self.slips.items() if key[0] != path}
        self._take(drafts.changed(self.draft, steps, {**numbers, **kept}), key="")

    def goal(self, benefit: str, *, on: bool) -> None:
        """Choose a benefit as a goal, or no longer; what was typed for it stays."""
        goals = [goal for goal in self.goals if goal != benefit]
        if benefit in BENEFITS:
            self._take({**self.draft, "goals": [*goals, benefit] if on else goals}, key="")

    @property
    def goals(self) -> tuple[str, ...]:
        """The goals chosen, those of the levers when the file names none."""
        named = self.draft["goals"] or self.draft["levers"]
        return tuple(goal for goal in named if goal in BENEFITS)

    def cost(self, action: str, line: int = 0) -> None:
        """Add a line of costs or take one out; add a year to a line or take its last one out."""
        costs = list(self.draft["costs"])
        if action == "add" and len(costs) < 60:
            number = len(costs) + 1
            name = self._told(lambda language: message("builder.cost.new", language, number=number))
            self._take({**self.draft, "costs": [*costs, {"name": name}]}, key="")
            return
        if not line < len(costs):
            return
        if action == "remove":
            self.slips = {key: typed for key, typed in self.slips.items() if not key[0].startswith("costs.")}
            self._take(drafts.changed(self.draft, ("costs", line), REMOVE), key="")
            return
        years = list(costs[line].get("annual") or [])
        if action == "add_year" and years and len(years) < 30:
            years.append(years[-1])
        elif action == "remove_year" and len(years) > 1:
            years.pop()
        self._take(drafts.changed(self.draft, ("costs", line, "annual"), years), key="")

    def undo(self) -> bool:
        """Take back the last change that is not saved."""
        self.slips = {}
        if not self._undo:
            self.version += 1
            return False
        draft, _ = self._undo.pop()
        self._settle(draft)
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo or self.slips)

    def _take(self, draft: Draft, *, key: str | None = None) -> None:
        """Make a draft the current one; changes of one box in a row are one step of undo."""
        if key is not None and draft != self.draft:
            now = time.monotonic()
            follows = bool(
                self._undo and key and self._undo[-1][1] == key and now - self._touched < TYPING_SECONDS
            )
            self._touched = now
            if not follows:
                self._undo.append((self.draft, key))
                del self._undo[:-UNDO_STEPS]
            self.refusals = ()
        self._settle(draft)

    def _settle(self, draft: Draft) -> None:
        self.draft = draft
        case, problems = drafts.build_case(draft, self.engagement)
        self.problems = problems
        if case is not None:
            self.case = case
        elif not any(problem.severity == "error" for problem in problems):
            self.case = self.result = None  # nothing left to count
        self.unsaved = bool(drafts.differences(self._saved, draft))
        self.version += 1

    # --- what it earns ------------------------------------------------------------------------------------------

    @property
    def stale(self) -> bool:
        """Whether the result shown is from before something that is wrong now."""
        return any(problem.severity == "error" for problem in self.problems)

    def evaluate(self, draws: int | None = None) -> CaseResult | None:
        """Evaluate the case on so many trials, its own number when None; nothing is done twice."""
        from cxmaturity.business_case import evaluate_case

        case: BusinessCase | None = self.case
        if case is None:
            self.result = None
            return None
        known: CaseResult | None = self.result
        wanted = case.uncertainty.draws if draws is None else min(draws, case.uncertainty.draws)
        if known is not None and self._evaluated is case and self.draws >= wanted:
            return known
        asked = attrs.evolve(case, uncertainty=attrs.evolve(case.uncertainty, draws=wanted))
        try:
            result = evaluate_case(asked, catalog())
        except InputError as error:
            self.problems = (*self.problems, *error.problems)
            return known
        self._evaluated, self.draws = case, wanted
        self.result = result
        return result

    _evaluated: BusinessCase | None = None


def _problem(what: str) -> Problem:
    return Problem(code=f"builder.{what}", template="", path=())


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
