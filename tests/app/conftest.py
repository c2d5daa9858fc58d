"""A bundle built once for all tests, and a visitor who opens the app on it."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from docs.screenshot import CHROMIUM_ARGUMENTS, find_chromium, serving
from kadr.engine import Engine
from tests.app.pages import Enter, entering
from tests.app.shelf import PLOTS, ROOT, SECONDS, Visit, build_shelf


@pytest.fixture(scope="session", autouse=True)
def _installed_once() -> Iterator[None]:
    """Every `AppTest` reads what each installed package says of itself, a quarter of a second; once is enough."""
    scan = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def _as_served() -> None:
    """Read the settings that stand beside the main script; an `AppTest` knows of none."""
    config._main_script_path = str(ROOT / "app" / "main.py")
    config.get_config_options(force_reparse=True)


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_shelf(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def visit(bundles: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Return a function that opens the app at an address, on the bundle or on another folder."""

    def open_app(folder: Path = bundles, **params: str | list[str]) -> AppTest:
        monkeypatch.setenv("KADR_BUNDLE", str(folder))
        monkeypatch.delenv("KADR_RESULTS", raising=False)
        app = AppTest.from_file(ROOT / "app" / "ui.py", default_timeout=SECONDS)
        app.query_params.update(params)
        return app.run()

    return open_app


@pytest.fixture
def enter(bundles: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Return a function that begins a session at one page."""
    return entering(bundles, monkeypatch)


@pytest.fixture(scope="module")
def ids(bundles: Path) -> Sequence[str]:
    """The films of the shelf by their ids, in the order of the plots."""
    with Engine.open(bundles) as engine:
        named = {film.title: film.id for film in engine.films()}
    return [named[title] for title, *_ in PLOTS]


@pytest.fixture(scope="session")
def address(bundles: Path) -> Iterator[str]:
    """Serve the bundle, and return where."""
    with serving(bundles) as url:
        yield url


@pytest.fixture(scope="module")
def window() -> Iterator[BrowserContext]:
    """One window for all tests of a module, so that the program's own files are fetched once; each tab is a session."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS) as browser,
        browser.new_context(locale="ru-RU") as context,
    ):
        yield context
