"""The films that the visitor wants to watch, as a section of a page."""

import streamlit as st

from app.gallery import film_link, listed
from app.history import mark_watched, want, wanted
from app.texts import grouped, say
from app.widgets import lead, section
from kadr.engine import Engine
from kadr.film import Film

__all__ = ["watchlist"]


def watchlist(engine: Engine) -> None:
    """Show the watchlist, the last film first; nothing where it is empty."""
    films = [film for each in list(wanted())[::-1] if (film := engine.film(each))]
    if not films:
        return
    section(say("watchlist"), grouped(len(films)))
    listed(films, _entry, "watchlist")


def _entry(film: Film) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"entry_{film.id}"):
        film_link(film)
        lead(str(film.year or ""))
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(
                say("film_watched"),
                key=f"seen_{film.id}",
                icon=":material/check:",
                type="tertiary",
                on_click=mark_watched,
                args=(film.id,),
                kwargs={"watched": True},
            )
            st.button(
                say("mine_remove"),
                key=f"unwant_{film.id}",
                icon=":material/close:",
                type="tertiary",
                on_click=want,
                args=(film.id,),
                kwargs={"wish": False},
            )
