"""The API without the pages, at the same addresses: `uvicorn app.api.alone:api`."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from app.api.factory import PREFIX, mount
from kadr.errors import ConfigError
from kadr.live import live
from kadr.settings import Settings, load_settings
from kadr.web.starting import start

__all__ = ["api"]


@asynccontextmanager
async def _started(_app: Starlette) -> AsyncIterator[None]:
    start()
    yield


def _settings() -> Settings:
    try:
        return load_settings(os.environ)
    except ConfigError as error:
        sys.exit(f"kadr: {error}")


def _served(settings: Settings) -> Starlette:
    routes = [
        mount(live(settings.bundle, settings.inference_url), settings),
        Route("/", lambda _: RedirectResponse(f"{PREFIX}/docs")),
    ]
    return Starlette(routes=routes, lifespan=_started)


api = _served(_settings())
