"""The API described in OpenAPI 3.1, generated from the records."""

from __future__ import annotations

from typing import Any

__all__ = ["document"]


def document() -> dict[str, Any]:
    """The whole description."""
    return {"openapi": "3.1.0", "info": {"title": "Lossary", "version": "1"}, "paths": {}}
