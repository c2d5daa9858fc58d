"""The visitor's choices between two runs of the page: in the widgets, in the session and in the address.

A click changes a widget, and the address follows. A link, the back button or an edited address changes the address,
and the widgets follow. The two are told apart by what else changed since the page was drawn: an address that lags
behind a quick second click is not one that was opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.language import linked
from app.state import FIELDS, FILTERS, OF_QUERY, Choices, defaults, from_url, read, to_url
from app.texts import language
from app.widgets import plain_choice

__all__ = ["MOST_RECENT", "Visit", "act", "choose", "keep", "recent", "reset_filters", "restore"]

MOST_RECENT = 10
"""Queries of a visitor that are remembered, for the session alone."""
_MEMORY, _ACT, _RECENT = "memory", "act", "recent"


@dataclass(frozen=True, slots=True)
class Visit:
    """What to draw the page with.

    `choices`: by field. `refused`: parameters of an opened address that were not understood. `typing`: whether the
    query is still being typed: it was not sent off by Enter, a button or any other act, and is in no address yet.
    `first`: whether the page was not drawn in this session before.
    """

    choices: dict[str, Any]
    refused: tuple[str, ...] = ()
    typing: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class _Memory:
    """The page as it was last drawn."""

    address: dict[str, list[str]]
    choices: dict[str, Any]
    typing: bool
    spoken: str


def restore(results: int, themes: Mapping[str, str]) -> Visit:
    """Return the choices to draw the page with.

    The widgets' values are in the session afterwards. Call it before any widget is made.

    Args:
        results: the deployment's number of films on a page.
        themes: the names of the catalogue's themes, by their ids.
    """
    memory: _Memory | None = st.session_state.get(_MEMORY)
    address = _address()
    acted = st.session_state.pop(_ACT, False)
    if memory is None:
        return _set(*from_url(address, results), first=True)
    held = _held(memory.choices, themes)
    changed = {name for name in FIELDS if held[name] != memory.choices[name]}
    if address != memory.address and not changed and not acted:
        return _set(*from_url(address, results))
    plain = defaults(results)
    if "q" in changed:
        held |= {name: plain[name] for name in OF_QUERY}
    if changed and "page" not in changed:
        held["page"] = plain["page"]
    return _set(held, typing=not acted and changed <= {"q"} and ("q" in changed or memory.typing))


def keep(visit: Visit, results: int) -> None:
    """Remember the choices that the page was drawn with, and write them into the address.

    While a query is typed, the address stays: the browser's history would hold every pause in it. A language that was
    chosen is written, too: the browser may have added it to the address a moment ago, and not told of it yet.
    """
    address = _address() if visit.typing else to_url(visit.choices, results)
    st.session_state[_MEMORY] = _Memory(address, dict(visit.choices), visit.typing, language())
    if visit.typing:
        return
    if query := visit.choices["q"]:
        st.session_state[_RECENT] = (*(each for each in recent() if each != query), query)[-MOST_RECENT:]
    if address != _address():
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in FIELDS}
        st.query_params.from_dict({**linked(), **others, **address})


def recent() -> tuple[str, ...]:
    """Return the visitor's last queries, the last one last."""
    return tuple(st.session_state.get(_RECENT, ()))


def act() -> None:
    """Note that the visitor did more than type. For a button's callback."""
    st.session_state[_ACT] = True


def choose(**choices: Any) -> None:
    """Set fields. For a button's callback."""
    act()
    for name, value in choices.items():
        st.session_state[name] = value


def reset_filters(results: int) -> None:
    """Take back all filters; the query stays. For a button's callback."""
    plain = defaults(results)
    choose(**{name: plain[name] for name in FILTERS})


def _set(choices: dict[str, Any], refused: tuple[str, ...] = (), *, typing: bool = False, first: bool = False) -> Visit:
    """Put the choices into the widgets that do not hold them."""
    memory: _Memory | None = st.session_state.get(_MEMORY)
    translated = memory is not None and memory.spoken != language()
    for name, field in FIELDS.items():
        # A browser knows a choice by its text, and must learn each new one: a list's options change theirs with the
        # counts, all of them theirs with the language.
        here = name in st.session_state
        if field.many or translated or not here or _plain(name, st.session_state[name]) != choices[name]:
            st.session_state[name] = choices[name]
    return Visit(choices, refused, typing, first)


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in FIELDS if name in st.query_params}


def _held(remembered: Choices, themes: Mapping[str, str]) -> dict[str, Any]:
    """Return the widgets' values; of widgets that were not drawn, what is remembered.

    So it is with a value that is none of its field's: the text of an option, as it was before the options changed.
    """
    held = {name: st.session_state.get(name, remembered[name]) for name in FIELDS}
    for name, field in FIELDS.items():
        if field.many:
            held[name] = list(dict.fromkeys(plain_choice(name, value, themes) for value in held[name]))
        elif name != "q" and isinstance(held[name], str) and read(field, held[name]) is None:
            held[name] = remembered[name]
    return {name: _plain(name, value) for name, value in held.items()}


def _plain(name: str, value: Any) -> Any:
    """Return a widget's value as addresses have it. The field itself keeps its spaces: somebody may be typing in it."""
    if name == "q":
        return (value or "").strip()
    return round(value, 1) if name == "rating" and value is not None else value
