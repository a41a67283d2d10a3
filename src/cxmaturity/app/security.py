"""Every rule of the server in one place: who may ask for what, how often, how much, and what a page may load.

Only tables: no tornado, no store, nothing that runs. The handlers of `server` are built from `ROUTES`, so a
page without a rule cannot exist; what a widget may be told by a browser is in `security_fields`, and
`security_messages` applies it. `tests/attacks` tries each rule from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import attrs

from cxmaturity.store.values import Role

Kind = Literal["page", "form", "json", "file", "voila", "socket", "beacon", "asset", "probe"]
"""What answers and how: `form` and `beacon` change something and need a same-origin request, `json` also the
header `X-CXM`; `voila`, `socket` and `beacon` need a session that owns the kernel."""


@attrs.frozen(kw_only=True)
class Route:
    """One address: its pattern, the verbs and roles allowed, which limit counts it, and how it answers.

    Without `roles` anybody may ask, which is right for links, notices, health and assets only. `limit` names
    an entry of `LIMITS`; `body` is the largest body taken, in bytes.
    """

    name: str
    pattern: str
    methods: tuple[str, ...] = ("GET",)
    kind: Kind = "page"
    roles: tuple[Role, ...] = ()
    limit: str = "page"
    body: int = 0


CAMPAIGN: Final = r"(?P<campaign>[A-Za-z0-9][A-Za-z0-9_-]{0,79})"
TOKEN: Final = r"(?P<token>[A-Za-z0-9_.~=-]{1,600})"  # noqa: S105  # a pattern, not a secret
KERNEL: Final = r"(?P<kernel>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
FILE: Final = r"(?P<path>.{1,300})"

_FORM: Final = 8 * 1024
_ANSWERS: Final = 64 * 1024
_RESPONDENT: Final[tuple[Role, ...]] = ("respondent",)
_CONSULTANT: Final[tuple[Role, ...]] = ("consultant",)
_ASKED: Final = ("GET", "HEAD")
_BOTH: Final = ("GET", "POST")

ROUTES: Final[tuple[Route, ...]] = (
    Route(name="home", pattern="/", limit="link"),
    Route(name="invitation", pattern=f"/i/{TOKEN}", methods=_BOTH, kind="form", limit="link", body=_FORM),
    Route(name="open_link", pattern=f"/o/{CAMPAIGN}", methods=_BOTH, kind="form", limit="link", body=_FORM),
    Route(name="leave", pattern="/leave", methods=("POST",), kind="form", limit="link", body=_FORM),
    Route(name="notice", pattern=f"/c/{CAMPAIGN}/notice", limit="link"),
    Route(name="health", pattern="/health", methods=_ASKED, kind="probe"),
    Route(name="asset", pattern=rf"/assets/(?P<seal>[0-9a-f]{{8,64}})/{FILE}", methods=_ASKED, kind="asset"),
    # the respondent
    Route(name="self_test", pattern=f"/c/{CAMPAIGN}/", roles=_RESPONDENT),
    Route(
        name="answers",
        pattern=f"/c/{CAMPAIGN}/answers",
        methods=_BOTH,
        kind="json",
        roles=_RESPONDENT,
        limit="save",
        body=_ANSWERS,
    ),
    *(
        Route(
            name=name,
            pattern=f"/c/{CAMPAIGN}/{name}",
            methods=("POST",),
            kind="json",
            roles=_RESPONDENT,
            limit="save",
            body=_FORM,
        )
        for name in ("function", "language", "finish", "elsewhere")
    ),
    Route(
        name="erase",
        pattern=f"/c/{CAMPAIGN}/erase",
        methods=("POST",),
        kind="form",
        roles=_RESPONDENT,
        limit="pdf",
        body=_FORM,
    ),
    Route(name="data", pattern=f"/c/{CAMPAIGN}/data.json", kind="file", roles=_RESPONDENT, limit="pdf"),
    Route(name="result", pattern=f"/c/{CAMPAIGN}/result", roles=_RESPONDENT, limit="result"),
    Route(
        name="result_pdf", pattern=f"/c/{CAMPAIGN}/result.pdf", kind="file", roles=_RESPONDENT, limit="pdf"
    ),
    Route(name="explore", pattern=f"/c/{CAMPAIGN}/explore", kind="voila", roles=_RESPONDENT, limit="kernel"),
    Route(name="seat", pattern=f"/c/{CAMPAIGN}/workshop", kind="voila", roles=_RESPONDENT, limit="kernel"),
    # the sponsor and the consultant
    Route(name="sponsor", pattern=f"/s/{CAMPAIGN}/", roles=("sponsor", "consultant"), limit="result"),
    Route(name="consultant", pattern="/consultant/", roles=_CONSULTANT),
    Route(name="campaign", pattern=f"/consultant/{CAMPAIGN}/", roles=_CONSULTANT),
    Route(name="live", pattern=f"/consultant/{CAMPAIGN}/live", kind="json", roles=_CONSULTANT),
    Route(
        name="comparison",
        pattern=f"/consultant/{CAMPAIGN}/comparison",
        roles=_CONSULTANT,
        limit="result",
    ),
    *(
        Route(
            name=name,
            pattern=f"/consultant/{CAMPAIGN}/{name}",
            methods=("POST",),
            kind="form",
            roles=_CONSULTANT,
            limit="staff",
            body=_FORM,
        )
        for name in ("invite", "renew", "remind", "revoke", "close")
    ),
    Route(name="builder", pattern="/builder/", kind="voila", roles=_CONSULTANT, limit="kernel"),
    Route(name="map", pattern="/map/", kind="voila", roles=_CONSULTANT, limit="kernel"),
    # what a Voilà page needs from its kernel, and nothing else of Jupyter
    Route(name="kernel", pattern=f"/api/kernels/{KERNEL}", kind="json", limit="socket"),
    Route(name="channels", pattern=f"/api/kernels/{KERNEL}/channels", kind="socket", limit="socket"),
    Route(
        name="shutdown",
        pattern=f"/voila/api/shutdown/{KERNEL}",
        methods=("POST",),
        kind="beacon",
        limit="socket",
        body=_FORM,
    ),
    *(
        Route(name=f"voila_{name}", pattern=f"/voila/{path}/{FILE}", methods=_ASKED, kind="asset")
        for name, path in (
            ("static", "static"),
            ("themes", "api/themes"),
            ("extensions", "labextensions"),
        )
    ),
)
NOT_FOUND: Final = Route(
    name="not_found", pattern=".*", methods=("GET", "HEAD", "POST"), limit="link", body=_FORM
)


@attrs.frozen(kw_only=True)
class Limit:
    """A bucket: `burst` requests at once, then `per_minute`; by network address, or by session once it is known to be one."""

    burst: int
    per_minute: float
    by: Literal["address", "session"]


LIMITS: Final[Mapping[str, Limit]] = {
    "link": Limit(burst=600, per_minute=600, by="address"),  # a whole company may sit behind one address
    "guess": Limit(burst=60, per_minute=30, by="address"),  # only links that were refused count here
    "open": Limit(burst=120, per_minute=20, by="address"),  # people who join by an open link
    "page": Limit(burst=120, per_minute=120, by="session"),
    "save": Limit(burst=60, per_minute=120, by="session"),
    "result": Limit(burst=20, per_minute=30, by="session"),
    "pdf": Limit(burst=6, per_minute=6, by="session"),
    "staff": Limit(burst=200, per_minute=200, by="session"),
    "kernel": Limit(burst=10, per_minute=10, by="session"),
    "socket": Limit(burst=120, per_minute=240, by="session"),
    "messages": Limit(burst=200, per_minute=1800, by="session"),  # kernel messages of one connection
}

HEADER_BYTES: Final = 16 * 1024
BODY_BYTES: Final = 256 * 1024  # tornado cuts the connection here; each route takes less
MESSAGE_BYTES: Final = 128 * 1024  # one kernel message from a browser
MESSAGE_BYTES_CUT: Final = 1024 * 1024  # the connection is cut here
EVENTS_PER_SAVE: Final = 50
REFUSALS_PER_SOCKET: Final = 100  # a connection that is refused more than this is closed
SOCKETS_PER_KERNEL: Final = 4
KERNELS_PER_SESSION: Final = 3
STARTS_AT_ONCE: Final = 3
HEADER_SECONDS: Final = 20.0  # a request must have sent its headers, and an idle connection ends
HEADER_SECONDS_PROXY: Final = 130.0  # a proxy keeps its connections open, and cuts slow visitors off itself
BODY_SECONDS: Final = 20.0
KERNEL_GRACE_SECONDS: Final = (
    25.0  # a kernel that no page listens to lives this long: a lost network comes back
)
KERNEL_IDLE_SECONDS: Final[Mapping[str, float]] = {
    "explore": 30 * 60.0,  # by page, while it is open: one person looks at their own result
    "builder": 4 * 3600.0,  # a workshop talks for a while between two changes
    "map": 4 * 3600.0,
    "seat": 2 * 3600.0,  # a participant waits for the others, then for the facilitator
}
KERNEL_START_SECONDS: Final = 90.0
QUEUED_SAVES: Final = 600  # beyond, the server says that it is busy rather than keep people waiting

HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # nobody else learns an address; a form post still says where it is from
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_PAGE_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_VOILA_POLICY: Final = (
    "default-src 'none'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # JupyterLab and the widgets write style elements
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


def page_policy(style_hashes: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy of our own pages: no inline script at all.

    `style_hashes` are those of the page's own `style` elements; a `style` attribute, which the charts have,
    can neither load nor send anything under this policy.
    """
    hashes = "".join(f" 'sha256-{value}'" for value in style_hashes)
    return "; ".join((*_PAGE_POLICY, f"style-src 'self'{hashes}", "style-src-attr 'unsafe-inline'"))


def voila_policy() -> str:
    """Return the policy of a Voilà page: scripts in files only; anywidget loads its module from a ``blob:``.

    There is no ``unsafe-eval`` and no ``unsafe-inline`` for scripts.
    """
    return "; ".join((*_VOILA_POLICY, "script-src 'self' blob:"))


# What a kernel inherits from the server's environment: enough to start Python, nothing that says who asks,
# where the answers are or how to sign an invitation.
KERNEL_ENVIRONMENT: Final = frozenset(
    {
        "APPDATA", "COMSPEC", "CONDA_PREFIX", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH",
        "LOCALAPPDATA", "MPLCONFIGDIR", "NUMBER_OF_PROCESSORS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH",
        "PATHEXT", "PROGRAMDATA", "PYTHONPATH", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "TZ",
        "USERPROFILE", "VIRTUAL_ENV", "WINDIR", "XDG_CACHE_HOME",
    }
)  # fmt: skip
