"""The line above the results and the one below: how many, in which order and form, and the other pages."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.session import choose
from app.state import VIEWS, Choices, is_filtered, pages_of
from app.texts import count, grouped, say
from app.widgets import section
from kadr.live import Opened
from kadr.search.types import SearchResult, Sort

__all__ = ["RESULTS", "above", "heading", "pages", "tools"]

PAGE_SIZES = (10, 20, 50, 100)
RESULTS = "found"
"""The anchor of the heading."""
ICONS = {"list": ":material/view_agenda:", "grid": ":material/grid_view:"}


def heading(choices: Choices, result: SearchResult, known: bool) -> tuple[str, str]:
    """Return what stands above the results: what they are and how many, and which of them are shown.

    `known`: whether the catalogue knows which films are popular; where it does not, none is called so.
    """
    if choices["q"]:
        what = say("found")
    elif is_filtered(choices):
        what = say("popular_within" if known else "found")
    else:
        what = say("popular" if known else "catalogue")
        if choices["page"] == 1:
            return what, ""
    first = (choices["page"] - 1) * choices["k"] + 1
    last = first + len(result.hits) - 1
    shown = "" if len(result.hits) == result.total else say("shown", first=grouped(first), last=grouped(last))
    return f"{what}: {count(result.total, 'films')}", shown


def above(opened: Opened, choices: Choices, result: SearchResult) -> DeltaGenerator:
    """Show the line above the results, and return the place in it for `tools`."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="results", gap="small"
    ):
        section(*heading(choices, result, opened.engine.parts.columns.knows_popularity), RESULTS)
        return st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", key="tools")


def tools(opened: Opened, choices: Choices) -> None:
    """Show in which form and order the results may stand."""
    if choices["q"]:
        st.segmented_control(
            say("view"),
            VIEWS,
            required=True,
            format_func=lambda view: f"{ICONS[view]} {say(f'view_{view}')}",
            key="view",
            label_visibility="collapsed",
        )
    _sort(opened, choices)


def pages(choices: Choices, total: int, results: int) -> None:
    """Show the numbers of the pages, and how many films one has.

    Args:
        choices: the visitor's.
        total: films of the whole answer.
        results: the deployment's number of films on a page.
    """
    sizes = sorted({*PAGE_SIZES, results, choices["k"]})
    if total <= sizes[0] and choices["k"] == results:
        return
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", key="pages"
    ):
        if (many := pages_of(total, choices["k"])) > 1:
            key = f"page_{choices['page']}"
            st.pagination(many, default=choices["page"], key=key, on_change=_turn, args=(key,), width="stretch")
        st.selectbox(
            say("k"),
            sizes,
            format_func=lambda k: say("k_each", k=k),
            key="k",
            width=110,
            label_visibility="collapsed",
        )


def _turn(key: str) -> None:
    choose(page=st.session_state[key])


def _sort(opened: Opened, choices: Choices) -> None:
    offered = [each.value for each in Sort if each is not Sort.RATING or opened.rated or choices["sort"] == each]
    st.selectbox(
        say("sort"),
        offered,
        format_func=lambda value: say(f"sort_{value}"),
        key="sort",
        width=210,
        label_visibility="collapsed",
    )
