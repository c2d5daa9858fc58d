"""The language that a visitor chose: the switch on every page, and how the choice stays in the address.

A choice lives in the session. It stands in the address too, so that a link shows its reader the same words: links of
the app carry it (`linked`), and where an address lacks it, as after a click in the navigation, the browser adds it
without a new entry in its history.
"""

import time

import streamlit as st

from app.texts import LANGUAGE_KEY, LANGUAGES, SPOKEN_KEY, TEXTS, found_language, language

__all__ = ["linked", "remember_language", "switch"]

_SCRIPT = """<script>
{{  // A block: what it names is gone when it runs again.
  const chosen = "{chosen}", address = new URL(window.location.href);
  document.documentElement.lang = "{spoken}";
  if (chosen && address.searchParams.get("{key}") !== chosen) {{
    address.searchParams.set("{key}", chosen);
    window.history.replaceState(window.history.state, "", address);
  }}
  const menu = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
  if (menu && window.innerWidth < 769) menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  // {page} {stamp}
}}
</script>"""


def remember_language() -> None:
    """Keep the language of an opened address for the session, and what is spoken for all texts of this run.

    Call it before any text is said.
    """
    told = st.query_params.get(LANGUAGE_KEY)
    if told in LANGUAGES:
        st.session_state.setdefault(LANGUAGE_KEY, told)
    st.session_state[SPOKEN_KEY] = found_language()


def linked(**params: str) -> dict[str, str]:
    """Return the parameters of a link inside the app, the chosen language before them.

    Always in this order: a page that writes its address anew then finds it as it is, and adds no entry to the history.
    """
    chosen = _chosen()
    return {LANGUAGE_KEY: chosen, **params} if chosen else params


def switch(page: str) -> None:
    """Show the other language by its own name, at the top of the page; a click chooses it. Tell the browser, too.

    Args:
        page: the path of the page that is drawn, one of ours.
    """
    other = next(each for each in LANGUAGES if each != language())
    name = TEXTS["own_name"][LANGUAGES.index(other)]
    with st.container(key="language", width="content"):
        st.button(name, key="other_language", type="tertiary", on_click=_choose, args=(other,))
        _tell_browser(page)


def _choose(spoken: str) -> None:
    st.session_state[LANGUAGE_KEY] = spoken


def _chosen() -> str:
    return str(st.session_state.get(LANGUAGE_KEY, ""))


def _tell_browser(page: str) -> None:
    """Name the page's language for screen readers and translators, and add the chosen one to an address without it.

    On a phone the menu lies over the page; it is closed once it has led to one. A script runs again only where its text
    is new. Nothing of the visitor's is in it.
    """
    chosen = _chosen()
    stamp = time.time_ns() if chosen != st.query_params.get(LANGUAGE_KEY, "") else 0
    script = _SCRIPT.format(page=page, stamp=stamp, spoken=language(), chosen=chosen, key=LANGUAGE_KEY)
    st.html(script, unsafe_allow_javascript=True)
