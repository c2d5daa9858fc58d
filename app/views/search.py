"""The search page: a field, filters at the side, results as cards; without a query, films to begin with."""

import secrets
from collections.abc import Sequence

import streamlit as st

from app.loading import opened_or_stop, settings_or_stop, theme_names
from app.session import keep, reset_filters, restore
from app.state import Choices, filters_of, options_of
from app.texts import count, say
from app.understood import suggestions, understood
from app.widgets import cards, filter_panel, headline, notice, section, tiles
from kadr.engine import MAX_QUERY, MEASURES, Engine
from kadr.errors import KadrError
from kadr.live import Opened
from kadr.search.types import Filters, Mode, SearchResult, Sort

RANDOM_FILMS = 10
PAGE_SIZES = (10, 20, 50, 100)
MODES = (Mode.HYBRID, Mode.SEMANTIC, Mode.LEXICAL)


def draw() -> None:
    """Draw the page."""
    settings = settings_or_stop()
    results = settings.results
    opened = opened_or_stop()
    names = theme_names(opened)
    choices, refused = restore(results, names)
    ask(opened, choices)
    if refused:
        notice(say("url_refused", names=", ".join(refused)))
    try:
        options = options_of(choices)
        options["budget_ms"] = settings.budget_ms
        result = opened.engine.search(choices["q"], **options)
    except KadrError as error:
        notice(str(error), title=say("refused_title"))
        return
    with st.sidebar:
        section(say("filters"))
        filter_panel(result, opened.years, names, rated=opened.rated, posters=opened.posters)
        if _filtered(choices):
            st.button(say("drop_filters"), on_click=reset_filters, args=(results,), key="drop_here", width="stretch")
    answer(opened.engine, choices, result, results)
    keep(choices, results)


def ask(opened: Opened, choices: Choices) -> None:
    """Show the search field, and what else a search may be told."""
    headline(say("heading"))
    with st.form("ask", border=False), st.container(horizontal=True, gap="small"):
        st.text_input(
            say("query"),
            max_chars=MAX_QUERY,
            type="search",
            placeholder=say("query_hint"),
            label_visibility="collapsed",
            key="q",
        )
        st.form_submit_button(say("find"), type="primary", key="find")
    with st.expander(say("advanced")), st.grid(3, min_column_width=200):
        sorts = [each.value for each in Sort if each is not Sort.RATING or opened.rated or choices["sort"] == each]
        _select("mode", [mode.value for mode in MODES])
        _select("sort", sorts)
        if choices["mode"] == Mode.SEMANTIC:
            _select("measure", MEASURES)
            if opened.engine.parts.vectors.unit_norms:
                st.caption(say("measures_agree"))


def answer(engine: Engine, choices: Choices, result: SearchResult, results: int) -> None:
    """Show what was found; without a query, films to begin with."""
    if result.degraded:
        lack = say(f"lack_{result.degraded}")
        if result.encoder:
            st.caption(" ".join((say("answered_by_distilled"), lack)))
        else:
            notice(say("answered_by_words"), title=lack)
    understood(engine, choices, result)
    if not result.hits:
        nothing(engine, choices, results)
        suggestions(engine, choices, result)
        return
    if not choices["q"] and not _filtered(choices):
        random_films(engine)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        section(*_heading(choices, result))
        sizes = sorted({*PAGE_SIZES, results, choices["k"]})
        st.selectbox(
            say("k"), sizes, format_func=lambda k: say("k_each", k=k), key="k", width=110, label_visibility="collapsed"
        )
    if choices["q"]:
        cards(result.hits)
    else:
        tiles((hit.film for hit in result.hits), key="popular")


def random_films(engine: Engine) -> None:
    """Show ten films drawn by lot, and a button that draws others."""
    if "seed" not in st.session_state:
        another_seed()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        section(say("random"))
        st.button(say("more_random"), on_click=another_seed, key="more", icon=":material/shuffle:")
    tiles(engine.random(RANDOM_FILMS, st.session_state["seed"]), key="random")


def another_seed() -> None:
    """Draw another lot. For a button's callback."""
    st.session_state["seed"] = secrets.randbelow(2**32)


def nothing(engine: Engine, choices: Choices, results: int) -> None:
    """Say that nothing close was found, and what may help."""
    lines, freed = [], 0
    if choices["q"]:
        lines.append(say("nothing"))
        if choices["mode"] == Mode.LEXICAL:
            lines.append(say("nothing_lexical"))
    if _filtered(choices):
        # What the hosted encoder had not answered just now is not waited for again.
        free = options_of(choices)
        free["filters"], free["budget_ms"] = Filters(), 0
        freed = int(engine.found(choices["q"], **free).size)
        lines.append(say("nothing_filtered", films=count(freed, "films")) if freed else say("nothing_even"))
    notice(*lines, title=say("nothing_title" if choices["q"] else "nothing_within_title"))
    if freed:
        st.button(say("drop_filters"), on_click=reset_filters, args=(results,), key="drop_there", type="primary")


def _heading(choices: Choices, result: SearchResult) -> tuple[str, str]:
    if not choices["q"] and not _filtered(choices):
        return say("popular"), ""
    what = say("found" if choices["q"] else "popular_within")
    shown = "" if len(result.hits) == result.total else say("shown", shown=len(result.hits))
    return f"{what}: {count(result.total, 'films')}", shown


def _filtered(choices: Choices) -> bool:
    return filters_of(choices) != Filters()


def _select(name: str, options: Sequence[str]) -> None:
    st.selectbox(say(name), options, format_func=lambda value: say(f"{name}_{value}"), key=name)


draw()
