"""The page of recommendations: what fits the visitor's taste and why, what they said, and how to take it along."""

from html import escape

import streamlit as st

from app.cards import facts, poster
from app.gallery import cover, film_link, heading, opinion, thumbs
from app.hiding import hide_seen
from app.history import history, wanted
from app.loading import opened_or_stop
from app.mine import mine, offer, take_along, take_up
from app.texts import say
from app.watchlist import watchlist
from app.why import because, why
from app.widgets import headline, lead, section
from kadr.engine import MAX_K, Engine
from kadr.film import Film
from kadr.recommend.types import DIVERSITY, Recommendation, Recommended

# A string that stands alone in this file would be shown on the page.
STARTERS = 20  # films to begin with: rows of two, four and five are full
ENOUGH = 5  # opinions from which recommendations stand first
ON_A_PAGE = 12
TILE_WIDTH = 140
CARD_WIDTH = 330
POSTER_WIDTH = 104
STEP = 10  # percent of diversity: finer steps change no film


def draw() -> None:
    """Draw the page."""
    take_up()
    engine = opened_or_stop().engine
    headline(say("for_you_heading"))
    offer(engine, "link")
    begun = len(history())
    beginning = quick(engine) if begun < ENOUGH else []
    recommended(engine, {film.id for film in beginning})
    watchlist(engine)
    if begun:
        mine(engine)
    take_along(engine)


def quick(engine: Engine) -> list[Film]:
    """Show well-known films that are unlike each other with thumbs, to begin with; return them."""
    # Of a small catalogue no more than half: some films are to be left that can be recommended.
    films = list(engine.starters(min(STARTERS, 1 + engine.parts.columns.n_films // 2)))
    if not films:
        return []
    lead(say("for_you_start"))
    with st.container(gap="small", key="quick"):
        section(say("quick_title"), say("quick_progress", done=len(history()), wanted=ENOUGH))
        with st.grid(5, min_column_width=TILE_WIDTH, key="quick_films"):
            for film in films:
                with st.container(gap="xxsmall", key=f"tile_quick_{film.id}"):
                    st.html(poster(film) + heading(film))
                    thumbs(film)
                    with cover(film, "quick"):
                        film_link(film)
    return films


def recommended(engine: Engine, apart: set[str]) -> None:
    """Show what is recommended, each with its because, without the films that stand on the page already."""
    pages = st.session_state.setdefault("for_you_pages", 1)
    wanted_here = pages * ON_A_PAGE
    above = apart | set(wanted())
    st.session_state.setdefault("various", round(100 * DIVERSITY))
    found = engine.recommend(
        tuple(history().values()),
        k=min(wanted_here + len(above) + 1, MAX_K),
        diversity=st.session_state["various"] / 100,
    )
    items = [item for item in found.items if item.film.id not in above]
    section(_heading(found, engine.parts.columns.knows_popularity))
    _controls(found)
    if not items:
        lead(say("recommended_none"))
        return
    with st.grid("auto", min_column_width=CARD_WIDTH, key="recommended"):
        for item in items[:wanted_here]:
            _card(engine, item)
    if len(items) > wanted_here:
        st.button(say("recommended_more"), key="recommended_more", on_click=_more, width="stretch")


def _controls(found: Recommended) -> None:
    """Show how various the films are to be, and whether seen ones are hidden elsewhere, too: here they always are."""
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key="for_you_controls"):
        if found.mode == "personal":
            st.session_state["diversity"] = st.session_state["various"]
            st.slider(
                say("diversity"), 0, 100, step=STEP, format="%d\u00a0%%", key="diversity", on_change=_vary, width=300
            )
        hide_seen("hide_seen_everywhere")


def _card(engine: Engine, item: Recommendation) -> None:
    film = item.film
    with st.container(horizontal=True, border=True, height="stretch", gap="small", key=f"card_for_you_{film.id}"):
        st.html(poster(film), width=POSTER_WIDTH)
        with st.container(gap="xxsmall"):
            reason = because(engine, item)
            told = f'<p class="kadr-because">{escape(reason)}</p>' if reason else ""
            st.html(f'{heading(film)}<div class="kadr-body">{facts(film)}{told}</div>')
            why(engine, item)
            opinion(film)
        with cover(film, "for_you"):
            film_link(film)


def _heading(found: Recommended, known: bool) -> str:
    if found.mode == "personal":
        return say("recommended")
    if history():
        return say("recommended_popular" if known else "catalogue")
    return say("quick_others" if known else "quick_others_neutral")


def _more() -> None:
    st.session_state["for_you_pages"] += 1


def _vary() -> None:
    st.session_state["various"] = st.session_state["diversity"]


draw()
