"""The ASGI application. `streamlit run app/main.py` finds `app` by itself; `uvicorn app.main:app` serves it as well."""

import logging
from pathlib import Path

import streamlit as st

from app.texts import say
from app.widgets import notice

__all__ = ["app"]


def on_script_error(error: Exception) -> bool:
    """Log a fault of the program and tell the visitor in plain words; the traceback is not shown."""
    logging.getLogger("kadr.app").error("a page failed", exc_info=error)
    notice(say("fault"), title=say("fault_title"))
    return True


app = st.App(Path(__file__).with_name("ui.py"), on_script_error=on_script_error)
