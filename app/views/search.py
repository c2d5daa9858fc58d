"""The search page: a field, filters at the side, results as cards or posters; without a query, films to begin with."""

import secrets
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.asking import Asked, ask, better
from app.charts import charts
from app.chips import chips
from app.empty import nothing
from app.gallery import cards, tiles
from app.hiding import hidden, hide_seen
from app.hints import examples, hints, keys
from app.loading import opened_or_stop, settings_or_stop, theme_names
from app.paging import RESULTS, above, pages, tools
from app.session import Visit, act, keep, restore
from app.state import Choices, is_filtered, options_of, pages_of
from app.texts import count, say
from app.understood import suggestions, understood
from app.voice import voice
from app.widgets import filter_panel, headline, lead, notice, section, skip_link, waiting
from kadr.engine import MAX_QUERY, MEASURES, Engine
from kadr.errors import QueryError
from kadr.live import Opened
from kadr.search.types import Mode, SearchResult

RANDOM_FILMS = 10
MODES = (Mode.HYBRID, Mode.SEMANTIC, Mode.LEXICAL)
PAUSE, LONG_PAUSE = "250ms", "450ms"
"""Of somebody who types, after which a search begins; the long one where each search asks a service."""
LULL_S = 0.2
"""A newcomer's browser draws all together that comes together. In this lull it draws the films, and then the rest."""


def draw() -> None:
    """Draw the page."""
    settings = settings_or_stop()
    opened = opened_or_stop()
    themes = theme_names(opened)
    visit = restore(settings.results, themes)
    choices = visit.choices
    spoken = field(opened, visit)
    if visit.refused:
        notice(say("url_refused", names=", ".join(visit.refused)))
    try:
        asked = asked_for(opened.engine, choices, settings.budget_ms)
        if choices["page"] > (last := pages_of(asked.result.total, choices["k"])):
            choices["page"] = st.session_state["page"] = last
            asked = asked_for(opened.engine, choices, settings.budget_ms)
    except QueryError as error:
        notice(str(error), title=say("refused_title"))
        return
    # What is looked at first is sent first. The panel opens at once: cards would be drawn wide and then narrow.
    with st.sidebar:
        if asked.result.hits:
            skip_link(say("to_results"), RESULTS)
        section(say("filters"))
    with st.container(key="answer"):
        chips(choices, themes, settings.results)
        if asked.coming is None:
            degraded(asked.result)
        else:
            waiting(say("nearing"))
        answer(opened, visit, asked.result, settings.results, themes)
    with st.sidebar:
        hide_seen("hide_seen")
        filter_panel(asked.result, opened.years, themes, rated=opened.rated, posters=opened.posters)
        advanced(opened.engine, choices)
    with spoken:
        voice()
    keys()
    keep(visit, settings.results)
    better(asked)


def asked_for(engine: Engine, choices: Choices, budget_ms: int) -> Asked:
    """Return what the engine answers to the choices."""
    options = options_of(choices)
    options["budget_ms"] = budget_ms
    return ask(engine, choices["q"], options)


def field(opened: Opened, visit: Visit) -> DeltaGenerator:
    """Show the search field, and below it what may be meant while somebody types, or examples.

    Returns:
        The place for speaking a query.
    """
    headline(say("heading"))
    service = opened.engine.parts.ladder.hosted is not None
    with st.container(horizontal=True, gap="small", key="ask"):
        st.text_input(
            say("query"),
            max_chars=MAX_QUERY,
            type="search",
            live=LONG_PAUSE if service else PAUSE,
            placeholder=say("query_hint"),
            label_visibility="collapsed",
            key="q",
        )
        spoken = st.container(width="content")
        st.button(say("find"), type="primary", key="find", on_click=act)
    query = visit.choices["q"]
    if visit.typing and query:
        hints(opened.engine, query)
    elif not query and not is_filtered(visit.choices):
        examples(opened.engine)
    return spoken


def advanced(engine: Engine, choices: Choices) -> None:
    """Show how a search may be done otherwise, folded away."""
    with st.expander(say("advanced")):
        _select("mode", [mode.value for mode in MODES])
        if choices["mode"] == Mode.SEMANTIC:
            _select("measure", MEASURES)
            if engine.parts.vectors.unit_norms:
                st.caption(say("measures_agree"))


def degraded(result: SearchResult) -> None:
    """Say in plain words where the meaning of the query was read by less than the best encoder."""
    if result.degraded:
        lack = say(f"lack_{result.degraded}")
        if result.encoder:
            st.caption(" ".join((say("answered_by_distilled"), lack)))
        else:
            notice(say("answered_by_words"), title=lack)


def answer(opened: Opened, visit: Visit, result: SearchResult, results: int, themes: Mapping[str, str]) -> None:
    """Show what was found; without a query, films to begin with."""
    engine, choices = opened.engine, visit.choices
    if not visit.typing:
        understood(engine, choices, result)
    if not result.hits:
        if visit.typing:
            st.caption(say("keep_typing"))
            return
        nothing(engine, choices, themes, results)
        suggestions(engine, choices, result)
        return
    begin = not choices["q"] and not is_filtered(choices)
    if begin and choices["page"] == 1:
        random_films(engine)
    place = above(opened, choices, result)
    hits = [hit for hit in result.hits if not hidden(hit.film)]
    if seen := len(result.hits) - len(hits):
        lead(say("seen_hidden", films=count(seen, "films")))
    if choices["q"] and choices["view"] == "list":
        cards(hits, LULL_S if visit.first else 0)
    else:
        tiles((hit.film for hit in hits), key="cards" if choices["q"] else "popular")
    with place:  # after the films: a browser first loads the means for it
        tools(opened, choices)
    pages(choices, result.total, results)
    charts(result, choices)


def random_films(engine: Engine) -> None:
    """Show ten films drawn by lot, and a button that draws others."""
    if "seed" not in st.session_state:
        another_seed()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        section(say("random"))
        st.button(say("more_random"), on_click=another_seed, key="more", icon=":material/shuffle:")
    drawn = engine.random(RANDOM_FILMS, st.session_state["seed"])
    tiles((film for film in drawn if not hidden(film)), key="random")


def another_seed() -> None:
    """Draw another lot. For a button's callback."""
    st.session_state["seed"] = secrets.randbelow(2**32)


def _select(name: str, options: Sequence[str]) -> None:
    st.selectbox(say(name), options, format_func=lambda value: say(f"{name}_{value}"), key=name)


draw()
