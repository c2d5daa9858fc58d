"""A bundle built once for all tests, and a visitor who opens the app on it."""

import io
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kadr.build import build
from kadr.config import load_config
from kadr.progress import Lines
from tests.app.shelf import ROOT, SECONDS, Visit, films


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    lines = [json.dumps(film, ensure_ascii=False) for film in films()]
    (folder / "films.jsonl").write_text("\n".join(lines), encoding="utf-8")
    config = (
        '[[sources]]\nkind = "file"\nname = "shelf"\npath = "films.jsonl"\n[publish]\nkind = "folder"\npath = "out"\n'
    )
    (folder / "catalogue.toml").write_text(config, encoding="utf-8")
    build(load_config(folder / "catalogue.toml"), folder / "out", Lines(io.StringIO()))
    return folder / "out"


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
