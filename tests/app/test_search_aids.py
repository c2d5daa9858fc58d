"""What helps on the search page: suggestions, examples, chips, pages, forms, charts, and what to let go."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app.charts import bars, picked
from app.chips import active, without
from app.empty import reliefs
from app.hints import EXAMPLES, hint_label
from app.state import FIELDS, FILTERS, defaults
from app.texts import TEXTS
from kadr.engine import Engine
from kadr.search.types import Filters, Piece, Suggestion
from tests.app.hostile import hostile_films, publish
from tests.app.shelf import PLOTS, Visit, html, titles, written

RESULTS = 10
FILMS = len(PLOTS) + 2


def _labels(app: AppTest, beginning: str) -> list[str]:
    return [written(each.label) for each in app.button if (each.key or "").startswith(beginning)]


def _links(app: AppTest, key: str) -> list[tuple[str, str]]:
    try:
        found = app.get_by_key(key).get("page_link")
    except KeyError:
        return []
    return [(written(link.proto.label), link.proto.query_string) for link in found]


@pytest.fixture(scope="module")
def engine(bundles: Path) -> Engine:
    return Engine.open(bundles)


def test_while_somebody_types_there_are_results_and_suggestions_and_the_address_waits(visit: Visit) -> None:
    app = visit()
    app.text_input(key="q").set_value("луна ").run()
    assert titles(app, "cards") == ["Вторая луна"]
    assert [label for label, _ in _links(app, "hints")] == ["Вторая **луна**"]
    assert app.query_params == {}
    assert app.text_input(key="q").value == "луна "  # a space before the next word is not taken away
    app.text_input(key="q").set_value("луна не").run()
    assert app.query_params == {}
    app.button(key="find").click().run()
    assert app.query_params == {"q": "луна не"}
    assert not _links(app, "hints")


def test_a_click_on_anything_sends_a_typed_query_off(visit: Visit) -> None:
    app = visit()
    app.text_input(key="q").set_value("письмо").run()
    app.multiselect(key="genre").set_value(["драма"]).run()
    assert app.query_params == {"q": "письмо", "genre": "драма"}


def test_an_address_opened_while_somebody_types_is_followed(visit: Visit) -> None:
    app = visit(q="джаз")
    app.text_input(key="q").set_value("мосты").run()
    app.query_params = {"q": "луна"}
    app.run()
    assert (app.text_input(key="q").value, titles(app, "cards")) == ("луна", ["Вторая луна"])


def test_a_title_leads_to_its_film_and_a_person_is_searched_for(visit: Visit, engine: Engine) -> None:
    app = visit()
    app.text_input(key="q").set_value("втор").run()
    (film,) = engine.search("Вторая луна", k=1).hits
    assert (f"id={film.film.id}" in _links(app, "hints")[0][1]) is True
    app.text_input(key="q").set_value("вера").run()
    assert _labels(app, "hint_") == ["**Вера** Ким"]
    app.button(key="hint_0").click().run()
    assert app.query_params == {"q": "Вера Ким"}


def test_what_begins_nothing_yet_is_no_failure_while_somebody_types(visit: Visit) -> None:
    app = visit()
    app.text_input(key="q").set_value("щщ").run()
    assert [caption.value for caption in app.caption] == [TEXTS["keep_typing"][0]]
    assert "Ничего близкого" not in html(app)
    app.button(key="find").click().run()
    assert "Ничего близкого" in html(app)


@given(st.lists(st.builds(Piece, st.text(max_size=20), st.booleans()), max_size=4))
def test_a_suggestion_reads_as_its_text(pieces: list[Piece]) -> None:
    text = "".join(piece.text for piece in pieces)
    shown = written(hint_label(Suggestion(text, "query", tuple(pieces), (), "prefix")))
    assert "".join(shown.replace("**", "").split()) == "".join(text.replace("**", "").replace("\u2060", "").split())


def test_an_example_is_searched_for_and_then_examples_are_gone(visit: Visit) -> None:
    app = visit()
    app.button(key="example_4").click().run()
    assert app.query_params == {"q": TEXTS["example_4"][0]}
    assert not _labels(app, "example_")
    assert not _labels(visit(genre="драма"), "example_")


def test_only_examples_that_find_something_are_shown(visit: Visit) -> None:
    shown = _labels(visit(), "example_")
    found = [TEXTS[name][0] for name in EXAMPLES if titles(visit(q=TEXTS[name][0]), "cards")]
    assert shown == found
    assert len(shown) == len(EXAMPLES) - 1


def test_a_lone_example_is_not_shown(visit: Visit, bundles: Path, tmp_path: Path) -> None:
    folder = publish(hostile_films("http://127.0.0.1:9"), bundles, tmp_path, {})
    with Engine.open(folder) as opened:
        assert [opened.found(TEXTS[name][0]).size > 0 for name in EXAMPLES].count(True) == 1
    app = visit(folder)
    assert not _labels(app, "example_")
    assert TEXTS["examples"][0] not in html(app)


def test_every_filter_is_a_chip_that_takes_it_away() -> None:
    values: dict[str, object] = {"kind": "film", "rating": 7.5, "poster": True}
    for name in FILTERS:
        value = values.get(name, "x" if FIELDS[name].many else 12)
        choices = defaults(RESULTS) | {name: [value, "series"] if FIELDS[name].many else value}
        chips = active(choices, {})
        assert [(chip.field, chip.value) for chip in chips] == [
            (name, each) for each in ([value, "series"] if FIELDS[name].many else [value])
        ]
        assert all(chip.text for chip in chips)
        assert choices | without(choices, chips[0]) == defaults(RESULTS) | (
            {name: ["series"]} if FIELDS[name].many else {}
        )


def test_a_chip_takes_one_filter_away(visit: Visit) -> None:
    app = visit(q="письмо", genre=["драма", "приключения"], not_genre="комедия", rating="7")
    assert _labels(app, "chip_") == ["драма", "приключения", "кроме: комедия", "★ от 7"]
    app.button(key="chip_0").click().run()
    assert app.query_params == {"q": "письмо", "genre": "приключения", "not_genre": "комедия", "rating": "7"}
    assert titles(app, "cards") == ["Письмо через пустыню"]


def test_people_and_countries_can_be_left_out(visit: Visit) -> None:
    assert titles(visit(not_person="Вера Ким", k="50"), "popular") != []
    assert set(titles(visit(not_person="Вера Ким", k="50"), "popular")).isdisjoint(title for title, *_ in PLOTS)
    app = visit(not_country="Куба", votes="10", minutes_from="200", minutes_to="100")
    assert _labels(app, "chip_") == ["кроме: Куба", "голосов от 10", "от 200 мин", "до 100 мин"]


def test_pages_follow_each_other_and_have_addresses(visit: Visit) -> None:
    app = visit(k="5")
    first = titles(app, "popular")
    app.session_state["page"] = 2
    app.run()
    assert app.query_params == {"k": "5", "page": "2"}
    assert "с 6 по 10" in html(app)
    assert set(titles(app, "popular")).isdisjoint(first)
    assert titles(visit(k="5", page="2"), "popular") == titles(app, "popular")
    app.multiselect(key="genre").set_value(["драма"]).run()
    assert app.query_params == {"k": "5", "genre": "драма"}  # another question begins at its first page


def test_a_page_beyond_the_last_is_the_last(visit: Visit) -> None:
    app = visit(k="5", page="9999")
    assert app.query_params == {"k": "5", "page": "3"}
    assert len(titles(app, "popular")) == FILMS - 10


def test_only_a_newcomer_is_shown_the_films_a_moment_before_the_rest(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("app.gallery.time", SimpleNamespace(sleep=slept.append))
    app = visit(q="драма")
    app.selectbox(key="sort").set_value("newest").run()
    newcomer, *later = slept
    assert newcomer > 0
    assert later == [0]


def test_results_are_shown_as_posters_where_that_is_chosen(visit: Visit) -> None:
    app = visit(q="письмо")
    assert "<mark>" in html(app)
    app.session_state["view"] = "grid"
    app.run()
    assert app.query_params == {"q": "письмо", "view": "grid"}
    assert "<mark>" not in html(app)
    assert titles(app, "cards") == titles(visit(q="письмо"), "cards")


def test_what_hides_everything_is_named_with_what_letting_it_go_gives(visit: Visit, engine: Engine) -> None:
    app = visit(q="драма про письмо", genre="приключения", **{"from": "1970"})
    assert "С этими фильтрами ничего не нашлось" in html(app)
    assert _labels(app, "relief_") == ["приключения — 2 фильма", "драма — 1 фильм"]
    app.button(key="relief_1").click().run()
    assert titles(app, "cards") == ["Письмо через пустыню"]
    assert app.query_params["skip"] == "genre:драма"
    asked = defaults(RESULTS) | {"q": "драма про письмо", "genre": ["приключения"], "from": 1970}
    for relief in reliefs(engine, asked, {}):
        changed = {**asked, **relief.choices}
        filters = Filters(genres_any=tuple(changed["genre"]), year_from=changed["from"])
        assert engine.search(changed["q"], filters=filters, ignored=tuple(changed["skip"])).total == relief.films


def test_charts_are_drawn_when_they_are_opened(visit: Visit) -> None:
    app = visit()
    assert not app.get("echarts_chart")
    app.session_state["charts"] = True
    assert len(app.run().get("echarts_chart")) == 2  # no film of the catalogue knows its country


def test_bars_count_the_answer_and_a_click_chooses_or_lets_go(engine: Engine) -> None:
    result = engine.search("", filters=Filters(genres_any=("драма",)))
    genres = {bar.text: (bar.films, bar.chosen) for bar in bars("genre", result)}
    assert (genres["драма"], genres["комедия"]) == ((3, True), (2, False))
    decades = bars("decade", result)
    assert [bar.value for bar in decades] == sorted(bar.value for bar in decades)
    assert sum(bar.films for bar in decades) == 3
    chosen = defaults(RESULTS)
    for name, value, fields in (
        ("decade", "1990", {"from": 1990, "to": 1999}),
        ("genre", "драма", {"genre": ["драма"]}),
    ):
        assert picked(name, value, chosen) == fields
        assert chosen | picked(name, value, chosen | fields) == chosen


def test_the_interface_speaks_english_and_filters_mean_the_same(visit: Visit) -> None:
    app = visit(lang="en", genre="драма")
    assert "Drama\u2002·\u20023" in app.multiselect(key="genre").options
    assert _labels(app, "chip_") == ["Drama"]
    assert "Popular among the chosen: 3 films" in html(app)
    script = """
import streamlit as st
from app.widgets import plain_choice
st.session_state["lang"] = "en"
# As a browser says it that has not seen a new count.
st.json([plain_choice(name, f"{text}\u2002·\u20029", {}) for name, text in st.session_state["said"]])
"""
    alone = AppTest.from_string(script)
    alone.session_state["said"] = [("genre", "Comedy"), ("not_country", "France"), ("genre", "x"), ("kind", "series")]
    assert json.loads(alone.run().json[0].value) == ["комедия", "Франция", "x", "series"]
