"""One locator for the folders that travel beside the code: notebooks, templates, examples.

A wheel carries them under ``cxmaturity/_resources``; a checkout has them at its root. Everybody asks here, so
that an installed cxmaturity and a checkout behave alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cxmaturity.core.problems import FileError

_PACKAGE: Final = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the folder (or file) `name`, for instance ``templates/engagement``.

    Parameters
    ----------
    name : str
        A path under the root of a checkout, with forward slashes.

    Returns
    -------
    pathlib.Path
        The packaged one when there is one, else the checkout's.

    Raises
    ------
    FileError
        ``files.resource_missing`` when neither exists: the installation is incomplete.

    Examples
    --------
    >>> resource("templates").name
    'templates'
    """
    packaged = _PACKAGE / "_resources" / name
    found = packaged if packaged.exists() else _PACKAGE.parents[1] / name
    if not found.exists():
        raise FileError.of(
            "files.resource_missing",
            "'{name}' is missing from this installation of cxmaturity.",
            hint="Install it again.",
            name=name,
        )
    return found
