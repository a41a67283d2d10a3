"""The pages as pure functions: values in, HTML out; nothing here knows of a request or of the store."""

from __future__ import annotations
