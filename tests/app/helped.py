"""Pages with the hosted models that help: what the environment names, and a page of our own to put them on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.helping import forget_helpers
from tests.app.shelf import SECONDS

__all__ = ["VARIABLES", "Opened", "opened"]

VARIABLES = (
    "KADR_SPEECH_URL",
    "KADR_SPEECH_MODEL",
    "KADR_CHAT_URL",
    "KADR_CHAT_MODEL",
    "KADR_INFERENCE_URL",
    "KADR_INFERENCE_TOKEN",
    "HF_TOKEN",
)

Opened = Callable[..., AppTest]
"""Opens a page, a function without parameters that imports what it needs, with variables of the environment."""


def opened(monkeypatch: pytest.MonkeyPatch, bundles: Path, page: Callable[[], None], **variables: str) -> AppTest:
    """Return a page that was run once, with these variables of the environment and none of the others."""
    monkeypatch.setenv("KADR_BUNDLE", str(bundles))
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    for name in VARIABLES:
        monkeypatch.setenv(name, variables.get(name, ""))
    forget_helpers()
    return AppTest.from_function(page, default_timeout=SECONDS).run()
