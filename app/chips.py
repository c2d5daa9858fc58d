"""The filters that are chosen, each as a chip that takes it away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.markdown import literal
from app.session import choose, reset_filters
from app.state import FIELDS, FILTERS, Choices, defaults
from app.texts import grouped, say
from app.widgets import lead, names_of

__all__ = ["Chip", "active", "chips", "without"]

MOST_LETTERS = 60
"""Of a name on a chip: one line of a phone."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice among the filters: its field, its value, and its name in words."""

    field: str
    value: Any
    text: str


def active(choices: Choices, themes: Mapping[str, str]) -> list[Chip]:
    """Return the filters that are chosen, in the order of the fields; of a list, each value by itself."""
    plain, names = defaults(choices["k"]), names_of(themes)
    found = []
    for name in FILTERS:
        if choices[name] != plain[name]:
            values = choices[name] if FIELDS[name].many else [choices[name]]
            found += [Chip(name, value, _text(name, value, names.get(name, str))) for value in values]
    return found


def without(choices: Choices, chip: Chip) -> dict[str, Any]:
    """Return the value that the chip's field has once the chip is gone, by the field's name."""
    field = FIELDS[chip.field]
    if not field.many:
        return {chip.field: field.default}
    return {chip.field: [value for value in choices[chip.field] if value != chip.value]}


def chips(choices: Choices, themes: Mapping[str, str], results: int) -> None:
    """Show the filters that are chosen; a click takes one away."""
    chosen = active(choices, themes)
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        lead(say("active"))
        for place, chip in enumerate(chosen):
            st.button(
                literal(chip.text),
                key=f"chip_{place}",
                icon=":material/close:",
                icon_position="right",
                on_click=choose,
                kwargs=without(choices, chip),
            )
        if len(chosen) > 1:
            st.button(say("drop_all"), key="drop_all", type="tertiary", on_click=reset_filters, args=(results,))


def _text(name: str, value: Any, named: Callable[[Any], str]) -> str:
    if name == "poster":
        return say("chip_poster")
    if name in {"from", "to", "rating", "votes", "minutes_from", "minutes_to", "age"}:
        shown = grouped(value) if name == "votes" else f"{value:g}"
        return say(f"chip_{name}", value=shown)
    text = named(value)
    text = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
    return say("chip_not", value=text) if name.startswith("not_") else text
