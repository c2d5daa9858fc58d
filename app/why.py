"""What a recommendation is made of, and what makes films alike: in a few words, and to the last share on demand."""

from collections.abc import Callable, Mapping
from html import escape

import streamlit as st

from app.cards import country_name, genre_name, title_of
from app.history import history, leaning
from app.texts import language, say
from kadr.engine import Engine
from kadr.recommend.types import Because, Recommendation, Similar

__all__ = ["because", "likeness", "why"]

REASONS = 2
"""Films of the history that are named on a card."""
SPEAKING = 0.15
"""Share of a score from which a film of the history is named after the first."""
_ASKED = "why_asked"
IN_COMMON = 2
"""Values that two films share, or films of a series, that stand below a poster."""
_NAMED: Mapping[str, Callable[[str], str]] = {
    "director": str,
    "actor": str,
    "tag": str,
    "genre": genre_name,
    "country": country_name,
}
"""How a shared value is said, by its kind; a theme is an id, and says nothing."""


def because(engine: Engine, item: Recommendation) -> str:
    """Return in words which films of the history speak for a recommendation; nothing where it is only popular.

    Films that were liked are named before those that were only watched.
    """
    telling = [each for at, each in enumerate(item.because) if each.share > (SPEAKING if at else 0)]
    liked = [each for each in telling if leaning(history().get(each.film_id))]
    titles = ", ".join(say("because_title", title=_title(engine, each)) for each in (liked or telling)[:REASONS])
    return say("because_liked" if liked else "because_watched", titles=titles) if telling else ""


def why(engine: Engine, item: Recommendation) -> None:
    """Show a button, and when it was clicked, the share of the score that each film of the history gave.

    One list is open at a time: a history of a thousand films has a thousand shares.
    """
    if not item.because:
        return
    asked = st.session_state.get(_ASKED) == item.film.id
    key = f"why_{item.film.id}"
    st.button(
        say("why_hide" if asked else "why"),
        key=key,
        icon=f":material/arrow_{'drop_down' if asked else 'right'}:",
        type="tertiary",
        on_click=_ask,
        args=(item.film.id,),
    )
    if asked:
        st.html(f'<dl class="kadr-shares">{"".join(_shares(engine, item))}</dl>')


def likeness(film: Similar) -> str:
    """Return in words what makes a film like another, and which others of its series it stands for, if anything."""
    shared = [_NAMED[each.kind](each.value) for each in film.reasons.shared if each.kind in _NAMED][:IN_COMMON]
    series = ", ".join(say("because_title", title=each.title) for each in film.series[:IN_COMMON])
    told = [say("like_shared", values=", ".join(shared))] if shared else []
    return " ".join([*told, say("like_series", titles=series)] if series else told)


def _shares(engine: Engine, item: Recommendation) -> list[str]:
    named = [(each.share, _title(engine, each)) for each in item.because]
    if item.known:
        named.append((item.known, say("why_known")))
    return [f"<dt>{_percent(share)}</dt><dd>{escape(text)}</dd>" for share, text in named]


def _percent(share: float) -> str:
    """Return a share with one decimal: with more, the last digits would be noise of the scores."""
    text = f"{100 * share:.1f}".replace("-", "\u2212")
    return f"{text.replace('.', ',') if language() == 'ru' else text}\u00a0%"


def _title(engine: Engine, each: Because) -> str:
    film = engine.film(each.film_id)
    return title_of(film) if film else each.title


def _ask(film: str) -> None:
    st.session_state[_ASKED] = None if st.session_state.get(_ASKED) == film else film
