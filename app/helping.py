"""The hosted models that help beside the search, and how a page waits for them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

import streamlit as st

from app.loading import opened_or_stop, settings_or_stop
from kadr.engine import Access
from kadr.search.aside import Helpers, Said, open_helpers

__all__ = ["awaited", "forget_helpers", "helpers"]

LOOK_S = 0.1
"""Between two looks whether the visitor has gone elsewhere."""
MOST_WAITING = 16
"""Visitors who wait at once: each model is asked four times at once, so more would stand in line for nothing."""


def helpers() -> Helpers:
    """Return the models that this process may ask; they are opened once."""
    own_encoder = bool(opened_or_stop().engine.manifest.encoder.get("url"))
    return _helpers(settings_or_stop().inference_url, own_encoder)


def forget_helpers() -> None:
    """Open the models anew when they are next asked for: the environment has changed."""
    _helpers.cache_clear()


def awaited(ask: Callable[[], Said], waiting: str) -> Said:
    """Return what a model said, with a word that it is awaited.

    A visitor who clicks elsewhere is served at once: each look is a place to leave off.
    """
    with st.spinner(waiting):
        coming = _pool().submit(ask)
        place = st.empty()
        while not wait([coming], LOOK_S).done:
            place.empty()
        return coming.result()


@cache
def _helpers(inference_url: str, own_encoder: bool) -> Helpers:
    return open_helpers(Access(os.environ, inference_url), own_encoder=own_encoder)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_WAITING, thread_name_prefix="kadr-help")
