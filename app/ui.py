"""The Streamlit script: runs at each visit and each click, and hands over to the page that was asked for."""

from typing import Literal

import streamlit as st

from app.language import remember_language, switch
from app.loading import has_themes
from app.places import has_map
from app.texts import say
from app.widgets import script, style


def _shown(there: bool) -> Literal["visible", "hidden"]:
    return "visible" if there else "hidden"


remember_language()
st.set_page_config(page_title=say("name"), page_icon="🎞️", layout="wide")
style()
page = st.navigation(
    [
        st.Page("views/search.py", title=say("nav_search"), icon=":material/search:", default=True),
        st.Page("views/for_you.py", title=say("nav_for_you"), icon=":material/favorite:"),
        st.Page("views/map.py", title=say("nav_map"), icon=":material/scatter_plot:", visibility=_shown(has_map())),
        st.Page(
            "views/themes.py", title=say("nav_themes"), icon=":material/category:", visibility=_shown(has_themes())
        ),
        st.Page("views/film.py", title=say("nav_film"), visibility="hidden"),
        st.Page("views/about.py", title=say("nav_about"), icon=":material/info:"),
    ],
    position="top",
)
if page.url_path:  # the search, which has none, is the whole site's page, and has its name
    st.set_page_config(page_title=say("title_of", page=page.title))
st.html(f'<style>[data-testid="stExpandSidebarButton"]::after {{ content: "{say("menu")}" }}</style>')
switch(page.url_path)
script("scroll")
page.run()
