"""What may be shown: in an anonymous panel, nothing that rests on fewer people than the threshold.

Rules, anonymous mode, threshold k (at least 3; the client can only raise it):

1. Fewer than k respondents, but more than one: every answer is withheld, the index too. The mean of two
   people tells each of them what the other said, and one seven-question profile at two decimals often tells
   both to anybody.
2. One respondent: shown in full. There is nobody to tell apart from: the person reads her own result. A
   campaign that invited several people and got one answer must not be scored until more arrive; only the
   consultant can know that.
3. A question with fewer than k levels is withheld, and leaves the index: otherwise the index would give it
   back.
4. A function (department) is shown with at least k respondents; its mean on a question with at least k
   levels.
5. What is left when the shown groups are taken from the total is nobody or at least k people; if not, the
   smallest shown group is withheld too (complementary suppression), until it is so.
6. Free text (sentences, reasons) needs 5 respondents and k texts on the question; it is sorted, never in the
   order of the answers. The client can have it left out altogether: a turn of phrase can give its author away.

Named mode shows everything: every respondent agreed to it. Whatever is not exactly ``named`` is anonymous.
Not covered: a reader who knows some answers already, a group in which all said the same, and the difference
between two waves when one person joined.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

import attrs
import numpy as np

from cxmaturity.assessment.panel import Bools, Panel
from cxmaturity.assessment.values import Settings

SAFEST_GROUP: Final = 3
TEXT_PANEL: Final = 5


@attrs.frozen(kw_only=True)
class Disclosure:
    """What a panel may show: groups of `group` people or more; free text from `text_panel` people on, None for never."""

    anonymous: bool
    group: int
    text_panel: int | None
    respondents: int

    @property
    def nothing(self) -> bool:
        """Whether the whole panel is too small to show anything."""
        return 0 < self.respondents < self.group

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the texts of one question that may be shown, empty ones left out."""
        written = tuple(text.strip() for text in texts if text.strip())
        if self.text_panel is None:
            return ()
        if not self.anonymous:
            return written
        enough = self.respondents >= self.text_panel and len(written) >= self.group
        return tuple(sorted(written, key=lambda text: (text.casefold(), text))) if enough else ()


def threshold(settings: Settings) -> int:
    """Return the smallest group that may be shown; what cannot be read as a higher one gives 3.

    Examples
    --------
    >>> [threshold(Settings(minimum_group=given)) for given in (0, -1, 1, 3, 8)]
    [3, 3, 3, 3, 8]
    """
    if settings.privacy == "named":
        return 1
    given: object = settings.minimum_group
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return SAFEST_GROUP
    return max(SAFEST_GROUP, math.ceil(given))


def disclosure(settings: Settings, respondents: int) -> Disclosure:
    """Return what a panel of so many respondents may show under these settings."""
    anonymous = settings.privacy != "named" and respondents != 1
    return Disclosure(
        anonymous=anonymous,
        group=threshold(settings) if anonymous else 1,
        text_panel=None if settings.sentences == "left_out" else TEXT_PANEL if anonymous else 1,
        respondents=respondents,
    )


def mask(panel: Panel, rules: Disclosure) -> tuple[Panel, Bools]:
    """Blank the levels that must not be read, and say which questions are withheld.

    Everything that is published is computed from the masked panel, so that nothing can be recomputed
    backwards.

    Returns
    -------
    panel : Panel
        With NaN in every withheld column; `states` are kept.
    withheld : ndarray of bool, shape (questions,)
        True where some people gave a level but too few of them, or where the whole panel is too small.
    """
    n = (~np.isnan(panel.levels)).sum(axis=0)
    withheld: Bools = (n > 0) & (n < rules.group)
    if rules.nothing:
        withheld = np.ones_like(withheld)
    return attrs.evolve(panel, levels=np.where(withheld, np.nan, panel.levels)), withheld


def publishable(
    sizes: Mapping[str, int], group: int, *, among: Iterable[str] | None = None
) -> frozenset[str]:
    """Return the groups whose figures may be shown beside the total.

    Parameters
    ----------
    sizes : mapping of str to int
        How many people stand behind each group; together they are the total.
    group : int
        The threshold.
    among : iterable of str, optional
        The groups that are candidates at all.

    Examples
    --------
    >>> sorted(publishable({"marketing": 4, "sales": 3, "staff": 2}, 3))
    ['marketing']
    """
    candidates = set(sizes) if among is None else set(among) & set(sizes)
    shown = [name for name in sizes if name in candidates and sizes[name] >= max(1, group)]
    shown.sort(key=lambda name: -sizes[name])  # stable: the last of the smallest goes first
    rest = sum(sizes.values()) - sum(sizes[name] for name in shown)
    while shown and 0 < rest < group:
        rest += sizes[shown.pop()]
    return frozenset(shown)
