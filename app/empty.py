"""What to do where nothing was found: which wish or filter to let go, and how many films that gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.chips import active, without
from app.markdown import literal
from app.session import choose, reset_filters
from app.state import Choices, is_filtered, options_of
from app.texts import count, say
from app.understood import wish_text
from app.widgets import lead, notice
from kadr.engine import Engine
from kadr.search.types import Filters, Mode

__all__ = ["Relief", "nothing", "reliefs"]

MOST_RELIEFS = 8
"""Choices that are tried one by one: each costs a search."""


@dataclass(frozen=True, slots=True)
class Relief:
    """One thing to let go: what it is in words, the fields that are set then, and how many films there are then."""

    text: str
    choices: Mapping[str, Any]
    films: int


def nothing(engine: Engine, choices: Choices, themes: Mapping[str, str], results: int) -> None:
    """Say that nothing close was found, and what may help: where the filters are in the way, that alone."""
    filtered = is_filtered(choices)
    freed = _found(engine, choices, Filters()) if filtered else 0
    if freed:
        title = say("nothing_filters_title" if choices["q"] else "nothing_within_title")
        notice(say("nothing_filtered", films=count(freed, "films")), title=title)
    else:
        _unlike_all(choices, filtered)
    offered = reliefs(engine, choices, themes)
    if offered or freed:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="reliefs"):
            if offered:
                lead(say("relax"))
            for place, each in enumerate(offered):
                label = say("relax_one", what=literal(each.text), films=count(each.films, "films"))
                st.button(label, key=f"relief_{place}", on_click=choose, kwargs=dict(each.choices))
            if freed:
                st.button(
                    say("drop_filters"), on_click=reset_filters, args=(results,), key="drop_there", type="primary"
                )


def reliefs(engine: Engine, choices: Choices, themes: Mapping[str, str]) -> list[Relief]:
    """Return the single filters and wishes without which there are films, those that give most first."""
    tried = [(chip.text, without(choices, chip)) for chip in active(choices, themes)]
    if choices["q"]:
        wishes = engine.wishes(choices["q"], as_typed=choices["exact"])
        kept = [wish for wish in wishes if not wish.soft and wish.key not in choices["skip"]]
        tried += [(wish_text(wish), {"skip": [*choices["skip"], wish.key]}) for wish in kept]
    found = [Relief(text, changed, _found(engine, {**choices, **changed})) for text, changed in tried[:MOST_RELIEFS]]
    return sorted((each for each in found if each.films), key=lambda each: -each.films)


def _unlike_all(choices: Choices, filtered: bool) -> None:
    """Say that no film at all is close, and how else one may ask."""
    lines = []
    if choices["q"]:
        lines.append(say("nothing"))
        if choices["mode"] == Mode.LEXICAL:
            lines.append(say("nothing_lexical"))
    if filtered:
        lines.append(say("nothing_even"))
    notice(*lines, title=say("nothing_title" if choices["q"] else "nothing_within_title"))


def _found(engine: Engine, choices: Choices, filters: Filters | None = None) -> int:
    """Return how many films there are. What a hosted encoder had not answered just now is not waited for again."""
    options = options_of(choices)
    options["budget_ms"], options["offset"] = 0, 0
    if filters is not None:
        options["filters"] = filters
    return int(engine.found(choices["q"], **options).size)
