"""The engine behind the pages, and pages of their own where there is none."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from app.texts import language, say
from app.widgets import notice
from kadr.checks import Finding, check_serving
from kadr.engine import Access
from kadr.errors import BundleMissing, ConfigError, KadrError
from kadr.live import Opened, live
from kadr.settings import Settings, load_settings

__all__ = ["checked", "has_themes", "opened_or_stop", "settings_or_stop", "theme_names"]

CHECKED_S = 300
"""Checks send a call to a hosted model: visitors who look again are shown the same ones for five minutes."""
_FOLDERS = re.compile(r"(?<![\w:/.~])/(?:[^\s/;:]+/)*")
"""The folders of a whole path, which begins where no word, address or relative path goes on."""


def settings_or_stop() -> Settings:
    """Return the settings; where one is wrong, show a page that says so, and stop."""
    try:
        return load_settings(os.environ)
    except ConfigError as error:
        notice(str(error), title=say("bad_setting_title"))
        st.stop()


def opened_or_stop() -> Opened:
    """Return the current bundle, opened; where there is none, show a page that says what to do, and stop."""
    settings = settings_or_stop()
    try:
        return live(settings.bundle, settings.inference_url).current()
    except BundleMissing as error:
        _tell_operator(str(error))
        if settings.source:  # it comes from elsewhere: nothing is to be built here
            notice(say("bundle_coming"), title=say("bundle_coming_title"))
            st.stop()
        notice(say("no_bundle"), say("no_bundle_where"), title=say("no_bundle_title"))
        st.code("make build", language="bash")
        st.stop()
    except KadrError as error:
        _tell_operator(str(error))
        notice(say("bad_bundle_log"), say("bad_bundle"), title=say("bad_bundle_title"))
        st.code("kadr rollback\nmake build", language="bash")
        st.stop()


@lru_cache(maxsize=1)
def _tell_operator(error: str) -> None:
    """Log why there is no catalogue, which names folders of the server; once, and not for each click of a visitor."""
    logging.getLogger("kadr.app").warning("there is no catalogue to show: %s", error)


def has_themes() -> bool:
    """Return whether the current catalogue has themes; one that cannot be opened has none, and each page says why."""
    try:
        settings = load_settings(os.environ)
        return bool(live(settings.bundle, settings.inference_url).current().engine.themes())
    except KadrError:
        return False


def theme_names(opened: Opened) -> Mapping[str, str]:
    """Return the names of a catalogue's themes in the visitor's language, by their ids."""
    return {each.id: each.name_ru if language() == "ru" else each.name_en for each in opened.engine.themes()}


def checked() -> tuple[Finding, ...]:
    """Return what the checks of the bundle and of what serves it find, at most five minutes old.

    The page shows it to everybody: of whole paths it has the last name.
    """
    settings = settings_or_stop()
    return _checked(settings.bundle, settings.inference_url)


@st.cache_data(ttl=CHECKED_S, max_entries=1, show_spinner=say("checking"))
def _checked(bundle: Path, inference_url: str) -> tuple[Finding, ...]:
    found = check_serving(bundle, Access(os.environ, inference_url))
    return tuple(replace(each, said=_FOLDERS.sub("", each.said)) for each in found)
