"""Which slides there are, in which order, and every figure that they print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cxmaturity.catalog import Catalog
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Diagnostic
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.deck import slides_decision, slides_money, slides_opening, slides_risk
from cxmaturity.reporting.deck.desk import Desk
from cxmaturity.reporting.deck.values import Deck, Slide
from cxmaturity.reporting.names import check_language
from cxmaturity.reporting.situations import argue

_MAKERS: Final[Mapping[str, Callable[[Desk], Slide | None]]] = {
    "case": slides_opening.case,
    "numbers": slides_opening.numbers,
    "profile": slides_opening.profile,
    "waterfall": slides_money.waterfall,
    "cash": slides_money.cash,
    "tornado": slides_risk.tornado,
    "distribution": slides_risk.distribution,
    "measure": slides_risk.measure,
    "ask": slides_decision.ask,
    "limits": slides_decision.limits,
}


def plan_deck(
    diagnostic: Diagnostic,
    catalog: Catalog,
    *,
    language: Language,
    theme: ChartTheme | None = None,
    situation: str | None = None,
) -> Deck:
    """Return the slides as words and numbers, not drawn yet; `write_deck` draws them.

    Parameters
    ----------
    diagnostic : Diagnostic
        What is presented; nothing is computed from it.
    catalog : Catalog
        Names of questions, benefits and inputs.
    language : {"en", "fr"}
        Of the slides.
    theme : ChartTheme, optional
        Colours; made from the client's colour when absent.
    situation : {"urgency", "budget", "usual"}, optional
        What to argue in; the engagement's own when absent. Order and headlines follow it, figures do not.

    Returns
    -------
    Deck
        At most ten slides; those that have no data are left out.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for an unknown language or situation.
    """
    engagement = diagnostic.engagement
    context = ReportContext(
        diagnostic=diagnostic,
        catalog=catalog,
        language=check_language(language),
        theme=theme or ChartTheme.from_primary(engagement.theme.primary),
    )
    argument = argue(context, situation or engagement.situation)
    desk = Desk(context, argument)
    made = [_MAKERS[name](desk) for name in argument.order]
    engagement = context.diagnostic.engagement
    return Deck(
        title=desk.t("title", client=engagement.client.name),
        client=engagement.client.name,
        as_of=diagnostic.as_of,
        language=language,
        look=context.theme,
        brand=engagement.theme,
        slides=tuple(slide for slide in made if slide is not None),
        figures=tuple(sorted(desk.figures.items())),
    )
