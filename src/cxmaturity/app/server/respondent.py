"""What a respondent does: answer, be saved, finish, see a result, take it along.

No kernel is needed for any of it. A page without script posts plain forms to the same addresses and is led back to
a page; a script sends JSON and gets JSON.
"""

from __future__ import annotations

from typing import Any

from cxmaturity.app.server import wire
from cxmaturity.app.server.guarded import LANGUAGE_COOKIE
from cxmaturity.app.server.page import Page
from cxmaturity.app.server.refused import Refused, bad_body
from cxmaturity.app.server.results import group_result, own_result
from cxmaturity.core.problems import InputError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.i18n.messages import describe
from cxmaturity.store.values import AnswerEvent, Progress, Saved


class SelfTest(Page):
    """GET /c/<campaign>/."""

    async def get(self, campaign: str) -> None:
        """Show the form, as far as this person has come."""
        await self.show(campaign, saved=self.get_query_argument("saved", "") == "1")

    async def show(self, campaign: str, *, saved: bool = False, problems: tuple[str, ...] = ()) -> None:
        """Show the form, with what a plain save has to say."""
        from cxmaturity.app.pages.self_test import self_test_page

        of = await self.open_campaign(campaign)
        progress = await self.ask(self.services.store.progress, self.visitor)
        self.remember_language(of.plan.languages)
        self.send_page(
            self_test_page(
                campaign=of,
                progress=progress,
                catalog=self.services.catalog,
                language=self.language,
                now=self.services.clock(),
                other_languages=tuple(each for each in of.plan.languages if each != self.language),
                form_token=self.form_token,
                saved=saved,
                problems=problems,
            )
        )


class Answers(SelfTest):
    """GET and POST /c/<campaign>/answers."""

    async def get(self, campaign: str) -> None:
        """Return this person's answers: the page and the widgets read them with the cookie."""
        del campaign
        progress = await self.ask(self.services.store.progress, self.visitor)
        self.send_json(wire.write_progress(progress, progress.answers, self.services.catalog))

    async def post(self, campaign: str) -> None:
        """Save answers: what is answered 200 is on the disk."""
        await self.know_languages(campaign)
        if self.is_plain_form:
            await self._save_form(campaign)
            return
        events = wire.read_events(self.request.body)
        saved = await self.save(events)
        progress = await self.ask(self.services.store.progress, self.visitor)
        self.send_json(wire.write_progress(progress, saved, self.services.catalog))

    async def save(self, events: tuple[AnswerEvent, ...]) -> tuple[Saved, ...]:
        """Keep answers; returns when they are on the disk, and holds no thread meanwhile."""
        if not events or self.visitor is None:
            return ()
        return await self.services.wait_for(self.services.store.submit(self.visitor, events))

    async def _save_form(self, campaign: str) -> None:
        """Save what can be saved of a plain form, answer by answer, and say the rest."""
        progress: Progress = await self.ask(self.services.store.progress, self.visitor)
        problems: list[str] = []
        try:
            events, function = wire.read_form(
                self.form_fields(), progress, self.services.catalog, now=self.services.clock()
            )
            if function and function != progress.function:
                await self.ask(self.services.store.set_function, self.visitor, function)
        except InputError as error:
            events = ()
            problems.extend(describe(problem, self.language) for problem in error.problems)
        for event in events:
            problems.extend(await self._save_one(event))
        if problems:
            self.set_status(400)
            await self.show(campaign, problems=tuple(dict.fromkeys(problems)))
        else:
            self.redirect(f"/c/{campaign}/?saved=1", status=303)

    async def _save_one(self, event: AnswerEvent) -> list[str]:
        try:
            await self.save((event,))
        except InputError as error:
            return [describe(problem, self.language) for problem in error.problems]
        return []


class Function(Page):
    """POST /c/<campaign>/function."""

    async def post(self, campaign: str) -> None:
        """Keep where this person works, or that they would rather not say."""
        await self.know_languages(campaign)
        function = self.told("function")
        progress = await self.ask(self.services.store.set_function, self.visitor, function)
        self.done(f"/c/{campaign}/", {"function": progress.function})


class ChosenLanguage(Page):
    """POST /c/<campaign>/language."""

    async def post(self, campaign: str) -> None:
        """Keep the language that this person reads."""
        language = self.told("language")
        if language not in LANGUAGES:
            raise bad_body("language")
        progress = await self.ask(self.services.store.set_language, self.visitor, language)
        self.set_cookie(LANGUAGE_COOKIE, str(progress.language), path="/", samesite="Lax", expires_days=365)
        self.done(f"/c/{campaign}/", {"language": progress.language})


class Finish(Page):
    """POST /c/<campaign>/finish."""

    async def post(self, campaign: str) -> None:
        """Note that this person is done."""
        await self.know_languages(campaign)
        progress: Progress = await self.ask(self.services.store.finish, self.visitor)
        self.done(f"/c/{campaign}/result", wire.write_progress(progress, (), self.services.catalog))


class Elsewhere(Page):
    """POST /c/<campaign>/elsewhere."""

    async def post(self, campaign: str) -> None:
        """Make a link, good once and for a quarter of an hour, that continues on another device."""
        from cxmaturity.app.pages.elsewhere import MINUTES, elsewhere_page, qr_code

        of = await self.open_campaign(campaign)
        token = await self.ask(self.services.store.handover, self.visitor)
        url = self.absolute(f"/i/{token}")
        if self.is_plain_form:
            self.send_page(elsewhere_page(campaign=of, url=url, language=self.language))
        else:
            self.send_json({"url": url, "minutes": MINUTES, "qr": qr_code(url)})


class Result(Page):
    """GET /c/<campaign>/result."""

    async def get(self, campaign: str) -> None:
        """Show this person's result, and the group's once it may be shown."""
        from cxmaturity.app.pages.result import result_page

        told = await self.result(campaign)
        self.application.settings["cxm_server"].expect_kernels()  # those of "What if?"
        self.send_page(await self.services.draw(result_page, form_token=self.form_token, **told))

    async def result(self, campaign: str) -> dict[str, Any]:
        """Return what a result is made of, for the page and for the PDF."""
        of = await self.open_campaign(campaign)
        progress: Progress = await self.ask(self.services.store.progress, self.visitor)
        if not any(given.answer.state != "skipped" for given in progress.answers):
            raise Refused.of("app.no_answers", "there is no result before the first answer.", status=404)
        self.remember_language(of.plan.languages)
        today = self.services.clock().date()
        catalog = self.services.catalog
        own = await self.services.draw(own_result, progress, of, catalog, as_of=today)
        wave = await self.ask(self.services.store.release, campaign)
        group = await self.services.draw(group_result, wave, of, catalog, as_of=today) if wave else None
        return {
            "campaign": of,
            "progress": progress,
            "own": own,
            "group": group,
            "catalog": catalog,
            "language": self.language,
            "as_of": today,
        }


class ResultPdf(Result):
    """GET /c/<campaign>/result.pdf."""

    async def get(self, campaign: str) -> None:
        """Send the result as a PDF."""
        from cxmaturity.app.result_pdf import result_pdf

        told = await self.result(campaign)
        content = await self.services.draw(result_pdf, **told)
        name = "resultat" if told["language"] == "fr" else "result"
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'attachment; filename="{name}-{campaign}.pdf"')
        self.finish(content)
