"""The Streamlit script: runs at each visit and each click, and hands over to the page that was asked for."""

import streamlit as st

from app.loading import has_themes
from app.texts import say
from app.widgets import style

st.set_page_config(page_title=say("name"), page_icon="🎞️", layout="wide")
style()
st.navigation(
    [
        st.Page("views/search.py", title=say("nav_search"), icon=":material/search:", default=True),
        st.Page(
            "views/themes.py",
            title=say("nav_themes"),
            icon=":material/category:",
            visibility="visible" if has_themes() else "hidden",
        ),
        st.Page("views/about.py", title=say("nav_about"), icon=":material/info:"),
    ],
    position="top",
).run()
