"""What the law gives a respondent: a copy of what is kept about them, and its erasure."""

from __future__ import annotations

import json

from cxmaturity.app.server.page import Page
from cxmaturity.app.server.refused import bad_body


class Data(Page):
    """A copy of everything kept about this person."""

    async def get(self, campaign: str) -> None:
        """Send it as a file."""
        if self.visitor is None:
            return
        told = await self.ask(
            self.services.store.export_person, self.visitor.respondent, self.visitor.session
        )
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="answers-{campaign}.json"')
        self.finish(json.dumps(told, ensure_ascii=False, indent=2, default=str))


class Erase(Page):
    """The erasure of this person."""

    async def post(self, campaign: str) -> None:
        """Erase for good, if the person said that they are sure; then their session means nothing here."""
        del campaign
        if self.get_body_argument("sure", "") != "yes" or self.visitor is None:
            raise bad_body("sure")
        await self.ask(self.services.store.erase_person, self.visitor.respondent, self.visitor.session)
        await self.application.settings["cxm_server"].end_session(self.secret)
        self.redirect("/?erased=1", status=303)
