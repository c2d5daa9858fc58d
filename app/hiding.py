"""Whether films that the visitor has seen are left out of what is shown: their choice, for the session."""

import streamlit as st

from app.history import history
from app.texts import say
from kadr.film import Film

__all__ = ["hidden", "hide_seen", "hiding"]

_KEY = "hiding"


def hiding() -> bool:
    """Tell whether seen films are to be left out of search results and of films that are like another."""
    return bool(st.session_state.get(_KEY))


def hidden(film: Film) -> bool:
    """Tell whether a film is to be left out: seen ones are to be, and something was said of it."""
    return hiding() and film.id in history()


def hide_seen(label: str) -> None:
    """Show the switch; where nothing was seen yet, and nothing is hidden, there is none."""
    if history() or hiding():
        st.session_state["hide_seen"] = hiding()
        st.toggle(say(label), key="hide_seen", on_change=_hide, wrap=True)


def _hide() -> None:
    st.session_state[_KEY] = st.session_state["hide_seen"]
