"""What was understood of a query: its spelling, its wishes, what else it may have meant. Each can be taken back."""

from collections.abc import Collection
from html import escape

import streamlit as st

from app.cards import marked
from app.markdown import literal
from app.session import choose
from app.state import Choices
from app.texts import say
from app.widgets import lead
from kadr.engine import Engine
from kadr.search.types import Correction, Piece, SearchResult, Suggestion, Wish
from kadr.text import normalise

__all__ = ["suggestions", "understood", "wish_text"]

MOST_SUGGESTIONS = 5
ASKED_FOR = 8
"""Suggestions of all kinds, of which five may be titles."""
MOST_LETTERS = 80
"""Of a query on a button: two lines of a phone."""


def understood(engine: Engine, choices: Choices, result: SearchResult) -> None:
    """Show how the query was read, and what did not help to read it."""
    for step, lack in result.refined.items():
        if lack:
            st.caption(f"{say(f'undone_{step}')}: {say(f'because_{lack}')}.")
    if result.correction:
        _corrected(result.correction)
    elif choices["exact"]:
        _typed()
    if result.correction and result.hits:
        suggestions(engine, choices, result)
    _wishes(_offered(engine, choices, result), choices["skip"])
    if result.relaxed:
        st.caption(say("relaxed"))


def suggestions(engine: Engine, choices: Choices, result: SearchResult) -> None:
    """Show titles that the visitor may have meant; a click searches for one."""
    shown = {normalise(choices["q"]), normalise(result.correction.shown if result.correction else "")}
    titles = _titles(engine.suggest(choices["q"], k=ASKED_FOR), shown)
    if not titles:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="suggested"):
        lead(say("maybe"))
        for place, title in enumerate(titles):
            label = _label(title)
            st.button(label, key=f"suggested_{place}", on_click=choose, kwargs={"q": title})


def wish_text(wish: Wish) -> str:
    """Return a wish in words: what is wished, whether films are to be without it, and whether it must be."""
    if wish.kind == "like":
        return say("wish_like", wish=wish.label)
    if wish.negated and wish.kind in {"person", "words"}:
        return say("wish_soft_without" if wish.soft else "wish_without", wish=wish.label)
    text = say("wish_not", wish=wish.label) if wish.negated else wish.label
    return say("wish_soft", wish=text) if wish.soft else text


def _corrected(correction: Correction) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="corrected"):
        st.html(
            f'<p class="kadr-correction">{escape(say("corrected"))} <strong>{marked(_pieces(correction))}</strong></p>',
            width="content",
        )
        st.button(
            say("as_typed", query=_label(correction.original)),
            key="as_typed",
            type="tertiary",
            on_click=choose,
            kwargs={"exact": True},
        )


def _typed() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="typed"):
        lead(say("typed"))
        st.button(say("correct_again"), key="correct_again", type="tertiary", on_click=choose, kwargs={"exact": False})


def _pieces(correction: Correction) -> tuple[Piece, ...]:
    """Return the query as it is shown, marked where it differs from what was typed."""
    pieces, at = [], 0
    for start, end in correction.spans:
        pieces += [Piece(correction.shown[at:start]), Piece(correction.shown[start:end], marked=True)]
        at = end
    return (*pieces, Piece(correction.shown[at:]))


def _wishes(wishes: tuple[Wish, ...], skipped: Collection[str]) -> None:
    if not wishes:
        return
    keys = [wish.key for wish in wishes]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="wishes"):
        lead(say("understood"))
        for place, wish in enumerate(wishes):
            off = wish.key in skipped
            text = literal(wish_text(wish))
            st.button(
                f"~~{text}~~" if off else text,
                key=f"{'soft' if wish.soft else 'hard'}_{place}",
                icon=":material/add:" if off else ":material/close:",
                icon_position="right",
                on_click=choose,
                kwargs={"skip": [key for key in keys if (key in skipped) != (key == wish.key)]},
            )


def _offered(engine: Engine, choices: Choices, result: SearchResult) -> tuple[Wish, ...]:
    """Return all wishes of the query in their order, those that are taken away among them."""
    if not choices["skip"]:
        return result.wishes
    counted = {wish.key: wish for wish in result.wishes}
    return tuple(counted.get(wish.key, wish) for wish in engine.wishes(choices["q"], as_typed=choices["exact"]))


def _titles(found: tuple[Suggestion, ...], shown: Collection[str]) -> tuple[str, ...]:
    """Return the titles among suggestions, but for those that are asked for already."""
    titles = [each.text for each in found if each.kind == "title" and normalise(each.text) not in shown]
    return tuple(titles[:MOST_SUGGESTIONS])


def _label(text: str) -> str:
    return literal(text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…")
