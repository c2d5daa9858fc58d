"""A catalogue that does not know which films are popular: nothing in it is called so."""

from pathlib import Path

import pytest

from kadr.engine import Engine
from kadr.film import Film
from kadr.recommend.types import Event
from tests.app.hostile import publish
from tests.app.pages import Enter, entering, shown
from tests.app.shelf import Visit, html

UNRATED = [Film(id=f"u:{n:02}", title=f"Причал {n}", genres=("драма",) if n % 2 else ()) for n in range(14)]


@pytest.fixture(scope="module")
def unrated(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = publish(UNRATED, bundles, tmp_path_factory.mktemp("unrated") / "out", {})
    with Engine.open(folder) as engine:
        assert engine.parts.columns.n_films == len(UNRATED)
        assert not engine.parts.columns.knows_popularity
    return folder


@pytest.fixture
def enter(unrated: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    return entering(unrated, monkeypatch)


def test_the_search_page_shows_films_of_the_catalogue(enter: Enter, visit: Visit, unrated: Path) -> None:
    text = shown(enter("search"))
    assert "Из каталога" in text
    assert "опулярн" not in text
    assert "Из каталога: 14 фильмов" in html(visit(unrated, k="5", page="2"))
    assert "From the catalogue" in shown(enter("search", lang="en"))


def test_filters_find_films_and_not_popular_ones(enter: Enter) -> None:
    text = shown(enter("search", genre="драма"))
    assert "Нашлось: 7 фильмов" in text
    assert "опулярн" not in text


def test_recommendations_are_not_called_popular(enter: Enter) -> None:
    app = enter("for_you", lang="en")
    assert "Other films" in shown(app)
    assert "opular" not in shown(app)
    app.session_state["history"] = {film.id: Event(film.id, "disliked") for film in UNRATED[:5]}
    text = shown(app.run())
    assert "From the catalogue" in text
    assert "opular" not in text
