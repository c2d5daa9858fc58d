"""The parts that pages are put together from: notices, cards in a grid, the filter panel."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from app.cards import card, tile
from app.texts import say
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_RATING, Film, Kind
from kadr.search.types import FacetValue, Hit, SearchResult

__all__ = ["cards", "filter_panel", "headline", "lead", "notice", "plain_choice", "section", "style", "tiles"]

_COUNT = "\u2002·\u2002"
"""Stands between a value and its count in a list; no name holds it, because sources' spaces are made single ones."""
_CARD_WIDTH = 400
"""Pixels: two cards beside each other on a laptop, one on a phone; a line of a snippet holds some 40 letters."""
_TILE_WIDTH = 140
"""Pixels: two on the narrowest phone, six or seven on a laptop."""


def style() -> None:
    """Load the page's style sheet."""
    st.html(Path(__file__).with_name("style.css"))


def notice(*paragraphs: str, title: str = "") -> None:
    """Show a message. It is plain text: whatever it quotes is neither Markdown nor HTML."""
    head = f"<h2>{escape(title)}</h2>" if title else ""
    st.html(f'<div class="kadr-note" role="status">{head}{"".join(f"<p>{escape(p)}</p>" for p in paragraphs)}</div>')


def headline(text: str) -> None:
    """Show the page's one headline."""
    st.html(f'<h1 class="kadr-hero">{escape(text)}</h1>')


def section(title: str, detail: str = "") -> None:
    """Show a heading of the page, with a remark in small print."""
    small = f"<small>{escape(detail)}</small>" if detail else ""
    st.html(f'<h2 class="kadr-section">{escape(title)}{small}</h2>')


def lead(text: str) -> None:
    """Show a few words in small print before buttons that stand in a row."""
    st.html(f'<p class="kadr-lead">{escape(text)}</p>', width="content")


def cards(hits: Iterable[Hit]) -> None:
    """Show results, best first."""
    with st.grid(2, min_column_width=_CARD_WIDTH, key="cards"):
        for hit in hits:
            st.html(card(hit))


def tiles(films: Iterable[Film], key: str) -> None:
    """Show films as posters."""
    with st.grid("auto", min_column_width=_TILE_WIDTH, key=key):
        for film in films:
            st.html(tile(film))


def filter_panel(
    result: SearchResult,
    years: tuple[int | None, int | None],
    themes: Mapping[str, str],
    *,
    rated: bool,
    posters: bool,
) -> None:
    """Show the filters. Each keeps its choice in the session, under its name; what no film of the answer has is hidden.

    Args:
        result: the answer, whose facets give the values and their counts.
        years: the first and the last year of the catalogue, shown where no year was chosen.
        themes: the names of the catalogue's themes, by their ids.
        rated: whether any film of the catalogue has a rating.
        posters: whether any has an image.
    """
    # On a phone the panel is folded away behind an arrow; the arrow is given a name.
    label = f'[data-testid="stExpandSidebarButton"]::after {{ content: "{say("filters")}"; margin-left: .4rem; }}'
    st.html(f"<style>{label}</style>")
    facets = result.facets
    _values("kind", facets["kind"], say("choose"), names=_kinds())
    for column, name, label, shown in zip(st.columns(2), ("from", "to"), ("year_from", "year_to"), years, strict=True):
        column.number_input(
            say(label), FIRST_YEAR, LAST_YEAR, value=None, step=1, placeholder=str(shown or ""), key=name
        )
    _values("genre", facets["genre"], say("choose"))
    # The facet counts genres as if none had been chosen: what leaving one out would remove, it does not tell.
    _values("not_genre", facets["genre"], say("choose_none"), counted=False)
    _values("country", facets["country"], say("choose"))
    _values("theme", facets["theme"], say("choose"), names=themes)
    _values("director", facets["director"], say("choose_name"), new=True)
    _values("actor", facets["actor"], say("choose_name"), new=True)
    if rated or st.session_state["rating"]:
        st.number_input(
            say("rating"),
            0.0,
            MAX_RATING,
            value=None,
            step=0.5,
            format="%.1f",
            placeholder=say("any_rating"),
            key="rating",
        )
    _ages(facets["age"])
    if posters or st.session_state["poster"]:
        st.toggle(say("poster"), key="poster")


def plain_choice(name: str, shown: str, themes: Mapping[str, str]) -> str:
    """Return the value that an option of a field means.

    A browser knows options by their text, counts included. When counts change while a click is on its way, the old
    text comes back, and it must still mean the same choice.
    """
    text = shown.partition(_COUNT)[0]
    names = {"kind": _kinds(), "theme": themes}.get(name, {})
    return next((value for value, said in names.items() if said == text), text)


def _kinds() -> Mapping[str, str]:
    return {kind.value: say(f"kind_{kind}") for kind in Kind}


def _values(
    name: str,
    values: Sequence[FacetValue],
    placeholder: str,
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    new: bool = False,
    counted: bool = True,
) -> None:
    chosen: list[str] = st.session_state[name]
    counts = {value.value: value.count for value in values if value.count}
    options = list(dict.fromkeys([*counts, *chosen]))
    if not options:
        return

    def shown(value: str) -> str:
        text = names.get(value, value)
        return f"{text}{_COUNT}{counts[value]}" if counted and value in counts else text

    st.multiselect(
        say(name),
        options,
        format_func=shown,
        key=name,
        placeholder=placeholder,
        accept_new_options=new,
        select_all=False,
    )


def _ages(values: Sequence[FacetValue]) -> None:
    chosen = st.session_state["age"]
    options = sorted({int(value.value) for value in values} | ({chosen} if chosen is not None else set()))
    if options:
        st.selectbox(
            say("age"), options, index=None, format_func=lambda age: f"{age}+", key="age", placeholder=say("any_age")
        )
