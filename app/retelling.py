"""A long plot in a few sentences, by a hosted chat model, when a visitor asks for it; kept in the session."""

from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from app.helping import awaited, helpers
from app.texts import language, say
from kadr.film import Film

if TYPE_CHECKING:
    from kadr.search.aside import Said

__all__ = ["LONG", "retelling"]

LONG = 1_200
"""Characters of a description above which a retelling saves time: a minute of reading."""
BUDGET_S = 25.0
"""Seconds that a visitor waits: a small model that is awake takes 2 to 5."""
MOST_KEPT = 20
"""Retellings in a session: who has read more films than that begins anew."""
_KEPT, _ASKED = "retellings", "retelling_asked"


@st.fragment
def retelling(film: Film) -> None:
    """Show a short retelling of a film's description, or a button for it; nothing where it is short or none can be."""
    models = helpers()
    if len(film.description) <= LONG or not models.can_retell:
        return
    key = (film.id, language())
    kept: dict[tuple[str, str], Said] = st.session_state.setdefault(_KEPT, {})
    if st.session_state.pop(_ASKED, None) == key:
        ask = partial(models.retold, film.description, language(), BUDGET_S)
        said = awaited(ask, say("retelling_wait"))
        st.session_state[_KEPT] = kept = dict([*kept.items(), (key, said)][-MOST_KEPT:])
    said_before = kept.get(key)
    if said_before and said_before.text:
        _shown(said_before.text, models.teller)
        return
    if said_before:
        st.html(f'<p class="kadr-lead" role="status">{escape(_why(said_before.lack))}</p>')
    st.button(say("retell"), key="retell", icon=":material/auto_awesome:", on_click=_ask, args=(key,))


def _shown(text: str, model: str) -> None:
    made = escape(say("retelling_made", model=model))
    st.html(
        f'<section class="kadr-retelling"><h3>{escape(say("retelling"))}</h3>'
        f'<p>{escape(text)}</p><p class="kadr-lead">{made}</p></section>'
    )


def _why(lack: str) -> str:
    if lack == "text":
        return say("retelling_text_lack")
    return say("retelling_failed", because=say(f"because_{lack}"))


def _ask(key: tuple[str, str]) -> None:
    st.session_state[_ASKED] = key
