"""Every address has a rule, every rule a handler, every handler the guard."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from tornado import web

from cxmaturity.app import security
from cxmaturity.app.security import LIMITS, NOT_FOUND, ROUTES
from cxmaturity.app.server import routes
from cxmaturity.app.server.guarded import Guarded
from cxmaturity.app.server.limits import Limiter
from cxmaturity.app.server.logs import masked

RULES = {rule.name: rule for rule in ROUTES}
PUBLIC = {"home", "invitation", "open_link", "leave", "notice", "health", "asset"}
OWNED = {"kernel", "channels", "shutdown", "voila_static", "voila_themes", "voila_extensions"}


def test_rules_and_handlers_are_the_same():
    """No handler without a rule, no rule without a handler, no name twice."""
    assert routes.HANDLERS.keys() == RULES.keys()
    assert len(RULES) == len(ROUTES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_handler_passes_the_guard(name):
    """The guard's `prepare` is the first that runs, and no handler of Jupyter stands before it."""
    handler = routes.bound(routes.HANDLERS[name], RULES[name])
    before = [kind for kind in handler.__mro__ if "prepare" in vars(kind)]

    assert issubclass(handler, Guarded)
    assert before[0] is Guarded
    assert handler.rule is RULES[name]


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_verb_of_a_rule_is_written_and_no_other(name):
    """A handler has a method for each verb of its rule; what its rule does not name is refused before."""
    handler = routes.HANDLERS[name]
    for verb in RULES[name].methods:
        assert getattr(handler, verb.lower()) is not getattr(web.RequestHandler, verb.lower())


def test_only_these_need_no_role():
    """What anybody may ask for is a short list; what belongs to a kernel is checked against its owner."""
    assert PUBLIC | OWNED == {rule.name for rule in ROUTES if not rule.roles}
    from cxmaturity.app.server import statics, voila_pages

    for name in OWNED:
        assert issubclass(routes.HANDLERS[name], voila_pages._Owned | statics.VoilaFile)


def test_who_is_not_known_is_counted_by_address():
    """A cookie can be made up anew for each request: where no session is asked for, none is counted."""
    for rule in (*(RULES[name] for name in PUBLIC), NOT_FOUND):
        assert "address" == LIMITS[rule.limit].by or rule.kind in {"asset", "probe"}


@pytest.mark.parametrize(("owner", "buckets"), [(None, 1), ("somebody", 3)])
def test_only_a_known_session_has_a_bucket_of_its_own(owner, buckets):
    """Three made-up cookies of one address share its bucket; three sessions that the store knows do not."""

    class Visit(Guarded):
        """A request with a cookie, seen from one address."""

        services = SimpleNamespace(limiter=Limiter())
        address = "192.0.2.1"

        def __init__(self, cookie):
            self.cookie, self.visitor = cookie, owner

        @property
        def secret(self):
            return self.cookie

    assert buckets == len({id(Visit(f"cookie-{n}").bucket("page")) for n in range(3)})


def test_what_changes_something_is_checked_for_its_origin():
    """Every rule that takes POST is of a kind whose origin is checked, and has a small body."""
    for rule in (*ROUTES, NOT_FOUND):
        if "POST" in rule.methods:
            assert rule.kind in {"form", "json", "beacon", "page"}
            assert 0 < rule.body <= 64 * 1024
        else:
            assert 0 == rule.body


def test_every_limit_named_exists():
    """A rule names a limit of the table, and no limit lets more than twenty requests a second through."""
    assert {rule.limit for rule in ROUTES} <= LIMITS.keys()
    assert all(limit.per_minute <= 1800 for limit in LIMITS.values())


def test_nothing_else_of_jupyter_is_routed():
    """No pattern reaches contents, terminals, sessions, the list of kernels, the tree or files."""
    for path in (
        "/api/kernels", "/api/contents", "/api/terminals", "/api/sessions", "/api/kernelspecs", "/voila/tree",
        "/voila/files/x.png", "/voila/render/x.ipynb", "/login", "/voila/api/contents", "/tree", "/lab",
    ):  # fmt: skip
        assert not [rule.name for rule in ROUTES if re.fullmatch(rule.pattern, path)], path


def test_policies_have_no_inline_script():
    """Neither policy lets an inline script or `eval` run."""
    for policy in (security.page_policy(), security.voila_policy(), security.page_policy(("abc=",))):
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"} & set(script.split())
        assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("GET /i/IjEyMyI.abc-DEF_1 200", "GET /i/*** 200"),
        ("/i/abc?lang=fr", "/i/***"),
        ("GET /c/x/?token=abc&b=1 (1.2.3.4)", "GET /c/x/ (1.2.3.4)"),
        ("Cookie: cxm=abc; cxm_lang=fr", "Cookie: cxm=***; cxm_lang=fr"),
        ("__Host-cxm=abc", "__Host-cxm=***"),
        ("Is it so? Yes", "Is it so? Yes"),
    ],
)
def test_logs_hide_secrets(told, written):
    """Tokens, queries and session cookies are hidden in any line, whoever writes it."""
    assert written == masked(told)
