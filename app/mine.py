"""The visitor's own films: the list, taking it along as a link or a file, and bringing it, or another place's, back."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Literal

import streamlit as st

from app.bringing import matched
from app.cards import title_of
from app.gallery import film_link, listed
from app.history import STARS, bring, forget, forget_all, history, leaning, wanted
from app.imports import imported
from app.loading import opened_or_stop
from app.tables import MAX_BYTES, SUFFIXES
from app.taken import Brought, Missing, Wanted, from_link, from_table, is_table, missing_table, to_link, to_table
from app.texts import count, grouped, language, say
from app.widgets import lead, notice, section
from kadr.engine import Engine
from kadr.film import MAX_RATING, Film
from kadr.recommend.types import Event

__all__ = ["PARAMETER", "Place", "mine", "offer", "said", "take_along", "take_up"]

PARAMETER = "mine"
"""Of an address that holds a history."""
NAMED = 5
"""Titles that an offer names: enough to know one's own list by."""
MISSING = 20
"""Films that were not found that the page names; the file has all."""
MOST_FILES = 10
"""Of one export: MovieLens has three that matter, Letterboxd five."""
Place = Literal["link", "file"]
"""Where a history came from."""
_BROUGHT, _FILES = "brought", "files"
_UNREAD: Mapping[Place, tuple[str, str]] = {
    "link": ("link_unread", "link_unread_title"),
    "file": ("file_unread", "file_unread_title"),
}
"""What is said of what cannot be read, and above it, by where it came from."""


def take_up() -> None:
    """Read the history that the address holds, and take it out of the address, where a picture or a shoulder sees it.

    It is kept until the visitor has said what to do with it.
    """
    if PARAMETER in st.query_params:
        st.session_state[_BROUGHT] = (from_link(st.query_params[PARAMETER]), "link")
        del st.query_params[PARAMETER]


def offer(engine: Engine, place: Place) -> None:
    """Show what was brought from a place, and ask whether it is to be added; of what cannot be read, say so.

    Nothing is shown where nothing came from there: an offer stands where the visitor looks when it comes.
    """
    brought, came_from = st.session_state.get(_BROUGHT, (None, place))
    if brought is None or came_from != place:
        return
    if not brought.films and not brought.missing:
        del st.session_state[_BROUGHT]
        told, title = _UNREAD[place]
        notice(say("file_people" if brought.people else told), title=say(title))
        return
    with st.container(border=True, key="offer"):
        if brought.films:
            section(say("brought_title", films=count(len(brought.films), "films")))
            lead(" ".join(_told(engine, brought)))
        if brought.missing:
            _missing(brought.missing)
        with st.container(horizontal=True):
            if brought.films:
                st.button(say("brought_add"), key="brought_add", type="primary", on_click=_add, args=(brought,))
            st.button(say("brought_not" if brought.films else "brought_close"), key="brought_not", on_click=_drop)


def mine(engine: Engine) -> None:
    """Show what the visitor said of films, the last one first; each can be taken back, and all at once."""
    events = list(history().values())[::-1]
    films = [film for event in events if (film := engine.film(event.film))]
    section(say("mine"), grouped(len(events)))
    listed(films, _entry, "mine")
    if unknown := len(events) - len(films):
        lead(say("mine_unknown", films=count(unknown, "films")))
    with st.popover(say("forget_all"), icon=":material/delete_sweep:", key="forget_all"):
        lead(say("forget_all_sure"))
        yes = say("forget_all_yes", films=count(len(events), "films"))
        st.button(yes, key="forget_all_yes", type="primary", on_click=forget_all)


def take_along(engine: Engine) -> None:
    """Show the link and the file of the history, and a place to bring a file back."""
    said = bool(history() or wanted())
    section(say("take" if said else "bring"))
    lead(say("take_text"))
    with st.grid(2, min_column_width=300, key="take"):
        if said:
            with st.container(border=True, height="stretch"):
                _take()
        with st.container(border=True, height="stretch"):
            lead(say("bring_text"))
            offer(engine, "file")
            # The button's own word is English whatever the page speaks.
            word = f'.st-key-take section button p::after {{ content: "{say("bring_choose")}" }}'
            st.html(f"<style>{word}</style>")
            # Another key for each file: the one that was read leaves the field, and the server's memory.
            key = f"file_{st.session_state.setdefault(_FILES, 0)}"
            st.file_uploader(
                say("bring_file"),
                type=SUFFIXES,
                accept_multiple_files=True,
                key=key,
                max_upload_size=MAX_BYTES // 1_000_000,
                on_change=_read,
                args=(key,),
            )


def said(event: Event) -> str:
    """Return in words what an event says of its film."""
    liked = leaning(event)
    if event.value is not None:
        given = f"{event.value * STARS / MAX_RATING:.2g}"
        return say("said_rated", stars=given.replace(".", ",") if language() == "ru" else given)
    return say("said_watched" if liked is None else "said_liked" if liked else "said_disliked")


def _entry(film: Film) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"entry_{film.id}"):
        film_link(film)
        lead(" · ".join(each for each in (str(film.year or ""), said(history()[film.id])) if each))
        st.button(
            say("mine_remove"),
            key=f"remove_{film.id}",
            icon=":material/close:",
            type="tertiary",
            on_click=forget,
            args=(film.id,),
        )


def _take() -> None:
    events, watchlist = tuple(history().values()), tuple(wanted().values())
    text = to_link(events, watchlist)
    if text:
        lead(say("take_link"))
        st.code(f"{st.context.url or ''}?{PARAMETER}={text}", language=None)
    else:
        lead(say("take_no_link"))
    st.download_button(
        say("take_file"),
        data=lambda: _table(events, watchlist),
        file_name=say("take_name"),
        mime="text/csv",
        on_click="ignore",
        key="take_file",
        icon=":material/download:",
    )


def _table(events: Sequence[Event], watchlist: Sequence[Wanted]) -> bytes:
    """Return the file when it is asked for, from the bundle that is current then."""
    engine = opened_or_stop().engine
    named = (*(event.film for event in events), *(each.film for each in watchlist))
    return to_table(events, {each: film for each in named if (film := engine.film(each))}, watchlist)


def _told(engine: Engine, brought: Brought) -> Iterable[str]:
    films = [film for each in brought.films if (film := engine.film(each))]
    if films:
        yield say("brought_of", titles=", ".join(say("because_title", title=title_of(film)) for film in films[-NAMED:]))
    if brought.wanted:
        yield say("brought_wanted", films=count(len(brought.wanted), "films"))
    if unknown := len(brought.films) - len(films):
        yield say("brought_unknown", films=count(unknown, "films"))
    if brought.unread:
        yield say("brought_unread", entries=count(brought.unread, "entries"))
    if brought.left:
        yield say("brought_left", films=count(brought.left, "films"))
    if history():
        yield say("brought_mixed")


def _missing(missing: Sequence[Missing]) -> None:
    """Show films that an export names and the catalogue has not: the first ones, and all of them as a file."""
    named = (f"{each.title} ({each.year})" if each.year else each.title for each in missing[:MISSING])
    more = say("missing_more", films=count(len(missing) - MISSING, "films")) if len(missing) > MISSING else ""
    lines = "".join(f"<p>{escape(line)}</p>" for line in (*named, more) if line)
    summary = escape(say("missing", films=count(len(missing), "films")))
    st.html(f'<details class="kadr-missing"><summary>{summary}</summary>{lines}</details>')
    st.download_button(
        say("missing_file"),
        data=lambda: missing_table(missing),
        file_name=say("missing_name"),
        mime="text/csv",
        on_click="ignore",
        key="missing_file",
        icon=":material/download:",
    )


def _read(key: str) -> None:
    files = [(file.name, file.getvalue()) for file in st.session_state[key][:MOST_FILES]]
    if files:
        st.session_state[_BROUGHT] = (_brought(files), "file")
        st.session_state[_FILES] += 1


def _brought(files: Sequence[tuple[str, bytes]]) -> Brought:
    """Return what files hold: the one that was downloaded here, or the export of another place."""
    if len(files) == 1 and is_table(files[0][1]):
        return from_table(files[0][1])
    read = imported(files)
    return matched(read, opened_or_stop().engine.find([entry.named for entry in read.entries]))


def _add(brought: Brought) -> None:
    bring(brought)
    _drop()
    if brought.missing:  # their list stays until it was looked at
        st.session_state[_BROUGHT] = (Brought((), missing=brought.missing), "file")
    st.toast(say("brought_done", films=count(len(brought.films), "films")))


def _drop() -> None:
    st.session_state.pop(_BROUGHT, None)
