"""Opening one page of the app by its file, as a link to it does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Feedback

from kadr.recommend.types import Event
from tests.app.shelf import ROOT, SECONDS

__all__ = ["Enter", "entering", "links", "press", "remembering", "shown"]

Enter = Callable[..., AppTest]
"""Begins a session at a page, say "film"; then the parameters of the address by name."""


def entering(folder: Path, patch: pytest.MonkeyPatch) -> Enter:
    """Return what begins sessions on a folder of bundles."""
    patch.setenv("KADR_BUNDLE", str(folder))

    def enter(page: str, **params: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app" / "ui.py", default_timeout=SECONDS)
        app.query_params.update(params)
        return app.switch_page(f"views/{page}.py").run()

    return enter


def links(app: AppTest) -> list[tuple[str, str]]:
    """Return the links to pages of ours: text, with the escapes of Markdown taken out, and parameters."""
    return [(link.proto.label.replace("\\", ""), link.proto.query_string) for link in app.get("page_link")]


def shown(app: AppTest) -> str:
    """Return all HTML that tells something: style sheets and scripts are ours alone."""
    assert not app.exception
    bodies = [block.proto.body for block in app.html]
    return "\n".join(body for body in bodies if not body.startswith(("<style", "<script")))


def press(app: AppTest, key: str, place: int | None) -> AppTest:
    """Choose a star or a thumb, counted from 0; None takes it back."""
    (widget,) = (each for each in app.get("feedback") if isinstance(each, Feedback) and each.key == key)
    widget.set_value(place)
    return app.run()


def remembering(app: AppTest, *events: Event) -> AppTest:
    """Return the page of a visitor who said this of films."""
    app.session_state["history"] = {event.film: event for event in events}
    return app.run()
