"""What our own pages share: sending a page with its policy, plain forms, the campaign at hand."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cxmaturity.app.security import page_policy
from cxmaturity.app.server import doors, wire
from cxmaturity.app.server.guarded import LANGUAGE_COOKIE, Guarded
from cxmaturity.app.server.refused import bad_body, not_found
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language
from cxmaturity.store.values import Campaign

_CAMPAIGNS_REMEMBERED: Final = 10_000
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


class Page(Guarded):
    """A handler of ours."""

    def send_page(self, html: str) -> None:
        """Send a page; its own style sheets are named in its policy by their hashes."""
        found = (base64.b64encode(hashlib.sha256(style.encode()).digest()) for style in _STYLE.findall(html))
        self.set_header("Content-Security-Policy", page_policy(tuple(value.decode() for value in found)))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(html)

    async def open_campaign(self, campaign: str) -> Campaign:
        """Return a campaign; one that does not exist is a page that does not exist."""
        try:
            of: Campaign = await self.ask(self.services.store.campaign, campaign)
        except UnknownIdError:
            raise not_found() from None
        self.campaign_languages = of.plan.languages
        plan = of.plan
        self.whom_to_ask = {"contact": plan.contact, "client": plan.client, "primary": plan.primary}
        if len(self.services.languages) < _CAMPAIGNS_REMEMBERED:
            self.services.languages[campaign] = of.plan.languages
        return of

    async def know_languages(self, campaign: str) -> None:
        """Know the languages of a campaign without asking the store each time somebody saves an answer."""
        if campaign in self.services.languages:
            self.campaign_languages = self.services.languages[campaign]
        else:
            await self.open_campaign(campaign)

    def remember_language(self, offered: Sequence[Language]) -> None:
        """Keep a language that was asked for in the address, for the pages to come."""
        asked = self.get_query_argument("lang", "")
        if asked in offered:
            self.set_cookie(LANGUAGE_COOKIE, asked, path="/", samesite="Lax", expires_days=365)

    def absolute(self, path: str) -> str:
        """Return the public address of a path; the name has been checked, or comes from the options."""
        host = self.request.headers.get("Host", "")
        return doors.own_origin(host, self.services.options) + path

    # --- what a page sends back -----------------------------------------------------------------------------

    def form_fields(self) -> Mapping[str, Sequence[str]]:
        """Return the fields of a plain form, not the address's."""
        return {name: self.get_body_arguments(name, strip=False) for name in self.request.body_arguments}

    def told(self, name: str) -> str | None:
        """Return the one field that a small request carries, in JSON or in a form; empty is None."""
        if self.is_plain_form:
            value: Any = self.get_body_argument(name, "") or None
        else:
            value = wire.read_json(self.request.body).get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= 80):
            raise bad_body(name)
        return value

    def done(self, page: str, value: Any) -> None:
        """Answer a script with `value`, and lead a page without script to `page`."""
        if self.is_plain_form:
            self.redirect(page, status=303)
        else:
            self.send_json(value)
