"""Colours as numbers: contrast by WCAG 2.2, shades that reach a contrast, and what colour-blind readers see.

Plain Python, so that a theme can be checked without matplotlib.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from cxmaturity.core.problems import InputError

Vision = Literal["normal", "protan", "deutan", "tritan"]
Linear = tuple[float, float, float]

# Full dichromacy in linear sRGB: Machado, Oliveira and Fernandes (2009), severity 1.
_VISIONS: Final[dict[str, tuple[Linear, Linear, Linear]]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@lru_cache(maxsize=256)
def parse_colour(text: str) -> str:
    """Return a colour written ``#rgb`` or ``#rrggbb`` as ``#RRGGBB``.

    Raises
    ------
    InputError
        ``charts.colour``: anything else.

    Examples
    --------
    >>> parse_colour("#7a3")
    '#77AA33'
    """
    found = re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text.strip())
    if not found:
        raise InputError.of(
            "charts.colour",
            "'{got}' is not a colour; expected six hexadecimal digits such as #7A3E9D.",
            got=text[:40],
        )
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    return f"#{digits.upper()}"


def linear_light(colour: str) -> Linear:
    """Return the linear-light red, green and blue of ``#RRGGBB``, each in [0, 1] (IEC 61966-2-1)."""
    coded = (int(parse_colour(colour)[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in coded)
    return red, green, blue


def _coded(light: Sequence[float]) -> tuple[float, ...]:
    clipped = (min(1.0, max(0.0, c)) for c in light)
    return tuple(255 * (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055) for c in clipped)


def _written(channels: Sequence[int]) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in channels)


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    red, green, blue = linear_light(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (black on white).

    Notes
    -----
    ``(L1 + 0.05) / (L2 + 0.05)``, L1 the higher relative luminance (WCAG 2.2, "contrast ratio").

    Examples
    --------
    >>> round(contrast_ratio("#767676", "#FFFFFF"), 2)
    4.54
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def reach_contrast(colour: str, paper: str, wanted: float) -> str:
    """Return `colour`, or its nearest shade that has the contrast `wanted` (at most 21) on `paper`.

    On a light paper it is darkened, on a dark one lightened. Darkening scales the linear light, which keeps
    the hue, lightening mixes white into it: the shade is found without a search, rounded to the safe side.

    Examples
    --------
    >>> reach_contrast("#14506B", "#FFFFFF", 4.5)
    '#14506B'
    """
    colour = parse_colour(colour)
    if contrast_ratio(colour, paper) >= wanted:
        return colour
    ground, own = luminance(paper), luminance(colour)
    if contrast_ratio("#000000", paper) >= contrast_ratio("#FFFFFF", paper):
        aim = max(0.0, (ground + 0.05) / wanted - 0.05)
        factor = aim / own if own else 0.0
        return _written([int(c) for c in _coded([factor * c for c in linear_light(colour)])])
    aim = min(1.0, wanted * (ground + 0.05) - 0.05)
    share = (aim - own) / (1 - own)
    return _written(
        [min(255, -int(-c // 1)) for c in _coded([c + share * (1 - c) for c in linear_light(colour)])]
    )


def blend(colour: str, paper: str, share: float) -> str:
    """Return `share` of `colour` laid on `paper`, share in [0, 1]: a tint."""
    both = zip(parse_colour(colour)[1:], parse_colour(paper)[1:], strict=True)
    pairs = list(both)
    channels = []
    for i in (0, 2, 4):
        top, ground = (int(pairs[i][k] + pairs[i + 1][k], 16) for k in (0, 1))
        channels.append(round(share * top + (1 - share) * ground))
    return _written(channels)


def seen_by(colour: str, vision: Vision) -> str:
    """Return the colour as a reader with that vision sees it (Machado, Oliveira and Fernandes 2009)."""
    light = linear_light(colour)
    return _written(
        [
            round(c)
            for c in _coded([sum(w * c for w, c in zip(row, light, strict=True)) for row in _VISIONS[vision]])
        ]
    )


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = linear_light(colour)
    long, medium, short = (
        (a * red + b * green + c * blue) ** (1 / 3)
        for a, b, c in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def distance(one: str, other: str) -> float:
    """Return how far apart two colours look, 0 to 100 (black, white): OKLab (Ottosson 2020) times 100."""
    return 100 * math.dist(_oklab(one), _oklab(other))


def least_distance(colours: Sequence[str]) -> float:
    """Return the smallest distance between any two of the colours, for the vision that sees it worst."""
    return min(
        (
            distance(seen_by(one, vision), seen_by(other, vision))
            for one, other in itertools.combinations(colours, 2)
            for vision in ("normal", "protan", "deutan", "tritan")
        ),
        default=float("inf"),
    )
