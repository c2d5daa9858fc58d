"""Suggestions below the search field while somebody types, and examples for who has not begun."""

from collections.abc import Mapping

import streamlit as st

from app.gallery import FILM_PAGE
from app.language import linked
from app.markdown import JOINER, literal
from app.session import choose, recent
from app.texts import language, say
from app.widgets import lead, script
from kadr.engine import Engine
from kadr.search.types import Mode, Piece, Suggestion

__all__ = ["EXAMPLES", "examples", "hint_label", "hints", "keys"]

MOST_HINTS = 8
ICONS: Mapping[str, str] = {
    "title": ":material/movie:",
    "person": ":material/person:",
    "genre": ":material/category:",
    "query": ":material/search:",
}
EXAMPLES = ("example_1", "example_2", "example_3", "example_4", "example_5")
FEW_EXAMPLES = 2
"""With fewer that find something, none is shown: the films of a small catalogue stand right below."""


def keys() -> None:
    """Let the keyboard move between the field and the suggestions, and Enter send a query off.

    A field that commits while somebody types does not tell the server of Enter: the script presses the button.
    """
    script("keys")


def hints(engine: Engine, text: str) -> None:
    """Show what may be meant: a title that is one film's leads to it, anything else is searched for."""
    found = engine.suggest(text, k=MOST_HINTS, recent=recent())
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="hints"):
        for place, each in enumerate(found):
            if each.kind == "title" and len(each.rows) == 1:
                (film,) = engine.parts.table.fetch(list(each.rows))
                st.page_link(FILM_PAGE, label=hint_label(each), icon=ICONS["title"], query_params=linked(id=film.id))
            else:
                st.button(
                    hint_label(each),
                    key=f"hint_{place}",
                    icon=ICONS[each.kind],
                    on_click=choose,
                    kwargs={"q": each.text},
                )


def examples(engine: Engine) -> None:
    """Show queries to begin with, of those that find something in this catalogue."""
    names = _finding(engine, engine.manifest.version, language())
    if len(names) < FEW_EXAMPLES:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="examples"):
        lead(say("examples"))
        for name in names:
            st.button(literal(say(name)), key=name, on_click=choose, kwargs={"q": say(name)})


def hint_label(suggestion: Suggestion) -> str:
    """Return a suggestion as Markdown that shows its text as it is, what was typed of it in bold."""
    return "".join(map(_shown, suggestion.pieces))


@st.cache_resource(max_entries=4, show_spinner=False)
def _finding(
    _engine: Engine,
    version: str,  # noqa: ARG001  # what the cache goes by
    spoken: str,  # noqa: ARG001  # what the cache goes by: examples are in the visitor's language
) -> tuple[str, ...]:
    """Return the examples of whose words some film is found: some 30 ms at first, and no model is asked."""
    return tuple(name for name in EXAMPLES if _engine.found(say(name), mode=Mode.LEXICAL).size)


def _shown(piece: Piece) -> str:
    text = literal(piece.text)
    if not text:
        return " "
    # Bold begins and ends at letters: beside other marks Markdown would show the stars.
    if piece.marked and text[0].isalnum() and text[-1].isalnum():
        text = f"**{text}**"
    if text.endswith(":"):
        text += JOINER
    return f"{' ' * piece.text[:1].isspace()}{text}{' ' * piece.text[-1:].isspace()}"
