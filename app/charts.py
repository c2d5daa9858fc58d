"""The answer by years, genres and countries; a click on a bar sets a filter or takes it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.cards import country_name, genre_name
from app.session import choose
from app.state import Choices
from app.texts import say
from kadr.search.types import SearchResult

__all__ = ["Bar", "bars", "charts", "picked"]

MOST_BARS = 12
COLOUR = "#b0703c"
"""The site's own brown, seen well on light ground and on dark."""
NAMES = ("decade", "genre", "country")
_TURN = "charts_turn"
"""How often a bar was clicked: a chart that answered a click is made anew, so that none of its bars stays selected."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a facet: what it is called, how many films have it, and whether it is chosen."""

    value: str
    text: str
    films: int
    chosen: bool


def bars(name: str, result: SearchResult) -> list[Bar]:
    """Return the bars of a facet: decades in their order, anything else by the number of films."""
    named = {"genre": genre_name, "country": country_name}.get(name, str)
    values = result.facets[name]
    shown = values if name == "decade" else values[:MOST_BARS]
    return [Bar(each.value, named(each.value), each.count, each.chosen) for each in shown]


def picked(name: str, value: str, choices: Choices) -> dict[str, Any]:
    """Return the fields that a click on a bar sets: it chooses its value, or lets go of it."""
    if name == "decade":
        first, last = int(value), int(value) + 9
        chosen = (choices["from"], choices["to"]) == (first, last)
        return {"from": None, "to": None} if chosen else {"from": first, "to": last}
    held = choices[name]
    return {name: [each for each in held if each != value] if value in held else [*held, value]}


def charts(result: SearchResult, choices: Choices) -> None:
    """Show the charts, folded away; they are made when somebody opens them."""
    with st.expander(say("charts"), on_change="rerun", key="charts", icon=":material/bar_chart:") as fold:
        if not fold.open:
            return
        st.caption(say("charts_text"))
        with st.grid(3, min_column_width=220, key="charts_grid"):
            for name in NAMES:
                _chart(name, bars(name, result), choices)


def _chart(name: str, drawn: Sequence[Bar], choices: Choices) -> None:
    if not drawn:
        return
    key = f"chart_{name}_{st.session_state.get(_TURN, 0)}"
    title = say(f"chart_{name}")

    def clicked() -> None:
        selected = st.session_state[key]["selection"]["selected"]
        places = [place for group in selected for place in group["data_indices"]]
        if places:
            st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
            choose(**picked(name, drawn[places[0]].value, choices))

    st.echarts_chart(
        _spec(title, drawn, upright=name == "decade"),
        key=key,
        height=300,
        alt=say("chart_alt", title=title),
        on_select=clicked,
    )


def _spec(title: str, drawn: Sequence[Bar], *, upright: bool) -> dict[str, Any]:
    """Return the chart: a column for each decade, a line for each name, the largest above."""
    dimmed = any(bar.chosen for bar in drawn)
    names = {
        "type": "category",
        "data": [bar.text for bar in drawn],
        "inverse": not upright,
        "axisTick": {"show": False},
    }
    films = {"type": "value", "minInterval": 1, "splitNumber": 3}
    data = [
        {"value": bar.films, "itemStyle": {"color": COLOUR, "opacity": 0.35 if dimmed and not bar.chosen else 1.0}}
        for bar in drawn
    ]
    return {
        "title": {"text": title, "textStyle": {"fontSize": 14}},
        "animation": False,
        "grid": {"left": 4, "right": 12, "top": 36, "bottom": 4, "containLabel": True},
        "xAxis": names if upright else films,
        "yAxis": films if upright else names,
        "tooltip": {"trigger": "item", "confine": True},
        "series": [{"type": "bar", "data": data, "selectedMode": "single", "barMaxWidth": 22}],
    }
