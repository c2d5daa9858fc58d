"""The page of the map: a picture in which films near in meaning lie side by side."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from app.cards import genre_name
from app.gallery import FILM_PAGE
from app.language import linked
from app.loading import opened_or_stop, theme_names
from app.map_chart import THEMES, Words, chart
from app.places import COLOURS, Groups, Label, Sight, Spot, grouped_by, labels, sight, window_of
from app.texts import count, grouped, say
from app.widgets import headline, notice
from kadr.engine import Engine

# A string that stands alone in this file would be shown on the page.
HEIGHT = 640  # pixels
THEME, COLOUR = "around", "colour"  # parameters of the address, which decides; the fields below follow it


def draw() -> None:
    """Draw the page."""
    opened = opened_or_stop()
    engine, names = opened.engine, theme_names(opened)
    headline(say("map_heading"))
    if engine.places() is None:
        notice(say("map_none"))
        return
    st.caption(say("map_text"))
    named = labels(engine)
    theme, colour = fields(named, names)
    seen = sight(engine, theme)
    groups = grouped_by(seen.spots, colour)
    picture(engine, groups, named, theme, colour, names)
    below(seen, theme)


def fields(named: tuple[Label, ...], names: Mapping[str, str]) -> tuple[str, str]:
    """Show what may be chosen; return the theme that is looked at, "" for the whole map, and the colour."""
    themes = [label.theme for label in named]
    theme, colour = st.query_params.get(THEME, ""), st.query_params.get(COLOUR, "")
    st.session_state["map_theme"] = theme if theme in themes else ""
    st.session_state["map_colour"] = colour if colour in COLOURS else COLOURS[0]
    whole = say("map_theme_any")
    with st.container(horizontal=True, key="map_fields"):
        if themes:
            st.selectbox(
                say("map_theme"),
                ["", *sorted(themes, key=lambda each: names[each])],
                format_func=lambda each: names[each] if each else whole,
                key="map_theme",
                width=320,
                on_change=lambda: go(st.session_state["map_theme"], st.session_state["map_colour"]),
            )
        st.segmented_control(
            say("map_colour"),
            COLOURS,
            format_func=lambda each: say(f"map_colour_{each}"),
            key="map_colour",
            required=True,
            on_change=lambda: go(st.session_state["map_theme"], st.session_state["map_colour"]),
        )
    return st.session_state["map_theme"], st.session_state["map_colour"]


def address(theme: str, colour: str) -> dict[str, str]:
    """Return the parameters of a view of the map; what is as by default is left out."""
    plain = {THEME: theme, COLOUR: "" if colour == COLOURS[0] else colour}
    return linked(**{name: value for name, value in plain.items() if value})


def go(theme: str, colour: str) -> None:
    """Turn to a view of the map."""
    st.query_params.from_dict(address(theme, colour))


def picture(
    engine: Engine, groups: Groups, named: tuple[Label, ...], theme: str, colour: str, names: Mapping[str, str]
) -> None:
    """Draw the map; a click on a film opens its page, one on a theme looks at it closely."""
    words = Words(partial(group_name, colour), lambda each: names[each], said)
    event = st.echarts_chart(
        chart(groups, named, window_of(engine, theme), colour, words),
        height=HEIGHT,
        key=f"map_{engine.manifest.version}_{theme}_{colour}",
        on_select="rerun",
        alt=say("map_alt"),
    )
    for group in event["selection"]["selected"]:
        place = group["data_indices"][0]
        if group["series_id"] == THEMES:
            go(named[place].theme, colour)
            st.rerun()
        spots = list(groups.values())[group["series_index"]]
        # The address that the film's page gets is the map's for a moment, and the back button leads there.
        st.switch_page(FILM_PAGE, query_params={**address(theme, colour), "id": spots[place].film})


def group_name(colour: str, value: str) -> str:
    """Return what a colour stands for."""
    if not value:
        return say(f"map_rest_{colour}")
    return say("map_decade", year=value) if colour == "decade" else genre_name(value)


def said(spot: Spot) -> str:
    """Return what is said of a film below its title."""
    return " · ".join(filter(None, (str(spot.year or ""), genre_name(spot.genre) if spot.genre else "")))


def below(seen: Sight, theme: str) -> None:
    """Say how many films are shown, and where else to go."""
    shown = len(seen.spots)
    cut = say("map_cut", shown=grouped(shown), films=count(seen.films, "films"))
    st.caption(cut if shown < seen.films else say("map_shown", films=count(shown, "films")))
    with st.container(horizontal=True, key="map_links"):
        if theme:
            st.page_link("views/map.py", label=say("map_whole"), query_params=linked(), icon=":material/zoom_out_map:")
            st.page_link(
                "views/search.py",
                label=say("map_search"),
                query_params=linked(theme=theme),
                icon=":material/search:",
            )
        st.page_link("views/themes.py", label=say("map_themes"), query_params=linked(), icon=":material/category:")


draw()
