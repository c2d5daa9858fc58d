"""The map as a chart of ECharts. Titles and names are hostile: a canvas draws them as text, and in the box that opens
over a film Streamlit escapes the values that the template names.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.places import WHOLE, Groups, Label, Spot, Window

__all__ = ["THEMES", "Words", "chart"]

THEMES = "themes"
"""Id of the series that names the themes. The films' series stand before it, in the order of their groups."""
PALETTE = ("#5b8def", "#d9534f", "#3f9b6c", "#c58a1b", "#9a6ad6", "#2b9fb3", "#d0679d", "#8a7a5c", "#7d9a2f")
"""Of genres. Of middling lightness, as all colours here: they are seen on the light background and on the dark one."""
RAMP = ("#8b6fd0", "#5b7fd6", "#3f92c4", "#2f9d9d", "#3f9b6c", "#7d9a2f", "#b8901f", "#cf7a32", "#d2584f")
"""Of decades, the oldest first: cold to warm."""
REST = "#8d8780"
_TIP = '<div style="max-width:15rem;white-space:normal"><b>{@title}</b><br>{@said}</div>'
_NAME_WIDTH = 130
"""Pixels of a film's name; a longer one is cut."""
_THEME_LETTERS = 19
"""Of a line of a theme's name, some 130 pixels. A chart that breaks lines itself may begin one with a comma."""
_EDGE = 0.2
"""Of the width: half a name, on the narrowest phone."""


@dataclass(frozen=True, slots=True)
class Words:
    """Names in the visitor's language: of a colour's value, of a theme, and what is said of a film below its title."""

    group: Callable[[str], str]
    theme: Callable[[str], str]
    said: Callable[[Spot], str]


def chart(groups: Groups, labels: Sequence[Label], window: Window, colour: str, words: Words) -> dict[str, Any]:
    """Return the chart.

    Args:
        groups: the films by the value of their colour.
        labels: the themes to name.
        window: the part of the map that is shown; near by, films are named as well, where there is room.
        colour: what the films are coloured by, of `app.places.COLOURS`.
        words: the names.
    """
    tints = dict(zip(filter(None, groups), RAMP if colour == "decade" else PALETTE, strict=False))
    films = [_films(words.group(each), spots, tints.get(each, REST), words, window) for each, spots in groups.items()]
    return {
        "animation": False,
        "grid": {"left": 0, "right": 0, "top": 34, "bottom": 0},
        "xAxis": {"type": "value", "min": window.left, "max": window.right, "show": False},
        "yAxis": {"type": "value", "min": window.bottom, "max": window.top, "show": False},
        "legend": {
            "type": "scroll",
            "top": 0,
            "left": 0,
            "icon": "circle",
            "itemWidth": 11,
            "itemHeight": 11,
            "data": [each["name"] for each in films],
        },
        "tooltip": {"trigger": "item", "confine": True, "formatter": _TIP},
        "series": [*films, _names(labels, words.theme, window)],
    }


def _films(name: str, spots: Sequence[Spot], tint: str, words: Words, window: Window) -> dict[str, Any]:
    """Return the films of one colour. Near by, those of the theme are named, and the others are faint."""
    near = window != WHOLE
    series: dict[str, Any] = {
        "type": "scatter",
        "name": name,
        "dimensions": ["x", "y", "title", "said"],
        "data": [_point(spot, words.said(spot), window) for spot in spots],
        "symbolSize": 11 if near else 7,
        "itemStyle": {"color": tint, "opacity": 0.8},
        "emphasis": {"scale": 1.8, "itemStyle": {"opacity": 1}},
        "selectedMode": "single",
        "cursor": "pointer",
    }
    if near:
        named = {"show": True, "formatter": "{@title}", "position": "bottom", "distance": 2, "width": _NAME_WIDTH}
        series["label"] = {**named, "overflow": "truncate", "fontSize": 12}
        series["labelLayout"] = {"hideOverlap": True}
    return series


def _point(spot: Spot, said: str, window: Window) -> Any:
    values = [spot.x, spot.y, spot.title, said]
    if not spot.near:
        return {"value": values, "itemStyle": {"opacity": 0.2}, "label": {"show": False}}
    side = _side(spot.x, window) if window != WHOLE else ""
    return {"value": values, "label": {"position": side}} if side else values


def _names(labels: Sequence[Label], named: Callable[[str], str], window: Window) -> dict[str, Any]:
    """Return the names of themes: texts around a point that is not drawn."""
    return {
        "type": "scatter",
        "id": THEMES,
        "name": THEMES,
        "dimensions": ["x", "y", "title"],
        "data": [
            {
                "value": [label.x, label.y, _in_lines(named(label.theme))],
                "label": {"position": _side(label.x, window) or "top"},
            }
            for label in labels
        ],
        "symbolSize": 1,
        "itemStyle": {"opacity": 0},
        "tooltip": {"show": False},
        "selectedMode": "single",
        "cursor": "pointer",
        "z": 5,
        "labelLayout": {"hideOverlap": True},
        "label": {
            "show": True,
            "formatter": "{@title}",
            "distance": 0,
            "opacity": 1,
            "fontSize": 12 if window == WHOLE else 13,
            "lineHeight": 15,
            "fontWeight": "bold",
        },
    }


def _in_lines(name: str) -> str:
    """Return a name with its lines parted at spaces; only a word that is longer than a line is broken."""
    return textwrap.fill(name, _THEME_LETTERS, break_on_hyphens=False)


def _side(x: float, window: Window) -> str:
    """Return on which side of a point near an edge its name has room; "" for any other point."""
    share = (x - window.left) / (window.right - window.left)
    return "right" if share < _EDGE else "left" if share > 1 - _EDGE else ""
