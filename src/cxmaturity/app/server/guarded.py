"""The guard in front of every handler: nothing runs before the rule of its route has been checked.

`Guarded` is mixed into our own handlers and into the two of Voilà and Jupyter that are kept. Its `prepare` is the
only way in; what it refuses is said to the visitor in their language and noted in the trail.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from tornado import web

from cxmaturity.app.security import HEADERS, NOT_FOUND, Route, page_policy
from cxmaturity.app.server import doors
from cxmaturity.app.server.languages import choose
from cxmaturity.app.server.limits import Bucket
from cxmaturity.app.server.refusals import ANONYMOUS
from cxmaturity.app.server.refused import Refused, bad_body, forbidden, not_found, signed_out, too_fast
from cxmaturity.app.server.services import Services
from cxmaturity.core.problems import CxMaturityError, InputError, Problem, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.i18n.messages import describe
from cxmaturity.store.problems import AccessError, StoreError
from cxmaturity.store.values import Visitor

log: Final = logging.getLogger("cxmaturity.app")
LANGUAGE_COOKIE: Final = "cxm_lang"
_ACCESS: Final = {
    "access.closed": 409,
    "access.full": 409,
    "access.erased": 410,
    "access.expired": 410,
    "access.revoked": 410,
    "access.used": 410,
}
_TOLD_KINDS: Final = {"question", "criterion", "function", "language"}
_JSON_KINDS: Final = {"json", "socket", "beacon", "asset", "probe"}


class Guarded(web.RequestHandler):
    """Checks the rule, finds the visitor, says no in a way that can be read."""

    rule: ClassVar[Route] = NOT_FOUND
    visitor: Visitor | None = None
    campaign_languages: tuple[Language, ...] = LANGUAGES
    whom_to_ask: Mapping[str, Any] = MappingProxyType({})

    @property
    def services(self) -> Services:
        """What all handlers of this server share."""
        services: Services = self.application.settings["cxm"]
        return services

    # --- the way in ---------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Check the rule, then let the library's own preparation run, if it has one."""
        await self.admit()
        prepared: Any = super().prepare()
        if inspect.isawaitable(prepared):
            await prepared

    async def admit(self) -> None:
        """Refuse what the rule of this route does not allow.

        Raises
        ------
        Refused
            With the status and the reason.
        """
        request, rule, options = self.request, self.rule, self.services.options
        host = request.headers.get("Host", "")
        if not doors.host_is_ours(host, options, probe=rule.kind == "probe"):
            raise Refused.of("app.host", "this server does not answer to that name.", status=421)
        if request.method not in rule.methods:
            self.set_header("Allow", ", ".join(rule.methods))
            raise Refused.of("app.method", "this address does not take that kind of request.", status=405)
        if len(request.body) > rule.body:
            raise Refused.of(
                "app.large", "what was sent is too large; at most {most} bytes.", status=413, most=rule.body
            )
        origin = doors.own_origin(host, options)
        doors.check_origin(rule, request.method or "", request.headers, origin, vouched=self._vouched())
        await self.recognise()
        self._count()

    async def recognise(self) -> None:
        """Find the visitor among those whom the rule lets in; a rule without roles asks nobody."""
        if not self.rule.roles:
            return
        campaign = self.path_kwargs.get("campaign")
        if not self.secret:
            await self.know_campaign(campaign)
            raise signed_out()
        found = await self.ask(self.services.store.visitor, self.secret, campaign, self.rule.roles)
        if found is None:
            known = await self.ask(self.services.store.visitors, self.secret)
            await self.know_campaign(campaign)
            raise forbidden() if known else signed_out()
        self.visitor = found

    @property
    def is_plain_form(self) -> bool:
        """Whether a page without script sent this."""
        return self.request.method == "POST" and doors.is_form(self.request.headers)

    @property
    def form_token(self) -> str:
        """What a plain form of this session sends back: nobody else can compute it."""
        key = hashlib.sha256(b"form:" + self.services.store.secret_key).digest()
        return hmac.new(key, self.secret.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    def _vouched(self) -> bool:
        if not (self.is_plain_form and self.secret):
            return False
        return hmac.compare_digest(
            self.get_body_argument("form_token", "").encode(), self.form_token.encode()
        )

    async def know_campaign(self, campaign: str | None) -> None:
        """Note whose campaign it is, so that the page that refuses says in its language whom to ask for a link."""
        if campaign is None:
            return
        try:
            plan = (await self.ask(self.services.store.campaign, campaign)).plan
        except CxMaturityError:
            return
        self.campaign_languages = plan.languages
        self.whom_to_ask = {"contact": plan.contact, "client": plan.client, "primary": plan.primary}

    def _count(self) -> None:
        if self.rule.kind in {"asset", "probe"}:
            return
        reading = self.rule.limit == "save" and self.request.method == "GET"
        bucket = self.bucket("page" if reading else self.rule.limit)
        if not bucket.take():
            raise too_fast(bucket.wait)

    @property
    def recognised(self) -> bool:
        """Whether the secret that the browser shows is one of ours: until then it may be made up, anew for each request."""
        return self.visitor is not None

    def bucket(self, limit: str) -> Bucket:
        """Return this visitor's bucket for a limit."""
        by_session = self.recognised and self.services.limiter.limits[limit].by == "session"
        return self.services.limiter.bucket(limit, self.fingerprint if by_session else self.address)

    # --- the visitor --------------------------------------------------------------------------------------

    @property
    def cookie_name(self) -> str:
        """Name of the session cookie; over https no other site of the domain can plant it."""
        return "__Host-cxm" if self.services.options.secure else "cxm"

    @property
    def secret(self) -> str:
        """The session secret that the browser shows, empty when it has none."""
        told = self.get_cookie(self.cookie_name) or ""
        return told if len(told) <= 200 else ""

    @property
    def fingerprint(self) -> str:
        """What the server remembers of the secret."""
        return doors.fingerprint(self.secret) if self.secret else ""

    @property
    def address(self) -> str:
        """The visitor's network address, for the limits only; it is written nowhere."""
        return doors.visitor_address(
            self.request.remote_ip or "", self.request.headers, self.services.options
        )

    def keep_session(self, secret: str, *, shared: bool = False) -> None:
        """Give the browser its session: unreadable to scripts, not sent by other sites, short on a shared computer."""
        self.set_cookie(
            self.cookie_name,
            secret,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.services.options.secure,
            expires_days=None if shared else 120,
        )

    @property
    def language(self) -> Language:
        """The visitor's language among those of the campaign: address, cookie, browser, in that order."""
        asked = self.request.query_arguments.get("lang", [b""])[-1].decode("ascii", "replace")
        header = self.request.headers.get("Accept-Language", "")
        return choose(self.campaign_languages, asked, self.get_cookie(LANGUAGE_COOKIE) or "", header)

    async def ask(self, call: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call the store in a thread."""
        return await self.services.run(call, *args, **kwargs)

    # --- the way out --------------------------------------------------------------------------------------

    def set_default_headers(self) -> None:
        """Put the headers of every answer."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", page_policy())
        self.set_header("Cache-Control", "no-store")
        if self.services.options.secure:
            self.set_header("Strict-Transport-Security", "max-age=31536000")

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Give the errors of the store and of the values their own status."""
        error = kwargs.get("exc_info", (None, None))[1]
        super().send_error(_status(error) if isinstance(error, CxMaturityError) else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong, in the visitor's language, and note it in the trail."""
        error = kwargs.get("exc_info", (None, None))[1]
        problems, retry = _problems(status_code, error)
        if 400 <= status_code < 500:
            self.note(problems[0].code, status=status_code)
        self.set_header("Content-Security-Policy", page_policy())
        self.set_header("Cache-Control", "no-store")
        if retry is not None:
            self.set_header("Retry-After", str(retry))
        wants_json = self.rule.kind in _JSON_KINDS
        if wants_json or self.request.method == "HEAD":
            self.send_json({"problems": [_as_json(problem, self.language) for problem in problems]})
        else:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            if retry is not None and status_code == 503 and self.request.method == "GET":
                self.set_header("Refresh", str(retry))
            self.finish(self.problem_page(problems[0]))

    def problem_page(self, problem: Problem) -> str:
        """Return the page that says a problem; a page that waits for a kernel looks again by itself."""
        from cxmaturity.app.pages import problems  # pages are only needed when one is shown

        if self.rule.kind == "voila" and problem.code == "app.busy":
            return problems.waiting_page(language=self.language)
        told = {**dict(problem.params), **self.whom_to_ask, "known": bool(self.secret)}
        told["said"] = describe(problem, self.language) if self.get_status() < 500 else ""
        return problems.problem_page(problem.code, language=self.language, params=told)

    def send_json(self, value: Any) -> None:
        """Answer with JSON."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def note(self, what: str, **details: Any) -> None:
        """Put a refusal in the trail."""
        actor = self.visitor.session if self.visitor else ANONYMOUS
        self.services.refusals.note(actor, what, self.rule.name, **details)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log our own faults, with their trace but without the address; a refusal is no fault."""
        if isinstance(value, StoreError):
            log.error("%s %s: %s", self.request.method, self.rule.name, value.code)
        if isinstance(value, asyncio.CancelledError | web.HTTPError | CxMaturityError):
            return
        log.error("%s %s failed", self.request.method, self.rule.name, exc_info=(typ, value, tb))

    def _request_summary(self) -> str:
        return f"{self.request.method} {self.rule.name}"


def _status(error: CxMaturityError) -> int:
    """Return the HTTP status of an error of ours; an unknown kind is our own fault."""
    if isinstance(error, AccessError):
        return _ACCESS.get(error.code, 403)
    if isinstance(error, StoreError):
        return 503
    if isinstance(error, UnknownIdError):
        return 400 if _may_be_told(error) else 404
    return 400 if isinstance(error, InputError) else 500


def _may_be_told(error: UnknownIdError) -> bool:
    return dict(error.problems[0].params).get("kind") in _TOLD_KINDS


def _problems(status: int, error: BaseException | None) -> tuple[tuple[Problem, ...], int | None]:
    """Return what to say of an error, and after how many seconds to try again."""
    if isinstance(error, Refused):
        return (error.problem,), error.retry
    if isinstance(error, UnknownIdError) and not _may_be_told(error):
        return (not_found().problem,), None  # the sentence would list what exists
    if isinstance(error, CxMaturityError):
        return error.problems, 5 if status == 503 else None
    if status == 405:
        found = Refused.of("app.method", "this address does not take that kind of request.", status=405)
    elif status == 404:
        found = not_found()
    elif 400 <= status < 500:
        found = bad_body("request")
    else:
        found = Refused.of("app.fault", "the server made a mistake; nothing was saved.", status=status)
    return (found.problem,), None


def _as_json(problem: Problem, language: Language) -> dict[str, str]:
    return {"code": problem.code, "message": describe(problem, language)}
