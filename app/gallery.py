"""Films on a page: results as cards, films as posters, each a link to its page, with what the visitor thinks of it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from math import ceil
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.cards import facts, found, poster, title_of
from app.history import history, leaning, like, want, wanted
from app.language import linked
from app.markdown import literal
from app.texts import say
from kadr.film import Film
from kadr.search.types import Hit

__all__ = ["FILM_PAGE", "cards", "cover", "film_link", "heading", "listed", "opinion", "thumbs", "tiles", "wish"]

FILM_PAGE = "views/film.py"
ON_A_PAGE = 20
_CARD_WIDTH = 400
"""Pixels: two cards beside each other on a laptop, one on a phone; a line of a snippet holds some 40 letters."""
_POSTER_WIDTH = 104
_TILE_WIDTH = 140
"""Pixels: two on the narrowest phone, six or seven on a laptop."""


def cards(hits: Iterable[Hit], lull_s: float = 0) -> None:
    """Show results, best first: poster, title, facts, snippet, why, and the visitor's opinion.

    `lull_s`: seconds between all that is read and all that is clicked.
    """
    with st.grid(2, min_column_width=_CARD_WIDTH, key="cards"):
        drawn = []
        for hit in hits:
            card = st.container(horizontal=True, border=True, height="stretch", gap="small", key=f"card_{hit.film.id}")
            card.html(poster(hit.film), width=_POSTER_WIDTH)
            body = card.container(gap="xxsmall")
            body.html(heading(hit.film) + found(hit))
            drawn.append((hit.film, card, body))
    # What a browser first loads the means for comes after all that is read.
    time.sleep(lull_s)
    for film, card, body in drawn:
        with body:
            opinion(film)
        with card, cover(film, "cards"):
            film_link(film)


def tiles(films: Iterable[Film], key: str, notes: Mapping[str, str] = MappingProxyType({})) -> None:
    """Show films as posters with title and facts below, and a note on each film, by its id, that has one."""
    with st.grid("auto", min_column_width=_TILE_WIDTH, key=key):
        drawn = []
        for film in films:
            tile = st.container(gap="xxsmall", key=f"tile_{key}_{film.id}")
            tile.html(poster(film))
            note = notes.get(film.id)
            tile.html(heading(film) + facts(film) + (f'<p class="kadr-facts">{escape(note)}</p>' if note else ""))
            drawn.append((film, tile))
    for film, tile in drawn:
        with tile, cover(film, key):
            film_link(film)


def heading(film: Film) -> str:
    """Return a film's title as a card has it."""
    return f'<h3 class="kadr-title">{escape(title_of(film))}</h3>'


def cover(film: Film, key: str) -> DeltaGenerator:
    """Return the place that lies over a film's whole card, for the link to its page."""
    return st.container(key=f"open_{key}_{film.id}")


def film_link(film: Film) -> None:
    """Show a film's title, which leads to its page within the session: a history in it is not lost."""
    st.page_link(FILM_PAGE, label=literal(title_of(film)), query_params=linked(id=film.id))


def opinion(film: Film) -> None:
    """Show thumbs, and beside them whether the film is on the watchlist."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"said_{film.id}"):
        thumbs(film)
        wish(film)


def wish(film: Film) -> None:
    """Show what puts a film on the watchlist, or takes it off; nothing for one that was watched."""
    if film.id in history():
        return
    listed = film.id in wanted()
    st.button(
        say("wanted" if listed else "want"),
        key=f"want_{film.id}",
        icon=f":material/bookmark{'_check' if listed else '_add'}:",
        type="tertiary",
        on_click=want,
        args=(film.id, not listed),
    )


def thumbs(film: Film) -> None:
    """Show two thumbs, the one that was chosen filled; a second click takes it back."""
    key = f"thumbs_{film.id}"
    said = leaning(history().get(film.id))
    st.session_state[key] = None if said is None else int(said)
    st.feedback("thumbs", key=key, on_change=_thumbs, args=(film.id, key))


def _thumbs(film: str, key: str) -> None:
    chosen = st.session_state[key]
    like(film, None if chosen is None else bool(chosen))


def listed(films: Sequence[Film], entry: Callable[[Film], None], key: str) -> None:
    """Show films line by line, a page of them at a time; `key` names the list."""
    above = st.container(gap="xxsmall", key=key)
    pages = ceil(len(films) / ON_A_PAGE)
    page = st.pagination(pages, key=f"{key}_page") if pages > 1 else 1
    with above:
        for film in films[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
            entry(film)
