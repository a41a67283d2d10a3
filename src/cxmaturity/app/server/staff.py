"""What sponsors and consultants see: counts and groups, never one person's answers beside their name."""

from __future__ import annotations

from typing import Any, cast

from cxmaturity.app.server.journeys import has_journey
from cxmaturity.app.server.page import Page
from cxmaturity.app.server.refused import bad_body, not_found
from cxmaturity.app.server.results import group_result
from cxmaturity.store import values
from cxmaturity.store.values import Campaign, Participation


class Sponsor(Page):
    """GET /s/<campaign>/."""

    async def get(self, campaign: str) -> None:
        """Show the group to who asked for the campaign, once enough people have finished."""
        from cxmaturity.app.pages.sponsor import sponsor_page

        of = await self.open_campaign(campaign)
        self.remember_language(of.plan.languages)
        store, catalog, today = self.services.store, self.services.catalog, self.services.clock().date()
        participation = await self.ask(store.participation, campaign)
        wave = await self.ask(store.release, campaign)
        group = await self.services.draw(group_result, wave, of, catalog, as_of=today) if wave else None
        html = await self.services.draw(
            sponsor_page,
            campaign=of,
            participation=participation,
            group=group,
            catalog=catalog,
            language=self.language,
            as_of=today,
        )
        self.send_page(html)


class Consultant(Page):
    """GET /consultant/."""

    async def get(self) -> None:
        """List the campaigns that this consultant may see."""
        from cxmaturity.app.pages.consultant import home_page

        self.application.settings["cxm_server"].expect_kernels()
        every = await self.ask(self.services.store.campaigns)
        self.remember_language(self.campaign_languages)
        mine = await self.ask(self.services.store.visitors, self.secret)
        seen = {visitor.campaign for visitor in mine if visitor.role == "consultant"}
        shown = tuple(of for of in every if None in seen or of.id in seen)
        self.send_page(
            home_page(
                campaigns=shown,
                catalog=self.services.catalog,
                language=self.language,
                now=self.services.clock(),
            )
        )


class CampaignPage(Page):
    """One campaign: who was invited and how many answered."""

    async def get(self, campaign: str) -> None:
        """Show it."""
        await self.show(campaign)

    @property
    def actor(self) -> str:
        """Who does it, for the trail: the id of the session, never a name."""
        return self.visitor.session if self.visitor else ""

    async def show(self, campaign: str, *, told: str = "", told_label: str = "") -> None:
        """Show the campaign, with a link just made, which is told once."""
        from cxmaturity.app.pages.consultant import campaign_page

        of = await self.open_campaign(campaign)
        self.remember_language(of.plan.languages)
        store = self.services.store
        self.send_page(
            campaign_page(
                campaign=of,
                participation=await self.ask(store.participation, campaign),
                invitations=await self.ask(store.invitations, campaign),
                catalog=self.services.catalog,
                language=self.language,
                now=self.services.clock(),
                open_link=self.absolute(f"/o/{campaign}") if of.plan.open_link else "",
                workshop_link=self.absolute(f"/c/{campaign}/workshop")
                if await has_journey(self.services, of)
                else "",
                told=told,
                told_label=told_label,
                form_token=self.form_token,
                only_this=self.visitor is not None and self.visitor.campaign is not None,
            )
        )

    async def invitation(self, campaign: str) -> values.Invitation:
        """Return the invitation that a form names, if it is of this campaign."""
        wanted = self.get_body_argument("invitation", "")
        for found in await self.ask(self.services.store.invitations, campaign):
            if found.id == wanted:
                return cast("values.Invitation", found)
        raise not_found()


class Invite(CampaignPage):
    """A new link for one person."""

    async def post(self, campaign: str) -> None:
        """Make it and tell it, this once."""
        role = self.get_body_argument("role", "respondent")
        label = self.get_body_argument("label", "")
        if role not in ("respondent", "sponsor"):
            raise bad_body("role")
        made, token = await self.ask(
            self.services.store.invite,
            campaign,
            role,
            actor=self.actor,
            label=label,
            function=(self.get_body_argument("function", "") or None) if role == "respondent" else None,
        )
        await self.show(campaign, told=self.absolute(f"/i/{token}"), told_label=made.label)


class Renew(CampaignPage):
    """A new link in place of one that was lost."""

    async def post(self, campaign: str) -> None:
        """Make it and tell it, this once; the old one stops working."""
        found = await self.invitation(campaign)
        made, token = await self.ask(self.services.store.renew, found.id, self.actor)
        await self.show(campaign, told=self.absolute(f"/i/{token}"), told_label=made.label)


class Remind(CampaignPage):
    """A reminder that the consultant sent, counted so that nobody is asked too often."""

    async def post(self, campaign: str) -> None:
        """Count it."""
        found = await self.invitation(campaign)
        await self.ask(self.services.store.note_reminder, found.id, self.actor)
        self.redirect(f"/consultant/{campaign}/", status=303)


class Revoke(CampaignPage):
    """A link taken back."""

    async def post(self, campaign: str) -> None:
        """Take it back; sessions that came by it end."""
        found = await self.invitation(campaign)
        await self.ask(self.services.store.revoke, found.id, self.actor)
        self.redirect(f"/consultant/{campaign}/", status=303)


class Close(CampaignPage):
    """The end of a campaign."""

    async def post(self, campaign: str) -> None:
        """Take no more answers, if the consultant said that they are sure."""
        if self.get_body_argument("sure", "") != "yes":
            raise bad_body("sure")
        await self.ask(self.services.store.close_campaign, campaign, self.actor)
        self.redirect(f"/consultant/{campaign}/", status=303)


class Live(Page):
    """GET /consultant/<campaign>/live."""

    async def get(self, campaign: str) -> None:
        """Return the counts, for the page that stays open during a campaign."""
        of = await self.open_campaign(campaign)
        told: Participation = await self.ask(self.services.store.participation, campaign)
        self.send_json(_counts(told, of, self.services.clock()))


def _counts(told: Participation, of: Campaign, now: Any) -> dict[str, Any]:
    return {
        "invited": told.invited,
        "opened": told.opened,
        "started": told.started,
        "finished": told.finished,
        "by_function": dict(told.by_function),
        "last_saved_at": told.last_saved_at.isoformat() if told.last_saved_at else None,
        "status": of.status(now),
    }


class Comparison(CampaignPage):
    """GET /consultant/<campaign>/comparison."""

    async def get(self, campaign: str) -> None:
        """Compare the respondents; the store notes who looked."""
        from cxmaturity.app.pages.consultant import comparison_page
        from cxmaturity.assessment import Wave

        of = await self.open_campaign(campaign)
        self.remember_language(of.plan.languages)
        today = self.services.clock().date()
        answers = await self.ask(self.services.store.responses, campaign, self.actor)
        result = None
        if answers:
            wave = Wave(id=of.id, date=today, version=of.questionnaire, responses=answers)
            result = await self.services.draw(group_result, wave, of, self.services.catalog, as_of=today)
        html = await self.services.draw(
            comparison_page, campaign=of, result=result, catalog=self.services.catalog, language=self.language
        )
        self.send_page(html)
