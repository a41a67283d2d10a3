"""What the server writes about itself: no query, no token, no network address, whoever does the writing."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

from tornado import web

_TOKEN: Final = re.compile(r"(/i/)[^\s/?#'\"]+")
_QUERY: Final = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]*")
_SECRET: Final = re.compile(r"((?:__Host-)?cxm=)[^\s;'\"]+")
access: Final = logging.getLogger("cxmaturity.app.access")


def masked(text: str) -> str:
    """Return a text without what stands after ``/i/``, after a question mark, or in the session cookie.

    Examples
    --------
    >>> masked("GET /i/eyJhIjoxfQ.sig?lang=fr")
    'GET /i/***'
    """
    return _SECRET.sub(r"\1***", _QUERY.sub(r"\1", _TOKEN.sub(r"\1***", text)))


class Masking(logging.Formatter):
    """Masks the finished line, exceptions included: libraries log addresses that we do not control."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets."""
        return masked(super().format(record))


def set_up(level: int = logging.INFO) -> None:
    """Send every log of this process to standard error through the mask; standard output is for the caller."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("traitlets").handlers.clear()
    for noisy in ("asyncio", "traitlets", "tornado.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log_request(handler: web.RequestHandler) -> None:
    """Write one line per request: verb, path, status, milliseconds."""
    request = handler.request
    status = handler.get_status()
    level = logging.INFO if status < 500 else logging.ERROR
    access.log(
        level, "%s %s %d %.0f ms", request.method, masked(request.path), status, 1000 * request.request_time()
    )
