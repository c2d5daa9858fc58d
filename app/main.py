"""The ASGI application: pages at `/`, the HTTP API at `/api/v1`.

`streamlit run app/main.py` finds `app` by itself; `uvicorn app.main:app` serves it as well.
"""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from app.api.factory import mount
from app.deep import ways_in
from app.early import Early
from app.texts import say
from app.widgets import notice
from kadr.errors import ConfigError
from kadr.live import live
from kadr.settings import load_settings
from kadr.web.starting import start

__all__ = ["app"]


def on_script_error(error: Exception) -> bool:
    """Log a fault of the program and tell the visitor in plain words; the traceback is not shown."""
    logging.getLogger("kadr.app").error("a page failed", exc_info=error)
    notice(say("fault"), title=say("fault_title"))
    return True


@asynccontextmanager
async def _started(_app: st.App) -> AsyncIterator[None]:
    start()
    yield


def _api() -> list[BaseRoute]:
    """Return the API's place; none where a setting is wrong, which each page then says."""
    try:
        settings = load_settings(os.environ)
    except ConfigError as error:
        logging.getLogger("kadr.app").error("%s; the API is not served", error)  # noqa: TRY400  # one line says it all
        return []
    return [mount(live(settings.bundle, settings.inference_url), settings)]


app = st.App(
    Path(__file__).with_name("ui.py"),
    routes=[*_api(), *ways_in()],
    middleware=[Middleware(Early)],
    lifespan=_started,
    on_script_error=on_script_error,
)
