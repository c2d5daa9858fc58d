"""Themes: their page, and the filter that they are."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kadr.engine import Engine
from tests.app.hostile import publish, theme_id
from tests.app.shelf import Visit, html

ON_A_PAGE = 24
GROUPS = {"море, маяк": (0, 1, 2, 3, 4), "город :red[x]": (5, 6), "сад": (7,)}


@pytest.fixture(scope="module")
def themed(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Engine.open(bundles) as engine:
        films = list(engine.films())
    return publish(films, bundles, tmp_path_factory.mktemp("themed") / "out", GROUPS)


def _links(app: AppTest) -> list[tuple[str, str]]:
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


def test_a_catalogue_without_themes_offers_none(visit: Visit) -> None:
    app = visit()
    assert "theme" not in [box.key for box in app.multiselect]
    assert "слишком мало фильмов" in html(app.switch_page("views/themes.py").run())


def test_the_page_shows_each_theme_with_posters_and_a_link(visit: Visit, themed: Path) -> None:
    app = visit(themed).switch_page("views/themes.py").run()
    assert [label.replace("\\", "") for label, _ in _links(app)] == ["море, маяк", "город :\u2060red[x]", "сад"]
    assert [query for _, query in _links(app)] == [f"theme={theme_id(place)}" for place in range(3)]
    assert [caption.value for caption in app.caption][1:] == ["5 фильмов", "2 фильма", "1 фильм"]
    bodies = [block.proto.body for block in app.html if block.proto.body.startswith('<div class="kadr-strip">')]
    assert [body.count("Постер: ") for body in bodies] == [4, 2, 1]


def test_a_theme_is_a_filter_by_name_and_its_id_stands_in_the_address(visit: Visit, themed: Path) -> None:
    app = visit(themed, theme=theme_id(1))
    assert app.multiselect(key="theme").value == [theme_id(1)]
    assert "Популярные среди выбранных: 2 фильма" in html(app)
    assert "город :red[x]\u2002·\u20022" in app.multiselect(key="theme").options
    app.multiselect(key="theme").set_value([theme_id(1), theme_id(2)]).run()
    assert app.query_params == {"theme": [theme_id(1), theme_id(2)]}
    assert "3 фильма" in html(app)
    app.button(key="drop_all").click().run()
    assert app.query_params == {}


def test_a_theme_outlives_its_count(visit: Visit, themed: Path) -> None:
    app = visit(themed)
    app.session_state["theme"] = ["море, маяк\u2002·\u20029"]  # as a browser says it that has not seen the new count
    app.run()
    assert app.query_params == {"theme": theme_id(0)}


def test_a_theme_that_is_gone_finds_nothing_and_can_be_dropped(visit: Visit, themed: Path) -> None:
    app = visit(themed, theme="t-gone")
    assert "Под эти фильтры не подходит ни один фильм" in html(app)
    app.button(key="drop_there").click().run()
    assert app.query_params == {}


def test_many_themes_are_shown_by_pages(visit: Visit, bundles: Path, tmp_path: Path) -> None:
    with Engine.open(bundles) as engine:
        films = list(engine.films())
    many = publish(films, bundles, tmp_path / "out", {f"тема {n:02}": (n % len(films),) for n in range(ON_A_PAGE + 2)})
    app = visit(many).switch_page("views/themes.py").run()
    assert len(_links(app)) == ON_A_PAGE
    app.session_state["sheet"] = 2
    assert [label for label, _ in _links(app.run())] == ["тема 24", "тема 25"]
