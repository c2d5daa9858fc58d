"""The parts that pages are put together from: notices, cards in a grid, the filter panel."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from app.cards import country_name, genre_name
from app.state import MOST_MINUTES, MOST_VOTES
from app.texts import say
from kadr.film import FIRST_YEAR, LAST_YEAR, MAX_RATING, Kind
from kadr.search.types import FacetValue, SearchResult
from kadr.vocabulary import country, genre

__all__ = [
    "filter_panel",
    "headline",
    "lead",
    "names_of",
    "notice",
    "plain_choice",
    "script",
    "section",
    "skip_link",
    "style",
    "waiting",
]

Names = Mapping[str, Callable[[str], str]]
SELDOM = ("not_genre", "not_country", "not_person", "minutes_from", "minutes_to", "votes")

_COUNT = "\u2002·\u2002"
"""Stands between a value and its count in a list; no name holds it, because sources' spaces are made single ones."""


def style() -> None:
    """Load the style sheets: what all pages share, then each page's own. One element for all is one to draw.

    Styles alone would go to a place beside the page, which a busy browser draws after the first films. With the empty
    word they stay on the page, and are there when anything is.
    """
    st.html(f"<style>{_sheets()}</style><span></span>")


@cache
def _sheets() -> str:
    sheets = sorted(Path(__file__).with_name("styles").glob("*.css"))
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def script(name: str) -> None:
    """Run a script of ours, a file without a word of anybody else's, in the browser."""
    with st.container(key=name):
        st.html(Path(__file__).with_name(f"{name}.html"), unsafe_allow_javascript=True)


def notice(*paragraphs: str, title: str = "") -> None:
    """Show a message. It is plain text: whatever it quotes is neither Markdown nor HTML."""
    head = f"<h2>{escape(title)}</h2>" if title else ""
    st.html(f'<div class="kadr-note" role="status">{head}{"".join(f"<p>{escape(p)}</p>" for p in paragraphs)}</div>')


def headline(text: str) -> None:
    """Show the page's one headline."""
    st.html(f'<h1 class="kadr-hero">{escape(text)}</h1>')


def section(title: str, detail: str = "", anchor: str = "") -> None:
    """Show a heading of the page, with a remark in small print.

    Where it has an `anchor`, `skip_link` leads to it, and a screen reader tells it when it changes.
    """
    small = f"<small>{escape(detail)}</small>" if detail else ""
    place = f' id="{anchor}" tabindex="-1"' if anchor else ""
    heading = f'<h2 class="kadr-section"{place}>{escape(title)}{small}</h2>'
    st.html(f'<div role="status">{heading}</div>' if anchor else heading)


def skip_link(text: str, anchor: str) -> None:
    """Show a link to the section with this anchor; it is seen when the keyboard comes to it."""
    st.html(f'<a class="kadr-skip" href="#{anchor}">{escape(text)}</a>')


def waiting(text: str) -> None:
    """Say in small print, and aloud to who does not see the page, what is being waited for."""
    st.html(f'<p class="kadr-lead" role="status">{escape(text)}</p>')


def lead(text: str) -> None:
    """Show a few words in small print before buttons that stand in a row."""
    st.html(f'<p class="kadr-lead">{escape(text)}</p>', width="content")


def filter_panel(
    result: SearchResult,
    years: tuple[int | None, int | None],
    themes: Mapping[str, str],
    *,
    rated: bool,
    posters: bool,
) -> None:
    """Show the filters. Each keeps its choice in the session, under its name; what no film of the answer has is hidden.

    Args:
        result: the answer, whose facets give the values and their counts.
        years: the first and the last year of the catalogue, shown where no year was chosen.
        themes: the names of the catalogue's themes, by their ids.
        rated: whether any film of the catalogue has a rating.
        posters: whether any has an image.
    """
    # On a phone the panel is folded away behind an arrow; the arrow is given a name.
    named = f'content: "{say("menu_and_filters")}"; margin-left: .4rem;'
    st.html(f'<style>[data-testid="stExpandSidebarButton"]::after {{ {named} }}</style>')
    facets = result.facets
    names = names_of(themes)
    _values("kind", facets["kind"], say("choose"), names)
    _bounds("from", "to", FIRST_YEAR, LAST_YEAR, (str(years[0] or ""), str(years[1] or "")))
    _values("genre", facets["genre"], say("choose"), names)
    _values("country", facets["country"], say("choose"), names)
    _values("theme", facets["theme"], say("choose"), names)
    _values("director", facets["director"], say("choose_name"), names, new=True)
    _values("actor", facets["actor"], say("choose_name"), names, new=True)
    if rated or st.session_state["rating"] is not None:
        _number("rating", 0.0, MAX_RATING, 0.5, say("any_rating"), "%.1f")
    _ages(facets["age"])
    if posters or st.session_state["poster"]:
        st.toggle(say("poster"), key="poster")
    _seldom(result, names, rated=rated)


def _seldom(result: SearchResult, names: Names, *, rated: bool) -> None:
    """Show what is asked for seldom, folded away; open where something of it is chosen."""
    facets = result.facets
    chosen = any(st.session_state[name] for name in SELDOM)
    with st.expander(say("seldom"), expanded=chosen):
        # A facet counts values as if none had been chosen: what leaving one out would remove, it does not tell.
        _values("not_genre", facets["genre"], say("choose_none"), names, counted=False)
        _values("not_country", facets["country"], say("choose_none"), names, counted=False)
        people = {value.value: value for name in ("director", "actor") for value in facets[name]}
        _values("not_person", list(people.values()), say("choose_name"), names, counted=False, new=True)
        _bounds("minutes_from", "minutes_to", 1, MOST_MINUTES, ("", ""))
        if rated or st.session_state["votes"] is not None:
            _number("votes", 1, MOST_VOTES, 1_000, say("any_votes"), "%d")


def names_of(themes: Mapping[str, str]) -> Names:
    """Return, by the fields that have such, what gives a value its name in the visitor's language."""
    kinds = {kind.value: say(f"kind_{kind}") for kind in Kind}
    return {
        "kind": lambda value: kinds.get(value, value),
        "theme": lambda value: themes.get(value, value),
        "genre": genre_name,
        "not_genre": genre_name,
        "country": country_name,
        "not_country": country_name,
    }


def plain_choice(name: str, shown: str, themes: Mapping[str, str]) -> str:
    """Return the value that an option of a field means.

    A browser knows options by their text, counts included. When counts change while a click is on its way, the old
    text comes back, and it must still mean the same choice.
    """
    text = shown.partition(_COUNT)[0]
    if name in {"kind", "theme"}:
        values = [kind.value for kind in Kind] if name == "kind" else themes
        named = names_of(themes)[name]
        return next((value for value in values if named(value) == text), text)
    canonical = {"genre": genre, "country": country}.get(name.removeprefix("not_"))
    if canonical and names_of(themes)[name](canonical(text)) == text:
        return canonical(text)
    return text


def _values(
    name: str,
    values: Sequence[FacetValue],
    placeholder: str,
    names: Names,
    *,
    new: bool = False,
    counted: bool = True,
) -> None:
    chosen: list[str] = st.session_state[name]
    counts = {value.value: value.count for value in values if value.count}
    options = list(dict.fromkeys([*counts, *chosen]))
    if not options:
        return
    named = names.get(name, str)

    def shown(value: str) -> str:
        text = named(value)
        return f"{text}{_COUNT}{counts[value]}" if counted and value in counts else text

    st.multiselect(
        say(name),
        options,
        format_func=shown,
        key=name,
        placeholder=placeholder,
        accept_new_options=new,
        select_all=False,
    )


def _bounds(low: str, high: str, least: int, most: int, shown: tuple[str, str]) -> None:
    for column, name, placeholder in zip(st.columns(2), (low, high), shown, strict=True):
        with column:
            _number(name, least, most, 1, placeholder, "%d")


def _number(name: str, least: float, most: float, step: float, placeholder: str, form: str) -> None:
    st.number_input(say(name), least, most, value=None, step=step, format=form, placeholder=placeholder, key=name)


def _ages(values: Sequence[FacetValue]) -> None:
    chosen = st.session_state["age"]
    options = sorted({int(value.value) for value in values} | ({chosen} if chosen is not None else set()))
    if options:
        st.selectbox(
            say("age"), options, index=None, format_func=lambda age: f"{age}+", key="age", placeholder=say("any_age")
        )
