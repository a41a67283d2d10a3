"""The catalogue: what is asked, what is gained and how the two are linked. Types here, texts in `content/`.

Seven questions with five described levels, seven benefits with their KPI, the 7 x 7 link matrix between them.
"""

from __future__ import annotations

from cxmaturity.catalog.benefits import Benefit, Claim, InputSpec, Kpi, Link
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.catalog.questions import ChannelFamily, Criterion, Level, Named, Question

__all__ = [
    "Benefit",
    "Catalog",
    "ChannelFamily",
    "Claim",
    "Criterion",
    "InputSpec",
    "Kpi",
    "Level",
    "Link",
    "Named",
    "Question",
]
