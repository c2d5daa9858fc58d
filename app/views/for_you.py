"""The page of recommendations: what fits the visitor's taste and why, what they said, and how to take it along."""

from collections import Counter
from collections.abc import Iterable
from html import escape

import streamlit as st

from app.cards import facts, poster, title_of
from app.gallery import cover, film_link, heading, opinion
from app.history import history, leaning
from app.loading import opened_or_stop
from app.mine import mine, offer, take_along, take_up
from app.texts import say
from app.widgets import headline, lead, section
from kadr.engine import MAX_K, Engine
from kadr.film import Film
from kadr.recommend.types import Recommendation, Recommended
from kadr.vocabulary import genre

# A string that stands alone in this file would be shown on the page.
QUICK = 12  # films to begin with: rows of two, three, four and six are full
QUICK_FROM = 60  # best known films among which they are chosen, so that genres differ
ENOUGH = 5  # opinions from which recommendations stand first
ON_A_PAGE = 12
TILE_WIDTH = 150
CARD_WIDTH = 330
POSTER_WIDTH = 104
REASONS = 2  # films of the history that are named
SPEAKING = 0.15  # share of a score from which a film of the history is named after the first


def draw() -> None:
    """Draw the page."""
    take_up()
    engine = opened_or_stop().engine
    headline(say("for_you_heading"))
    offer(engine, "link")
    begun = len(history())
    beginning = quick(engine) if begun < ENOUGH else []
    recommended(engine, {film.id for film in beginning})
    if begun:
        mine(engine)
    take_along(engine)


def quick(engine: Engine) -> list[Film]:
    """Show well-known films of various genres with thumbs, to begin with; return them."""
    known = [hit.film for hit in engine.search("", k=QUICK_FROM, facets=False).hits]
    films = various(known, QUICK)
    lead(say("for_you_start"))
    with st.container(gap="small", key="quick"):
        section(say("quick_title"), say("quick_progress", done=len(history()), wanted=ENOUGH))
        with st.grid("auto", min_column_width=TILE_WIDTH, key="quick_films"):
            for film in films:
                with st.container(gap="xxsmall", key=f"tile_quick_{film.id}"):
                    st.html(poster(film) + heading(film))
                    opinion(film)
                    with cover(film, "quick"):
                        film_link(film)
    return films


def various(films: Iterable[Film], count: int) -> list[Film]:
    """Return some of the films, such that their genres vary: the first of each genre, then the second of each."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, Film]] = []
    for film in films:
        name = genre(film.genres[0]) if film.genres else ""
        turns.append((seen[name], film))
        seen[name] += 1
    return [film for _, film in sorted(turns, key=lambda turn: turn[0])][:count]


def recommended(engine: Engine, apart: set[str]) -> None:
    """Show what is recommended, each with its because, without the films that stand on the page already."""
    pages = st.session_state.setdefault("for_you_pages", 1)
    wanted = pages * ON_A_PAGE
    found = engine.recommend(tuple(history().values()), k=min(wanted + len(apart) + 1, MAX_K))
    items = [item for item in found.items if item.film.id not in apart]
    section(_heading(found, engine.parts.columns.knows_popularity))
    if not items:
        lead(say("recommended_none"))
        return
    with st.grid("auto", min_column_width=CARD_WIDTH, key="recommended"):
        for item in items[:wanted]:
            _card(engine, item)
    if len(items) > wanted:
        st.button(say("recommended_more"), key="recommended_more", on_click=_more, width="stretch")


def because(engine: Engine, item: Recommendation) -> str:
    """Return in words which films of the history speak for a recommendation; nothing where it is only popular.

    Films that were liked are named before those that were only watched.
    """
    telling = [each for at, each in enumerate(item.because) if each.share > (SPEAKING if at else 0)]
    liked = [each for each in telling if leaning(history().get(each.film_id))]
    # The engine recommends from its own catalogue: it knows each film that speaks.
    films = [film for each in (liked or telling)[:REASONS] if (film := engine.film(each.film_id))]
    titles = ", ".join(say("because_title", title=title_of(film)) for film in films)
    return say("because_liked" if liked else "because_watched", titles=titles) if telling else ""


def _card(engine: Engine, item: Recommendation) -> None:
    film = item.film
    with st.container(horizontal=True, border=True, height="stretch", gap="small", key=f"card_for_you_{film.id}"):
        st.html(poster(film), width=POSTER_WIDTH)
        with st.container(gap="xxsmall"):
            why = because(engine, item)
            reason = f'<p class="kadr-because">{escape(why)}</p>' if why else ""
            st.html(f'{heading(film)}<div class="kadr-body">{facts(film)}{reason}</div>')
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


draw()
