"""Asking the engine without holding up the page: words at once, the meaning when a hosted model has answered."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from kadr.engine import Engine, SearchOptions
from kadr.search.types import SearchResult

__all__ = ["Asked", "ask", "better"]

PATIENCE_S = 0.2
"""What the page waits for a whole answer before it shows what the words found: a warm model takes 150 ms."""
LOOK_S = 0.1
"""Between two looks whether the visitor has typed on."""
MOST_WAITING = 64
"""Visitors who wait for a hosted model at once; the next ones stand in line, and see what the words found."""
_KEPT = "answer"


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the better one that is on its way, None where this is the best. `key`: what was asked, of whom."""

    result: SearchResult
    key: tuple[Any, ...]
    coming: Future[SearchResult] | None = None


def ask(engine: Engine, query: str, options: SearchOptions) -> Asked:
    """Return an answer soon: the whole one where it takes no longer than a blink, else what needs no service.

    Raises:
        QueryError: an option is out of its range; the message names it.
    """
    key = (engine.manifest.version, query, options)
    kept: Asked | None = st.session_state.pop(_KEPT, None)
    if kept is not None and kept.key == key:
        return kept
    if not query or not _may_wait(engine):
        return Asked(engine.search(query, **options), key)
    coming = _pool().submit(engine.search, query, **options)
    if wait([coming], PATIENCE_S).done:
        return Asked(coming.result(), key)
    hasty: SearchOptions = {**options, "budget_ms": 0}
    return Asked(engine.search(query, **hasty), key, coming)


def better(asked: Asked) -> None:
    """Wait for the better answer and draw the page anew with it. Call it when everything else is drawn.

    A visitor who types on, or clicks, is served at once: each look at the answer is a place to leave off.
    """
    if asked.coming is None:
        return
    place = st.empty()
    while not asked.coming.done():
        wait([asked.coming], LOOK_S)
        place.empty()
    st.session_state[_KEPT] = Asked(asked.coming.result(), asked.key)
    st.rerun()


def _may_wait(engine: Engine) -> bool:
    """Tell whether a search may wait for a service at all."""
    params = engine.parts.refiner.params
    return engine.parts.ladder.hosted is not None or bool(params.rewrite or params.rerank)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_WAITING, thread_name_prefix="kadr-ask")
