"""The page of themes: what the films of the catalogue tell of, the largest theme first."""

from math import ceil

import streamlit as st

from app.cards import strip
from app.language import linked
from app.loading import opened_or_stop, theme_names
from app.markdown import literal
from app.texts import count, say
from app.widgets import headline, notice
from kadr.engine import Engine, Theme
from kadr.search.types import Filters

# A string that stands alone in this file would be shown on the page.
ON_A_PAGE = 24  # rows of two, three and four are full
POSTERS = 4
WIDTH = 250  # pixels of a theme: four posters can still be told apart


def draw() -> None:
    """Draw the page."""
    opened = opened_or_stop()
    themes = opened.engine.themes()
    names = theme_names(opened)
    headline(say("themes_heading"))
    if not themes:
        notice(say("themes_none"))
        return
    st.caption(say("themes_text"))
    if opened.engine.places() is not None:
        with st.container(key="themes_map"):
            st.page_link("views/map.py", label=say("themes_map"), query_params=linked(), icon=":material/scatter_plot:")
    above = st.container()
    page = st.pagination(ceil(len(themes) / ON_A_PAGE), key="sheet", bind="query-params")
    with above, st.grid("auto", min_column_width=WIDTH, key="themes"):
        for theme in themes[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
            _theme(opened.engine, theme, names[theme.id])


def _theme(engine: Engine, theme: Theme, name: str) -> None:
    """Show a theme: its best known films, its name, which leads to a search within it, and its size."""
    best = engine.search("", filters=Filters(themes=(theme.id,)), k=POSTERS, facets=False).hits
    with st.container(border=True, height="stretch", gap="small"):
        st.html(strip(hit.film for hit in best))
        st.page_link("views/search.py", label=literal(name), query_params=linked(theme=theme.id))
        st.caption(count(theme.size, "films"))


draw()
