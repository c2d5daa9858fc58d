"""The engine behind the pages: opened once for all visitors, anew when another bundle becomes current."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.texts import LANGUAGE, say
from app.widgets import notice
from kadr.bundle import resolve
from kadr.checks import Finding, check_serving
from kadr.engine import Access, Engine
from kadr.errors import BundleMissing, ConfigError, KadrError
from kadr.search.types import Filters, Sort
from kadr.settings import Settings, load_settings

__all__ = ["Opened", "checked", "has_themes", "opened_or_stop", "settings_or_stop"]

CHECKED_S = 300
"""Checks send a call to a hosted model: visitors who look again are shown the same ones for five minutes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine, and what its catalogue knows: whether any film has a rating or a poster, the years it spans, and its
    themes, names by their ids.
    """

    engine: Engine
    rated: bool
    posters: bool
    years: tuple[int | None, int | None]
    themes: Mapping[str, str]


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
        return _open(resolve(settings.bundle), settings.inference_url)
    except BundleMissing:
        notice(say("no_bundle"), say("no_bundle_where"), title=say("no_bundle_title"))
        st.code("make build", language="bash")
        st.stop()
    except KadrError as error:
        notice(str(error), say("bad_bundle"), title=say("bad_bundle_title"))
        st.code("kadr rollback\nmake build", language="bash")
        st.stop()


def has_themes() -> bool:
    """Return whether the current catalogue has themes; one that cannot be opened has none, and each page says why."""
    try:
        settings = load_settings(os.environ)
        return bool(_open(resolve(settings.bundle), settings.inference_url).themes)
    except KadrError:
        return False


def checked() -> tuple[Finding, ...]:
    """Return what the checks of the bundle and of what serves it find, at most five minutes old."""
    settings = settings_or_stop()
    return _checked(settings.bundle, settings.inference_url)


@st.cache_data(ttl=CHECKED_S, max_entries=1, show_spinner=say("checking"))
def _checked(bundle: Path, inference_url: str) -> tuple[Finding, ...]:
    return tuple(check_serving(bundle, Access(os.environ, inference_url)))


# Two entries: visitors of the version before may still be reading when the next one is opened. A slower one may hold an
# engine that made room, so nothing closes it: its files go with the last reference. A version's folder is named by its
# content, so a new build has a new key.
@st.cache_resource(max_entries=2, show_spinner=say("opening"))
def _open(folder: Path, inference_url: str) -> Opened:
    engine = Engine.open(folder, Access(os.environ, inference_url, warm=True))
    return Opened(
        engine=engine,
        rated=_count(engine, Filters(rating_min=0.0)) > 0,
        posters=_count(engine, Filters(has_poster=True)) > 0,
        years=(_first_year(engine, Sort.OLDEST), _first_year(engine, Sort.NEWEST)),
        themes={theme.id: theme.name_ru if LANGUAGE == "ru" else theme.name_en for theme in engine.themes()},
    )


def _count(engine: Engine, filters: Filters) -> int:
    return int(engine.found("", filters=filters).size)


def _first_year(engine: Engine, sort: Sort) -> int | None:
    hits = engine.search("", k=1, sort=sort, facets=False).hits
    return hits[0].film.year if hits else None
