"""The HTTP API: routes onto the engine. Nothing here needs the pages or what they are made with."""

from app.api.factory import create

__all__ = ["create"]
