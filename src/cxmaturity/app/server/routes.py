"""Gives each rule of `security.ROUTES` the handler that answers; a rule without one, or the reverse, cannot start."""

from __future__ import annotations

from typing import Any, Final

from tornado import routing, web

from cxmaturity.app.security import NOT_FOUND, ROUTES, Route
from cxmaturity.app.server import public, respondent, rights, staff, statics, voila_pages

HANDLERS: Final[dict[str, type[web.RequestHandler]]] = {
    "home": public.Home,
    "invitation": public.Invitation,
    "open_link": public.OpenLink,
    "leave": public.Leave,
    "notice": public.Notice,
    "health": public.Health,
    "asset": statics.Asset,
    "self_test": respondent.SelfTest,
    "answers": respondent.Answers,
    "function": respondent.Function,
    "language": respondent.ChosenLanguage,
    "finish": respondent.Finish,
    "elsewhere": respondent.Elsewhere,
    "erase": rights.Erase,
    "data": rights.Data,
    "result": respondent.Result,
    "result_pdf": respondent.ResultPdf,
    "explore": voila_pages.Explore,
    "seat": voila_pages.Seat,
    "sponsor": staff.Sponsor,
    "consultant": staff.Consultant,
    "campaign": staff.CampaignPage,
    "live": staff.Live,
    "comparison": staff.Comparison,
    "invite": staff.Invite,
    "renew": staff.Renew,
    "remind": staff.Remind,
    "revoke": staff.Revoke,
    "close": staff.Close,
    "builder": voila_pages.Builder,
    "map": voila_pages.Map,
    "kernel": voila_pages.Kernel,
    "channels": voila_pages.Channels,
    "shutdown": voila_pages.Shutdown,
    "voila_static": statics.VoilaFile,
    "voila_themes": statics.VoilaFile,
    "voila_extensions": statics.VoilaFile,
}


def bound(handler: type[web.RequestHandler], rule: Route) -> type[web.RequestHandler]:
    """Return a handler that carries its rule."""
    return type(f"{handler.__name__}At{rule.name.title().replace('_', '')}", (handler,), {"rule": rule})


def build(voila: dict[str, Any], notebooks: dict[str, str]) -> list[routing.URLSpec]:
    """Return what tornado routes; `voila` is what Voilà's own handler is made with, one notebook per page."""
    if HANDLERS.keys() != {rule.name for rule in ROUTES}:
        raise RuntimeError
    return [
        web.url(
            rule.pattern,
            bound(HANDLERS[rule.name], rule),
            {**voila, "notebook_path": notebooks[rule.name]} if rule.kind == "voila" else {},
            name=rule.name,
        )
        for rule in ROUTES
    ]


def missing() -> type[web.RequestHandler]:
    """Return the handler of every other address."""
    return bound(public.Missing, NOT_FOUND)
