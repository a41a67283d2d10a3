"""What anybody may ask for: the home page, a link, the notice, leaving, health."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from cxmaturity.app.server.page import Page
from cxmaturity.app.server.refused import Refused, bad_body, not_found, too_fast
from cxmaturity.core.problems import CxMaturityError
from cxmaturity.store import values
from cxmaturity.store.problems import AccessError
from cxmaturity.store.values import Visitor


def landing(visitor: Visitor) -> str:
    """Return the page that a visitor's invitation leads to; the address is clean."""
    if visitor.role == "respondent":
        return f"/c/{visitor.campaign}/"
    if visitor.role == "sponsor":
        return f"/s/{visitor.campaign}/"
    return "/consultant/" if visitor.campaign is None else f"/consultant/{visitor.campaign}/"


class Home(Page):
    """GET /."""

    async def get(self) -> None:
        """Lead a visitor to where they were, or say that a link is needed."""
        known = await self.ask(self.services.store.visitors, self.secret) if self.secret else ()
        if not known:
            from cxmaturity.app.pages.welcome import home_page

            erased = self.get_query_argument("erased", "") == "1"
            self.send_page(home_page(language=self.language, erased=erased))
            return
        self.redirect(landing(known[0]))


class Entrance(Page):
    """A page whose button makes a session, once however often it is pressed.

    The page carries a random word; the secret of the session that it leads to is computed from it. So a form that is
    sent again, because its answer was lost or the button pressed twice, finds the session that it made.
    """

    @property
    def fresh_secret(self) -> str | None:
        """The secret of the session that this form makes; None for one that our page did not write."""
        word = self.get_body_argument("entrance", "")
        if re.fullmatch(r"[A-Za-z0-9_-]{22}", word) is None:
            return None
        key = hashlib.sha256(b"entrance:" + self.services.store.secret_key).digest()
        return hmac.new(key, word.encode(), hashlib.sha256).hexdigest()


class Invitation(Entrance):
    """A personal link. Looking consumes nothing, because mail scanners open links."""

    async def get(self, token: str) -> None:
        """Show what the link is for."""
        await self.show(token)

    async def show(self, token: str, *, missing_function: bool = False) -> None:
        """Show the page of the link, perhaps again because something was left out."""
        from cxmaturity.app.pages.welcome import invitation_page

        invitation, of = await self.look(token)
        if of:
            self.remember_language(of.plan.languages)
        self.send_page(
            invitation_page(
                campaign=of,
                invitation=invitation,
                token=token,
                language=self.language,
                form_token=self.form_token if self.secret else "",
                entrance=secrets.token_urlsafe(16),
                catalog=self.services.catalog,
                missing_function=missing_function,
            )
        )

    async def look(
        self, token: str, fresh_secret: str | None = None
    ) -> tuple[values.Invitation, values.Campaign | None]:
        """Return what the link opens; a wrong one counts as a guess.

        A good link always works: somebody who guesses cannot hold up the colleagues behind the same address.
        """
        try:
            found = await self.ask(
                self.services.store.look_at,
                token,
                session_secret=self.secret or None,
                fresh_secret=fresh_secret,
            )
        except AccessError:
            if not self.bucket("guess").take():
                raise too_fast(self.bucket("guess").wait) from None
            raise
        return found, await self.open_campaign(found.campaign) if found.campaign else None

    async def post(self, token: str) -> None:
        """Exchange the link for a session, once."""
        store = self.services.store
        invitation, of = await self.look(token, self.fresh_secret)
        function = self.get_body_argument("function", "") or None
        asked = of is not None and invitation.role == "respondent" and bool(of.plan.functions)
        if of is not None and function not in (None, *of.plan.functions):
            raise bad_body("function")
        if asked and invitation.id and not (function or invitation.function):
            self.set_status(400)
            await self.show(token, missing_function=True)
            return
        secret, visitor = await self.ask(
            store.redeem, token, session_secret=self.secret or None, fresh_secret=self.fresh_secret
        )
        self.keep_session(secret, shared=self.get_body_argument("shared", "") == "1")
        if asked and function:
            await self.ask(store.set_function, visitor, function)
        self.redirect(landing(visitor), status=303)


class OpenLink(Entrance):
    """The link of a campaign that anybody who has it may use."""

    async def get(self, campaign: str) -> None:
        """Show what the campaign is about."""
        await self.show(await self.joinable(campaign))

    async def joinable(self, campaign: str) -> values.Campaign:
        """Return a campaign that has an open link and takes answers."""
        of = await self.open_campaign(campaign)
        if not of.plan.open_link:
            raise Refused.of("app.no_open_link", "this campaign is by invitation only.", status=403)
        if of.status(self.services.clock()) != "open":
            raise AccessError.of("access.closed", "the campaign is closed; answers are no longer taken.")
        return of

    async def show(self, of: values.Campaign, *, missing_function: bool = False) -> None:
        """Show the page of the link."""
        from cxmaturity.app.pages.welcome import open_page

        self.remember_language(of.plan.languages)
        self.send_page(
            open_page(
                campaign=of,
                language=self.language,
                form_token=self.form_token if self.secret else "",
                entrance=secrets.token_urlsafe(16),
                catalog=self.services.catalog,
                missing_function=missing_function,
            )
        )

    async def post(self, campaign: str) -> None:
        """Join; somebody who is in already stays the same person."""
        store = self.services.store
        of = await self.joinable(campaign)
        function = self.get_body_argument("function", "") or None
        if function not in (None, *of.plan.functions):
            raise bad_body("function")
        known = None
        if self.secret:
            known = await self.ask(store.visitor, self.secret, campaign, ("respondent",))
        if known is None:
            if of.plan.functions and function is None:
                self.set_status(400)
                await self.show(of, missing_function=True)
                return
            if not self.bucket("open").take():
                raise too_fast(self.bucket("open").wait)
            secret, known = await self.ask(
                store.enter_open,
                campaign,
                session_secret=self.secret or None,
                fresh_secret=self.fresh_secret,
            )
            self.keep_session(secret, shared=self.get_body_argument("shared", "") == "1")
        if function:
            await self.ask(store.set_function, known, function)
        self.redirect(landing(known), status=303)


class Leave(Page):
    """POST /leave."""

    async def post(self) -> None:
        """End the session on this device; the answers stay."""
        secret = self.secret
        if secret:
            await self.ask(self.services.store.leave, secret)
            await self.application.settings["cxm_server"].end_session(secret)
        self.clear_cookie(self.cookie_name, path="/", secure=self.services.options.secure)
        self.done("/", {"left": True})


class Notice(Page):
    """GET /c/<campaign>/notice."""

    async def get(self, campaign: str) -> None:
        """Show what happens to personal data; readable before joining."""
        from cxmaturity.app.pages.notice import notice_page

        of = await self.open_campaign(campaign)
        self.remember_language(of.plan.languages)
        known = self.secret and await self.ask(
            self.services.store.visitor, self.secret, campaign, ("respondent",)
        )
        self.send_page(notice_page(campaign=of, language=self.language, back=bool(known)))


class Health(Page):
    """GET /health."""

    async def get(self) -> None:
        """Say whether the store answers; nothing else, because anybody may ask."""
        try:
            await self.ask(self.services.store.campaigns)
            well = not self.services.draining
        except CxMaturityError:
            well = False
        self.set_status(200 if well else 503)
        self.send_json({"status": "ok" if well else "stopping" if self.services.draining else "store"})

    async def head(self) -> None:
        """Say the same without a body."""
        await self.get()


class Missing(Page):
    """Any other address."""

    async def prepare(self) -> None:
        """Say that there is nothing, whatever the verb, after the checks that every request gets."""
        await self.admit()
        raise not_found()
