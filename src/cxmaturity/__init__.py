"""cxmaturity: from a customer-experience self-test to a budget, in French and in English."""

from __future__ import annotations
