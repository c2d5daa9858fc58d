"""The map: what is on it, where it looks, and what it says of films whose every field may be hostile."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.map_chart import THEMES, Words, chart
from app.places import MOST_GROUPS, WHOLE, Label, Spot, Window, grouped_by, labels, seen, window_of
from kadr.engine import Engine
from tests.app.charted import chart_bundle, diagonal
from tests.app.hostile import publish, theme_id
from tests.app.shelf import Visit, html

GROUPS = {"море, маяк": (0, 1, 2), "город :red[x]": (8, 9, 10), "пустота": (13,)}


@pytest.fixture(scope="module")
def charted(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Engine.open(bundles) as engine:
        films = list(engine.films())
    root = tmp_path_factory.mktemp("charted")
    themed = publish(films, bundles, root / "themed", GROUPS)
    return chart_bundle(themed, root / "out", diagonal(len(films)))


def _spot(film: str, **known: Any) -> Spot:
    return Spot(**{"film": film, "title": film, "year": None, "genre": "", "x": 0.5, "y": 0.5, "near": True, **known})


def _spec(app: AppTest) -> dict[str, Any]:
    (drawn,) = app.get("echarts_chart")
    spec: dict[str, Any] = json.loads(drawn.proto.spec)
    return spec


def _titles(app: AppTest) -> set[str]:
    points = [point for each in _spec(app)["series"] if each.get("id") != THEMES for point in each["data"]]
    return {(point["value"] if isinstance(point, dict) else point)[2] for point in points}


def test_the_best_known_films_of_a_window_come_first_and_one_without_a_place_never(charted: Path) -> None:
    with Engine.open(charted) as engine:
        popularity = engine.parts.columns.popularity
        whole = seen(engine, WHOLE)
        assert sorted(whole.tolist()) == list(range(13))
        assert (np.diff(popularity[whole]) <= 0).all()
        assert sorted(seen(engine, Window(0.2, 0.4, 0.2, 0.4)).tolist()) == [3, 4, 5]
        assert seen(engine, Window(0.2, 0.4, 0.6, 0.8)).size == 0


def test_a_window_lies_around_a_theme_and_within_the_map(charted: Path) -> None:
    with Engine.open(charted) as engine:
        window = window_of(engine, theme_id(1))
        assert window.left < 8 / 13 < 10 / 13 < window.right
        assert window.right - window.left == pytest.approx(window.top - window.bottom)
        corner = window_of(engine, theme_id(0))
        assert (corner.left, corner.bottom) == pytest.approx((WHOLE.left, WHOLE.bottom))
        assert window_of(engine, "t-gone") == window_of(engine, theme_id(2)) == WHOLE
        assert [(label.theme, label.films) for label in labels(engine)] == [(theme_id(0), 3), (theme_id(1), 3)]
        assert (labels(engine)[0].x, labels(engine)[0].y) == pytest.approx((1 / 13, 1 / 13), abs=1e-4)


def test_decades_stand_in_their_order_and_genres_by_their_films() -> None:
    spots = [_spot("a", year=1999, genre="драма"), _spot("b", year=1987), _spot("c", year=1990, genre="драма")]
    spots += [_spot("d", genre="комедия")]
    decades = grouped_by(spots, "decade")
    assert {value: [each.film for each in films] for value, films in decades.items()} == {
        "1980": ["b"],
        "1990": ["a", "c"],
        "": ["d"],
    }
    assert list(grouped_by(spots, "genre")) == ["драма", "комедия", ""]


def test_what_has_no_colour_of_its_own_comes_last() -> None:
    spots = [_spot(f"{n}:{again}", genre=f"г{n}") for n in range(MOST_GROUPS + 3) for again in range(n + 1)]
    groups = grouped_by(spots, "genre")
    assert len(groups) == MOST_GROUPS + 1
    assert next(iter(groups)) == f"г{MOST_GROUPS + 2}"
    assert {each.genre for each in groups[""]} == {"г0", "г1", "г2"}
    assert sum(map(len, groups.values())) == len(spots)


def test_near_by_films_of_other_themes_are_faint_and_nameless() -> None:
    groups = grouped_by([_spot("own"), _spot("other", near=False)], "genre")
    words = Words(str, str, lambda spot: spot.film)
    series = chart(groups, [Label("t", 0.1, 0.2, 3)], Window(0, 1, 0, 1), "genre", words)["series"]
    own, other = series[0]["data"]
    assert own == [0.5, 0.5, "own", "own"]
    assert other == {"value": [0.5, 0.5, "other", "other"], "itemStyle": {"opacity": 0.2}, "label": {"show": False}}
    assert series[0]["label"]["show"]
    assert "label" not in chart(groups, (), WHOLE, "genre", words)["series"][0]
    assert [each["value"] for each in series[-1]["data"]] == [[0.1, 0.2, "t"]]


def test_names_near_an_edge_stand_towards_the_middle() -> None:
    words = Words(str, str, lambda spot: spot.film)
    named = chart({}, [Label(str(x), x, 0.5, 3) for x in (0.0, 0.5, 1.0)], WHOLE, "genre", words)["series"][-1]
    assert [each["label"]["position"] for each in named["data"]] == ["right", "top", "left"]
    spots = [_spot("a", x=0.01), _spot("b", x=0.25)]
    near = chart(grouped_by(spots, "genre"), (), Window(0, 0.5, 0, 0.5), "genre", words)["series"][0]
    assert near["data"][0]["label"] == {"position": "right"}
    assert near["data"][1] == [0.25, 0.5, "b", "b"]


def test_lines_of_a_theme_begin_with_words() -> None:
    long = "недостопримечательности"
    said = {"a": "supernatural, dead, horror", "b": "sci-fi, non-fictional", "c": long}
    words = Words(str, said.__getitem__, lambda spot: spot.film)
    names = chart({}, [Label(each, 0.5, 0.5, 3) for each in said], WHOLE, "genre", words)["series"][-1]
    horror, hyphens, cut = (point["value"][2].split("\n") for point in names["data"])
    assert horror == ["supernatural, dead,", "horror"]
    assert hyphens == ["sci-fi,", "non-fictional"]
    assert "".join(cut) == long
    assert "overflow" not in names["label"]  # the chart would break the lines once more, before a comma too


def test_a_catalogue_without_places_says_so(visit: Visit) -> None:
    app = visit().switch_page("views/map.py").run()
    assert "нет карты" in html(app)
    assert len(app.get("echarts_chart")) == 0


def test_the_page_shows_all_films_with_a_place_and_names_the_themes(visit: Visit, charted: Path) -> None:
    app = visit(charted).switch_page("views/map.py").run()
    assert len(_titles(app)) == 13
    assert "На карте 13 фильмов." in [caption.value for caption in app.caption]
    names = _spec(app)["series"][-1]
    assert [point["value"][2] for point in names["data"]] == ["море, маяк", "город :red[x]"]
    (drawn,) = app.get("echarts_chart")
    assert "каждая точка — фильм" in drawn.proto.alt


def test_a_view_of_the_map_is_an_address(visit: Visit, charted: Path) -> None:
    app = visit(charted, around=theme_id(0), colour="decade").switch_page("views/map.py").run()
    assert app.selectbox(key="map_theme").value == theme_id(0)
    assert len(_titles(app)) < 13
    assert all(each["name"].endswith(("-е", "другие годы")) for each in _spec(app)["series"][:-1])
    app.selectbox(key="map_theme").set_value("").run()
    assert app.query_params == {"colour": "decade"}
    assert len(_titles(app)) == 13


def test_an_address_that_means_nothing_shows_the_whole_map(visit: Visit, charted: Path) -> None:
    app = visit(charted, around="<b>", colour="red").switch_page("views/map.py").run()
    assert not app.exception
    assert len(_titles(app)) == 13
