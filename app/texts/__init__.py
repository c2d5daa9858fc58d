"""All words of the interface, each beside its translation, and the language that a visitor reads. Nothing here is data.

Each page has a module of its own: key -> (Russian, English). Braces are places for values; bars part the forms of a
counted noun, three in Russian and two in English.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.texts import about, common, film, for_you, search, themes, voice
from app.texts import map as on_map

__all__ = ["LANGUAGES", "LANGUAGE_KEY", "SPOKEN_KEY", "TEXTS", "count", "found_language", "grouped", "language", "say"]

LANGUAGES = ("ru", "en")
LANGUAGE_KEY = "lang"
"""Of the choice in the session, and of the parameter in an address."""
SPOKEN_KEY = "spoken"
"""Of what is spoken, in the session: a page says some two hundred texts, and finding it out takes as long as many."""

_ALSO_RUSSIAN = ("ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az")
"""Languages of browsers whose people read Russian more often than English."""

TEXTS: Mapping[str, tuple[str, str]] = {
    **common.TEXTS,
    **search.TEXTS,
    **film.TEXTS,
    **for_you.TEXTS,
    **themes.TEXTS,
    **on_map.TEXTS,
    **about.TEXTS,
    **voice.TEXTS,
}


def language() -> str:
    """Return the visitor's language, ru or en, as it was found when this run of the page began."""
    if get_script_run_ctx() is None:
        return LANGUAGES[0]
    return str(st.session_state.get(SPOKEN_KEY) or found_language())


def found_language() -> str:
    """Return the language to speak, ru or en: the chosen one, else the address's, else the browser's."""
    chosen = st.session_state.get(LANGUAGE_KEY) or st.query_params.get(LANGUAGE_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    browser = (st.context.locale or LANGUAGES[0]).lower().partition("-")[0]
    return "ru" if browser in _ALSO_RUSSIAN else "en"


def say(key: str, **values: object) -> str:
    """Return a text in the visitor's language, with its places filled."""
    return TEXTS[key][LANGUAGES.index(language())].format(**values)


def count(number: int, key: str) -> str:
    """Return a number, thousands parted, with its noun in the right form: 1 фильм, 22 фильма, 1 011 films."""
    spoken = language()
    forms = TEXTS[key][LANGUAGES.index(spoken)].split("|")
    return f"{grouped(number)} {forms[_russian_form(number) if spoken == 'ru' else number != 1]}"


def grouped(number: int) -> str:
    """Return a number with its thousands parted by thin spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")


def _russian_form(number: int) -> int:
    tens, units = number % 100, number % 10
    if 11 <= tens <= 14 or units == 0 or units >= 5:
        return 2
    return 0 if units == 1 else 1
