"""A bundle built once for all tests, and a visitor who opens the app on it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.shelf import ROOT, SECONDS, Visit, build_shelf


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
