"""The visitor's choices between two runs of the page: in the widgets, in the session and in the address.

A click changes a widget, and the address follows. A link, the back button or an edited address changes the address,
and the widgets follow. The two are told apart by what else changed since the page was drawn: an address that lags
behind a quick second click is not one that was opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.state import FIELDS, FILTERS, OF_QUERY, Choices, defaults, from_url, to_url
from app.widgets import plain_choice

__all__ = ["BUTTONS", "keep", "reset_filters", "restore"]

BUTTONS = ("find", "more", "drop_here", "drop_there")
"""Keys of the page's buttons: a press is a visitor's act as well."""
_MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class _Memory:
    """The page as it was last drawn."""

    address: dict[str, list[str]]
    choices: dict[str, Any]


def restore(results: int, themes: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the choices to draw the page with, and the parameters of an opened address that were not understood.

    The widgets' values are in the session afterwards. Call it before any widget is made.

    Args:
        results: the deployment's number of films on a page.
        themes: the names of the catalogue's themes, by their ids.
    """
    memory: _Memory | None = st.session_state.get(_MEMORY)
    address = _address()
    refused: tuple[str, ...] = ()
    held = _held(memory.choices if memory else defaults(results), themes)
    pressed = any(st.session_state.get(name) for name in BUTTONS)
    opened = memory is None or (address != memory.address and held == memory.choices and not pressed)
    if opened:
        held, refused = from_url(address, results)
    elif memory and held["q"] != memory.choices["q"]:
        plain = defaults(results)
        held |= {name: plain[name] for name in OF_QUERY}
    for name, field in FIELDS.items():
        # A list is set anew each time: its options change their text with the counts, and the browser must learn it.
        if opened or field.many or name in OF_QUERY or name not in st.session_state:
            st.session_state[name] = held[name]
    return held, refused


def keep(choices: Choices, results: int) -> None:
    """Remember the choices that the page was drawn with, and write them into the address."""
    address = to_url(choices, results)
    st.session_state[_MEMORY] = _Memory(address, dict(choices))
    if address != _address():
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in FIELDS}
        st.query_params.from_dict({**others, **address})


def reset_filters(results: int) -> None:
    """Take back all filters; the query stays. For a button's callback."""
    plain = defaults(results)
    for name in FILTERS:
        st.session_state[name] = plain[name]


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in FIELDS if name in st.query_params}


def _held(remembered: Choices, themes: Mapping[str, str]) -> dict[str, Any]:
    """Return the widgets' values; of widgets that were not drawn, what is remembered."""
    held = {name: st.session_state.get(name, remembered[name]) for name in FIELDS}
    for name, field in FIELDS.items():
        if field.many:
            held[name] = list(dict.fromkeys(plain_choice(name, value, themes) for value in held[name]))
    held["q"] = held["q"].strip()
    if held["rating"] is not None:
        held["rating"] = round(held["rating"], 1)
    return held
